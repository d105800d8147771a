import type { RuleContext, SubjectOf } from '../src/rule.ts';
import { defineRule, isRefused, modelTable, operationsIn, operationsOn, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-drop-table',
  summary: 'a table is dropped with all its rows',
  severity: 'error',
  category: 'data-loss',
  on: ['dropTable'],
  recommended: true,
  why: 'DROP TABLE removes the rows, indexes, triggers and grants for good: no down migration brings the rows back. Code that still runs with the old release fails at its next query. The ACCESS EXCLUSIVE lock extends to every table that a foreign key of the dropped one points to.',
  references: [{ title: 'PostgreSQL: DROP TABLE', url: 'https://www.postgresql.org/docs/current/sql-droptable.html' }],
  check(op, context) {
    const { before, effects, isLive, isNew, name } = context;
    if (isRefused(effects)) return undefined;
    const table = before.table(op.table);
    if (isNew(op.table) || (table === undefined ? !isLive(op.table) : table.persistence === 'temporary') || keepsBatches(table, before)) return undefined;
    // The history has dropped it before, or has never had it and makes it here: nothing is there to be dropped.
    if (table === undefined && op.ifExists && effects.locks.length === 0 && (before.isGone(op.table) || operationsOn(context, 'createTable', op.table).some((one) => one.span.start > op.span.start))) return undefined;
    // The usual way to make sure that a temporary table can be created.
    if (table === undefined && op.ifExists && operationsOn(context, 'createTable', op.table).some((one) => one.persistence === 'temporary')) return undefined;
    const referencing = table === undefined ? [] : before.referencing(table).filter((one) => one.table.id !== table.id);
    const views = table === undefined ? [] : before.dependentViews(table);
    const takes = [...views.map((view) => `view ${view.name}`), ...referencing.map((one) => `foreign key ${one.constraint.name}`)];
    return {
      relation: name(op.table),
      table: sqlName(op.table),
      foreign: op.foreign === true,
      takes: op.behavior === 'cascade' ? takes : [],
      cascade: op.behavior === 'cascade',
      ...renamed(op, context),
      ...(op.foreign === true ? { severity: 'warning' as const } : {}),
    };
  },
  message: ({ relation, foreign, takes, cascade, renamedTo }) =>
    (renamedTo === undefined ? `Dropping ${foreign ? 'foreign table' : 'table'} ${relation} ${foreign ? 'breaks every query on it' : 'deletes all its rows for good'}` : `Table ${relation} is dropped while ${renamedTo} is created with the same columns: if this is a rename, all rows are lost`) +
    `${takes.length > 0 ? `, and CASCADE takes ${takes.slice(0, 5).join(', ')} along` : cascade ? ', and CASCADE takes along whatever depends on it' : ''}.`,
  advice: ({ relation, table, renamedTo, mapped }) =>
    renamedTo !== undefined
      ? `${mapped === undefined ? '' : `${mapped} `}Where the table itself shall have the new name: ALTER TABLE ${table} RENAME TO ${renamedTo}, with a view of the old name until no code uses it.`
      : `First deploy code that no longer uses ${relation} and drop its foreign keys one by one; then rename it away (ALTER TABLE … RENAME TO …_unused), keep it for a while, back it up, and drop it in a later migration.`,
  remedy: () => 'dropTable',
});

/** What batches of a plan keep of how far they came, or of the rows that are left: nobody else knows the table. */
function keepsBatches(table: ReturnType<RuleContext['before']['table']>, before: RuleContext['before']): boolean {
  if (table === undefined || !/_batches(?:_\d+)?$/.test(table.name) || table.constraints.length > 0) return false;
  return /^is_end(?:_of_batches)?$/.test(table.columns.at(-1)?.name ?? '') || before.indexesOf(table).some(({ name, unique }) => unique && name === `${table.name}_key`);
}

/** The table that the same script creates with the same columns, if there is one. */
function renamed(op: SubjectOf<'dropTable'>, { before, script }: RuleContext): { readonly renamedTo?: string; readonly mapped?: string } {
  const columns = before.table(op.table)?.columns ?? [];
  const fields = script.model?.();
  if (columns.length < 2 || modelTable(fields, op.table) !== undefined) return {};
  const alike = operationsIn(script, 'createTable').filter((made) => made.columns.length >= columns.length && columns.every(({ name, type }) => made.columns.some((one) => one.name === name && one.type.name === type.name)));
  const [made] = alike;
  // Made anew under its own name it is no rename.
  if (made === undefined || alike.length > 1 || made.table.name === op.table.name) return {};
  const keep = isJoinTable(made) ? script.advice?.renamedJoinTable?.replace('<old>', op.table.name.slice(1)) : script.advice?.renamedTable?.replace('<model>', modelTable(fields, made.table)?.name ?? 'the renamed model').replace('<old>', op.table.name);
  return { renamedTo: sqlName(made.table.name), ...(keep !== undefined && made.columns.length === columns.length && { mapped: keep }) };
}

/** The table of a many-to-many relation that no model stands for: it has its name from the two models. */
const isJoinTable = ({ table, columns }: SubjectOf<'createTable'>): boolean => table.name.startsWith('_') && columns.map(({ name }) => name).join() === 'A,B';
