import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-blocking-index-build',
  summary: 'an index is built on a live table while writes wait',
  severity: 'error',
  category: 'lock',
  on: ['createIndex'],
  recommended: true,
  scalesWithSize: true,
  why: 'CREATE INDEX without CONCURRENTLY holds a SHARE lock until the index is built. Reads go on, but every INSERT, UPDATE and DELETE on the table waits, and so does everything queued behind them. On a large table that is minutes or hours.',
  references: [{ title: 'PostgreSQL: Building Indexes Concurrently', url: 'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY' }],
  check(op, { can, effects, isLive, name }) {
    if (op.concurrently || !isLive(op.table) || !can('buildIndexConcurrently')) return undefined;
    const lock = effects.locks.find((taken) => taken.blocks === 'writes' || taken.blocks === 'readsAndWrites');
    if (lock === undefined) return undefined;
    return { relation: name(op.table), index: op.name, mode: lock.mode, unique: op.unique };
  },
  message: ({ index, relation, mode }) => `Building index ${index ?? '(unnamed)'} takes ${mode} on ${String(relation)}: every write waits until it is built.`,
  advice: ({ unique }) =>
    `Build it with CREATE ${unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY, in a migration of its own that runs outside a transaction.`,
});
