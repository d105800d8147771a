import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-partial-state',
  summary: 'several changes stand in a file that the runner does not put into a transaction',
  severity: 'info',
  category: 'hygiene',
  on: ['migration'],
  recommended: true,
  why: 'Each statement commits on its own. When the third one fails, the first two stay, the runner does not count the migration as done, and running it again fails at the first statement.',
  references: [{ title: 'PostgreSQL: Transactions', url: 'https://www.postgresql.org/docs/current/tutorial-transactions.html' }],
  check({ migration, operations }) {
    const { transaction } = migration.up;
    // Without a runner that could do otherwise there is nothing to choose.
    if (transaction.wrap !== 'none' || migration.framework === 'sql') return undefined;
    if (operations.some((op) => op.kind === 'transaction' && op.action === 'begin')) return undefined;
    const changes = operations.filter((op) => CHANGES.test(op.kind) && !('ifExists' in op && op.ifExists) && !('ifNotExists' in op && op.ifNotExists));
    const [, second] = changes;
    return second === undefined ? undefined : { at: second.span, count: changes.length };
  },
  message: ({ count }) => `This file makes ${String(count)} changes outside a transaction: a failure leaves some of them behind.`,
  advice: () => 'Keep what must run outside a transaction alone in its migration, and move the rest to one that has a transaction; or make every statement re-runnable.',
});

const CHANGES = /^(?:create|drop|add|alter|rename|set(?!Setting)|change|validate|attach|detach|truncate|insert|update|delete|merge)/;
