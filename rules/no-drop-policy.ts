import { defineRule, operationsOn } from '../src/rule.ts';

export default defineRule({
  name: 'no-drop-policy',
  summary: 'a row level security policy of a live table is dropped and not replaced',
  severity: 'warning',
  category: 'security',
  on: ['dropPolicy'],
  recommended: true,
  down: 'off',
  why: 'Without a permissive policy the rows that it let through disappear for its roles, and their writes fail; with the last one everything is denied. Without a restrictive policy, rows become visible that it kept apart.',
  references: [{ title: 'PostgreSQL: Row Security Policies', url: 'https://www.postgresql.org/docs/current/ddl-rowsecurity.html' }],
  check(op, context) {
    const { before, isNew, name } = context;
    if (isNew(op.table)) return undefined;
    const relation = name(op.table);
    const table = before.table(op.table);
    const policy = table?.policies.find((one) => one.name === op.policy);
    if (policy === undefined && table?.complete === true && op.ifExists) return undefined;
    if (operationsOn(context, 'createPolicy', op.table).length > 0 || operationsOn(context, 'dropTable', op.table).length > 0) return undefined;
    // Switching row level security off is the finding then.
    if (operationsOn(context, 'alterTable', op.table).some((one) => one.change.type === 'rowSecurity' && one.change.setting === 'disable')) return undefined;
    const last = policy?.permissive === true && table?.policies.filter((one) => one.permissive).length === 1;
    return { relation, policy: op.policy, effect: policy === undefined ? 'changes who sees which rows' : !policy.permissive ? 'shows rows that it kept apart' : last ? 'denies everything: it is the last permissive one' : 'hides the rows that it let through' };
  },
  message: ({ relation, policy, effect }) => `Dropping policy ${policy} of ${relation} ${effect}.`,
  advice: ({ relation }) => `Replace it in one transaction: CREATE POLICY … ON ${relation} with the new rule beside DROP POLICY, or ALTER POLICY.`,
});
