import { defineFailureRule } from '../src/rule.ts';

export default defineFailureRule({
  name: 'no-concurrent-index-on-partitioned-table',
  summary: 'an index of a partitioned table is built or dropped CONCURRENTLY, which the server refuses',
  severity: 'error',
  on: ['createIndex', 'dropIndex'],
  causes: {
    'concurrently-on-partitioned': 'CREATE INDEX … ON ONLY the parent, then build the same index CONCURRENTLY on each partition and ALTER INDEX … ATTACH PARTITION it.',
    'concurrently-drop-on-partitioned': 'DROP INDEX without CONCURRENTLY, with a short lock_timeout and a retry: the index of a partitioned table has no other way.',
  },
  why: 'CONCURRENTLY does not work on the index of a partitioned table as a whole, only on those of its partitions.',
  references: [{ title: 'PostgreSQL: CREATE INDEX, ONLY', url: 'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY' }],
});
