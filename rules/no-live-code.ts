import { capitalised, defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-live-code',
  summary: 'a migration works with the models of the application',
  severity: 'warning',
  category: 'compatibility',
  on: ['trap'],
  recommended: true,
  why: 'A migration is run again for years, on every new database, and each time the models are those of that day: they name columns that do not exist yet at this point of the history, and hooks do what nobody meant then. It works when it is written and fails on the next fresh install. What it sends cannot be judged either.',
  references: [{ title: 'Sequelize: Migrations', url: 'https://sequelize.org/docs/v6/other-topics/migrations/' }],
  check: ({ trap }) => (trap.trap === 'live-code' ? { detail: trap.detail } : undefined),
  message: ({ detail }) => `${capitalised(detail)}: on a new database that is not what it was when this was written.`,
  advice: () => 'Write the statement as SQL, or with the query interface and names written out here.',
});
