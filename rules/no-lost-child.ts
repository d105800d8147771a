import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-lost-child',
  summary: 'a table with rows stops to be a part of its parent',
  severity: 'warning',
  category: 'compatibility',
  on: ['alterTable'],
  recommended: true,
  down: 'off',
  why: 'A query of the parent reads the rows of all tables that inherit from it. After NO INHERIT those of the child are no longer among them: running code finds less than before, without an error, and an UPDATE or DELETE of the parent passes them over.',
  references: [{ title: 'PostgreSQL: Inheritance', url: 'https://www.postgresql.org/docs/current/ddl-inherit.html' }],
  check(op, { isLive, name }) {
    if (op.change.type !== 'noInherit' || !isLive(op.table)) return undefined;
    return { relation: name(op.table), parent: name(op.change.parent) };
  },
  message: ({ relation, parent }) => `Queries of ${parent} no longer find the rows of ${relation}.`,
  advice: ({ relation, parent }) => `First deploy code that reads ${relation} by itself, or a view over ${parent} and ${relation} together.`,
});
