import type { Operation } from '../src/rule.ts';
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
  check({ migration, operations }, { deploy }) {
    const { transaction } = migration.up;
    if (deploy?.splits === true) return { what: 'takes the transaction away from all migrations that are deployed with it: the runner gives each its own', together: 'Deploy it apart from the others.' };
    if (transaction.wrap === 'implicit') {
      const begin = splittingBegin(operations);
      return begin && { at: begin.span, together: undefined, what: 'commits a part of itself apart: its own BEGIN … COMMIT ends the transaction that the rest stands in' };
    }
    // Without a runner that could do otherwise there is nothing to choose.
    if (transaction.wrap !== 'none' || transaction.assumed === true) return undefined;
    if (operations.some((op) => op.kind === 'transaction' && op.action === 'begin')) return undefined;
    const changes = operations.filter((op) => isChange(op) && !('ifExists' in op && op.ifExists) && !('ifNotExists' in op && op.ifNotExists));
    const [, second] = changes;
    return second === undefined ? undefined : { at: second.span, together: transactional(operations) ? migration.up.advice?.together : undefined, what: `makes ${String(changes.length)} changes outside a transaction` };
  },
  message: ({ what }) => `This file ${what}: a failure leaves some of its changes behind.`,
  advice: ({ together }) => together ?? 'Keep what must run outside a transaction alone in its migration, and move the rest to one that has a transaction; or make every statement re-runnable.',
});

/** The BEGIN of a transaction that has changes before it or behind its end. */
function splittingBegin(operations: readonly Operation[]): Operation | undefined {
  const begin = operations.findIndex((op) => op.kind === 'transaction' && op.action === 'begin');
  const end = operations.findIndex((op, index) => index > begin && op.kind === 'transaction' && (op.action === 'commit' || op.action === 'rollback'));
  const splits = begin >= 0 && end >= 0 && operations.some((op, index) => (index < begin || index > end) && isChange(op));
  return splits ? operations[begin] : undefined;
}

const isChange = ({ kind }: Operation): boolean => CHANGES.test(kind);
const CHANGES = /^(?:create|drop|add|alter|rename|set(?!Setting)|change|validate|attach|detach|truncate|insert|update|delete|merge)/;

/** Whether all of it may run in a transaction. */
const transactional = (operations: readonly Operation[]): boolean => !operations.some((op) => ('concurrently' in op && op.concurrently === true) || op.kind === 'addEnumValue');
