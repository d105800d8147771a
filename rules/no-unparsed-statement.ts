import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-unparsed-statement',
  summary: 'a statement is not valid SQL, so nothing can be said about it',
  severity: 'error',
  category: 'reading',
  on: ['opaque'],
  recommended: true,
  why: 'The grammar of the server itself does not accept the statement, so the migration will most likely stop here, and what comes after it in the file is judged without knowing what this statement does.',
  references: [{ title: 'PostgreSQL: SQL Syntax', url: 'https://www.postgresql.org/docs/current/sql-syntax.html' }],
  check(op) {
    if (op.reason !== 'syntax') return undefined;
    if (op.at === undefined) return { detail: op.detail };
    // What is missing at the end is missing behind its last character.
    const start = Math.min(op.at, Math.max(op.span.start, op.span.end - 1));
    return { at: { start, end: Math.max(start + 1, Math.min(op.span.end, start + 20)) }, detail: op.detail };
  },
  message: ({ detail }) => `This statement cannot be read: ${detail.replace(/\.$/, '')}.`,
  advice: () => 'Correct the statement. If it contains placeholders that the runner fills in, tell which framework it is (--framework), so that they are understood.',
});
