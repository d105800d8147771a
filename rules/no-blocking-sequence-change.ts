import { defineRule, lockOn, sqlName } from '../src/rule.ts';

/** Changes that leave the numbers handed out as they are. */
const HARMLESS: ReadonlySet<string> = new Set(['owned_by', 'as']);

const SIZES = ['smallint', 'integer', 'bigint'];

export default defineRule({
  name: 'no-blocking-sequence-change',
  summary: 'a live sequence is altered, and inserts that need a number wait',
  severity: 'warning',
  category: 'lock',
  on: ['alterSequence'],
  recommended: true,
  why: 'ALTER SEQUENCE takes SHARE ROW EXCLUSIVE on the sequence and keeps it until the transaction ends; nextval(), and with it every INSERT that draws a number, waits that long. RESTART also hands out numbers again that may be in use, and then inserts fail on the primary key.',
  references: [{ title: 'PostgreSQL: ALTER SEQUENCE, Notes', url: 'https://www.postgresql.org/docs/current/sql-altersequence.html' }],
  check(op, { before, effects, isLive, name, resolve }) {
    const known = before.relation(op.sequence);
    const narrowed = known?.kind === 'sequence' && known.complete && op.type !== undefined && SIZES.indexOf(op.type.name) < SIZES.indexOf(known.type?.name ?? 'bigint');
    if (!isLive(op.sequence) || (op.options.every((option) => HARMLESS.has(option)) && !narrowed)) return undefined;
    const relation = name(op.sequence);
    const mode = lockOn(effects, resolve(op.sequence))?.mode ?? 'ShareRowExclusiveLock';
    return { relation, mode, restart: op.options.includes('restart'), narrowed: narrowed ? op.type.name : undefined, sequence: sqlName(resolve(op.sequence)) };
  },
  message: ({ relation, mode, restart, narrowed }) =>
    `ALTER SEQUENCE takes ${mode} on ${relation}: nextval() waits until the transaction ends${restart ? ', and numbers in use may be handed out again' : narrowed === undefined ? '' : `, and it ends with the last ${narrowed}`}.`,
  advice: ({ restart, sequence }) =>
    restart
      ? `SELECT setval('${sequence}', …); moves the sequence without the lock; take the value from max() of the column.`
      : 'Make it the last statement of a short transaction of its own, with a short lock_timeout.',
});
