import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-out-of-order-migration',
  summary: 'a migration is ordered in a way that some databases will not follow',
  severity: 'warning',
  category: 'history',
  on: ['history'],
  recommended: true,
  why: 'Databases that have already applied later versions skip the file for good, refuse to run, or run it after what it was meant to precede. A fresh database gets another schema than production.',
  references: [],
  check: ({ problem }) => (problem.problem === 'out-of-order' ? { detail: problem.detail } : undefined),
  message: ({ detail }) => detail,
  advice: () => 'Give it a version (or journal time) after the last migration that has been deployed.',
});
