import { defineRule, isRefused, lockOn } from '../src/rule.ts';

export default defineRule({
  name: 'no-rule-on-live-table',
  summary: 'a rule rewrites every statement of a kind on a live table',
  severity: 'warning',
  category: 'compatibility',
  on: ['createRule'],
  recommended: true,
  down: 'off',
  why: 'CREATE RULE takes ACCESS EXCLUSIVE, so reads and writes wait while it waits for its turn. From then on the server rewrites every such statement of code that is running: with DO INSTEAD it does something else, or nothing at all, and still reports success; with DO ALSO the arguments are evaluated twice, so that nextval() or random() gives two values. COPY does not see rules.',
  references: [{ title: 'PostgreSQL: CREATE RULE', url: 'https://www.postgresql.org/docs/current/sql-createrule.html' }],
  check(op, { before, effects, isLive, name, resolve }) {
    if (op.event === 'select' || !isLive(op.table) || isRefused(effects) || before.relation(op.table)?.kind === 'view') return undefined;
    return {
      relation: name(op.table),
      rule: op.rule,
      mode: lockOn(effects, resolve(op.table))?.mode ?? 'AccessExclusiveLock',
      event: op.event.toUpperCase(),
      effect: !op.instead ? 'does more than it says' : op.actions.length === 0 ? 'does nothing, without an error' : 'does something else',
    };
  },
  message: ({ relation, rule, mode, event, effect }) => `Rule ${rule} takes ${mode} on ${relation}, and every ${event} of running code ${effect} from now on.`,
  advice: () => 'Use a trigger: it runs per row, sees COPY, and evaluates nothing twice. To make a table read-only, revoke the privilege.',
});
