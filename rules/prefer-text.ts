import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'prefer-text',
  summary: 'a length limit is part of the type',
  severity: 'info',
  category: 'hygiene',
  on: ['createTable', 'addColumn', 'changeColumnType'],
  recommended: false,
  why: 'text and varchar(n) are stored alike. A limit in the type takes an ACCESS EXCLUSIVE lock to widen and a rewrite to narrow; a CHECK can be added NOT VALID, validated without blocking, and replaced.',
  references: [{ title: 'PostgreSQL: Character Types', url: 'https://www.postgresql.org/docs/current/datatype-character.html' }],
  check(op, { name }) {
    const columns = op.kind === 'createTable' ? op.columns : op.kind === 'addColumn' ? [op.column] : [{ name: op.column, type: op.type, typeSpan: op.span }];
    return columns.filter(({ type }) => type.name === 'character varying' && type.modifiers.length > 0).map((column) => ({ at: column.typeSpan, relation: name(op.table), column: column.name }));
  },
  message: ({ relation, column }) => `Column ${column} of ${relation} has its length limit in the type.`,
  advice: ({ column }) => `${column} text CHECK (length(${column}) <= …)`,
});
