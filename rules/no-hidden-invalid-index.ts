import { defineRule, operationsIn, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-hidden-invalid-index',
  summary: 'an index build with CONCURRENTLY IF NOT EXISTS passes by the invalid index of a failed attempt',
  severity: 'info',
  category: 'hygiene',
  on: ['createIndex'],
  recommended: true,
  why: 'A concurrent build that fails leaves an INVALID index of that name. IF NOT EXISTS finds the name taken and does nothing: the migration succeeds, no query uses the index, every write maintains it, and a unique one guarantees nothing.',
  references: [{ title: 'PostgreSQL: Building Indexes Concurrently', url: 'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY' }],
  check(op, { isNew, name, script }) {
    const index = op.name;
    if (!op.concurrently || !op.ifNotExists || index === undefined || isNew(op.table)) return undefined;
    if (operationsIn(script, 'dropIndex').some((one) => one.index.name === index && one.span.start < op.span.start)) return undefined;
    return { relation: name(op.table), index };
  },
  message: ({ index }) => `If an earlier attempt has left ${index} INVALID, IF NOT EXISTS keeps it that way and reports success.`,
  advice: ({ index }) => `DROP INDEX CONCURRENTLY IF EXISTS ${sqlName(index)}; before it, and leave IF NOT EXISTS out.`,
});
