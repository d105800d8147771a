import { defineRule, operationsOn, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'require-comment',
  summary: 'a table has no comment',
  severity: 'info',
  category: 'hygiene',
  on: ['createTable'],
  recommended: false,
  why: 'A comment on the table is where everybody who looks at the schema finds it: in psql, in every client, in generated documentation.',
  references: [{ title: 'PostgreSQL: COMMENT', url: 'https://www.postgresql.org/docs/current/sql-comment.html' }],
  check(op, context) {
    const { name } = context;
    if (op.persistence === 'temporary' || op.partitionOf !== undefined) return undefined;
    const table = name(op.table);
    return operationsOn(context, 'comment', op.table).some((one) => one.part === undefined) ? undefined : { relation: table, table: sqlName(op.table) };
  },
  message: ({ relation }) => `${relation} has no comment.`,
  advice: ({ table }) => `COMMENT ON TABLE ${table} IS '…';`,
});
