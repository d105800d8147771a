import type { Table } from '../../../catalog/schema.ts';
import type { BoundValue, PartitionBound, PartitionKey } from '../../../ir/partitions.ts';
import { quote, quoteLiteral } from '../quote.ts';
import { valueSql } from './bounds.ts';

/**
 * What the server takes the bound to mean, in the form in which it recognises it; undefined where it cannot be written. `table` gives
 * the types of the columns.
 */
export function boundCondition(key: PartitionKey, bound: PartitionBound, table: Table): string | undefined {
  const columns = key.columns.filter((column) => column !== undefined);
  if (columns.length !== key.columns.length || columns.length === 0) return undefined;
  if (columns.some((column) => !table.columns.some(({ name }) => name === column))) return undefined;
  if (bound.kind === 'list') return listCondition(columns[0] ?? '', bound.values);
  if (bound.kind !== 'range') return undefined;
  const { from, to } = bound;
  const same = columns.findIndex((_, i) => isSpecial(from[i]) || literal(from[i] ?? null) !== literal(to[i] ?? null));
  const first = same < 0 ? columns.length : same;
  const terms = [
    ...columns.map((column) => `${quote(column)} IS NOT NULL`),
    ...columns.slice(0, first).map((column, i) => `${quote(column)} = ${literal(from[i] ?? null)}`),
    side(columns, from, first, 'lower'),
    side(columns, to, first, 'upper'),
  ];
  return terms.filter((term) => term !== '').join(' AND ');
}

/** A quoted value takes the type of the column that it is compared with. */
function literal(value: BoundValue): string {
  if (typeof value === 'number') return quoteLiteral(String(value));
  if (typeof value === 'boolean') return quoteLiteral(String(value));
  return valueSql(value);
}

function listCondition(column: string, values: readonly BoundValue[]): string {
  const name = quote(column);
  const given = values.filter((value) => value !== null);
  const is = given.length === 0 ? '' : given.length === 1 ? `${name} = ${literal(given[0] ?? null)}` : `${name} IN (${given.map(literal).join(', ')})`;
  if (given.length === values.length) return `${name} IS NOT NULL AND ${is}`;
  return is === '' ? `${name} IS NULL` : `${name} IS NULL OR ${is}`;
}

const isSpecial = (value: BoundValue | undefined): boolean => typeof value === 'object' && value !== null && 'special' in value;

/** `a > 1 OR (a = 1 AND b >= 2)`: each column decides only where those before it are at the bound. */
function side(columns: readonly string[], values: readonly BoundValue[], first: number, which: 'lower' | 'upper'): string {
  const arms: string[] = [];
  const equal: string[] = [];
  const [strict, inclusive, open] = which === 'lower' ? ['>', '>=', 'minvalue'] : ['<', '<=', 'maxvalue'];
  for (let i = first; i < columns.length; i++) {
    const column = quote(columns[i] ?? '');
    const value = values[i] ?? null;
    if (isSpecial(value)) break;
    const next = values[i + 1];
    const last = i === columns.length - 1;
    const includes = last ? which === 'lower' : typeof next === 'object' && next !== null && 'special' in next && next.special === open;
    arms.push(conjunction([...equal, `${column} ${includes ? inclusive : strict} ${literal(value)}`]));
    equal.push(`${column} = ${literal(value)}`);
    if (isSpecial(next)) break;
  }
  return arms.length <= 1 ? arms.join('') : `(${arms.join(' OR ')})`;
}

const conjunction = (terms: readonly string[]): string => (terms.length === 1 ? terms.join('') : `(${terms.join(' AND ')})`);
