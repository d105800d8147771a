import { defineRule, operationsIn } from '../src/rule.ts';

export default defineRule({
  name: 'no-commit-in-wrapped-script',
  summary: 'a script ends the transaction that the migration tool has opened around it',
  severity: 'warning',
  category: 'fails',
  on: ['transaction'],
  recommended: true,
  why: 'The tool runs the script inside a transaction of its own, together with the record that it has run. COMMIT or ROLLBACK in the script ends that transaction early: what follows is not atomic any more, a failure leaves half of the migration behind, and some tools stop with an error when they come to commit.',
  references: [{ title: 'PostgreSQL: COMMIT', url: 'https://www.postgresql.org/docs/current/sql-commit.html' }],
  check(op, { script }) {
    const wrapped = script.transaction.wrap === 'script' || script.transaction.wrap === 'batch';
    if (!wrapped || op.within !== undefined || (op.action !== 'commit' && op.action !== 'rollback')) return undefined;
    // What it ends is the transaction of its own.
    if (script.transaction.pipeline === true && operationsIn(script, 'transaction').some(({ action, span }) => action === 'begin' && span.start < op.span.start)) return undefined;
    return { action: op.action.toUpperCase(), optOut: script.transaction.optOut };
  },
  message: ({ action }) => `This ${action} ends the transaction that the migration tool has opened around the script.`,
  advice: ({ optOut }) => `Leave BEGIN and COMMIT out: the tool does both.${optOut === undefined ? '' : ` To control the transaction yourself: ${optOut}`}`,
});
