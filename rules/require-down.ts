import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'require-down',
  summary: 'a migration has no way back although the project keeps one for its migrations',
  severity: 'warning',
  category: 'reversibility',
  on: ['migration'],
  recommended: true,
  why: 'When the release has to be taken back, the runner stops at this migration, or, with some tools, records it as undone and does nothing. Somebody then writes the reverse by hand, under pressure.',
  references: [{ title: 'Evolutionary Database Design', url: 'https://martinfowler.com/articles/evodb.html' }],
  check({ migration, operations }) {
    if (!migration.downExpected || migration.down !== undefined || migration.irreversible === true || operations.length === 0) return undefined;
    return { migration: migration.name };
  },
  message: ({ migration }) => `Migration ${migration} has no down.`,
  advice: () => 'Write the reverse of each statement, last one first. If there is none, say so in the way of the framework (an explicit irreversible marker, or a down that raises an error).',
  remedy: () => 'missingDown',
});
