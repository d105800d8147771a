import { defineRule, lockOn } from '../src/rule.ts';

export default defineRule({
  name: 'no-generated-column-rewrite',
  summary: 'the expression of a stored generated column is changed, which rewrites the table',
  severity: 'error',
  category: 'rewrite',
  on: ['alterColumn'],
  recommended: true,
  scalesWithSize: true,
  why: 'SET EXPRESSION on a stored generated column computes the value of every row again and writes the table anew under an ACCESS EXCLUSIVE lock.',
  references: [{ title: 'PostgreSQL: ALTER TABLE, SET EXPRESSION', url: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-EXPRESSION' }],
  check(op, { effects, isLive, name, resolve }) {
    if (op.change.type !== 'setExpression' || effects.work !== 'rewrite' || !isLive(op.table)) return undefined;
    return { relation: name(op.table), column: op.column, mode: lockOn(effects, resolve(op.table))?.mode ?? 'AccessExclusiveLock' };
  },
  message: ({ relation, column, mode }) => `A new expression for ${column} writes every row of ${relation} anew under ${mode}.`,
  advice: () => 'Add another column, keep it up to date with a trigger, fill it in batches, switch the code over, then drop the old one.',
  remedy: () => 'noOnlineForm',
});
