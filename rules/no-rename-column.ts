import type { RuleContext, SubjectOf } from '../src/rule.ts';
import { defineRule, isRefused, isSuccessor, operationsIn, operationsOn, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-rename-column',
  summary: 'a column is renamed while code that uses the old name still runs',
  severity: 'error',
  category: 'compatibility',
  on: ['renameColumn'],
  recommended: true,
  why: 'The rename takes effect at once, but the old release keeps running until the deploy is complete (and comes back with a rollback): each of its queries that names the old column fails. ORMs name every column. Views keep working; functions with a text body do not.',
  references: [{ title: 'PostgreSQL: ALTER TABLE, RENAME', url: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-RENAME' }],
  check(op, context) {
    const { before, effects, isNew, madeHere, name } = context;
    if (isRefused(effects)) return undefined;
    const table = before.table(op.table);
    const column = before.column(table, op.column);
    if (isNew(op.table) || table?.persistence === 'temporary' || (column !== undefined && madeHere(column.origin))) return undefined;
    const renames = operationsOn(context, 'renameColumn', op.table);
    // The end of a column swap: the name that running code knows is there again, or this column was made to take the one that has become free.
    if (renames.some((one) => one.newName === op.column)) return undefined;
    const vacated = renames.find((one) => one.column === op.newName && one.span.start < op.span.start);
    if (vacated !== undefined && isSuccessor({ name: op.column, origin: column?.origin }, { name: op.newName, origin: before.column(table, vacated.newName)?.origin })) return undefined;
    const again = operationsOn(context, 'addColumn', op.table).find((one) => one.column.name === op.column);
    if (again !== undefined && (again.column.generated !== undefined || operationsOn(context, 'update', op.table).some(({ assignments }) => assignments.some((one) => one.column === op.column)))) return undefined;
    if (operationsOn(context, 'dropColumn', op.table).some((one) => one.column === op.newName)) return undefined;
    if (isServedByView(op, context)) return undefined;
    return { relation: name(op.table), column: op.column, newName: op.newName, isTable: op.objectType === 'table', again: again !== undefined, sql: { table: sqlName(op.table), newName: sqlName(op.newName), type: column?.type.name ?? '…' } };
  },
  message: ({ relation, column, newName, again }) => `Renaming column ${column} of ${relation} to ${newName} breaks running code that still uses ${column}${again ? ': it finds a new one without the values' : ''}.`,
  advice: ({ column, newName, isTable, sql }) =>
    isTable
      ? `In steps: ALTER TABLE ${sql.table} ADD COLUMN ${sql.newName} ${sql.type}; let a trigger or the code write both; copy the old values in batches; deploy code that reads ${newName}; drop ${column} in a later migration.`
      : `Give out the column under both names (CREATE OR REPLACE VIEW with ${newName} at the end), and take ${column} away when no code uses it any more.`,
  remedy: () => 'renameColumn',
});

/** In the same transaction the table gets another name, and a view under the old one still gives out the old column. */
function isServedByView(op: SubjectOf<'renameColumn'>, { script, unit }: RuleContext): boolean {
  const renamed = operationsIn(script, 'renameTable').find((one) => (one.span.start < op.span.start ? one.newName : one.table.name) === op.table.name);
  const now = renamed?.newName;
  const view = operationsIn(script, 'createView').find(
    (one) => one.view.name === renamed?.table.name && one.span.start > op.span.start && one.query.reads.some((use) => use.relation.name === now) && (one.columns.length > 0 ? one.columns : one.query.outputs).includes(op.column),
  );
  if (view === undefined || unit === undefined) return false;
  const commit = operationsIn(script, 'transaction').find((one) => one.action === 'commit' && one.span.start > op.span.start);
  return commit === undefined || commit.span.start > view.span.start;
}
