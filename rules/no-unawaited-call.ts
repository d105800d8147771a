import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-unawaited-call',
  summary: 'nobody waits for a call that sends a statement',
  severity: 'error',
  category: 'fails',
  on: ['trap'],
  recommended: true,
  why: 'The function returns while the statement is still under way. The tool records the migration as applied, commits, or closes the connection under it; the statements that follow run beside it instead of after it; and when it fails, the error goes nowhere. A query builder that nobody waits for, or never executes, sends nothing at all.',
  references: [{ title: 'MDN: await', url: 'https://developer.mozilla.org/docs/Web/JavaScript/Reference/Operators/await' }],
  check: ({ trap }) => (trap.trap === 'not-awaited' ? { neverSent: trap.neverSent === true, detail: trap.detail } : undefined),
  message: ({ neverSent, detail }) => (neverSent ? `Nothing is sent here: ${detail}.` : 'Nobody waits for this call: the migration counts as applied before it has run, and its error goes nowhere.'),
  advice: ({ detail }) =>
    detail.includes('never executed')
      ? 'Call `execute()` on it and put `await` in front, or return it.'
      : detail.includes('behind an `await`')
        ? 'Run the query before or after the schema call, and describe the table without waiting for anything.'
        : 'Put `await` in front of it, or return it.',
});
