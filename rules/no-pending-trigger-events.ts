import { defineFailureRule, operationsOn } from '../src/rule.ts';

export default defineFailureRule({
  name: 'no-pending-trigger-events',
  summary: 'a table is altered while deferred checks of its rows are still due',
  severity: 'error',
  on: ['addColumn', 'dropColumn', 'changeColumnType', 'setNotNull', 'dropNotNull', 'setDefault', 'dropDefault', 'alterColumn', 'addConstraint', 'validateConstraint', 'alterConstraint', 'dropConstraint', 'alterTable', 'setOwner', 'dropTable', 'truncate', 'createIndex'],
  causes: {
    'pending-trigger-events': 'Commit between changing the rows and changing the table, or let the checks run first:\nSET CONSTRAINTS ALL IMMEDIATE;',
  },
  why: 'Rows written under a foreign key that is DEFERRABLE INITIALLY DEFERRED are checked at the end of the transaction. Until then the server refuses to alter the table. It shows only when there are rows: an empty test database passes.',
  references: [{ title: 'PostgreSQL: SET CONSTRAINTS', url: 'https://www.postgresql.org/docs/current/sql-set-constraints.html' }],
  // Deferred by this very script is too late for what was written before.
  exception: (op, context) => ('table' in op && operationsOn(context, 'alterConstraint', op.table).length > 0 ? 'silent' : undefined),
});
