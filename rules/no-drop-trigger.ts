import type { RuleContext, SubjectOf } from '../src/rule.ts';
import { defineRule, isRefused, operationsOn } from '../src/rule.ts';

export default defineRule({
  name: 'no-drop-trigger',
  summary: 'a trigger or rule that live writes go through is dropped',
  severity: 'warning',
  category: 'compatibility',
  on: ['dropTrigger', 'dropRule'],
  recommended: true,
  why: 'What the trigger kept up to date (audit rows, counters, search vectors, updated_at, a column that is being migrated) is no longer written, without any error. Running code that relied on it produces wrong data from that moment on.',
  references: [{ title: 'PostgreSQL: DROP TRIGGER', url: 'https://www.postgresql.org/docs/current/sql-droptrigger.html' }],
  check(op, context) {
    if (isRefused(context.effects) || context.isNew(op.table) || isSurelyAbsent(op, context)) return undefined;
    const relation = context.name(op.table);
    const what = op.kind === 'dropTrigger' ? 'trigger' : 'rule';
    const object = op.kind === 'dropTrigger' ? op.trigger : op.rule;
    // Created again (a new definition), or replaced by another one of its kind on the same table.
    const made = operationsOn(context, op.kind === 'dropTrigger' ? 'createTrigger' : 'createRule', op.table);
    if (made.length > 0 || operationsOn(context, 'dropTable', op.table).length > 0) return undefined;
    return { relation, what, object };
  },
  message: ({ relation, what, object }) => `Without ${what} ${object}, writes to ${relation} no longer do what it did for them.`,
  advice: ({ what }) => `Drop the ${what} only after every running release does that work itself or no longer needs it; to change it, use CREATE OR REPLACE ${what.toUpperCase()} or drop and create it in one transaction.`,
});

/** IF EXISTS of one that the table, of which everything was read, does not have, or of a table that the history has dropped. */
function isSurelyAbsent(op: SubjectOf<'dropTrigger' | 'dropRule'>, { before }: RuleContext): boolean {
  if (op.ifExists && before.isGone(op.table)) return true;
  const table = before.table(op.table);
  return op.kind === 'dropTrigger' && op.ifExists && table?.complete === true && before.opaqueCount === 0 && !table.triggers.some(({ name }) => name === op.trigger);
}
