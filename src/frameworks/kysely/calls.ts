import { code } from '../../hosts/typescript/source.ts';
import type { Js } from '../../hosts/typescript/source.ts';
import type { ColumnDefinition } from '../../ir/columns.ts';
import type { ObjectName } from '../../ir/names.ts';
import { actionWord, typeWord } from '../shared/call-parts.ts';
import type { Call, CallOn, Calls } from '../shared/code-calls.ts';
import { chain } from '../shared/code-calls.ts';

type Step = readonly [string, ...Js[]];

const named = ({ schema, name }: ObjectName): string => (schema === undefined ? name : `${schema}.${name}`);

const schemaOf = ({ on }: CallOn): string => `${on.replace(/\.schema$/, '')}.schema`;

const altered = (table: ObjectName, at: CallOn, ...steps: readonly Step[]): Call => chain(schemaOf(at), ['alterTable', named(table)], ...steps, ['execute']);

const when = (test: boolean, ...step: Step): readonly Step[] => (test ? [step] : []);

/** `(col) => col.notNull()`. */
const told = (column: string, calls: readonly string[]): readonly Js[] => (calls.length === 0 ? [] : [code(`(${column}) => ${column}${calls.map((one) => `.${one}`).join('')}`)]);

/** What `db.schema` says in its own words. It knows no CONCURRENTLY. */
export const calls: Calls = {
  createIndex({ table, keys, name, unique, concurrently, ifNotExists, method, where }, at) {
    const columns = keys.map(({ column, descending }) => (column === undefined ? '' : descending ? `${column} desc` : column));
    if (concurrently || where !== undefined || name === undefined || columns.includes('')) return undefined;
    const [first = ''] = columns;
    return chain(schemaOf(at), ['createIndex', name], ...when(ifNotExists, 'ifNotExists'), ...when(unique, 'unique'), ['on', named(table)], ...when(method !== 'btree', 'using', method), columns.length === 1 ? ['column', first] : ['columns', columns], ['execute']);
  },
  dropIndex: ({ index, concurrently, ifExists, behavior }, at) => (concurrently ? undefined : chain(schemaOf(at), ['dropIndex', named(index)], ...when(ifExists, 'ifExists'), ...when(behavior === 'cascade', 'cascade'), ['execute'])),
  addColumn({ table, column, ifNotExists }, at) {
    const modifiers = columnCalls(column);
    const type = typeWord(column.type);
    return modifiers === undefined || ifNotExists || !TYPE.test(type) ? undefined : altered(table, at, ['addColumn', column.name, type, ...told('col', modifiers)]);
  },
  dropColumn: ({ table, column, ifExists, behavior }, at) => (ifExists || behavior === 'cascade' ? undefined : altered(table, at, ['dropColumn', column])),
  renameColumn: ({ table, column, newName }, at) => altered(table, at, ['renameColumn', column, newName]),
  renameTable: ({ table, newName }, at) => altered(table, at, ['renameTo', newName]),
  dropTable: ({ table, ifExists, behavior }, at) => chain(schemaOf(at), ['dropTable', named(table)], ...when(ifExists, 'ifExists'), ...when(behavior === 'cascade', 'cascade'), ['execute']),
  setNotNull: ({ table, column }, at) => altered(table, at, ['alterColumn', column, ...told('col', ['setNotNull()'])]),
  dropNotNull: ({ table, column }, at) => altered(table, at, ['alterColumn', column, ...told('col', ['dropNotNull()'])]),
  dropDefault: ({ table, column }, at) => altered(table, at, ['alterColumn', column, ...told('col', ['dropDefault()'])]),
  addConstraint({ table, constraint }, at) {
    const { name, type } = constraint;
    if (name === undefined) return undefined;
    if (type === 'unique') return altered(table, at, ['addUniqueConstraint', name, constraint.columns]);
    if (type === 'primaryKey') return altered(table, at, ['addPrimaryKeyConstraint', name, constraint.columns]);
    if (type !== 'foreignKey') return undefined;
    const [onDelete, onUpdate] = [actionWord(constraint.onDelete)?.toLowerCase(), actionWord(constraint.onUpdate)?.toLowerCase()];
    return altered(table, at, ['addForeignKeyConstraint', name, constraint.columns, named(constraint.references), constraint.referencedColumns], ...when(onDelete !== undefined, 'onDelete', onDelete ?? ''), ...when(onUpdate !== undefined, 'onUpdate', onUpdate ?? ''));
  },
  dropConstraint: ({ table, name, ifExists, behavior }, at) => altered(table, at, ['dropConstraint', name], ...when(ifExists, 'ifExists'), ...when(behavior === 'cascade', 'cascade')),
};

/** Those that Kysely takes as a word: it throws over every other. */
const TYPE = /^(?:(?:var)?char(?:\(\d+\))?|text|integer|smallint|bigint|boolean|real|double precision|numeric(?:\(\d+, \d+\))?|bytea|date|time(?:stamp)?(?:tz)?(?:\(\d+\))?|serial|bigserial|uuid|jsonb?|(?:int[48]|num|tstz?|date)(?:multi)?range)$/;

/** Undefined: the default is no plain value. */
function columnCalls({ notNull, default: value }: ColumnDefinition): readonly string[] | undefined {
  const { literal } = value ?? {};
  if (value !== undefined && (literal === undefined || typeof literal === 'string')) return undefined;
  return [...(notNull ? ['notNull()'] : []), ...(value === undefined ? [] : [`defaultTo(${String(literal)})`])];
}
