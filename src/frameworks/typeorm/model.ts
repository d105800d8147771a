import type { ChainValue, RecordValue, Value } from '../../hosts/typescript/value.ts';
import { refuse } from '../shared/refusal.ts';
import { flag, listIn, optionalText, placeholder, reasonOf, textIn } from '../shared/host-values.ts';
import { indexName, foreignKeyName, uniqueName, checkName, exclusionName } from './naming.ts';

/** A table by its name, with the schema where that is told. */
export interface TablePath {
  readonly schema?: string;
  readonly table: string;
}

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly options: RecordValue;
  readonly value: Value;
}

/** An index, key or constraint: its name, made up where it has none. */
export interface Part {
  readonly name: string;
  readonly options: RecordValue;
  readonly value: Value;
}

/** Made by `new` of that class; methods of the library tell such objects from plain ones. */
export const isObject = (value: Value | undefined, className: string): value is RecordValue => value?.kind === 'record' && value.className === className;

/** What `new Table({ … })` was given and became since, or a plain object; undefined for anything else. */
export function optionsOf(value: Value | undefined, className: string): RecordValue | undefined {
  if (value?.kind === 'record') return value;
  const step = value?.kind === 'chain' && value.root === 'typeorm' ? value.steps.at(-1) : undefined;
  const [options] = step?.step === 'new' ? step.args : [];
  return options === undefined ? undefined : refuse(`the options of the ${className}: ${reasonOf(options)}`);
}

export const required = (value: Value | undefined, className: string): RecordValue => optionsOf(value, className) ?? refuse(value === undefined ? `the ${className} is missing` : `the ${className}: ${reasonOf(value)}`);

export const splitPath = (name: string): TablePath => {
  const [first = '', second] = name.split('.');
  return second === undefined ? { table: first } : { schema: first, table: second };
};

/** A name, or a Table or View. */
export function pathIn(value: Value | undefined, what = 'the name of the table'): TablePath {
  if (value?.kind === 'text') return splitPath(value.text);
  if (value?.kind === 'unknown') return { table: placeholder(value) };
  if (value?.kind === 'host') return splitPath(value.host.name);
  const options = optionsOf(value, 'Table') ?? optionsOf(value, 'View') ?? refuse(`${what} is ${value === undefined ? 'missing' : reasonOf(value)}`);
  const own = splitPath(textIn(options.entries.get('name'), what));
  const schema = optionalText(options, 'schema') ?? own.schema;
  return { ...(schema === undefined ? {} : { schema }), table: own.table };
}

export const escapePath = ({ schema, table }: TablePath): string => (schema === undefined || schema === 'public' ? `"${table}"` : `"${schema}"."${table}"`);

/** Name that generated names are made of. */
export const hashed = ({ table }: TablePath): string => table;

export function columnIn(value: Value | undefined): Column {
  if (value?.kind === 'unknown') return refuse(`the column: ${value.reason}`);
  const options = required(value, 'TableColumn');
  const type = options.entries.get('type');
  return { name: textIn(options.entries.get('name'), 'the name of the column'), type: type === undefined || type.kind === 'undefined' ? '' : textIn(type, 'the type of the column'), options, value: value ?? options };
}

export const columnNames = (options: RecordValue, entry = 'columnNames'): readonly string[] => {
  const value = options.entries.get(entry);
  return value === undefined ? [] : listIn(value, `\`${entry}\``).items.map((item) => textIn(item, `\`${entry}\``));
};

/** An entry that is absent, null or empty gives undefined. */
export const entries = (options: RecordValue, name: string): readonly Value[] => {
  const value = options.entries.get(name);
  return value === undefined || value.kind === 'null' || value.kind === 'undefined' ? [] : listIn(value, `\`${name}\``).items;
};

type Kind = 'TableIndex' | 'TableForeignKey' | 'TableUnique' | 'TableCheck' | 'TableExclusion';

const GENERATED: { readonly [K in Kind]: (table: string, options: RecordValue) => string } = {
  TableIndex: (table, options) => indexName(table, columnNames(options), optionalText(options, 'where')),
  TableForeignKey: (table, options) => foreignKeyName(table, columnNames(options)),
  TableUnique: (table, options) => uniqueName(table, columnNames(options)),
  TableCheck: (table, options) => checkName(table, optionalText(options, 'expression') ?? ''),
  TableExclusion: (table, options) => exclusionName(table, optionalText(options, 'expression') ?? ''),
};

export function partIn(value: Value | undefined, kind: Kind, path: TablePath): Part {
  const options = required(value, kind);
  return { name: optionalText(options, 'name') ?? GENERATED[kind](hashed(path), options), options, value: value ?? options };
}

const MADE_UP_TO_DROP: ReadonlySet<Kind> = new Set(['TableIndex', 'TableForeignKey']);

/** What shall be dropped: by name, as an object, or what the table in the database has. */
export function partName(value: Value | undefined, kind: Kind, path: TablePath): string {
  if (value?.kind === 'text') return value.text;
  if (value?.kind === 'unknown') return placeholder(value).replace(/\}$/, '.name}');
  const { name, options } = partIn(value, kind, path);
  // The library makes up the names of indexes and foreign keys that it drops, and no others.
  return MADE_UP_TO_DROP.has(kind) ? name : (optionalText(options, 'name') ?? 'undefined');
}

/** A yes or no of an option; unknown ones are refused. */
export const isSet = flag;

/** An argument that is true. */
export function isTrue(value: Value | undefined, otherwise = false): boolean {
  if (value === undefined || value.kind === 'undefined') return otherwise;
  if (value.kind === 'boolean') return value.value;
  return value.kind === 'null' ? false : refuse(`an argument is ${reasonOf(value)}`);
}

export type TypeOrmChain = ChainValue;
