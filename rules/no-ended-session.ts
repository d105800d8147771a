import { defineRule } from '../src/rule.ts';

const ENDS: ReadonlySet<string> = new Set(['pg_terminate_backend', 'pg_cancel_backend']);

export default defineRule({
  name: 'no-ended-session',
  summary: 'a migration ends the sessions or queries of others',
  severity: 'warning',
  category: 'compatibility',
  on: ['select'],
  recommended: true,
  why: 'Whoever holds the lock that a migration waits for is doing its work: ended in the middle, transactions are rolled back and requests fail, in production too. The pool connects again at once, so the gap lasts no longer than a moment.',
  references: [{ title: 'PostgreSQL: Server Signaling Functions', url: 'https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SIGNAL' }],
  check(op) {
    const call = op.query.calls.find((one) => ENDS.has(one.name.name));
    return call && { call: call.name.name };
  },
  message: ({ call }) => `${call}() ends what others are doing at that moment.`,
  advice: () => 'Set a short lock_timeout and try again later; end single sessions by hand where that does not help.',
});
