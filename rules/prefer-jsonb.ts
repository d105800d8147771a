import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'prefer-jsonb',
  summary: 'json is used instead of jsonb',
  severity: 'info',
  category: 'hygiene',
  on: ['createTable', 'addColumn', 'changeColumnType'],
  recommended: true,
  why: 'json is kept as text: it is parsed on every access, cannot be indexed, and has no equality, so that SELECT DISTINCT, UNION and GROUP BY over a row that contains it fail.',
  references: [{ title: 'PostgreSQL: JSON Types', url: 'https://www.postgresql.org/docs/current/datatype-json.html' }],
  check(op, { name }) {
    const columns = op.kind === 'createTable' ? op.columns : op.kind === 'addColumn' ? [op.column] : [{ name: op.column, type: op.type, typeSpan: op.span }];
    return columns.filter(({ type }) => type.name === 'json').map((column) => ({ at: column.typeSpan, relation: name(op.table), column: column.name }));
  },
  message: ({ relation, column }) => `Column ${column} of ${relation} is json: it has no equality and no index.`,
  advice: ({ column }) => `${column} jsonb`,
});
