import { defineRule, isRefused, lockOn, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-blocking-partition-create',
  summary: 'a partition is created in place, under a lock on the whole partitioned table',
  severity: 'warning',
  category: 'lock',
  on: ['createTable'],
  recommended: true,
  why: 'CREATE TABLE … PARTITION OF takes an ACCESS EXCLUSIVE lock on the live parent: every query on any partition waits while the statement waits for its turn. Where the parent has a default partition, that one is locked and read from end to end as well. A table created apart and attached needs only SHARE UPDATE EXCLUSIVE on the parent, which lets reads and writes pass.',
  references: [{ title: 'PostgreSQL: Partition Maintenance', url: 'https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE' }],
  check(op, { effects, isLive, name, resolve, before }) {
    if (op.partitionOf === undefined || !isLive(op.partitionOf.parent) || isRefused(effects) || (op.ifNotExists && before.table(op.table) !== undefined)) return undefined;
    const parent = resolve(op.partitionOf.parent);
    const scanned = effects.scans.filter(isLive);
    return {
      relation: name(parent),
      mode: lockOn(effects, parent)?.mode ?? 'AccessExclusiveLock',
      scanned: scanned.map((relation) => name(relation)).join(', '),
      ...(scanned.length > 0 ? { severity: 'error' as const } : {}),
      create: `CREATE TABLE ${sqlName(resolve(op.table))} (LIKE ${sqlName(parent)} INCLUDING ALL);`,
      attach: `ALTER TABLE ${sqlName(parent)} ATTACH PARTITION ${sqlName(resolve(op.table))} FOR VALUES …;`,
    };
  },
  message: ({ relation, mode, scanned }) =>
    scanned === ''
      ? `Creating a partition in place takes ${mode} on ${relation}: reads and writes of every partition wait behind it.`
      : `Creating a partition in place takes ${mode} on ${relation} and reads every row of its default partition ${scanned} meanwhile.`,
  advice: ({ create, attach, scanned }) =>
    `Create it apart and attach it, which lets reads and writes pass:\n${create}\n${attach}${scanned === '' ? '' : '\nGive the default partition a validated CHECK that excludes the new bounds first, or attaching scans it too.'}`,
  remedy: () => 'createPartition',
});
