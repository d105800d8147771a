import { defineRule, isRefused, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-blocking-partition-attach',
  summary: 'attaching a partition scans it, or the default partition, under a lock',
  severity: 'error',
  category: 'lock',
  on: ['attachPartition'],
  recommended: true,
  scalesWithSize: true,
  why: 'ATTACH PARTITION reads every row of the table that it attaches, under ACCESS EXCLUSIVE, to prove that they fit the bounds. Where the parent has a default partition that one is read too, under ACCESS EXCLUSIVE, and inserts that would go to it wait. Validated CHECK constraints that prove the same spare both scans.',
  references: [{ title: 'PostgreSQL: ALTER TABLE, ATTACH PARTITION', url: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-ATTACH-PARTITION' }],
  check(op, { effects, isLive, name, resolve }) {
    const scanned = effects.scans.filter(isLive);
    if (scanned.length === 0 || isRefused(effects)) return undefined;
    const partition = resolve(op.partition);
    const others = scanned.filter((relation) => relation.name !== partition.name || relation.schema !== partition.schema);
    return {
      relation: name(scanned.length === others.length ? (others[0] ?? op.partition) : op.partition),
      parent: name(op.table),
      scanned: scanned.map((relation) => name(relation)).join(' and '),
      own: scanned.length > others.length,
      alter: `ALTER TABLE ${sqlName(partition)}`,
      others: others.map((relation) => sqlName(relation)).join(', '),
    };
  },
  message: ({ scanned, parent }) => `Attaching this partition to ${parent} reads every row of ${scanned} under AccessExclusiveLock.`,
  advice: ({ own, alter, others }) =>
    [
      own ? `First give the table a CHECK that implies the bounds, NULLs excluded, and validate it in another transaction; after ATTACH it can go:\n${alter} ADD CONSTRAINT … CHECK (…) NOT VALID;\n${alter} VALIDATE CONSTRAINT …;` : '',
      others === '' ? '' : `Give the default partition ${others} a validated CHECK that excludes the new bounds.`,
    ]
      .filter((part) => part !== '')
      .join('\n'),
  remedy: () => 'attachPartition',
});
