import { defineRule, isRefused, lockOn, typeText } from '../src/rule.ts';

export default defineRule({
  name: 'no-column-type-rewrite',
  summary: 'a column of a live table changes its type by a rewrite, an index rebuild or a scan under lock',
  severity: 'error',
  category: 'rewrite',
  on: ['changeColumnType'],
  recommended: true,
  scalesWithSize: true,
  why: 'Where the new type is stored or compared differently, ALTER COLUMN … TYPE writes every row anew and rebuilds all indexes, under an ACCESS EXCLUSIVE lock: no reads and no writes until it is done. Some changes only rebuild the indexes over the column, or test every row against a constraint; the lock is the same. Widening a varchar, varchar to text, or more numeric precision at the same scale is instant and not reported.',
  references: [{ title: 'PostgreSQL: ALTER TABLE, Notes', url: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES' }],
  check(op, { before, effects, isLive, name, resolve }) {
    const rewritten = effects.rewrites.filter(isLive);
    const long = effects.work === 'rewrite' || effects.work === 'indexBuild' || effects.work === 'scan';
    if (!long || isRefused(effects) || (rewritten.length === 0 && !isLive(op.table))) return undefined;
    const column = before.column(before.table(op.table), op.column);
    const timestamps = column !== undefined && column.type.name.startsWith('timestamp') && op.type.name.startsWith('timestamp') && column.type.name !== op.type.name;
    return {
      relation: name(rewritten.length > 0 && !isLive(op.table) ? (rewritten[0] ?? op.table) : op.table),
      column: op.column,
      from: column === undefined ? undefined : typeText(column.type),
      to: `${typeText(op.type)}${op.collation === undefined ? '' : ` COLLATE "${op.collation}"`}`,
      mode: lockOn(effects, resolve(op.table))?.mode ?? 'AccessExclusiveLock',
      doing: effects.work === 'rewrite' ? 'every row and index is written anew' : effects.work === 'indexBuild' ? 'the indexes over it are rebuilt' : 'every row is tested',
      timestamps,
      unless: column === undefined ? ' (unless the old type happens to be stored alike)' : timestamps && effects.work === 'rewrite' && effects.rewrites.length === 0 ? " (unless the session's time zone is UTC)" : '',
    };
  },
  message: ({ relation, column, from, to, mode, doing, unless }) =>
    `${from === undefined ? `Changing ${column} to ${to}` : `Changing ${column} from ${from} to ${to}`} takes ${mode} on ${relation} while ${doing}${unless}.`,
  advice: ({ timestamps }) =>
    `${timestamps ? "Between timestamp and timestamptz there is no rewrite while the session's time zone is UTC: SET LOCAL timezone = 'UTC' first, if the values mean UTC. Otherwise: " : ''}Add a new column of the new type, keep it in step with a trigger, backfill in batches, build its indexes CONCURRENTLY, switch the code over, then drop the old column.`,
  remedy: () => 'shadowColumn',
});
