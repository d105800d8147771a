import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-ignored-migration',
  summary: 'a file in the migrations folder will never run',
  severity: 'warning',
  category: 'history',
  on: ['history'],
  recommended: true,
  why: 'The name or place of the file does not match what the runner looks for, or its journal does not list it, so the change that it contains never reaches a database, without an error.',
  references: [],
  check: ({ problem }) => (problem.problem === 'ignored-file' ? { detail: problem.detail } : undefined),
  message: ({ detail }) => detail,
  advice: () => 'Rename the file to the pattern of the framework (or let its own command create it), or move it out of the folder.',
});
