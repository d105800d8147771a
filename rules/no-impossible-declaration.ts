import { defineFailureRule } from '../src/rule.ts';

export default defineFailureRule({
  name: 'no-impossible-declaration',
  summary: 'a column, trigger or policy is declared in a way that contradicts itself',
  severity: 'error',
  on: ['createTable', 'addColumn', 'createTrigger', 'createPolicy'],
  causes: {
    'declaration-refused': 'Leave out one of the parts. The message names the two that exclude each other.',
  },
  why: 'The server refuses a declaration of which two parts exclude each other: a serial column with a default of its own, a column that is NULL and NOT NULL, a trigger for INSERT that asks for the old row, a policy for INSERT with USING.',
  references: [{ title: 'PostgreSQL: CREATE TABLE', url: 'https://www.postgresql.org/docs/current/sql-createtable.html' }],
});
