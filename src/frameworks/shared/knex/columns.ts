import type { Traced } from '../../../hosts/program.ts';
import { joined, sql, written } from '../../../hosts/traced.ts';
import { entryOf, isNothing, textOf, truth } from '../../../hosts/typescript/value.ts';
import type { Value } from '../../../hosts/typescript/value.ts';
import { jsonOf, literalOf, pieceOf, quotedText } from '../sql-text.ts';
import { wrapped } from './names.ts';
import { rawOf } from './raw.ts';
import type { Column } from './table.ts';

export interface ColumnSql {
  readonly name: Traced;
  readonly type: Traced;
  /** The definition, without `add column`. */
  readonly definition: Traced;
}

export interface TypeContext {
  /** The table has a primary key of its own among its indexes. */
  readonly hasPrimary: boolean;
  readonly schema: Traced | undefined;
  /** Sends a statement before all others of the table. */
  readonly before: (statement: Traced) => void;
}

const ALIASES: Readonly<Record<string, string>> = { float: 'floating', enum: 'enu', boolean: 'bool', string: 'varchar', bigint: 'biginteger' };

export const typeName = (method: string): string => (ALIASES[method] ?? method).toLowerCase();

export const columnName = ({ args, method }: Column): Value => {
  const [name] = args;
  return isNothing(name) && typeName(method).includes('increments') ? { kind: 'text', text: 'id', runs: [] } : (name ?? { kind: 'undefined' });
};

export function columnSql(column: Column, context: TypeContext): ColumnSql {
  const name = wrapped(columnName(column));
  const type = columnType(column, context);
  const modifiers = typeName(column.method).includes('increments') ? [] : modifiersOf(column);
  return { name, type, definition: joined([name, type, ...modifiers], ' ') };
}

const numberOr = (value: Value | undefined, otherwise: number): string => {
  if (isNothing(value)) return String(otherwise);
  // `string('name', [50])`: the library makes a text of it, which begins with the number.
  if (value?.kind === 'list') return numberOr(value.items[0], otherwise);
  const own = Number.parseInt(pieceOf(value).text, 10);
  return Number.isNaN(own) ? (value?.kind === 'unknown' ? pieceOf(value).text : String(otherwise)) : String(own);
};

const FIXED: Readonly<Record<string, string>> = {
  __proto__: null as never,
  tinyint: 'smallint',
  smallint: 'smallint',
  mediumint: 'integer',
  integer: 'integer',
  biginteger: 'bigint',
  floating: 'real',
  double: 'double precision',
  bool: 'boolean',
  date: 'date',
  time: 'time',
  geometry: 'geometry',
  geography: 'geography',
  point: 'point',
  text: 'text',
  binary: 'bytea',
  jsonb: 'jsonb',
};

function columnType(column: Column, context: TypeContext): Traced {
  const type = typeName(column.method);
  const [, first, second] = column.args;
  const primary = (whenUnsaid: boolean): string => {
    const wanted = first === undefined || first.kind === 'undefined' ? whenUnsaid : truth(entryOf(first, 'primaryKey') ?? { kind: 'undefined' }) === true;
    return wanted && !context.hasPrimary ? ' primary key' : '';
  };
  switch (type) {
    case 'varchar':
      return written(`varchar(${numberOr(first, 255)})`);
    case 'decimal':
      return written(first?.kind === 'null' ? 'decimal' : `decimal(${numberOr(first, 8)}, ${numberOr(second, 2)})`);
    case 'json':
      return written(first !== undefined && truth(first) === true ? 'jsonb' : 'json');
    case 'datetime':
    case 'timestamp':
      return written(timestamp(first, second));
    case 'increments':
      return written(`serial${primary(true)}`);
    case 'bigincrements':
      return written(`bigserial${primary(true)}`);
    case 'uuid':
      return written(`uuid${primary(false)}`);
    case 'bit':
      return written(`bit(${pieceOf(entryOf(first, 'length')).text})`);
    case 'specifictype':
      return rawOf(first) ?? pieceOf(first);
    case 'enu':
      return enumeration(column, first, second, context);
    default:
      // The library has no such type for PostgreSQL and writes so.
      return written(FIXED[type] ?? 'undefined');
  }
}

function timestamp(first: Value | undefined, second: Value | undefined): string {
  const options = first?.kind === 'record';
  const useTz = options ? entryOf(first, 'useTz') : undefined;
  const withTz = options ? useTz?.kind !== 'boolean' || useTz.value : truth(first ?? { kind: 'undefined' }) !== true;
  const precision = options ? entryOf(first, 'precision') : second;
  return `${withTz ? 'timestamptz' : 'timestamp'}${isNothing(precision) ? '' : `(${pieceOf(precision).text})`}`;
}

function enumeration(column: Column, allowed: Value | undefined, options: Value | undefined, context: TypeContext): Traced {
  const values = allowed?.kind === 'list' ? joined(allowed.items.map((item) => joined(["'", pieceOf(item), "'"])), ', ') : joined(["'", pieceOf(allowed), "'"]);
  if (truth(entryOf(options, 'useNative') ?? { kind: 'undefined' }) !== true) return sql`text check (${wrapped(column.args[0])} in (${values}))`;
  const schema = entryOf(options, 'schemaName');
  const within = isNothing(schema) ? context.schema : pieceOf(schema);
  const name = joined([...(within === undefined ? [] : ['"', within, '".']), '"', pieceOf(entryOf(options, 'enumName')), '"']);
  if (truth(entryOf(options, 'existingType') ?? { kind: 'undefined' }) !== true) context.before(sql`create type ${name} as enum (${values})`);
  return name;
}

/** `default …` of a value, as the library writes it for the type. */
export function defaultOf(value: Value | undefined, type: string): Traced {
  if (value === undefined || value.kind === 'undefined') return written('default ');
  if (value.kind === 'null') return written('default null');
  const raw = rawOf(value);
  if (raw !== undefined) return sql`default ${raw}`;
  if (type === 'bool' && value.kind !== 'unknown') return written(`default '${truth(value) === true && textOf(value) !== 'false' ? '1' : '0'}'`);
  if ((type === 'json' || type === 'jsonb') && (value.kind === 'list' || value.kind === 'record')) return written(`default '${jsonOf(value) ?? '${value}'}'`);
  if (value.kind === 'list') return sql`default ${quotedText(joined(value.items.map(pieceOf), ','))}`;
  return sql`default ${value.kind === 'text' ? quotedText(value) : quotedText(pieceOf(value))}`;
}

const last = (column: Column, ...names: readonly string[]): readonly Value[] | undefined => column.calls.findLast(({ name }) => names.includes(name))?.args;

export const DEFAULTS = ['defaultTo', 'default', 'defaultsTo'] as const;
const NULLABLE = ['nullable', 'notNullable', 'notNull'] as const;

/** Whether the last word is NOT NULL; undefined where nothing is said. */
export function isNotNull(column: Column): boolean | undefined {
  const call = column.calls.findLast(({ name }) => (NULLABLE as readonly string[]).includes(name));
  if (call === undefined) return undefined;
  return call.name !== 'nullable' || (call.args[0]?.kind === 'boolean' && !call.args[0].value);
}

/** Checks of columns are their own clauses, unless the column is altered: then they are statements of the table. */
export function checksOf(column: Column): readonly { readonly predicate: Traced; readonly name: Traced | undefined }[] {
  const found: { predicate: Traced; name: Traced | undefined }[] = [];
  const name = wrapped(columnName(column));
  const add = (predicate: Traced, constraint: Value | undefined): void => void found.push({ predicate, name: isNothing(constraint) ? undefined : pieceOf(constraint) });
  const listed = (value: Value | undefined): Traced => joined((value?.kind === 'list' ? value.items : []).map(literalOf), ',');
  for (const method of CHECKS) {
    const args = last(column, method);
    if (args === undefined) continue;
    const [first, second, third] = args;
    if (method === 'checkPositive') add(sql`${name} > 0`, first);
    else if (method === 'checkNegative') add(sql`${name} < 0`, first);
    else if (method === 'checkIn') add(sql`${name} in (${listed(first)})`, second);
    else if (method === 'checkNotIn') add(sql`${name} not in (${listed(first)})`, second);
    else if (method === 'checkLength') add(sql`length(${name}) ${pieceOf(first)} ${pieceOf(second)}`, third);
    else if (method === 'checkRegex') add(sql`${name} ~ ${literalOf(first)}`, second);
    else {
      const intervals = first?.kind === 'list' && first.items.length === 2 && first.items.every(({ kind }) => kind !== 'list') ? [first] : first?.kind === 'list' ? first.items : [];
      add(joined(intervals.map((interval) => sql`${name} between ${literalOf(interval.kind === 'list' ? interval.items[0] : interval)} and ${literalOf(interval.kind === 'list' ? interval.items[1] : interval)}`), ' or '), second);
    }
  }
  return found;
}

const CHECKS = ['checkPositive', 'checkNegative', 'checkIn', 'checkNotIn', 'checkBetween', 'checkLength', 'checkRegex'] as const;

function modifiersOf(column: Column): readonly Traced[] {
  const found: Traced[] = [];
  const notNull = isNotNull(column);
  if (notNull !== undefined) found.push(written(notNull ? 'not null' : 'null'));
  const value = last(column, ...DEFAULTS);
  if (value !== undefined) found.push(defaultOf(value[0], typeName(column.method)));
  for (const { predicate, name } of checksOf(column)) found.push(joined([...(name === undefined ? [] : ['constraint ', name, ' ']), 'check (', predicate, ')']));
  return found;
}

export const defaultArguments = (column: Column): readonly Value[] | undefined => last(column, ...DEFAULTS);
export const commentOf = (column: Column): readonly Value[] | undefined => last(column, 'comment');
