import { defineRule, isRefused, operationsOn } from '../src/rule.ts';

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
    const { before, effects, isNew, name } = context;
    if (isRefused(effects)) return undefined;
    const table = before.table(op.table);
    if (isNew(op.table) || table?.persistence === 'temporary') return undefined;
    // The usual way to make sure that a temporary table can be created.
    if (table === undefined && op.ifExists && operationsOn(context, 'createTable', op.table).some((one) => one.persistence === 'temporary')) return undefined;
    const referencing = table === undefined ? [] : before.referencing(table).filter((one) => one.table.id !== table.id);
    const views = table === undefined ? [] : before.dependentViews(table);
    const takes = [...views.map((view) => `view ${view.name}`), ...referencing.map((one) => `foreign key ${one.constraint.name}`)];
    return {
      relation: name(op.table),
      foreign: op.foreign === true,
      takes: op.behavior === 'cascade' ? takes : [],
      cascade: op.behavior === 'cascade',
      ...(op.foreign === true ? { severity: 'warning' as const } : {}),
    };
  },
  message: ({ relation, foreign, takes, cascade }) =>
    `Dropping ${foreign ? 'foreign table' : 'table'} ${relation} ${foreign ? 'breaks every query on it' : 'deletes all its rows for good'}` +
    `${takes.length > 0 ? `, and CASCADE takes ${takes.slice(0, 5).join(', ')} along` : cascade ? ', and CASCADE takes along whatever depends on it' : ''}.`,
  advice: ({ relation }) =>
    `First deploy code that no longer uses ${relation} and drop its foreign keys one by one; then rename it away (ALTER TABLE … RENAME TO …_unused), keep it for a while, back it up, and drop it in a later migration.`,
  remedy: () => 'dropTable',
});
