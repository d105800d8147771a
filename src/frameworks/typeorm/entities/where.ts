import type { Site } from '../../../hosts/typescript/host.ts';
import type { ChainValue, RecordValue, Value } from '../../../hosts/typescript/value.ts';
import { isRecord, placeholder } from '../../shared/host-values.ts';
import { refuse } from '../../shared/refusal.ts';
import type { Entity, EntityColumn } from './entity.ts';
import { keysOf, valueIn } from './entity.ts';
import { rowsSql, sourceOf } from './sql.ts';

/** Behind `WHERE`: keys, an object of properties, or a list of either. What is only known when it runs is a placeholder. */
export function whereSql(entity: Entity, criteria: Value | undefined, next: () => string, site: Site): string {
  if (criteria === undefined || criteria.kind === 'undefined' || criteria.kind === 'null') return refuse('TypeORM refuses a change without a condition', 'unsupported');
  if (criteria.kind === 'list' && criteria.items.length > 0 && criteria.items.every(isRecord)) return grouped(criteria.items.map((one) => objectSql(entity, one, next, site)), 'OR');
  if (criteria.kind === 'list') return criteria.items.length === 0 ? refuse('TypeORM refuses a change without a condition', 'unsupported') : rowsSql(entity, criteria.items.length, next);
  if (isRecord(criteria)) return objectSql(entity, criteria, next, site);
  if (criteria.kind === 'unknown') return criteria.item === undefined && keysOf(entity).length === 1 ? rowsSql(entity, 1, next) : placeholder({ source: sourceOf(criteria) });
  return rowsSql(entity, 1, next);
}

function objectSql(entity: Entity, criteria: RecordValue, next: () => string, site: Site): string {
  const parts = [...criteria.entries].flatMap(([name, value]): readonly string[] => {
    if (value.kind === 'undefined') return [];
    const columns = entity.columns.filter(({ path, through }) => path[0] === name || through?.path[0] === name);
    if (columns.length === 0) return entity.relations.some(({ property }) => property === name) ? [placeholder({ source: name })] : refuse(`${entity.name} has no property ${name}, so TypeORM stops`, 'unsupported');
    return columns.flatMap((column) => {
      const own = valueIn(criteria, column);
      return own === undefined ? [] : [conditionSql(`"${column.column}"`, own, column, next, site)];
    });
  });
  if (criteria.partly !== undefined) parts.push(placeholder(criteria.partly));
  return parts.length === 0 ? refuse('TypeORM refuses a change without a condition', 'unsupported') : grouped(parts, 'AND');
}

const grouped = (parts: readonly string[], word: 'AND' | 'OR'): string => (parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(` ${word} `)})`);

const COMPARED: Readonly<Record<string, string>> = { Equal: '=', LessThan: '<', LessThanOrEqual: '<=', MoreThan: '>', MoreThanOrEqual: '>=', Like: 'LIKE', ILike: 'ILIKE', ArrayContains: '@>', ArrayContainedBy: '<@', ArrayOverlap: '&&', JsonContains: '::jsonb @>' };

function conditionSql(path: string, value: Value, column: EntityColumn, next: () => string, site: Site): string {
  const operator = value.kind === 'chain' ? operatorIn(value) : undefined;
  if (operator === undefined) return `${path} = ${next()}`;
  const { name, args: [first, second] } = operator;
  const inner = (): string => conditionSql(path, first ?? value, column, next, site);
  if (name === 'IsNull') return `${path} IS NULL`;
  if (name === 'Not') return first?.kind === 'chain' && operatorIn(first) !== undefined ? `NOT(${inner()})` : `${path} != ${next()}`;
  if (name === 'In') return first?.kind === 'list' ? (first.items.length === 0 ? '0=1' : `${path} IN (${first.items.map(next).join(', ')})`) : `${path} IN (${next()})`;
  if (name === 'Any') return `${path} = ANY(${next()})`;
  if (name === 'Between') return `${path} BETWEEN ${next()} AND ${next()}`;
  if (name === 'Raw') return rawSql(path, first, second, next, site);
  const word = Object.hasOwn(COMPARED, name) ? COMPARED[name] : undefined;
  return word === undefined ? placeholder({ source: `${name} of ${column.column}` }) : `${path}${word.startsWith('::') ? '' : ' '}${word} ${next()}`;
}

function rawSql(path: string, first: Value | undefined, parameters: Value | undefined, next: () => string, site: Site): string {
  if (first?.kind === 'text') return `${path} = ${first.text}`;
  const made = site.invoke(first, [{ kind: 'text', text: path, runs: [] }]);
  const names = isRecord(parameters) ? parameters.entries : new Map<string, Value>();
  return made.kind === 'text' ? made.text.replace(/(?<!:):(?:\.\.\.)?(\w+)/g, (all, name: string) => (names.has(name) ? next() : all)) : placeholder({ source: 'SQL' });
}

/** `In([…])` and the like. */
function operatorIn({ root, steps }: ChainValue): { readonly name: string; readonly args: readonly Value[] } | undefined {
  const [member, call] = steps;
  return root === 'typeorm' && member?.step === 'member' && call?.step === 'call' && /^[A-Z]/.test(member.name) ? { name: member.name, args: call.args } : undefined;
}
