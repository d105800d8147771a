import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-enum-type',
  summary: 'an enum type is created',
  severity: 'info',
  category: 'hygiene',
  on: ['createEnum'],
  recommended: false,
  why: 'Values can be added, but never removed or put in another order without a new type and a rewrite of every column; a new value cannot be used in the transaction that adds it.',
  references: [{ title: 'PostgreSQL: Enumerated Types', url: 'https://www.postgresql.org/docs/current/datatype-enum.html' }],
  check: (op, { name }) => ({ type: name(op.type) }),
  message: ({ type }) => `Enum ${type} can grow but never shrink.`,
  advice: () => 'Use a table of the values with a foreign key to it, or text with a CHECK that can be replaced.',
});
