import { defineFailureRule } from '../src/rule.ts';

export default defineFailureRule({
  name: 'no-impossible-declaration',
  summary: 'a column, trigger or policy contradicts itself, or there are more columns than the server takes',
  severity: 'error',
  on: ['createTable', 'addColumn', 'addConstraint', 'createIndex', 'createTrigger', 'createPolicy'],
  causes: {
    'declaration-refused': ({ failure: { code } }) => (code === TOO_MANY ? 'Leave some of the columns out, or put them into a second table or index.' : 'Leave out one of the parts. The message names the two that exclude each other.'),
  },
  why: 'The server refuses a declaration of which two parts exclude each other: a serial column with a default of its own, a column that is NULL and NOT NULL, a trigger for INSERT that asks for the old row, a policy for INSERT with USING. It also has bounds: 32 columns in an index or a key, 1,600 in a table.',
  references: [{ title: 'PostgreSQL: CREATE TABLE', url: 'https://www.postgresql.org/docs/current/sql-createtable.html' }],
});

/** What the server calls it. */
const TOO_MANY = '54011';
