import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-money-type',
  summary: 'the money type is used',
  severity: 'info',
  category: 'hygiene',
  on: ['createTable', 'addColumn', 'changeColumnType'],
  recommended: true,
  why: 'How many decimals a money value has, and which currency it shows, depends on lc_monetary of the server and session, not on the data: the same bytes read as another amount after a move to another server.',
  references: [{ title: 'PostgreSQL: Monetary Types', url: 'https://www.postgresql.org/docs/current/datatype-money.html' }],
  check(op, { name }) {
    const columns = op.kind === 'createTable' ? op.columns : op.kind === 'addColumn' ? [op.column] : [{ name: op.column, type: op.type, typeSpan: op.span }];
    return columns.filter(({ type }) => type.name === 'money').map((column) => ({ at: column.typeSpan, relation: name(op.table), column: column.name }));
  },
  message: ({ relation, column }) => `Column ${column} of ${relation} is money, whose meaning depends on the locale.`,
  advice: ({ column }) => `${column} numeric(12, 2), with a column for the currency`,
});
