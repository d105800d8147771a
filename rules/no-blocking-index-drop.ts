import { defineRule, howToRunOutside, isRefused, operationsIn, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-blocking-index-drop',
  summary: 'an index of a live table is dropped under a lock that stops reads and writes',
  severity: 'warning',
  category: 'lock',
  on: ['dropIndex'],
  recommended: true,
  why: 'DROP INDEX without CONCURRENTLY takes an ACCESS EXCLUSIVE lock on the table. The drop itself is instant, but the lock has to wait for every query that is running on the table, and everything that comes later waits behind it: one long SELECT is enough to stop the table.',
  references: [{ title: 'PostgreSQL: DROP INDEX', url: 'https://www.postgresql.org/docs/current/sql-dropindex.html' }],
  check(op, { before, can, effects, isLive, name, script, resolve }) {
    const [lock] = effects.locks;
    // Nothing is locked for an index that is not there.
    if (op.concurrently || !can('dropIndexConcurrently') || isRefused(effects) || lock === undefined) return undefined;
    const index = before.index(op.index);
    const table = index && before.byId(index.table);
    if (index !== undefined && (!isLive(op.index) || (table !== undefined && !isLive(table)))) return undefined;
    // What goes with its column needs the same lock for that anyway, and is gone without a word.
    const columns = (index?.keys ?? []).map((key) => key.column);
    const goes = (dropped: { readonly table: Parameters<typeof resolve>[0]; readonly column: string }): boolean =>
      columns.includes(dropped.column) && table !== undefined && before.relation(dropped.table)?.id === table.id;
    if (operationsIn(script, 'dropColumn').some((drop) => drop.span.start > op.span.start && goes(drop))) return undefined;
    const partitioned = table?.kind === 'table' && table.partitionBy !== undefined;
    return {
      relation: name(table ?? op.index),
      index: name(op.index),
      unread: table === undefined,
      partitioned,
      mode: lock.mode,
      drop: `DROP INDEX CONCURRENTLY ${op.ifExists ? 'IF EXISTS ' : ''}${sqlName(resolve(op.index))};`,
      several: op.listLength > 1,
      outside: howToRunOutside(script),
    };
  },
  message: ({ index, relation, unread, mode }) =>
    `Dropping index ${index} takes ${mode} on ${unread ? 'its table' : relation}: reads and writes wait while the drop waits for running queries.`,
  advice: ({ partitioned, drop, several, outside }) =>
    partitioned
      ? 'The index of a partitioned table cannot be dropped CONCURRENTLY: set a short lock_timeout and retry.'
      : `${drop}\n${outside}${several ? ' CONCURRENTLY takes one index per statement.' : ''}`,
  remedy: () => 'dropIndexConcurrently',
});
