import { defineRule, hurts, isRefused } from '../src/rule.ts';

export default defineRule({
  name: 'no-lock-table',
  summary: 'readers or writers of a live table are kept out by LOCK TABLE until the transaction ends',
  severity: 'warning',
  category: 'lock',
  on: ['lockTable'],
  recommended: true,
  why: 'LOCK TABLE takes its lock for the rest of the transaction, whatever the later statements need. Without NOWAIT it also queues behind running queries, and everything that comes later queues behind it. The statements of a migration take the locks that they need by themselves.',
  references: [{ title: 'PostgreSQL: LOCK', url: 'https://www.postgresql.org/docs/current/sql-lock.html' }],
  check(op, { effects, isLive, name }) {
    const lock = effects.locks.find((taken) => hurts(taken) && isLive(taken.relation));
    if (lock === undefined || isRefused(effects)) return undefined;
    return {
      relation: name(op.table),
      mode: op.mode,
      waits: lock.blocks === 'writes' ? 'every write waits' : 'reads and writes wait',
      // It gives up at once, so nobody queues behind it.
      ...(op.nowait ? { severity: 'info' as const } : {}),
    };
  },
  message: ({ relation, mode, waits }) => `LOCK TABLE holds ${mode} on ${relation} until the transaction ends: ${waits}.`,
  advice: () => 'Leave it out, or take it with NOWAIT (or a short lock_timeout) and a retry, and commit right after the statement that needs it.',
  remedy: () => 'noOnlineForm',
});
