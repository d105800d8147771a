import { defineRule, howToSplit, isRefused, lockOn, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-validating-check',
  summary: 'a check constraint is tested against all rows while reads and writes wait',
  severity: 'error',
  category: 'lock',
  on: ['addConstraint'],
  recommended: true,
  scalesWithSize: true,
  why: 'ADD CONSTRAINT … CHECK, and a CHECK written on ADD COLUMN, reads the whole table under an ACCESS EXCLUSIVE lock: no query gets through until the scan is done. Added NOT VALID the lock is instant, new rows are checked from then on, and VALIDATE CONSTRAINT scans later without blocking reads or writes.',
  references: [{ title: 'PostgreSQL: ALTER TABLE, ADD table_constraint NOT VALID', url: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT' }],
  check(op, { effects, isLive, name, resolve, script, statementEffects }) {
    const { constraint } = op;
    if (constraint.type !== 'check' || constraint.notValid === true || !effects.scans.some(isLive) || isRefused(effects)) return undefined;
    const table = resolve(op.table);
    // A rewrite of the same statement tests the rows in passing, and is reported itself.
    if (statementEffects.rewrites.some(({ schema, name: other }) => schema === table.schema && other === table.name)) return undefined;
    // The server names a condition about one column after that.
    const [column, ...others] = new Set(constraint.expression.columns);
    const label = constraint.name ?? [table.name, ...(column === undefined || others.length > 0 ? [] : [column]), 'check'].join('_');
    const alter = `ALTER TABLE ${sqlName(table)}`;
    return {
      relation: name(op.table),
      constraint: constraint.name,
      inline: op.inline,
      mode: lockOn(effects, table)?.mode ?? 'AccessExclusiveLock',
      add: `${alter} ADD CONSTRAINT ${sqlName(label)} CHECK (${constraint.expression.text}) NOT VALID;`,
      validate: `${alter} VALIDATE CONSTRAINT ${sqlName(label)};`,
      split: howToSplit(script),
    };
  },
  message: ({ relation, constraint, mode }) =>
    `${constraint === undefined ? 'A check constraint' : `Check constraint ${constraint}`} is tested against every row of ${relation} under ${mode}: reads and writes wait for the scan.`,
  advice: ({ inline, add, validate, split }) => `${inline ? 'Add the column without the CHECK, then the CHECK NOT VALID' : 'Add it NOT VALID'}, and validate it in another transaction:\n${add}\n${validate}\n${split}`,
  remedy: () => 'validateLater',
});
