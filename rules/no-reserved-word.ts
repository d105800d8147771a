import { defineRule, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-reserved-word',
  summary: 'a table or column has the name of an SQL keyword',
  severity: 'info',
  category: 'hygiene',
  on: ['createTable', 'addColumn', 'renameTable', 'renameColumn'],
  recommended: false,
  why: 'A reserved word has to be quoted in every query, for good. Where the quotes are forgotten the result can be a surprise rather than an error: SELECT user is the name of the role, not the column.',
  references: [{ title: 'PostgreSQL: SQL Key Words', url: 'https://www.postgresql.org/docs/current/sql-keywords-appendix.html' }],
  check(op) {
    const names =
      op.kind === 'createTable'
        ? [{ name: op.table.name, at: op.span }, ...op.columns.map((one) => ({ name: one.name, at: one.span }))]
        : [{ name: op.kind === 'addColumn' ? op.column.name : op.newName, at: op.span }];
    return names.filter(({ name }) => /^[a-z_][a-z0-9_$]*$/.test(name) && sqlName(name) !== name);
  },
  message: ({ name }) => `${name} is a reserved word and has to be quoted in every query.`,
  advice: () => 'Choose another name: app_user for user, orders for order, sort_order for order.',
});
