import { defineRule, isSystem } from '../src/rule.ts';

export default defineRule({
  name: 'no-system-catalog-write',
  summary: 'rows of a system catalog are changed by hand',
  severity: 'error',
  category: 'compatibility',
  on: ['insert', 'update', 'delete', 'merge', 'truncate'],
  recommended: true,
  why: 'The catalogs are the server\'s own memory. A change by hand skips every check, lock and dependency: a deleted enum value leaves rows that cannot be read, a flipped flag makes constraints lie, and nothing tells the other sessions. Managed services refuse it.',
  references: [{ title: 'PostgreSQL: System Catalogs', url: 'https://www.postgresql.org/docs/current/catalogs-overview.html' }],
  check(op, { name, resolve }) {
    const { name: table } = op.table;
    return isSystem(resolve(op.table)) ? { relation: name(op.table), table, verb: op.kind.toUpperCase() } : undefined;
  },
  message: ({ table, verb }) => `${verb} on system catalog ${table} bypasses every check of the server.`,
  advice: () => 'Use the statement that exists for it: ALTER TYPE, ALTER TABLE … VALIDATE CONSTRAINT, ALTER TABLE … SET STORAGE and so on.',
});
