import { defineFailureRule } from '../src/rule.ts';

export default defineFailureRule({
  name: 'no-impossible-index',
  summary: 'an index or generated column uses what the server does not accept there',
  severity: 'error',
  on: ['createIndex', 'addConstraint', 'createTable', 'addColumn', 'alterColumn'],
  causes: {
    'index-expression-not-immutable': 'Use an expression whose result depends on its arguments only: (created_at AT TIME ZONE \'UTC\')::date instead of created_at::date, a constant instead of now().',
    'virtual-column-refused': 'Make the column STORED, or a plain one that a trigger fills; or put the index on the expression itself.',
    'generated-not-immutable': 'Use an expression that depends on the columns of the row only, or a trigger.',
    'index-type-without-operators': 'Make the column jsonb, or index an expression over it, as in ((data ->> \'id\')).',
    'unique-index-method': 'Only btree has unique indexes.',
    'single-column-method': 'Take btree, or an index of its own for each column.',
  },
  why: 'Indexes and generated columns store what an expression gave once. The server accepts only IMMUTABLE functions in them; now(), a cast that depends on the time zone, or a function that reads a table is refused.',
  references: [{ title: 'PostgreSQL: Function Volatility Categories', url: 'https://www.postgresql.org/docs/current/xfunc-volatility.html' }],
});
