import { defineFailureRule } from '../src/rule.ts';

export default defineFailureRule({
  name: 'no-impossible-query',
  summary: 'a query is refused by the server before it reads a row',
  severity: 'error',
  on: ['select', 'insert', 'update', 'delete', 'createView', 'createMaterializedView', 'createTable', 'createRoutine'],
  causes: {
    'query-refused': ({ failure: { code = '' } }) => ADVICE[code] ?? 'Correct the query.',
  },
  why: 'The server looks at a whole query before it runs it: a column that two of its tables have needs a qualifier, one beside an aggregate has to be in GROUP BY, the sides of a UNION have as many columns as each other. Where that is broken the statement fails on every database.',
  references: [{ title: 'PostgreSQL: SELECT', url: 'https://www.postgresql.org/docs/current/sql-select.html' }],
});

/** By what the server calls the error. */
const ADVICE: Readonly<Record<string, string>> = {
  '42601': 'Make both sides as wide: one value for each column. ON CONFLICT DO UPDATE names the columns of its key.',
  '42702': 'Write the table in front of the column.',
  '42712': 'Give one of the two an alias.',
  '42803': 'Put the column into GROUP BY or into an aggregate. A condition on an aggregate goes into HAVING, an aggregate of aggregates over a subquery.',
  '42P10': 'Name what the select list has, or add it there.',
  '42P20': 'Compute the window function in a subquery in FROM, and use its result here.',
};
