import type { Value } from '../../hosts/typescript/value.ts';
import { refuse } from '../shared/refusal.ts';
import { isRecord, optionalText, textIn } from '../shared/host-values.ts';

/** Sequelize takes the quotes out of a name before it puts its own around it. */
export const quoteName = (name: string): string => (name === '*' ? name : `"${name.replaceAll('"', '')}"`);

/** A name with dots: all but the last part become one name. */
export function quoteNames(names: string): string {
  const parts = names.split('.');
  if (parts.length === 1) return quoteName(names);
  return `${quoteName(parts.slice(0, -1).join('->'))}.${quoteName(parts.at(-1) ?? '')}`;
}

/** A table as the query interface takes it: a name, or an object with `tableName` and `schema`. */
export interface TableName {
  readonly schema?: string;
  readonly table: string;
}

export function tableIn(value: Value | undefined, what = 'the name of the table'): TableName {
  if (!isRecord(value)) return { table: textIn(value, what) };
  const schema = optionalText(value, 'schema');
  const table = value.entries.get('tableName');
  return { ...(schema === undefined ? {} : { schema }), table: textIn(table ?? refuse(`${what} is missing`), what) };
}

export const quoteTable = ({ schema, table }: TableName): string => (schema === undefined ? quoteName(table) : `${quoteName(schema)}.${quoteName(table)}`);

/** Where Sequelize works out the schema by itself, it takes `public` and writes it down. */
export const quoteTableInFull = ({ schema = 'public', table }: TableName): string => quoteTable({ schema, table });

/** `addIndex` and the constraints split a plain name at its dots, and nothing else does. */
export const quoteDotted = (value: Value | undefined): string => (isRecord(value) ? quoteTable(tableIn(value)) : quoteNames(textIn(value, 'the name of the table')));

/** Name of the type of an ENUM column. */
export const enumName = ({ table }: TableName, column: string): string => `"${`enum_${table}_${column}`.replaceAll('"', '')}"`;

export const enumNameInFull = (table: TableName, column: string, schema = 'public'): string => `${quoteName(table.schema ?? schema)}.${enumName(table, column)}`;

/** Names of indexes, as Sequelize makes them of those of the columns. */
export const underscore = (name: string): string =>
  name
    .split('::')
    .map((part) => part.replace(/[A-Z]/g, '_$&').replace(/^_/, ''))
    .join('/')
    .toLowerCase();

export const quoteText = (text: string): string => `'${text.replaceAll("'", "''").replaceAll('\0', '\\0')}'`;
