import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-edited-migration',
  summary: 'a migration that is recorded as applied has been changed',
  severity: 'error',
  category: 'history',
  on: ['history'],
  recommended: true,
  why: 'Databases that have applied the file do not run it again: they keep the old definition while new databases get the new one. Runners that store a checksum refuse to go on.',
  references: [],
  check: ({ problem }) => (problem.problem === 'checksum' ? { detail: problem.detail } : undefined),
  message: ({ detail }) => detail,
  advice: () => 'Put the file back as it was, and make the change in a new migration.',
});
