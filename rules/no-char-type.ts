import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-char-type',
  summary: 'the blank-padded type char(n) is used',
  severity: 'info',
  category: 'hygiene',
  on: ['createTable', 'addColumn', 'changeColumnType'],
  recommended: true,
  why: 'Values are padded with blanks to the full length and compared without them; the padding comes back on reading and vanishes in casts. It saves neither space nor time.',
  references: [{ title: 'PostgreSQL: Character Types', url: 'https://www.postgresql.org/docs/current/datatype-character.html' }],
  check(op, { name }) {
    const columns = op.kind === 'createTable' ? op.columns : op.kind === 'addColumn' ? [op.column] : [{ name: op.column, type: op.type, typeSpan: op.span }];
    return columns.filter(({ type }) => (type.name === 'character' || type.name === 'bpchar') && type.dimensions === 0 && type.modifiers.length > 0).map((column) => ({ at: column.typeSpan, relation: name(op.table), column: column.name }));
  },
  message: ({ relation, column }) => `Column ${column} of ${relation} is char(n): values are padded with blanks.`,
  advice: ({ column }) => `${column} text CHECK (length(${column}) = …)`,
});
