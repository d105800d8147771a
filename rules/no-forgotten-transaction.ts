import { capitalised, defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-forgotten-transaction',
  summary: 'a call runs on another connection than the transaction that is open around it',
  severity: 'error',
  category: 'fails',
  on: ['trap'],
  recommended: true,
  why: 'A transaction lives on one connection, and the libraries take another one from the pool for every call that is not handed it. What such a call does stays when the transaction is rolled back, and it sees nothing of what the transaction has done. Where both touch the same table, the call waits for the locks of a transaction that itself waits for the call: no server sees a deadlock in that, and the migration hangs with its locks held.',
  references: [{ title: 'Sequelize: Transactions', url: 'https://sequelize.org/docs/v6/other-topics/transactions/' }],
  check: ({ trap }) => (trap.trap === 'forgotten-transaction' ? { detail: trap.detail } : undefined),
  message: ({ detail }) => `${capitalised(detail)}. It is not undone with the transaction, and waits forever for its locks if both touch the same table.`,
  advice: () => 'Hand the transaction to the call (`{ transaction }` as its options), or run it through the runner that holds the transaction.',
});
