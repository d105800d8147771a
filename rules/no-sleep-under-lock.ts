import type { RuleContext } from '../src/rule.ts';
import { defineRule, hurts, lockOn } from '../src/rule.ts';

const SLEEPS: ReadonlySet<string> = new Set(['pg_sleep', 'pg_sleep_for', 'pg_sleep_until', 'sleep']);

export default defineRule({
  name: 'no-sleep-under-lock',
  summary: 'a migration sleeps inside a transaction',
  severity: 'error',
  category: 'lock',
  on: ['select'],
  recommended: true,
  why: 'While the migration sleeps, the locks that its transaction has taken stay: whoever needs them sleeps along. Even without locks an open transaction holds back VACUUM and concurrent index builds. Between the committed batches of a loop sleeping is fine.',
  references: [{ title: 'PostgreSQL: Delaying Execution', url: 'https://www.postgresql.org/docs/current/functions-datetime.html#FUNCTIONS-DATETIME-DELAY' }],
  check(op, context) {
    const { isLive, name, unit } = context;
    const call = op.query.calls.find((one) => SLEEPS.has(one.name.name));
    if (call === undefined || op.within?.commits === true || unit === undefined) return undefined;
    const lock = unit.held.find((held) => hurts(held) && isLive(held.relation)) ?? takenInBlock(op.span.start, context);
    return {
      ...(lock === undefined ? { severity: 'info' as const } : { relation: name(lock.relation) }),
      call: call.name.name,
      held: lock === undefined ? undefined : `${lock.mode} on ${name(lock.relation)}`,
    };
  },
  message: ({ call, held }) => (held === undefined ? `${call}() keeps this transaction open.` : `${call}() sleeps while ${held} is held: everybody who waits for it sleeps along.`),
  advice: () => 'Sleep outside the transaction, or between batches that have been committed.',
});

/** A lock that an earlier statement of the same block has taken. */
function takenInBlock(before: number, { isLive, resolve, statement, statementEffects }: RuleContext): ReturnType<typeof lockOn> {
  for (const operation of statement?.operations ?? []) {
    if (operation.span.start >= before || !('table' in operation) || operation.table === undefined) continue;
    const lock = lockOn(statementEffects, resolve(operation.table));
    if (lock !== undefined && hurts(lock) && isLive(lock.relation)) return lock;
  }
  return undefined;
}
