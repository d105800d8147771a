import { defineRule, operationsOn } from '../src/rule.ts';

export default defineRule({
  name: 'no-unlogged-table',
  summary: 'a table is unlogged: a crash empties it and replicas do not have it',
  severity: 'warning',
  category: 'data-loss',
  on: ['createTable', 'alterTable'],
  recommended: true,
  why: 'The server does not write changes of an unlogged table to the write-ahead log. After a crash or an immediate shutdown the table is empty, after a failover too, and a standby cannot read it at all. A backup from a standby does not contain it.',
  references: [{ title: 'PostgreSQL: UNLOGGED', url: 'https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-UNLOGGED' }],
  check(op, context) {
    if (op.kind === 'createTable' ? op.persistence !== 'unlogged' : op.change.type !== 'setUnlogged') return undefined;
    const table = context.name(op.table);
    const later = (one: { readonly span: { readonly start: number } }): boolean => one.span.start > op.span.start;
    if (operationsOn(context, 'dropTable', op.table).some(later)) return undefined;
    if (operationsOn(context, 'alterTable', op.table).some((one) => one.change.type === 'setLogged' && later(one))) return undefined;
    return { relation: table };
  },
  message: ({ relation }) => `${relation} is unlogged: a crash or failover empties it, and replicas do not see its rows.`,
  advice: () => 'Leave UNLOGGED out unless the rows may vanish at any time. For a staging table that is only filled once, drop it or SET LOGGED in the same migration.',
});
