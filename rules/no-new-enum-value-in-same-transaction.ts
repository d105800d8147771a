import { defineFailureRule } from '../src/rule.ts';

export default defineFailureRule({
  name: 'no-new-enum-value-in-same-transaction',
  summary: 'a new enum value is used in the transaction that added it',
  severity: 'error',
  on: ['insert', 'update', 'delete', 'merge', 'select', 'setDefault', 'addColumn', 'changeColumnType', 'createTable', 'addConstraint', 'createIndex', 'createView', 'createMaterializedView', 'createPolicy', 'alterPolicy', 'createTrigger', 'createRule', 'alterDomain', 'createDomain', 'createRoutine'],
  causes: {
    'new-enum-value-in-transaction': 'Put ALTER TYPE … ADD VALUE into a migration of its own, so that it is committed before the value is used. (An enum that is created in the same transaction has no such restriction.)',
  },
  why: 'A value added to an existing enum can be written to disk only after the transaction that added it has committed. Using it earlier, in a row, a default, a check or an index predicate, is an error, and takes the whole migration with it.',
  references: [{ title: 'PostgreSQL: ALTER TYPE, Notes', url: 'https://www.postgresql.org/docs/current/sql-altertype.html' }],
});
