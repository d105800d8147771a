import { defineRule, isRefused } from '../src/rule.ts';

export default defineRule({
  name: 'no-blocking-maintenance',
  summary: 'a live table is copied by VACUUM FULL or CLUSTER while nobody can use it',
  severity: 'error',
  category: 'lock',
  on: ['maintenance'],
  recommended: true,
  scalesWithSize: true,
  why: 'VACUUM FULL and CLUSTER write a new copy of the table and all its indexes under an ACCESS EXCLUSIVE lock: no reads and no writes until the copy is done, and twice the disk space meanwhile. Without a table VACUUM FULL goes through the whole database, CLUSTER through all tables that were clustered before.',
  references: [{ title: 'PostgreSQL: Recovering Disk Space', url: 'https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-SPACE-RECOVERY' }],
  check(op, { effects, isLive, name }) {
    if ((op.action !== 'vacuumFull' && op.action !== 'cluster' && op.action !== 'repack') || op.concurrently === true) return undefined;
    if ((op.table !== undefined && !isLive(op.table)) || isRefused(effects)) return undefined;
    return {
      ...(op.table === undefined ? {} : { relation: name(op.table) }),
      target: op.table !== undefined ? name(op.table) : op.action === 'cluster' ? 'every table that was clustered before' : 'every table of the database',
      command: op.action === 'vacuumFull' ? 'VACUUM FULL' : op.action.toUpperCase(),
    };
  },
  message: ({ command, target }) => `${command} copies ${target} under AccessExclusiveLock: reads and writes wait until the copy is done.`,
  advice: () => 'Plain VACUUM frees space for reuse without blocking. To shrink or reorder a live table use pg_repack or a maintenance window, outside of migrations.',
  remedy: () => 'noOnlineForm',
});
