import { defineRule, operationsOn, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-identity-restart',
  summary: 'the sequence of a live identity column starts again',
  severity: 'error',
  category: 'compatibility',
  on: ['alterColumn'],
  recommended: true,
  why: 'RESTART hands out numbers again that rows already have: inserts fail on the primary key, or, where the rows are gone, new rows take over the ids that logs, caches and other systems still know. While the transaction is open, every insert waits for the sequence.',
  references: [{ title: 'PostgreSQL: ALTER TABLE, identity', url: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-GENERATED-IDENTITY' }],
  check(op, context) {
    const { isNew, name } = context;
    if (op.change.type !== 'setIdentity' || op.change.restart !== true || isNew(op.table)) return undefined;
    const relation = name(op.table);
    if (operationsOn(context, 'truncate', op.table).length > 0) return undefined;
    return { relation, table: sqlName(op.table), column: op.column };
  },
  message: ({ relation, column }) => `RESTART makes ${column} of ${relation} hand out ids that are in use.`,
  advice: ({ table, column }) => `Set the sequence above the highest value instead: SELECT setval(pg_get_serial_sequence('${table.replaceAll("'", "''")}', '${column}'), (SELECT max(${sqlName(column)}) FROM ${table}));`,
});
