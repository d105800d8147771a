import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-missing-migration',
  summary: 'a migration is listed or has a down, but its file or its up is missing',
  severity: 'error',
  category: 'history',
  on: ['history'],
  recommended: true,
  why: 'The runner stops when it reaches the missing part, or counts the migration as applied without doing anything.',
  references: [],
  check: ({ problem }) => (problem.problem === 'missing-file' || problem.problem === 'missing-up' ? { detail: problem.detail } : undefined),
  message: ({ detail }) => detail,
  advice: () => 'Restore the file from version control, or remove what refers to it if it was never deployed.',
});
