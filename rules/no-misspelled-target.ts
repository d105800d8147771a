import type { RuleContext, SubjectOf } from '../src/rule.ts';
import { defineRule, operationsOn } from '../src/rule.ts';

export default defineRule({
  name: 'no-misspelled-target',
  summary: 'a misspelled name is passed over because of IF EXISTS',
  severity: 'warning',
  category: 'history',
  on: ['addColumn', 'dropColumn', 'renameColumn', 'changeColumnType', 'setNotNull', 'dropNotNull', 'setDefault', 'dropDefault', 'alterColumn', 'addConstraint', 'validateConstraint', 'dropConstraint', 'renameTable'],
  recommended: true,
  why: 'With IF EXISTS the server says no more than a notice when there is nothing of that name: the migration is recorded as done, and the change never comes.',
  references: [{ title: 'PostgreSQL: ALTER TABLE', url: 'https://www.postgresql.org/docs/current/sql-altertable.html' }],
  check(op, context) {
    const { before, direction, statement } = context;
    if (direction === 'down') return undefined;
    if (before.relation(op.table) !== undefined) return op.kind === 'dropColumn' || op.kind === 'dropConstraint' ? part(op, context) : undefined;
    const guarded = op.kind === 'renameTable' ? op.ifExists : op.tableIfExists;
    // The effects know of no table to lock where the history, which has made all that it mentions, has no such table.
    if (!guarded || statement?.operations[0] !== op || context.effects.locks.length > 0 || before.isGone(op.table)) return undefined;
    const { schema, name } = context.resolve(op.table);
    for (const other of before.relations()) if (other.kind === 'table' && other.schema === schema && isSlip(name, other.name)) return { relation: context.name(op.table), name, meant: other.name };
    return undefined;
  },
  message: ({ name, meant }) => `There is no ${name}, but there is ${meant}: with IF EXISTS the statement does nothing.`,
  advice: () => 'Correct the name, or leave out IF EXISTS, so that the server refuses a name that is not there.',
});

/** A column or constraint of a table that is known in full. */
function part(op: SubjectOf<'dropColumn' | 'dropConstraint'>, context: RuleContext): { readonly relation: string; readonly name: string; readonly meant: string } | undefined {
  const table = context.before.table(op.table);
  if (!op.ifExists || table?.complete !== true || table.origin.migration < 0) return undefined;
  const [name, parts, made] =
    op.kind === 'dropColumn'
      ? [op.column, table.columns, operationsOn(context, 'addColumn', op.table).map(({ column }) => column.name)]
      : [op.name, table.constraints, operationsOn(context, 'addConstraint', op.table).map(({ constraint }) => constraint.name)];
  if (made.includes(name) || parts.some((one) => one.name === name)) return undefined;
  // One and many are names of their own.
  const meant = parts.find((one) => isSlip(name, one.name) && `${name}s` !== one.name && name !== `${one.name}s`);
  return meant && { relation: context.name(op.table), name, meant: meant.name };
}

/** Whether one letter is missing, too many, wrong or has changed places with the next. Numbers make names of their own. */
function isSlip(a: string, b: string): boolean {
  if (a === b || Math.min(a.length, b.length) < 4 || Math.abs(a.length - b.length) > 1 || a.replace(/\d/g, '') === b.replace(/\d/g, '')) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const [left, right] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  return Math.max(left.length, right.length) === 1 || (left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0]);
}
