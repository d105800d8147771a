import type { RuleContext, SubjectOf } from '../src/rule.ts';
import { defineRule, isRefused, operationsOn } from '../src/rule.ts';

export default defineRule({
  name: 'no-drop-default',
  summary: 'a NOT NULL column loses its default, so that inserts of running code fail',
  severity: 'error',
  category: 'compatibility',
  on: ['dropDefault', 'setDefault', 'alterColumn'],
  recommended: true,
  why: 'Code that leaves the column out of its INSERT relies on the default. Without it a NOT NULL column gets NULL and the insert fails, a nullable one silently gets NULL. Adding a NOT NULL column with a default and dropping the default in the same release has the same effect: the old code does not know the column yet.',
  references: [{ title: 'PostgreSQL: ALTER TABLE, DROP DEFAULT', url: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-DEFAULT' }],
  check(op, context) {
    if (isRefused(context.effects)) return undefined;
    const { before, isNew, madeHere, name } = context;
    const identity = op.kind === 'alterColumn';
    if (identity && op.change.type !== 'dropIdentity') return undefined;
    if (op.kind === 'setDefault' && !isNone(op.default)) return undefined;
    const table = before.table(op.table);
    const column = before.column(table, op.column);
    if (isNew(op.table) || table?.persistence === 'temporary' || replaced(op, context)) return undefined;
    // An identity column is always NOT NULL.
    const required = identity || column?.notNull;
    if (column !== undefined && isNone(column.default) && column.sequence === undefined && column.identity === undefined) return undefined;
    if (required === false && column !== undefined && madeHere(column.origin)) return undefined;
    return {
      relation: name(op.table),
      column: op.column,
      what: identity ? 'identity' : 'default',
      required,
      fresh: column !== undefined && madeHere(column.origin),
      ...(required === false ? { severity: 'info' as const } : required === undefined ? { severity: 'warning' as const } : {}),
    };
  },
  message: ({ relation, column, what, required, fresh }) =>
    required === false
      ? `Without its default, column ${column} of ${relation} gets NULL from running code that leaves it out.`
      : `Column ${column} of ${relation} loses its ${what}${fresh ? ' in the release that adds it' : ''}: inserts of running code that leave it out ${required === true ? 'fail' : 'get NULL, or fail if it is NOT NULL'}.`,
  advice: ({ column }) => `Keep the default until every running release writes ${column} itself, then drop it in a later migration.`,
});

/** NULL is what a column without a default gets. */
const isNone = (value: SubjectOf<'setDefault'>['default'] | undefined): boolean => value === undefined || value.literal === null;

type Where = Pick<SubjectOf<'dropDefault'>, 'table' | 'column' | 'span'>;

/** The same script gives the column a new default, or takes it away altogether. */
function replaced(op: Where, context: RuleContext): boolean {
  const later = (one: Where): boolean => one.span.start > op.span.start && one.column === op.column;
  return (
    operationsOn(context, 'setDefault', op.table).some((one) => !isNone(one.default) && later(one)) ||
    operationsOn(context, 'alterColumn', op.table).some((one) => one.change.type === 'addIdentity' && later(one)) ||
    operationsOn(context, 'dropColumn', op.table).some(later)
  );
}
