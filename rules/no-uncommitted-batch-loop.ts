import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-uncommitted-batch-loop',
  summary: 'a loop changes rows batch by batch without committing',
  severity: 'error',
  category: 'lock',
  on: ['statement'],
  recommended: true,
  scalesWithSize: true,
  why: 'A DO block is one transaction. Without COMMIT inside the loop the batches add up: every row that any of them has touched stays locked until the last one is done, exactly as in one large statement, and with the same dead rows and lost work when it fails.',
  references: [{ title: 'PostgreSQL: PL/pgSQL Transaction Management', url: 'https://www.postgresql.org/docs/current/plpgsql-transactions.html' }],
  check({ statement }, { isLive, name, unit }) {
    for (const op of statement.operations) {
      if (op.kind !== 'update' && op.kind !== 'delete' && op.kind !== 'merge') continue;
      if (op.within?.loop !== true || op.within.commits || !isLive(op.table)) continue;
      const block = op.within.kind !== 'program';
      if (block || unit !== undefined) return { at: op.span, relation: name(op.table), what: op.kind.toUpperCase(), block, ...(!block && { severity: 'warning' as const }) };
    }
    return undefined;
  },
  message: ({ relation, what, block }) => `This loop runs ${what} on ${relation} without COMMIT: every row it has touched stays locked until the whole ${block ? 'block' : 'transaction'} ends.`,
  advice: ({ block }) => !block ? 'Run the migration outside a transaction, so that each turn commits by itself, or let a script change the rows.' : 'COMMIT at the end of each turn of the loop (the DO block then has to run outside a transaction), or let a script run the batches.',
  remedy: () => 'commitBatches',
});
