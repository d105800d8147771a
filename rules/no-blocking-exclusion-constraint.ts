import { defineRule, isRefused, lockOn } from '../src/rule.ts';

export default defineRule({
  name: 'no-blocking-exclusion-constraint',
  summary: 'an exclusion constraint builds its index on a live table while reads and writes wait',
  severity: 'error',
  category: 'lock',
  on: ['addConstraint'],
  recommended: true,
  scalesWithSize: true,
  why: 'ADD … EXCLUDE builds its index and compares every row with every other under an ACCESS EXCLUSIVE lock. There is no NOT VALID and no USING INDEX for it, hence no online form.',
  references: [{ title: 'PostgreSQL: CREATE TABLE, EXCLUDE', url: 'https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-EXCLUDE' }],
  check(op, { effects, isLive, name, resolve }) {
    const { constraint } = op;
    if (constraint.type !== 'exclusion' || !isLive(op.table) || effects.work !== 'indexBuild' || isRefused(effects)) return undefined;
    return { relation: name(op.table), constraint: constraint.name, mode: lockOn(effects, resolve(op.table))?.mode ?? 'AccessExclusiveLock' };
  },
  message: ({ relation, constraint, mode }) =>
    `${constraint === undefined ? 'An exclusion constraint' : `Exclusion constraint ${constraint}`} builds its index under ${mode} on ${relation}: reads and writes wait until it is built.`,
  advice: () => 'There is no online form. Put the constraint on a new, empty table, copy the rows over in batches and swap the two by name; or take a maintenance window.',
  remedy: () => 'exclusionConstraint',
});
