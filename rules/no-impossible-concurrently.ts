import { defineFailureRule } from '../src/rule.ts';

export default defineFailureRule({
  name: 'no-impossible-concurrently',
  summary: 'the CONCURRENTLY form is asked for where there is none',
  severity: 'error',
  on: ['createIndex', 'dropIndex', 'reindex', 'detachPartition', 'refreshMaterializedView'],
  causes: {
    'concurrently-drop-form': 'One index per DROP INDEX CONCURRENTLY, and no CASCADE.',
    'detach-concurrently-with-default': 'DETACH PARTITION without CONCURRENTLY, with a short lock_timeout and a retry; or drop the default partition first.',
    'refresh-concurrently-without-unique-index': 'CREATE UNIQUE INDEX over plain columns of the view, without WHERE, before the first REFRESH … CONCURRENTLY.',
    'refresh-concurrently-unpopulated': 'REFRESH it once without CONCURRENTLY: a view without data has no readers to block.',
    'refresh-concurrently-no-data': 'CONCURRENTLY and WITH NO DATA exclude each other.',
  },
  why: 'REFRESH … CONCURRENTLY compares old and new rows by a unique index over plain columns, and needs rows to compare with; DROP INDEX CONCURRENTLY takes one index; DETACH … CONCURRENTLY does not work beside a default partition. The server refuses the statement, and the migration fails.',
  references: [
    { title: 'PostgreSQL: REFRESH MATERIALIZED VIEW', url: 'https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html' },
    { title: 'PostgreSQL: DROP INDEX', url: 'https://www.postgresql.org/docs/current/sql-dropindex.html' },
  ],
  // The list is refused as a whole.
  exception: (op, { statement }, { cause }) => (cause === 'concurrently-drop-form' && statement?.operations[0] !== op ? 'silent' : undefined),
});
