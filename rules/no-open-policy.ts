import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-open-policy',
  summary: 'a policy lets every row through for writing',
  severity: 'info',
  category: 'security',
  on: ['createPolicy', 'alterPolicy'],
  recommended: true,
  down: 'off',
  why: 'Permissive policies are joined with OR: one that is always true makes all others on the same command meaningless. For reading that is often meant (public content); for writing it rarely is. On a table whose rows other policies guard already it is a warning, for it takes their protection away; where it comes along as row level security is switched on, a note: nothing is more open than before.',
  references: [{ title: 'PostgreSQL: CREATE POLICY', url: 'https://www.postgresql.org/docs/current/sql-createpolicy.html' }],
  check(op, { before, name }) {
    if (op.kind === 'createPolicy' && (!op.permissive || op.command === 'select')) return undefined;
    const open = op.using?.literal === true || op.check?.literal === true;
    const everybody = op.kind === 'alterPolicy' || op.roles.length === 0 || op.roles.some((role) => role.toLowerCase() === 'public');
    if (!open || !everybody) return undefined;
    const table = before.table(op.table);
    const guarded = table?.rowSecurity.enabled === true && table.policies.some(({ name: other, permissive }) => permissive && other !== op.policy);
    return { relation: name(op.table), policy: op.policy, command: op.kind === 'createPolicy' && op.command !== 'all' ? op.command.toUpperCase() : 'every command', ...(guarded ? { severity: 'warning' as const } : {}) };
  },
  message: ({ relation, policy, command }) => `Policy ${policy} on ${relation} is always true for ${command}, whatever the other policies say.`,
  advice: () => 'Name the roles (TO app) or write the condition; use FOR SELECT for what everybody may read.',
});
