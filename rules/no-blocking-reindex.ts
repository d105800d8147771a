import { defineRule, howToRunOutside, isRefused, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-blocking-reindex',
  summary: 'an index of a live table is rebuilt while writes wait',
  severity: 'error',
  category: 'lock',
  on: ['reindex'],
  recommended: true,
  scalesWithSize: true,
  why: 'REINDEX without CONCURRENTLY holds a SHARE lock on the table and an ACCESS EXCLUSIVE lock on the index until the rebuild is done. Writes wait, and so does every query that would plan with the index, which in practice is almost every query on the table.',
  references: [{ title: 'PostgreSQL: Rebuilding Indexes Concurrently', url: 'https://www.postgresql.org/docs/current/sql-reindex.html#SQL-REINDEX-CONCURRENTLY' }],
  check(op, { before, can, effects, isLive, name, resolve, script }) {
    if (op.concurrently || isRefused(effects)) return undefined;
    const one = op.target === 'index' || op.target === 'table';
    if (one && !isLive(op.name)) return undefined;
    const index = op.target === 'index' ? before.index(op.name) : undefined;
    const table = index && before.byId(index.table);
    if (table !== undefined && !isLive(table)) return undefined;
    return {
      ...(one ? { relation: name(table ?? op.name) } : {}),
      what: `${op.target} ${one ? name(op.name) : op.name.name}`,
      sql: `REINDEX ${op.target.toUpperCase()} CONCURRENTLY ${one ? sqlName(resolve(op.name)) : sqlName(op.name.name)};`,
      online: op.target !== 'system' && can('reindexConcurrently'),
      outside: howToRunOutside(script),
    };
  },
  message: ({ what }) => `REINDEX of ${what} takes ShareLock on the table and AccessExclusiveLock on the index: writes, and reads that need it, wait until it is rebuilt.`,
  advice: ({ online, sql, outside }) =>
    online ? `${sql}\n${outside}` : 'There is no online form here: build a new index with CREATE INDEX CONCURRENTLY, then drop the old one, or take a maintenance window.',
  remedy: () => 'reindexConcurrently',
});
