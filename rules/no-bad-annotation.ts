import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-bad-annotation',
  summary: 'a comment that should direct the runner is not understood',
  severity: 'error',
  category: 'history',
  on: ['history'],
  recommended: true,
  why: 'Runners read their directives from comments. One with a wrong word, place or indentation is an error when the migration runs, or is taken as an ordinary comment: a down that runs with the up, a transaction that should not be there.',
  references: [],
  check: ({ problem }) => (problem.problem === 'bad-annotation' ? { detail: problem.detail } : undefined),
  message: ({ detail }) => detail,
  advice: () => 'Write the directive exactly as the documentation of the framework spells it, at the start of its line.',
});
