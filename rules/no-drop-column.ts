import type { RuleContext, SubjectOf } from '../src/rule.ts';
import { defineRule, isRefused, modelTable, operationsOn, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-drop-column',
  summary: 'a column is dropped with its values, indexes and constraints',
  severity: 'error',
  category: 'data-loss',
  on: ['dropColumn'],
  recommended: true,
  why: 'The values are gone for good, and so is, without a word, every index and constraint that contains the column: uniqueness is lost and plans get worse. Code of the old release that still names the column fails, ORMs name all of them. Tools that cannot see a rename or a type change write it as DROP plus ADD, which empties the column.',
  references: [{ title: 'PostgreSQL: ALTER TABLE, DROP COLUMN', url: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DROP-COLUMN' }],
  check(op, context) {
    if (isRefused(context.effects)) return undefined;
    const { before, isNew, madeHere, name } = context;
    const table = before.table(op.table);
    const column = before.column(table, op.column);
    if (isNew(op.table) || table?.persistence === 'temporary') return undefined;
    if (column === undefined ? op.ifExists && table?.complete === true : madeHere(column.origin)) return undefined;
    return { relation: name(op.table), table: sqlName(op.table), column: op.column, cascade: op.behavior === 'cascade', takes: lostWith(context, op), ...replacement(context, op) };
  },
  message({ relation, column, takes, cascade, renamedTo, recreated }) {
    const also = takes.length === 0 ? (cascade ? ', and CASCADE takes along what depends on it' : '') : `, and with it ${takes.slice(0, 6).join(', ')}`;
    if (recreated) return `Column ${column} of ${relation} is dropped and added again: all its values are lost${also}.`;
    if (renamedTo !== undefined) return `Column ${column} of ${relation} is dropped while ${renamedTo} is added: if this is a rename, all values are lost${also}.`;
    return `Dropping column ${column} of ${relation} deletes its values for good${also}.`;
  },
  advice({ table, column, renamedTo, recreated, mapped }) {
    if (recreated) return `Change the type in place (ALTER TABLE ${table} ALTER COLUMN ${sqlName(column)} TYPE … USING …), or add a new column, copy in batches and switch over.`;
    if (renamedTo !== undefined) return `${mapped === undefined ? '' : `${mapped} Where the column itself shall have the new name: `}Keep both columns: add ${renamedTo}, copy the values in batches (UPDATE ${table} SET ${sqlName(renamedTo)} = ${sqlName(column)} WHERE …), deploy code that uses it, and drop ${column} later.`;
    return `First deploy code that no longer reads or writes ${column} (and let it be NULL or have a default, so that both releases can insert), keep a copy of the values, then drop it in a later migration.`;
  },
  remedy: () => 'dropColumn',
});

type Dropped = SubjectOf<'dropColumn'>;

/** Indexes and constraints that go with the column. */
function lostWith({ before }: RuleContext, op: Dropped): string[] {
  const table = before.table(op.table);
  if (table === undefined) return [];
  const constraints = table.constraints.filter(({ definition }) =>
    definition.type === 'check' ? definition.expression.columns.includes(op.column) : 'columns' in definition && definition.columns.includes(op.column),
  );
  const indexes = before
    .indexesOf(table)
    .filter((index) => index.constraint === undefined)
    .filter((index) => index.include.includes(op.column) || index.where?.columns.includes(op.column) === true || index.keys.some((key) => key.column === op.column || key.expression?.columns.includes(op.column) === true));
  return [...constraints.map((one) => `constraint ${one.name}`), ...indexes.map((one) => `${one.unique ? 'unique index' : 'index'} ${one.name}`)];
}

interface Replacement {
  readonly recreated: boolean;
  readonly renamedTo?: string;
  /** How to keep the column with a renamed field, where the framework can. */
  readonly mapped?: string;
}

/** The column that the same script adds in its place, if one looks like it. */
function replacement(context: RuleContext, op: Dropped): Replacement {
  const added = operationsOn(context, 'addColumn', op.table);
  if (added.some((one) => one.column.name === op.column)) return { recreated: true };
  const types = typesOf(context, op);
  const type = types.get(op.column);
  const dropped = operationsOn(context, 'dropColumn', op.table);
  // One goes and one comes, of the same type: where each could be several, nobody can tell.
  const alike = added.filter(({ column }) => type === undefined || sameType(column.type, type));
  const rivals = dropped.filter(({ column }) => type === undefined || sameType(types.get(column) ?? type, type));
  const fields = modelTable(context.script.model?.(), op.table)?.columns;
  const renamedTo = alike[0]?.column.name;
  if (renamedTo === undefined || alike.length > 1 || rivals.length > 1 || (type === undefined && added.length > 1) || fields?.has(op.column) === true) return { recreated: false };
  const mapped = context.script.advice?.renamedColumn?.replace('<field>', fields?.get(renamedTo)?.name ?? 'the renamed field').replace('<old>', op.column);
  return { recreated: false, renamedTo, ...(mapped !== undefined && { mapped }) };
}

type Type = SubjectOf<'addColumn'>['column']['type'];

const sameType = (one: Type, other: Type): boolean => one.name === other.name && one.dimensions === other.dimensions;

/** Types of the table's columns as they were before the first drop of the script. */
function typesOf({ before, script }: RuleContext, { table }: Dropped): ReadonlyMap<string, Type> {
  const tables = TYPES.get(script) ?? new Map<string, ReadonlyMap<string, Type>>();
  TYPES.set(script, tables);
  const { schema, name } = before.resolve(table);
  const types = tables.get(`${schema}.${name}`) ?? new Map(before.table(table)?.columns.map((column) => [column.name, column.type]));
  tables.set(`${schema}.${name}`, types);
  return types;
}

const TYPES = new WeakMap<RuleContext['script'], Map<string, ReadonlyMap<string, Type>>>();
