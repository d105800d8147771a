import type { RecordValue, Value } from '../../hosts/typescript/value.ts';
import { refuse } from '../shared/refusal.ts';
import { escape, methodSql, sqlMethodIn } from './expressions.ts';
import { quoteName } from './quoting.ts';
import { isRecord, placeholder, reasonOf, textIn } from '../shared/host-values.ts';

/** A column by its name, or an expression in its place. */
type Key = string | { readonly sql: string };

/** Takes a value as a parameter of the query and gives its `$1`. */
export type Bind = (value: Value) => string;

export const COMPARATORS: Readonly<Record<string, string>> = {
  eq: '=',
  ne: '!=',
  gte: '>=',
  gt: '>',
  lte: '<=',
  lt: '<',
  not: 'IS NOT',
  is: 'IS',
  in: 'IN',
  notIn: 'NOT IN',
  like: 'LIKE',
  notLike: 'NOT LIKE',
  iLike: 'ILIKE',
  notILike: 'NOT ILIKE',
  startsWith: 'LIKE',
  endsWith: 'LIKE',
  substring: 'LIKE',
  regexp: '~',
  notRegexp: '!~',
  iRegexp: '~*',
  notIRegexp: '!~*',
  between: 'BETWEEN',
  notBetween: 'NOT BETWEEN',
  overlap: '&&',
  contains: '@>',
  contained: '<@',
  adjacent: '-|-',
  strictLeft: '<<',
  strictRight: '>>',
  noExtendRight: '&<',
  noExtendLeft: '&>',
  any: 'ANY',
  all: 'ALL',
  match: '@@',
  col: 'COL',
};

/** `Op.gt` among the names of an object, as the evaluator keeps computed names of a package's things. */
const operatorOf = (name: string): string | undefined => /^(?:.*\.)?Op\.(\w+)$/.exec(name)?.[1];

/** The condition after WHERE; empty where there is none. */
export function whereSql(where: Value | undefined, bind?: Bind): string {
  const items = where === undefined ? '' : whereItems(where, bind);
  return items === '' ? '' : `WHERE ${items}`;
}

export function whereItems(where: Value, bind?: Bind, binding = ' AND '): string {
  if (where.kind === 'null' || where.kind === 'undefined') return '';
  if (where.kind === 'unknown') return placeholder(where);
  if (!isRecord(where)) return whereItem(undefined, where, bind) ?? '';
  const names = operatorsFirst(where);
  const items = names.map(([name, value]) => whereItem(name, value, bind));
  if (where.partly !== undefined) items.push(placeholder(where.partly));
  return items.filter((item) => item !== undefined && item !== '').join(binding);
}

const operatorsFirst = ({ entries }: RecordValue): readonly (readonly [string, Value])[] => {
  const all = [...entries];
  return [...all.filter(([name]) => operatorOf(name) !== undefined), ...all.filter(([name]) => operatorOf(name) === undefined)];
};

function whereItem(name: Key | undefined, value: Value, bind: Bind | undefined): string | undefined {
  const operator = typeof name === 'string' ? operatorOf(name) : undefined;
  if (value.kind === 'undefined') return refuse(`the condition for ${name === undefined ? 'the rows' : shown(name)} is undefined, so Sequelize stops`, 'unsupported');
  if (operator === 'and' || operator === 'or' || operator === 'not') return group(operator, value, bind);
  const key = name ?? '';
  const record = isRecord(value) ? value : undefined;
  if (name === undefined && record?.entries.size === 1) {
    const [[only, inner] = ['', value]] = record.entries;
    return whereItem(only, inner, bind);
  }
  if (value.kind === 'null') return pair(key, 'IS', 'NULL');
  const method = sqlMethodIn(value);
  if (method !== undefined && !(name !== undefined && method.method === 'fn')) return methodSql(method);
  if (name === undefined && value.kind === 'list') return group('and', value, bind);
  if (record !== undefined) return ofRecord(key, record, bind);
  if (value.kind === 'list') return compared(key, 'in', value);
  return pair(key, '=', bind !== undefined && method === undefined ? bind(value) : escape(value));
}

/** What an object of operators says of a column or an expression. */
export function ofRecord(key: Key, record: RecordValue, bind?: Bind): string | undefined {
  for (const binding of ['or', 'and'] as const) {
    const inner = [...record.entries].find(([name]) => operatorOf(name) === binding)?.[1];
    if (inner !== undefined) return bound(key, binding, inner, bind);
  }
  const entries = operatorsFirst(record);
  if (entries.length > 1) return bracketed(entries.map(([name, value]) => ofRecord(key, { kind: 'record', entries: new Map([[name, value]]) }, bind)), ' AND ');
  const [first] = entries;
  const operator = first === undefined ? undefined : operatorOf(first[0]);
  if (first === undefined || operator === undefined) return refuse(`the condition for ${shown(key)} is an object without operators`, 'unsupported');
  return compared(key, operator, first[1]);
}

/** `{ a: { [Op.or]: [1, 2] } }`: each against the same column. */
function bound(key: Key, binding: 'or' | 'and', value: Value, bind: Bind | undefined): string | undefined {
  const parts = isRecord(value)
    ? operatorsFirst(value).map(([name, inner]) => whereItem(key, { kind: 'record', entries: new Map([[name, inner]]) }, bind))
    : value.kind === 'list'
      ? value.items.map((item) => whereItem(key, item, bind))
      : [refuse(`the condition for ${shown(key)} is ${reasonOf(value)}`)];
  return bracketed(parts, binding === 'or' ? ' OR ' : ' AND ');
}

const bracketed = (parts: readonly (string | undefined)[], binding: string): string | undefined => {
  const filled = parts.filter((part) => part !== undefined && part !== '');
  return filled.length === 0 ? undefined : `(${filled.join(binding)})`;
};

function group(operator: 'and' | 'or' | 'not', value: Value, bind: Bind | undefined): string | undefined {
  const binding = operator === 'or' ? ' OR ' : ' AND ';
  const inner = value.kind === 'list' ? value.items.map((item) => nested(item, bind)).filter((item) => item !== '').join(binding) : whereItems(value, bind, binding);
  if (inner === '') return operator === 'and' ? undefined : '0 = 1';
  return `${operator === 'not' ? 'NOT ' : ''}(${inner})`;
}

function nested(item: Value, bind: Bind | undefined): string {
  const sql = whereItems(item, bind);
  const size = isRecord(item) ? item.entries.size : item.kind === 'list' ? item.items.length : 0;
  return sql !== '' && size > 1 ? `(${sql})` : sql;
}

function compared(key: Key, asked: string, value: Value): string | undefined {
  const operator = asked !== 'not' ? asked : value.kind === 'list' ? 'notIn' : value.kind === 'null' || value.kind === 'boolean' ? 'not' : 'ne';
  const comparator = COMPARATORS[operator] ?? refuse(`there is no operator ${operator}`, 'unsupported');
  const method = sqlMethodIn(value);
  switch (operator) {
    case 'in':
    case 'notIn':
      if (method?.method === 'literal') return pair(key, comparator, methodSql(method));
      if (value.kind === 'unknown') return pair(key, comparator, `(${placeholder(value)})`);
      if (value.kind !== 'list') return refuse(`what ${shown(key)} shall be among is no list`, 'unsupported');
      if (value.items.length > 0) return pair(key, comparator, `(${value.items.map((item) => escape(item)).join(', ')})`);
      return operator === 'in' ? pair(key, comparator, '(NULL)') : undefined;
    case 'any':
    case 'all':
      return pair(key, `= ${comparator}`, `(${escape(value)})`);
    case 'between':
    case 'notBetween': {
      const [from, to] = value.kind === 'list' ? value.items : [];
      if (from === undefined || to === undefined) return refuse(`the limits for ${shown(key)} cannot be read`);
      return pair(key, comparator, `${escape(from)} AND ${escape(to)}`);
    }
    case 'col':
      return pair(key, '=', textIn(value, 'the column').split('.').map(quoteName).join('.'));
    case 'startsWith':
    case 'endsWith':
    case 'substring': {
      const text = method?.method === 'literal' ? methodSql(method) : textIn(value, 'the pattern');
      return pair(key, comparator, escape({ kind: 'text', text: `${operator === 'startsWith' ? '' : '%'}${text}${operator === 'endsWith' ? '' : '%'}`, runs: [] }));
    }
    default:
      return pair(key, value.kind !== 'null' ? comparator : operator === 'eq' ? 'IS' : operator === 'ne' ? 'IS NOT' : comparator, escape(value));
  }
}

const shown = (key: Key): string => (typeof key === 'string' ? key : key.sql);

/** `$a.b$` is a column by its path. */
function pair(key: Key, comparator: string, value: string): string {
  if (typeof key !== 'string') return `${key.sql} ${comparator} ${value}`;
  if (key === '') return value;
  const path = /^\$(.*)\$$/.exec(key)?.[1]?.split('.');
  const left = path === undefined ? quoteName(key) : (path.length > 2 ? [path.slice(0, -1).join('->'), path.at(-1) ?? ''] : path).map(quoteName).join('.');
  return `${left} ${comparator} ${value}`;
}
