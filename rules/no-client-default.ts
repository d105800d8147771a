import { capitalised, defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-client-default',
  summary: 'a default is made by the application, and the column gets none',
  severity: 'info',
  category: 'compatibility',
  on: ['trap'],
  recommended: true,
  why: 'Functions and markers as UUIDV4 or NOW are filled in by the library when a model is saved; the server never hears of them. Inserts in SQL, by other services and by bulk methods get NULL, or fail where the column is NOT NULL.',
  references: [{ title: 'Sequelize: Default Values', url: 'https://sequelize.org/docs/v6/core-concepts/model-basics/#default-values' }],
  check: ({ trap }) => (trap.trap === 'client-default' ? { detail: trap.detail } : undefined),
  message: ({ detail }) => `${capitalised(detail)}.`,
  advice: () => "If rows come from elsewhere too, give the server a default of its own, as in `Sequelize.literal('gen_random_uuid()')` or `Sequelize.fn('now')`.",
});
