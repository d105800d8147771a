import type { Operation, UnitStatement, UnitView } from '../src/rule.ts';
import { defineRule, hurts, isRefused, lockOn } from '../src/rule.ts';

export default defineRule({
  name: 'no-lock-table',
  summary: 'readers or writers of a live table are kept out by LOCK TABLE until the transaction ends',
  severity: 'warning',
  category: 'lock',
  on: ['lockTable', 'unit'],
  recommended: true,
  why: 'LOCK TABLE takes its lock for the rest of the transaction, whatever the later statements need. Without NOWAIT it also queues behind running queries, and everything that comes later queues behind it. The statements of a migration take the locks that they need by themselves. What the next statements of the transaction lock as strongly anyway may be locked first, as against deadlocks.',
  references: [{ title: 'PostgreSQL: LOCK', url: 'https://www.postgresql.org/docs/current/sql-lock.html' }],
  check(subject, context) {
    const { effects, isLive, name, resolve } = context;
    // What comes of a lock in a transaction is known at its end.
    if (subject.kind === 'lockTable') return context.unit === undefined ? judged(subject, lockOn(effects, resolve(subject.table))) : undefined;
    return subject.unit.statements.flatMap((own) =>
      own.statement.operations.filter((one) => one.kind === 'lockTable').flatMap((op) => {
        const lock = lockOn(own.effects, resolve(op.table));
        const found = lock === undefined || isTakenAnyway(lock, own, subject.unit) ? undefined : judged(op, lock, own);
        return found === undefined ? [] : [found];
      }),
    );

    function judged(op: LockTable, lock: Lock | undefined, own?: UnitStatement) {
      if (lock === undefined || !hurts(lock) || !isLive(lock.relation) || isRefused(own?.effects ?? effects)) return undefined;
      return {
        at: op.span,
        relation: name(op.table),
        mode: op.mode,
        waits: lock.blocks === 'writes' ? 'every write waits' : 'reads and writes wait',
        // It gives up at once, so nobody queues behind it.
        ...(op.nowait ? { severity: 'info' as const } : {}),
      };
    }
  },
  message: ({ relation, mode, waits }) => `LOCK TABLE holds ${mode} on ${relation} until the transaction ends: ${waits}.`,
  advice: () => 'Leave it out, or take it with NOWAIT (or a short lock_timeout) and a retry, and commit right after the statement that needs it.',
  remedy: () => 'noOnlineForm',
});

type LockTable = Extract<Operation, { readonly kind: 'lockTable' }>;
type Lock = UnitStatement['effects']['locks'][number];

/** Whether a statement that follows at once, or after others that take no time, locks the table as strongly by itself. */
function isTakenAnyway(lock: Lock, own: UnitStatement, { statements }: UnitView): boolean {
  for (const { effects, index, statement } of statements) {
    if (index <= own.index || statement.operations.some(({ kind }) => kind === 'lockTable')) continue;
    const again = lockOn(effects, lock.relation);
    if (again !== undefined && hurts(again) && (lock.blocks === 'writes' || again.blocks === 'readsAndWrites')) return true;
    if (effects.work !== 'none' && effects.work !== 'catalog') return false;
  }
  return false;
}
