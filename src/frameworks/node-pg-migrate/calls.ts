import { code } from '../../hosts/typescript/source.ts';
import type { Js } from '../../hosts/typescript/source.ts';
import type { ColumnDefinition } from '../../ir/columns.ts';
import type { ConstraintDefinition } from '../../ir/constraints.ts';
import type { Expression } from '../../ir/expressions.ts';
import type { ObjectName } from '../../ir/names.ts';
import type { IndexKey } from '../../ir/operations/indexes.ts';
import { actionWord, typeWord } from '../shared/call-parts.ts';
import type { CallOn, Calls, OptionOf } from '../shared/code-calls.ts';
import { call } from '../shared/code-calls.ts';
import { onlyConcurrently } from '../shared/code-options.ts';

const named = ({ schema, name }: ObjectName): Js => (schema === undefined ? name : { schema, name });

/** One is told by itself. */
const few = (list: readonly Js[]): Js => (list.length === 1 ? (list[0] ?? []) : list);

/** What `pgm` says in its own words. */
export const calls: Calls = {
  createIndex({ table, keys, name, unique, concurrently, ifNotExists, method, include, where }, { on }) {
    const columns = keys.map(keyOf);
    if (columns.includes('') || !METHODS.includes(method)) return undefined;
    return call(`${on}.createIndex`, named(table), columns.every((column) => typeof column === 'string') ? few(columns) : columns, {
      name,
      unique: unique || undefined,
      method: method === 'btree' ? undefined : method,
      include: include.length === 0 ? undefined : include,
      where: where?.text,
      ifNotExists: ifNotExists || undefined,
      concurrently: concurrently || undefined,
    });
  },
  dropIndex({ index, concurrently, ifExists, behavior }, { on, known }) {
    const made = known.index(index.name);
    return made === undefined ? undefined : call(`${on}.dropIndex`, named(made.table), few(made.keys.map(({ column }) => column ?? '')), { name: index.name, ifExists: ifExists || undefined, cascade: behavior === 'cascade' || undefined, concurrently: concurrently || undefined });
  },
  addColumn: ({ table, column, ifNotExists }, at) => call(`${at.on}.addColumn`, named(table), { [column.name]: columnOf(column, at) }, { ifNotExists: ifNotExists || undefined }),
  dropColumn: ({ table, column, ifExists, behavior }, { on }) => call(`${on}.dropColumn`, named(table), column, { ifExists: ifExists || undefined, cascade: behavior === 'cascade' || undefined }),
  renameColumn: ({ table, column, newName }, { on }) => call(`${on}.renameColumn`, named(table), column, newName),
  renameTable: ({ table, newName }, { on }) => call(`${on}.renameTable`, named(table), newName),
  dropTable: ({ table, ifExists, behavior }, { on }) => call(`${on}.dropTable`, named(table), { ifExists: ifExists || undefined, cascade: behavior === 'cascade' || undefined }),
  setNotNull: ({ table, column }, { on }) => call(`${on}.alterColumn`, named(table), column, { notNull: true }),
  dropNotNull: ({ table, column }, { on }) => call(`${on}.alterColumn`, named(table), column, { notNull: false }),
  setDefault: ({ table, column, default: value }, at) => call(`${at.on}.alterColumn`, named(table), column, { default: valueOf(value, at) }),
  dropDefault: ({ table, column }, { on }) => call(`${on}.alterColumn`, named(table), column, { default: null }),
  addConstraint({ table, constraint }, { on }) {
    const said = constraintOf(constraint);
    return said === undefined || constraint.name === undefined ? undefined : call(`${on}.addConstraint`, named(table), constraint.name, said);
  },
  dropConstraint: ({ table, name, ifExists, behavior }, { on }) => call(`${on}.dropConstraint`, named(table), name, { ifExists: ifExists || undefined, cascade: behavior === 'cascade' || undefined }),
};

/** `concurrently: true` is all that a call lacks. */
export const option: OptionOf = (before, after) => (onlyConcurrently(before, after) ? { methods: ['createIndex', 'addIndex', 'dropIndex'], argument: () => 2, name: 'concurrently', value: true } : undefined);

/** Those that the library's types know. */
const METHODS = ['btree', 'hash', 'gist', 'spgist', 'gin'];

function keyOf({ column, operatorClass, descending, collation, nulls }: IndexKey): Js {
  if (column === undefined || collation !== undefined || nulls !== undefined) return '';
  return operatorClass === undefined && !descending ? column : { name: column, opclass: operatorClass, sort: descending ? 'DESC' : undefined };
}

const valueOf = ({ literal, text }: Expression, { on }: CallOn): Js => (literal === undefined ? code(`${on}.func`, text) : literal);

const columnOf = ({ type, notNull, default: value, collation }: ColumnDefinition, at: CallOn): Js => ({ type: typeWord(type), collation, notNull: notNull || undefined, default: value === undefined ? undefined : valueOf(value, at) });

function constraintOf(constraint: ConstraintDefinition): Js | undefined {
  if (constraint.type === 'unique') return { unique: few(constraint.columns) };
  if (constraint.type === 'primaryKey') return { primaryKey: few(constraint.columns) };
  if (constraint.type === 'check') return { check: constraint.expression.text };
  if (constraint.type !== 'foreignKey') return undefined;
  const { schema, name } = constraint.references;
  const target = `${schema === undefined ? '' : `${schema}.`}${name}(${constraint.referencedColumns.join(', ')})`;
  return { foreignKeys: { columns: few(constraint.columns), references: constraint.referencedColumns.length === 0 ? named(constraint.references) : target, onDelete: actionWord(constraint.onDelete), onUpdate: actionWord(constraint.onUpdate) } };
}
