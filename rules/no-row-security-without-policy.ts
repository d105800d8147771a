import { defineRule, operationsOn, sqlName } from '../src/rule.ts';

export default defineRule({
  name: 'no-row-security-without-policy',
  summary: 'row level security is switched on or forced without a policy that lets anybody through',
  severity: 'error',
  category: 'compatibility',
  on: ['alterTable'],
  recommended: true,
  why: 'With row level security and no permissive policy the default is deny: every role but the owner sees no rows and can write none, without an error on reading. FORCE extends that to the owner, as whom most applications connect.',
  references: [{ title: 'PostgreSQL: Row Security Policies', url: 'https://www.postgresql.org/docs/current/ddl-rowsecurity.html' }],
  check(op, context) {
    const { before, isNew, name } = context;
    if (op.change.type !== 'rowSecurity' || isNew(op.table)) return undefined;
    const { setting } = op.change;
    if (setting !== 'enable' && setting !== 'force') return undefined;
    const table = before.table(op.table);
    const relation = name(op.table);
    if (setting === 'enable' && table?.rowSecurity.enabled === true) return undefined;
    if (operationsOn(context, 'createPolicy', op.table).some((one) => one.permissive)) return undefined;
    if (setting === 'enable' && table?.policies.some((policy) => policy.permissive) === true) return undefined;
    const also = (one: typeof op, wanted: string): boolean => one !== op && one.change.type === 'rowSecurity' && one.change.setting === wanted;
    const switches = operationsOn(context, 'alterTable', op.table);
    // One cause, one finding: FORCE beside ENABLE is judged with it; a pair that switches off and on again changes nothing.
    if (setting === 'force' && switches.some((one) => also(one, 'enable'))) return undefined;
    if (setting === 'enable' && switches.some((one) => also(one, 'disable') && one.span.start < op.span.start)) return undefined;
    return { relation, table: sqlName(op.table), setting, policies: (table?.policies.length ?? 0) > 0, ...(setting === 'force' ? { severity: 'warning' as const } : {}) };
  },
  message: ({ relation, setting, policies }) =>
    setting === 'enable'
      ? `Row level security on ${relation} without a permissive policy denies everything to every role but the owner.`
      : `FORCE ROW LEVEL SECURITY on ${relation} ${policies ? 'makes its policies bind the owner too' : 'without a policy denies everything to the owner too'}, as whom the running code may connect.`,
  advice: ({ table }) =>
    `In one transaction, policies first: CREATE POLICY … ON ${table} FOR ALL TO app USING (…) WITH CHECK (…); then ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY. Try it as the role of the application.`,
});
