import { defineFailureRule } from '../src/rule.ts';

export default defineFailureRule({
  name: 'no-impossible-query',
  summary: 'a query is refused by the server before it reads a row',
  severity: 'error',
  on: ['select', 'insert', 'update', 'delete', 'createView', 'createMaterializedView', 'createTable', 'createRoutine'],
  causes: {
    'query-refused': 'Correct the query. The message is the server\'s.',
  },
  why: 'The server looks at a whole query before it runs it: a column that two of its tables have needs a qualifier, one beside an aggregate has to be in GROUP BY, the sides of a UNION have as many columns as each other. Where that is broken the statement fails on every database.',
  references: [{ title: 'PostgreSQL: SELECT', url: 'https://www.postgresql.org/docs/current/sql-select.html' }],
});
