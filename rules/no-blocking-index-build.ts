import { brief, defineRule, howToRunOutside, hurts, isRefused, listed, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-blocking-index-build',
  summary: 'an index is built on a live table while writes wait',
  severity: 'error',
  category: 'lock',
  on: ['createIndex'],
  recommended: true,
  scalesWithSize: true,
  why: 'CREATE INDEX without CONCURRENTLY holds a SHARE lock until the index is built. Reads go on, but every INSERT, UPDATE and DELETE on the table waits, and so does everything queued behind them. On a large table that is minutes or hours. On a partitioned table the lock is on every partition, for as long as all their indexes take.',
  references: [{ title: 'PostgreSQL: Building Indexes Concurrently', url: 'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY' }],
  check(op, { before, can, effects, isLive, name, resolve, script }) {
    if (op.concurrently || isRefused(effects) || !isLive(op.table) || !can('buildIndexConcurrently')) return undefined;
    const relation = before.relation(op.table);
    const partitioned = relation?.kind === 'table' && relation.partitionBy !== undefined;
    // On the parent alone there is nothing to build; ONLY means nothing for a table that is no parent.
    if (op.only && (partitioned || relation?.kind !== 'table' || !relation.complete)) return undefined;
    const lock = effects.locks.find((taken) => hurts(taken));
    // Partitions are often made by jobs that no migration shows.
    if (lock === undefined || (effects.work !== 'indexBuild' && !partitioned)) return undefined;
    return {
      relation: name(op.table),
      index: op.name,
      keys: listed(op.keys.map(({ column, expression }) => column ?? brief(expression?.text ?? ''))),
      mode: lock.mode,
      partitioned,
      // Only its own refreshes write to a materialized view.
      ...(relation?.kind === 'materializedView' ? { severity: 'info' as const } : {}),
      unique: op.unique,
      table: sqlName(resolve(op.table)),
      concurrently: script.text.slice(op.span.start, op.span.end).replace(/\bINDEX\b(\s+IF\s+NOT\s+EXISTS\b)?/i, 'INDEX CONCURRENTLY'),
      outside: howToRunOutside(script),
    };
  },
  message: ({ index, keys, relation, mode }) => `Building ${index === undefined ? `an index over ${keys}` : `index ${index}`} takes ${mode} on ${relation}: every write waits until it is built.`,
  advice: ({ partitioned, table, index, unique, concurrently, outside }) =>
    partitioned
      ? `CONCURRENTLY does not work on a partitioned table as a whole. Create the index on the parent alone, build it on each partition, then attach those:\nCREATE ${unique ? 'UNIQUE ' : ''}INDEX ${index === undefined ? 'ix' : sqlName(index)} ON ONLY ${table} (…);\nCREATE ${unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY … ON <partition> (…);\nALTER INDEX ${index === undefined ? 'ix' : sqlName(index)} ATTACH PARTITION …;`
      : `Build it without blocking writes:\n${concurrently};\n${outside}${index === undefined ? '' : ` A build that failed leaves an INVALID index: DROP INDEX CONCURRENTLY IF EXISTS ${sqlName(index)}; before the next attempt.`}`,
  remedy: () => 'buildIndexConcurrently',
});
