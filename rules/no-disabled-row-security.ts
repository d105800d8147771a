import { defineRule, operationsOn } from '../src/rule.ts';

export default defineRule({
  name: 'no-disabled-row-security',
  summary: 'row level security of a live table is switched off',
  severity: 'error',
  category: 'security',
  on: ['alterTable'],
  recommended: true,
  down: 'off',
  why: 'The policies stay, but nobody applies them: every role with privileges on the table sees and changes the rows of all tenants. Nothing fails, so nobody notices. NO FORCE does the same for the owner, as whom most applications connect.',
  references: [{ title: 'PostgreSQL: Row Security Policies', url: 'https://www.postgresql.org/docs/current/ddl-rowsecurity.html' }],
  check(op, context) {
    const { before, isNew, name } = context;
    if (op.change.type !== 'rowSecurity' || isNew(op.table)) return undefined;
    const { setting } = op.change;
    if (setting !== 'disable' && setting !== 'noForce') return undefined;
    const table = before.table(op.table);
    if (table?.complete === true && (setting === 'disable' ? !table.rowSecurity.enabled : !table.rowSecurity.forced)) return undefined;
    const relation = name(op.table);
    const wanted = setting === 'disable' ? 'enable' : 'force';
    const switches = operationsOn(context, 'alterTable', op.table).filter((one) => one !== op && one.change.type === 'rowSecurity');
    const settingOf = (one: typeof op): string => (one.change.type === 'rowSecurity' ? one.change.setting : '');
    if (setting === 'noForce' && switches.some((one) => settingOf(one) === 'disable')) return undefined;
    const back = switches.some((one) => settingOf(one) === wanted && one.span.start > op.span.start);
    return { relation, setting, back, ...(back ? { severity: 'info' as const } : setting === 'noForce' ? { severity: 'warning' as const } : {}) };
  },
  message: ({ relation, setting, back }) =>
    setting === 'disable'
      ? `Without row level security${back ? ', though only for a while,' : ''} every role that may use ${relation} sees and changes all its rows.`
      : `NO FORCE exempts the owner of ${relation} from its policies.`,
  advice: ({ relation }) =>
    `Leave it on and change the policies: CREATE POLICY … ON ${relation} for the new rule, then drop the old one, in one transaction. A migration that must see all rows can run as a role with BYPASSRLS.`,
});
