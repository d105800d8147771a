import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-drop-database',
  summary: 'a whole database is dropped',
  severity: 'error',
  category: 'data-loss',
  on: ['dropObject'],
  recommended: true,
  why: 'DROP DATABASE deletes every schema, table and row at once; it cannot be undone and cannot run in a transaction. A migration that is applied to the wrong server by mistake should not be able to do that.',
  references: [{ title: 'PostgreSQL: DROP DATABASE', url: 'https://www.postgresql.org/docs/current/sql-dropdatabase.html' }],
  check: (op) => (op.objectType === 'database' ? { database: op.object.name } : undefined),
  message: ({ database }) => `DROP DATABASE ${database} deletes everything in it for good.`,
  advice: () => 'Do this by hand, on the right server and after a backup, not in a migration.',
});
