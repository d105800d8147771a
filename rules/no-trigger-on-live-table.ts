import { defineRule, lockOn } from '../src/rule.ts';

export default defineRule({
  name: 'no-trigger-on-live-table',
  summary: 'a trigger is put on a live table',
  severity: 'info',
  category: 'lock',
  on: ['createTrigger'],
  recommended: true,
  down: 'off',
  why: 'CREATE TRIGGER takes SHARE ROW EXCLUSIVE for an instant, so writes wait while it waits for its turn. From then on the trigger function runs inside every write of the table: what it costs, every writer pays, and where it fails, the write fails.',
  references: [{ title: 'PostgreSQL: CREATE TRIGGER', url: 'https://www.postgresql.org/docs/current/sql-createtrigger.html' }],
  check(op, { effects, isLive, name, resolve }) {
    if (!isLive(op.table) || op.timing === 'insteadOf') return undefined;
    return { relation: name(op.table), trigger: op.trigger, mode: lockOn(effects, resolve(op.table))?.mode ?? 'ShareRowExclusiveLock', events: op.events.join(' and ') };
  },
  message: ({ relation, trigger, mode, events }) => `Trigger ${trigger} takes ${mode} on ${relation} and runs inside every ${events} from now on.`,
  advice: () => 'Keep the function short, test it under load, and set a short lock_timeout before CREATE TRIGGER.',
});
