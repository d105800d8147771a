import type { RuleContext, SubjectOf } from '../src/rule.ts';
import { defineRule, operationsIn, operationsOn } from '../src/rule.ts';

export default defineRule({
  name: 'no-open-policy',
  summary: 'a policy lets every row through for writing, or takes the protection of others away',
  severity: 'info',
  category: 'security',
  on: ['createPolicy', 'alterPolicy'],
  recommended: true,
  down: 'off',
  why: 'Permissive policies are joined with OR: one that is always true makes all others on the same command meaningless. For reading that is often meant (public content); for writing it rarely is. Where row level security was on before, or other policies guard the rows already, it is a warning, for what nobody or few could do everybody can now; where it comes along as row level security is switched on, a note: nothing is more open than before.',
  references: [{ title: 'PostgreSQL: CREATE POLICY', url: 'https://www.postgresql.org/docs/current/sql-createpolicy.html' }],
  check(op, context) {
    const { before, name } = context;
    const table = before.table(op.table);
    const old = op.kind === 'alterPolicy' ? table?.policies.find((policy) => policy.name === op.policy) : undefined;
    const { command, permissive, roles } = op.kind === 'createPolicy' ? op : (old ?? { command: 'all', permissive: true, roles: [] });
    const isOpen = op.using?.literal === true || op.check?.literal === true;
    if (!permissive || !isOpen || !isEverybody(roles)) return undefined;
    const others = (table?.rowSecurity.enabled === true ? table.policies : []).filter((policy) => policy.permissive && policy.name !== op.policy);
    const opens = old !== undefined && old.using?.literal !== true && wasOn(op, context);
    if (command === 'select' && !opens && !others.some((policy) => guardsReading(policy) && !isMadeHere(policy.name, context))) return undefined;
    const isWorse = opens || others.length > 0 || wasOn(op, context);
    return { relation: name(op.table), policy: op.policy, command: command === 'all' ? 'every command' : command.toUpperCase(), ...(isWorse ? { severity: 'warning' as const } : {}) };
  },
  message: ({ relation, policy, command }) => `Policy ${policy} on ${relation} is always true for ${command}, whatever the other policies say.`,
  advice: () => 'Name the roles (TO app) or write the condition; use FOR SELECT for what everybody may read.',
});

type Policy = NonNullable<ReturnType<RuleContext['before']['table']>>['policies'][number];

const isEverybody = (roles: readonly string[]): boolean => roles.length === 0 || roles.some((role) => role.toLowerCase() === 'public');

const guardsReading = ({ command, using }: Policy): boolean => (command === 'all' || command === 'select') && using?.literal !== true;

const isMadeHere = (policy: string, { script }: RuleContext): boolean => operationsIn(script, 'createPolicy').some((one) => one.policy === policy);

/** Row level security was on already when this migration began. */
const wasOn = ({ table }: SubjectOf<'createPolicy' | 'alterPolicy'>, context: RuleContext): boolean =>
  context.before.table(table)?.rowSecurity.enabled === true &&
  !context.isNew(table) &&
  !operationsOn(context, 'alterTable', table).some(({ change }) => change.type === 'rowSecurity' && change.setting === 'enable');
