import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-nested-transaction',
  summary: 'a migration that the runner already runs in a transaction says BEGIN',
  severity: 'info',
  category: 'hygiene',
  on: ['transaction'],
  recommended: true,
  why: 'There is no transaction in a transaction: the server answers BEGIN with a warning and goes on. What misleads is the COMMIT that belongs to it, which ends the transaction of the runner.',
  references: [{ title: 'PostgreSQL: BEGIN', url: 'https://www.postgresql.org/docs/current/sql-begin.html' }],
  check(op, { script: { transaction } }) {
    const wrapped = (transaction.wrap === 'script' && transaction.pipeline !== true) || transaction.wrap === 'batch';
    return op.action === 'begin' && wrapped ? { optOut: transaction.optOut } : undefined;
  },
  message: () => 'The runner has begun a transaction already, so this BEGIN does nothing.',
  advice: ({ optOut }) => `Leave BEGIN and COMMIT out.${optOut === undefined ? '' : ` To do without the runner's transaction: ${optOut}`}`,
});
