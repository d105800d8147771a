import { defineRule, operationsOn } from '../src/rule.ts';

export default defineRule({
  name: 'no-index-gap',
  summary: 'an index is dropped before the one that replaces it is built',
  severity: 'info',
  category: 'hygiene',
  on: ['dropIndex'],
  recommended: true,
  why: 'While the new index is built, which takes minutes on a large table, queries that used the old one read the whole table, and a unique index guarantees nothing.',
  references: [{ title: 'PostgreSQL: Building Indexes Concurrently', url: 'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY' }],
  check(op, context) {
    const { before, isLive, name } = context;
    const old = before.index(op.index);
    const table = old && before.byId(old.table);
    if (old?.valid !== true || table === undefined || !isLive(table)) return undefined;
    const next = operationsOn(context, 'createIndex', table).find((one) => one.span.start > op.span.start && one.keys[0]?.column !== undefined && one.keys[0].column === old.keys[0]?.column);
    return next === undefined ? undefined : { relation: name(table), index: old.name, next: next.name ?? 'the new one' };
  },
  message: ({ relation, index, next }) => `${relation} has neither ${index} nor ${next} while ${next} is built.`,
  advice: () => 'Build the new index first (CREATE INDEX CONCURRENTLY, under another name), drop the old one after it.',
});
