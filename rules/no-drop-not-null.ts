import { defineRule, deployCondition, operationsOn } from '../src/rule.ts';

export default defineRule({
  name: 'no-drop-not-null',
  summary: 'a column may become NULL, which running code may not expect',
  severity: 'warning',
  category: 'compatibility',
  on: ['dropNotNull'],
  recommended: true,
  why: 'Nothing breaks at the moment of the change. But as soon as a new release writes a NULL, code of the old one that still runs reads a value that its types rule out; and from the first NULL on there is no way back, as SET NOT NULL is refused. A column that is dropped as well or that a valid check keeps from NULL is not reported, nor is a file that says what has been deployed first.',
  references: [{ title: 'PostgreSQL: ALTER TABLE, DROP NOT NULL', url: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL' }],
  check(op, context) {
    const { before, isLive, madeHere, name, script, statement } = context;
    const table = before.table(op.table);
    const column = before.column(table, op.column);
    if (!isLive(op.table) || (column !== undefined && (madeHere(column.origin) || !column.notNull))) return undefined;
    const checked = table?.constraints.some(({ valid, definition }) => valid && definition.type === 'check' && definition.expression.terms.some((term) => term.kind === 'notNull' && term.column === op.column));
    // A call that loses it unsaid has a finding of its own.
    const unsaid = statement?.traps?.some((one) => one.trap === 'more-than-named' && one.unsaid?.includes('notNull') !== false) === true;
    const goesAnyway = operationsOn(context, 'dropTable', op.table).length > 0 || operationsOn(context, 'dropColumn', op.table).some((one) => one.column === op.column);
    if (checked === true || unsaid || goesAnyway || deployCondition(script) !== undefined) return undefined;
    return { relation: name(op.table), column: op.column };
  },
  message: ({ relation, column }) => `Column ${column} of ${relation} may become NULL: running code must be able to read that.`,
  advice: ({ column }) => `First deploy code that can read NULL in ${column}, and say so in the file: a comment "-- Deploy first: all code can read NULL in ${column}".`,
});
