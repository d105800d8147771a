import { defineFailureRule } from '../src/rule.ts';

export default defineFailureRule({
  name: 'no-incompatible-replace',
  summary: 'a CREATE OR REPLACE changes what it cannot change',
  severity: 'error',
  on: ['createView', 'createRoutine'],
  causes: {
    'view-columns-changed': 'Keep the old columns, with names and types, in front, and add new ones at the end; or create a view of another name; or DROP and CREATE it in one transaction, and GRANT again.',
    'function-signature-changed': 'Keep kind, result type, names of parameters and defaults; or DROP and CREATE it in one transaction, or give the new one another name.',
  },
  why: 'CREATE OR REPLACE VIEW can add columns at the end, but drop, rename or retype none. CREATE OR REPLACE FUNCTION can change neither the result type nor the names of parameters, and take no default away. The server refuses the statement.',
  references: [{ title: 'PostgreSQL: CREATE VIEW', url: 'https://www.postgresql.org/docs/current/sql-createview.html' }],
});
