import { code, callSource } from '../../hosts/typescript/source.ts';
import type { Js } from '../../hosts/typescript/source.ts';
import type { ColumnDefinition } from '../../ir/columns.ts';
import type { ConstraintDefinition } from '../../ir/constraints.ts';
import type { DataType, Expression } from '../../ir/expressions.ts';
import type { ObjectName } from '../../ir/names.ts';
import { actionWord, typeWord } from '../shared/call-parts.ts';
import type { Call, CallOn, Calls } from '../shared/code-calls.ts';
import { call } from '../shared/code-calls.ts';

type Steps = readonly (readonly [string, ...Js[]])[];

const schemaOf = (on: string, { schema }: ObjectName): string => `${on.replace(/\.schema$/, '')}.schema${schema === undefined ? '' : `.withSchema('${schema}')`}`;

/** `knex.schema.alterTable('users', (table) => { table.… })`. */
const altered = (table: ObjectName, { on }: CallOn, steps: Steps): Call => ({
  source(style, indent) {
    const inner = indent + style.indent;
    const line = `table${steps.map(([name, ...args]) => callSource(`.${name}`, args, { ...style, width: Number.POSITIVE_INFINITY }, inner)).join('')}${style.semicolon}`;
    return callSource(`${schemaOf(on, table)}.alterTable`, [table.name, code(`(table) => {${style.line}${inner}${line}${style.line}${indent}}`)], { ...style, wraps: false }, indent);
  },
});

/** What the schema builder says in its own words. It knows no CONCURRENTLY. */
export const calls: Calls = {
  createIndex({ table, keys, name, unique, concurrently, method, where }, at) {
    const columns = keys.map(({ column }) => column ?? '');
    if (concurrently || unique || where !== undefined || name === undefined || columns.includes('')) return undefined;
    return altered(table, at, [['index', columns, name, ...(method === 'btree' ? [] : [method])]]);
  },
  dropIndex({ index, concurrently }, at) {
    const made = at.known.index(index.name);
    return concurrently || made === undefined ? undefined : altered(made.table, at, [['dropIndex', made.keys.map(({ column }) => column ?? ''), index.name]]);
  },
  addColumn: ({ table, column }, at) => altered(table, at, columnSteps(column, at)),
  dropColumn: ({ table, column }, at) => altered(table, at, [['dropColumn', column]]),
  renameColumn: ({ table, column, newName }, at) => altered(table, at, [['renameColumn', column, newName]]),
  setNotNull: ({ table, column }, at) => altered(table, at, [['dropNullable', column]]),
  dropNotNull: ({ table, column }, at) => altered(table, at, [['setNullable', column]]),
  renameTable: ({ table, newName }, { on }) => call(`${schemaOf(on, table)}.renameTable`, table.name, newName),
  dropTable: ({ table, ifExists, behavior }, { on }) => (behavior === 'cascade' ? undefined : call(`${schemaOf(on, table)}.${ifExists ? 'dropTableIfExists' : 'dropTable'}`, table.name)),
  addConstraint({ table, constraint }, at) {
    const steps = constraintSteps(constraint);
    return steps === undefined ? undefined : altered(table, at, steps);
  },
  dropConstraint({ table, name }, at) {
    const made = at.known.constraint(name);
    if (made === undefined || !('columns' in made)) return undefined;
    const method = { unique: 'dropUnique', foreignKey: 'dropForeign', primaryKey: 'dropPrimary', exclusion: undefined }[made.type];
    return method === undefined ? undefined : altered(table, at, [method === 'dropPrimary' ? [method, name] : [method, made.columns.map((column) => column ?? ''), name]]);
  },
};

const METHODS: Readonly<Record<string, string>> = { text: 'text', integer: 'integer', bigint: 'bigInteger', smallint: 'smallint', boolean: 'boolean', uuid: 'uuid', jsonb: 'jsonb', json: 'json', date: 'date', 'timestamp with time zone': 'timestamp', 'double precision': 'double', real: 'float', bytea: 'binary' };

function typeStep(name: string, type: DataType): readonly [string, ...Js[]] {
  const [length] = type.modifiers;
  if (type.dimensions === 0 && type.schema === undefined) {
    if (type.name === 'character varying' && length !== undefined) return length === 255 ? ['string', name] : ['string', name, length];
    const method = METHODS[type.name];
    if (method !== undefined && length === undefined && method !== 'float') return [method, name];
  }
  return ['specificType', name, typeWord(type)];
}

const columnSteps = ({ name, type, notNull, default: value }: ColumnDefinition, at: CallOn): Steps => [
  typeStep(name, type),
  ...(notNull ? ([['notNullable']] as const) : []),
  ...(value === undefined ? [] : ([['defaultTo', valueOf(value, at)]] as const)),
];

const valueOf = ({ literal, text }: Expression, { on }: CallOn): Js => (literal === undefined ? code(`${on.replace(/\.schema$/, '')}.raw`, text) : literal);

function constraintSteps(constraint: ConstraintDefinition): Steps | undefined {
  const { name } = constraint;
  if (name === undefined) return undefined;
  if (constraint.type === 'unique') return [['unique', constraint.columns, { indexName: name }]];
  if (constraint.type === 'primaryKey') return [['primary', constraint.columns, { constraintName: name }]];
  if (constraint.type !== 'foreignKey') return undefined;
  const { schema, name: table } = constraint.references;
  const few = (list: readonly string[]): Js => (list.length === 1 ? (list[0] ?? '') : list);
  const [onDelete, onUpdate] = [actionWord(constraint.onDelete), actionWord(constraint.onUpdate)];
  return [
    ['foreign', few(constraint.columns), name],
    ['references', few(constraint.referencedColumns)],
    ['inTable', schema === undefined ? table : `${schema}.${table}`],
    ...(onDelete === undefined ? [] : ([['onDelete', onDelete]] as const)),
    ...(onUpdate === undefined ? [] : ([['onUpdate', onUpdate]] as const)),
  ];
}
