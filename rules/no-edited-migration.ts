import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-edited-migration',
  summary: 'a migration that is recorded as applied, or is already on the main branch, has been changed',
  severity: 'error',
  category: 'history',
  on: ['history'],
  recommended: true,
  why: 'Databases that have applied the file do not run it again: they keep the old definition while new databases get the new one. Runners that store a checksum refuse to go on. What has been merged counts as applied when git is asked what is new (--since, --staged, --changed).',
  references: [],
  check: ({ problem }) => (problem.problem === 'checksum' || problem.problem === 'edited' ? { detail: problem.detail } : undefined),
  message: ({ detail }) => detail,
  advice: () => 'Put the file back as it was, and make the change in a new migration.',
});
