import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-whole-database-change',
  summary: 'a call empties, drops or remakes everything that is in the database when it runs',
  severity: 'error',
  category: 'data-loss',
  on: ['trap'],
  recommended: true,
  down: 'same',
  why: 'Such a call does not know the tables by name: it takes what is there, in the order in which it finds it, tables of other applications and the list of applied migrations among them. Run once against the wrong database, as by an undo that goes one step too far, it leaves nothing.',
  references: [{ title: 'Sequelize: Query Interface', url: 'https://sequelize.org/docs/v6/other-topics/query-interface/' }],
  check: ({ trap }) => (trap.trap === 'whole-database' ? { detail: trap.detail } : undefined),
  message: ({ detail }) => `${detail}, whichever these are when it runs.`,
  advice: () => 'Name the tables that this migration is about, one by one.',
});
