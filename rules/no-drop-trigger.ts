import { defineRule, isRefused, operationsIn } from '../src/rule.ts';

export default defineRule({
  name: 'no-drop-trigger',
  summary: 'a trigger or rule that live writes go through is dropped',
  severity: 'warning',
  category: 'compatibility',
  on: ['dropTrigger', 'dropRule'],
  recommended: true,
  why: 'What the trigger kept up to date (audit rows, counters, search vectors, updated_at, a column that is being migrated) is no longer written, without any error. Running code that relied on it produces wrong data from that moment on.',
  references: [{ title: 'PostgreSQL: DROP TRIGGER', url: 'https://www.postgresql.org/docs/current/sql-droptrigger.html' }],
  check(op, { effects, isNew, name, script }) {
    if (isRefused(effects)) return undefined;
    if (isNew(op.table)) return undefined;
    const relation = name(op.table);
    const what = op.kind === 'dropTrigger' ? 'trigger' : 'rule';
    const object = op.kind === 'dropTrigger' ? op.trigger : op.rule;
    const made = [
      ...operationsIn(script, 'createTrigger').map((one) => ({ what: 'trigger', object: one.trigger, table: one.table })),
      ...operationsIn(script, 'createRule').map((one) => ({ what: 'rule', object: one.rule, table: one.table })),
    ];
    // Created again (a new definition), or replaced by another one of its kind on the same table.
    if (made.some((one) => one.what === what && name(one.table) === relation)) return undefined;
    if (operationsIn(script, 'dropTable').some((one) => name(one.table) === relation)) return undefined;
    return { relation, what, object };
  },
  message: ({ relation, what, object }) => `Without ${what} ${object}, writes to ${relation} no longer do what it did for them.`,
  advice: ({ what }) => `Drop the ${what} only after every running release does that work itself or no longer needs it; to change it, use CREATE OR REPLACE ${what.toUpperCase()} or drop and create it in one transaction.`,
});
