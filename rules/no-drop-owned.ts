import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-drop-owned',
  summary: 'everything that a role owns is dropped',
  severity: 'error',
  category: 'data-loss',
  on: ['roleChange'],
  recommended: true,
  why: 'DROP OWNED BY drops every table, view, function and schema that the role owns in this database and revokes all its privileges. The statement names none of them, and which they are depends on the server that it runs on.',
  references: [{ title: 'PostgreSQL: DROP OWNED', url: 'https://www.postgresql.org/docs/current/sql-drop-owned.html' }],
  check: (op) => (op.change === 'dropOwned' ? { roles: op.roles.join(', ') } : undefined),
  message: ({ roles }) => `DROP OWNED BY ${roles} drops every object that the role owns, tables with their rows included.`,
  advice: () => 'Hand the objects over with REASSIGN OWNED BY … TO …, or drop them one by one by name; revoke privileges with REVOKE.',
});
