import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'require-constraint-name',
  summary: 'a constraint or index is left for the server to name',
  severity: 'info',
  category: 'hygiene',
  on: ['addConstraint', 'createIndex'],
  recommended: false,
  why: 'A name that the server chooses depends on what exists at that moment, so it can differ between environments; the migration that drops the constraint later has to guess it.',
  references: [{ title: 'PostgreSQL: Constraints', url: 'https://www.postgresql.org/docs/current/ddl-constraints.html' }],
  check(op, { name }) {
    const named = op.kind === 'createIndex' ? op.name : op.constraint.name;
    return named === undefined ? { relation: name(op.table), what: op.kind === 'createIndex' ? 'An index' : 'A constraint' } : undefined;
  },
  message: ({ relation, what }) => `${what} of ${relation} has no name of its own.`,
  advice: () => 'ADD CONSTRAINT <name> …, CREATE INDEX <name> ON ….',
});
