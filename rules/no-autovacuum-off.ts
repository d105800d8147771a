import { defineRule, operationsOn, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-autovacuum-off',
  summary: 'autovacuum is switched off for a table',
  severity: 'warning',
  category: 'compatibility',
  on: ['alterTable', 'createTable'],
  recommended: true,
  why: 'Nobody notices on that day: dead rows pile up, statistics grow stale, index-only scans stop working, and in the end the server has to vacuum the table anyway, at the worst moment, to prevent transaction id wraparound.',
  references: [{ title: 'PostgreSQL: autovacuum_enabled', url: 'https://www.postgresql.org/docs/current/sql-createtable.html#RELOPTION-AUTOVACUUM-ENABLED' }],
  check(op, context) {
    const options = op.kind === 'createTable' ? op.options : op.change.type === 'setOptions' ? op.change.options : {};
    if (!isOff(options)) return undefined;
    const relation = context.name(op.table);
    const later = (one: { readonly span: { readonly start: number } }): boolean => one.span.start > op.span.start;
    // For the length of a bulk load it is fine.
    const back = operationsOn(context, 'alterTable', op.table).some((one) => later(one) && (one.change.type === 'resetOptions' || one.change.type === 'setOptions') && KEYS.some((key) => one.change.type === 'resetOptions' ? key in one.change.options : one.change.type === 'setOptions' && key in one.change.options && !isOff(one.change.options)));
    if (back || operationsOn(context, 'dropTable', op.table).some(later)) return undefined;
    return { relation, table: sqlName(op.table), ...(op.kind === 'createTable' ? { severity: 'info' as const } : {}) };
  },
  message: ({ relation }) => `Without autovacuum, ${relation} bloats until the server is forced to vacuum it.`,
  advice: ({ table }) => `Tune it instead: ALTER TABLE ${table} SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 2). For a bulk load, switch it on again (RESET (autovacuum_enabled)) in the same migration.`,
});

const KEYS = ['autovacuum_enabled', 'toast.autovacuum_enabled'];
const isOff = (options: Readonly<Record<string, string>>): boolean => KEYS.some((key) => /^(?:f|false|off|no|0)$/i.test(options[key] ?? ''));
