import { defineFailureRule } from '../src/rule.ts';

export default defineFailureRule({
  name: 'no-pending-trigger-events',
  summary: 'a table is altered while deferred checks of its rows are still due',
  severity: 'error',
  on: ['addColumn', 'dropColumn', 'renameColumn', 'changeColumnType', 'setNotNull', 'dropNotNull', 'setDefault', 'dropDefault', 'alterColumn', 'addConstraint', 'validateConstraint', 'alterConstraint', 'dropConstraint', 'alterTable', 'renameTable', 'dropTable', 'truncate', 'createIndex', 'dropIndex', 'reindex', 'attachPartition', 'detachPartition', 'createTrigger', 'dropTrigger', 'maintenance'],
  causes: {
    'pending-trigger-events': 'Commit between changing the rows and changing the table, or SET CONSTRAINTS ALL IMMEDIATE; before the ALTER TABLE, so that the checks run first.',
  },
  why: 'Rows written under a constraint that is DEFERRABLE INITIALLY DEFERRED are checked at the end of the transaction. Until then the server refuses to alter the table. It shows only when there are rows: an empty test database passes.',
  references: [{ title: 'PostgreSQL: SET CONSTRAINTS', url: 'https://www.postgresql.org/docs/current/sql-set-constraints.html' }],
});
