import { capitalised, defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-ignored-option',
  summary: 'an option is written down that the library does not look at',
  severity: 'warning',
  category: 'compatibility',
  on: ['trap'],
  recommended: true,
  why: 'Builders take any object and pass over the names that they do not know at this place: an index, a uniqueness or a condition that the author sees in the code is not in the database. Nothing fails until the duplicates or the slow queries are there.',
  references: [{ title: 'Sequelize: Query Interface', url: 'https://sequelize.org/docs/v6/other-topics/query-interface/' }],
  check: ({ trap }) => (trap.trap === 'ignored-option' ? { detail: trap.detail } : undefined),
  message: ({ detail }) => `${capitalised(detail)}.`,
  advice: () => 'Say it where the library hears it, as with a call of its own (addIndex, addConstraint) or in SQL; else leave it out.',
});
