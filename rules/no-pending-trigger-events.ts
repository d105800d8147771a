import type { RuleContext, SubjectOf } from '../src/rule.ts';
import { defineRule, operationsIn, operationsOn } from '../src/rule.ts';

const CAUSE = 'pending-trigger-events';

export default defineRule({
  name: 'no-pending-trigger-events',
  summary: 'a table is altered while deferred checks of its rows are still due',
  severity: 'error',
  category: 'fails',
  on: ['addColumn', 'dropColumn', 'changeColumnType', 'setNotNull', 'dropNotNull', 'setDefault', 'dropDefault', 'alterColumn', 'addConstraint', 'validateConstraint', 'dropConstraint', 'alterTable', 'dropTable', 'truncate', 'createIndex'],
  recommended: true,
  causes: [CAUSE],
  why: 'Rows written under a foreign key that is DEFERRABLE INITIALLY DEFERRED are checked at the end of the transaction. Until then the server refuses to alter the table. It shows only when there are rows: an empty test database passes.',
  references: [{ title: 'PostgreSQL: SET CONSTRAINTS', url: 'https://www.postgresql.org/docs/current/sql-set-constraints.html' }],
  check(op, context) {
    const { effects, name } = context;
    const known = effects.failures.some(({ cause }) => cause === CAUSE);
    const due = known ? undefined : pending(op.table, op.span.start, context);
    if (!known && due === undefined) return undefined;
    return { relation: name(op.table), constraint: due };
  },
  message: ({ relation, constraint }) =>
    `The server refuses this if the earlier statement has changed a row: ${relation} has pending trigger events${constraint === undefined ? '' : ` of ${constraint}`}.`,
  advice: () => 'Commit between changing the rows and changing the table, or SET CONSTRAINTS ALL IMMEDIATE; before this statement, so that the checks run first.',
});

/** The deferred foreign key whose check is due after a change of rows in this transaction. */
function pending(name: SubjectOf<'dropTable'>['table'], at: number, context: RuleContext): string | undefined {
  const { before, script, unit } = context;
  const start = unit?.statements[0]?.statement.span.start;
  const table = before.table(name);
  if (start === undefined || table === undefined) return undefined;
  // Deferred by this very script is too late for what was written before.
  const altered = new Set(operationsIn(script, 'alterConstraint').map((op) => op.name));
  const isDue = (constraint: Linked): boolean => isDeferred(constraint) && !altered.has(constraint.name);
  const own = table.constraints.filter(isDue);
  const others = before.referencing(table).flatMap(({ constraint }) => (isDue(constraint) ? [constraint] : []));
  if (own.length === 0 && others.length === 0) return undefined;
  const settled = operationsIn(script, 'sessionCommand').findLast(({ command, span }) => command.startsWith('set constraints') && span.start < at)?.span.start ?? start;
  const here = ({ span }: { readonly span: { readonly start: number } }): boolean => span.start >= Math.max(start, settled) && span.start < at;
  const inserted = operationsOn(context, 'insert', name).some(here);
  const updates = operationsOn(context, 'update', name).filter(here);
  const checked = own.find(({ definition }) => inserted || updates.some(({ assignments }) => assignments.some(({ column }) => definition.type === 'foreignKey' && definition.columns.includes(column))));
  if (checked !== undefined) return checked.name;
  return operationsOn(context, 'delete', name).some(here) ? others[0]?.name : undefined;
}

type Linked = ReturnType<RuleContext['before']['referencing']>[number]['constraint'];

const isDeferred = ({ definition, enforced }: Linked): boolean =>
  definition.type === 'foreignKey' && definition.initiallyDeferred === true && enforced;
