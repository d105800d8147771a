import { defineRule, howToRunOutside, isRefused, lockOn, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-blocking-partition-detach',
  summary: 'a partition is detached under a lock on the whole partitioned table',
  severity: 'warning',
  category: 'lock',
  on: ['detachPartition'],
  recommended: true,
  why: 'DETACH PARTITION takes an ACCESS EXCLUSIVE lock on the parent, on the partition and on the default partition. It is instant, but it waits for every running query on any partition, and all that come later wait behind it. DETACH … CONCURRENTLY (from version 14, outside a transaction, without a default partition) lets them pass.',
  references: [{ title: 'PostgreSQL: ALTER TABLE, DETACH PARTITION', url: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DETACH-PARTITION' }],
  check(op, { before, can, effects, isLive, name, resolve, script }) {
    if (op.concurrently || op.finalize || !isLive(op.table) || isRefused(effects)) return undefined;
    const parent = before.table(op.table);
    const hasDefault = parent?.children.some((id) => {
      const child = before.byId(id);
      return child?.kind === 'table' && child.partitionOf?.bound.kind === 'default';
    });
    return {
      relation: name(op.table),
      partition: name(op.partition),
      mode: lockOn(effects, resolve(op.table))?.mode ?? 'AccessExclusiveLock',
      online: can('detachPartitionConcurrently') && hasDefault !== true,
      detach: `ALTER TABLE ${sqlName(resolve(op.table))} DETACH PARTITION ${sqlName(resolve(op.partition))} CONCURRENTLY;`,
      outside: howToRunOutside(script),
    };
  },
  message: ({ partition, relation, mode }) => `Detaching ${partition} takes ${mode} on ${relation}: reads and writes of every partition wait behind it.`,
  advice: ({ online, detach, outside }) =>
    online ? `${detach}\n${outside}` : 'CONCURRENTLY is not possible here (it needs version 14 and no default partition): set a short lock_timeout and retry until it gets through.',
  remedy: () => 'detachConcurrently',
});
