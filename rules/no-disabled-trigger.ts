import { defineRule, operationsOn } from '../src/rule.ts';

export default defineRule({
  name: 'no-disabled-trigger',
  summary: 'triggers of a live table are disabled, with ALL or a system trigger foreign keys too',
  severity: 'warning',
  category: 'compatibility',
  on: ['alterTable'],
  recommended: true,
  why: 'While a trigger is disabled, nothing that it maintains is maintained. DISABLE TRIGGER ALL also switches off the triggers behind foreign keys: orphans can be written, and switching the triggers on again does not check the rows that came in meanwhile.',
  references: [{ title: 'PostgreSQL: ALTER TABLE, DISABLE TRIGGER', url: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DISABLE-ENABLE-TRIGGER' }],
  check(op, context) {
    const { isNew, name, unit } = context;
    const { change } = op;
    const disables = change.type === 'disableTrigger' || (change.type === 'enableTrigger' && change.mode === 'replica');
    if (!disables || isNew(op.table)) return undefined;
    const relation = name(op.table);
    const back = operationsOn(context, 'alterTable', op.table).some(
      (one) => one.change.type === 'enableTrigger' && one.change.mode !== 'replica' && one.span.start > op.span.start && (one.change.which !== 'one' || one.change.name === change.name),
    );
    const all = change.which === 'all';
    // Switched on again in the same transaction, nobody else writes in between: the table is locked.
    const harmless = back && unit !== undefined && !all;
    return { relation, which: change.which === 'one' ? `trigger ${change.name ?? ''}` : all ? 'all triggers, foreign keys included' : 'all user triggers', all, back, ...(harmless ? { severity: 'info' as const } : all && !back ? { severity: 'error' as const } : {}) };
  },
  message: ({ relation, which, all, back }) =>
    `This disables ${which} of ${relation}${back ? ' for a while' : ''}: ${all ? 'rows that violate foreign keys get in and are never checked' : 'what they maintain is not maintained'}.`,
  advice: ({ relation }) =>
    `Do not switch it off for everybody: let the trigger function return early on a setting of this session (current_setting('app.skip', true)), or drop and re-create the one trigger. After DISABLE TRIGGER ALL, re-check the foreign keys of ${relation}: drop each, ADD … NOT VALID, VALIDATE.`,
});
