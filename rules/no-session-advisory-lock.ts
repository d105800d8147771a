import { defineRule, operationsIn } from '../src/rule.ts';

const TAKES: ReadonlySet<string> = new Set(['pg_advisory_lock', 'pg_advisory_lock_shared', 'pg_try_advisory_lock', 'pg_try_advisory_lock_shared']);
const RELEASES: ReadonlySet<string> = new Set(['pg_advisory_unlock', 'pg_advisory_unlock_shared', 'pg_advisory_unlock_all']);

export default defineRule({
  name: 'no-session-advisory-lock',
  summary: 'an advisory lock of the session is taken and never released',
  severity: 'warning',
  category: 'lock',
  on: ['migration'],
  recommended: true,
  why: 'pg_advisory_lock() belongs to the session, not to the transaction: neither COMMIT nor ROLLBACK releases it. The connection goes back to a pool with the lock on it, and the next one who asks for it waits forever. pg_advisory_xact_lock() ends with the transaction.',
  references: [{ title: 'PostgreSQL: Advisory Locks', url: 'https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS' }],
  check({ migration: { up } }) {
    const selects = operationsIn(up, 'select');
    const last = selects.findLastIndex(({ query }) => query.calls.some(({ name }) => RELEASES.has(name.name)));
    return selects.slice(last + 1).flatMap((op) => {
      const call = op.query.calls.find(({ name }) => TAKES.has(name.name));
      return call === undefined ? [] : [{ at: op.span, call: call.name.name }];
    });
  },
  message: ({ call }) => `${call}() takes a lock that outlives the transaction, and nothing releases it.`,
  advice: ({ call }) => `Use ${call.replace('advisory_lock', 'advisory_xact_lock')}() inside the transaction, or pg_advisory_unlock() at the end.`,
});
