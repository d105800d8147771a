import { defineFailureRule } from '../src/rule.ts';

export default defineFailureRule({
  name: 'no-concurrently-in-transaction',
  summary: 'a CONCURRENTLY statement runs inside a transaction, where the server refuses it',
  severity: 'error',
  on: ['createIndex', 'dropIndex', 'reindex', 'detachPartition'],
  causes: {
    'concurrently-in-transaction': ({ outside }) => outside,
  },
  why: 'CONCURRENTLY works in several transactions of its own, so the server refuses it inside BEGIN … COMMIT, in a DO block or function, and in a string of several statements, which is a transaction too. Most migration tools wrap a file in a transaction unless they are told not to.',
  references: [{ title: 'PostgreSQL: Building Indexes Concurrently', url: 'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY' }],
  remedy: () => 'runOutsideTransaction',
});
