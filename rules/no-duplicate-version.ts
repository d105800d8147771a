import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-duplicate-version',
  summary: 'two migrations have the same version',
  severity: 'error',
  category: 'history',
  on: ['history'],
  recommended: true,
  why: 'The runner applies one of the two, or stops with an error, or applies both in an order that differs from machine to machine. It usually comes from two branches that were merged: each was right alone.',
  references: [],
  check: ({ problem }) => (problem.problem === 'duplicate-version' ? { detail: problem.detail, ...(problem.guessed === true ? { severity: 'warning' as const } : {}) } : undefined),
  message: ({ detail }) => detail,
  advice: () => 'Give the one that has not been deployed anywhere a new, higher version.',
});
