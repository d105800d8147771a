import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-cached-plan-break',
  summary: 'a column of a live table changes its type, which invalidates prepared statements',
  severity: 'info',
  category: 'compatibility',
  on: ['changeColumnType'],
  recommended: false,
  why: 'Sessions that prepared SELECT * or a query that returns the column before the change get "cached plan must not change result type" once, also when nothing is rewritten. Drivers and poolers with a statement cache pass that error on, or lose the transaction.',
  references: [{ title: 'PostgreSQL: PREPARE', url: 'https://www.postgresql.org/docs/current/sql-prepare.html' }],
  check: (op, { isNew, name }) => (isNew(op.table) ? undefined : { relation: name(op.table), column: op.column }),
  message: ({ relation, column }) => `Prepared statements that return ${column} of ${relation} fail once after its type changes.`,
  advice: () => 'Deploy at a quiet time, and let the pool reconnect or DEALLOCATE ALL after the migration.',
});
