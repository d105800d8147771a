import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-unread-sql',
  summary: 'statements that are put together at run time, included or filled in cannot be judged',
  severity: 'warning',
  category: 'reading',
  on: ['opaque', 'clientCommand'],
  recommended: true,
  why: 'What is only known when the migration runs may lock, rewrite or delete anything, and the schema after it is a guess. Where the text that can be seen drops, truncates or alters nothing, it is only told.',
  references: [{ title: 'PostgreSQL: Executing Dynamic Commands', url: 'https://www.postgresql.org/docs/current/plpgsql-statements.html#PLPGSQL-STATEMENTS-EXECUTING-DYN' }],
  check(op, { script }) {
    const text = script.text.slice(op.span.start, Math.min(op.span.end, op.span.start + 4000));
    if (op.kind === 'clientCommand') return /^\\(?:i|ir|include|include_relative)\b/.test(op.text.trim()) ? { detail: `included file (${op.text.trim()})`, does: undefined, severity: 'info' as const } : undefined;
    if (op.reason === 'syntax') return undefined;
    const does = op.reason === 'dynamic' ? DANGEROUS.exec(text)?.[0].replace(/\s+/g, ' ').toUpperCase() : undefined;
    return { detail: op.detail, does, ...(does === undefined ? { severity: 'info' as const } : {}) };
  },
  message: ({ detail, does }) => `This cannot be judged before it runs: ${detail.replace(/\.$/, '')}${does === undefined ? '' : `; it contains ${does}`}.`,
  advice: () => 'Write the statements out where the names are known; otherwise check by hand what they lock and delete, run them with a short lock_timeout, and say so in a suppression with a reason.',
});

const DANGEROUS =
  /\bdrop\s+(?:table|schema|database|owned|column|constraint|view|materialized\s+view|type|domain|extension)\b|\btruncate\b|\balter\s+table\b(?=[\s\S]*\b(?:drop|alter\s+column|rename|set\s+(?!schema\s+')|add\s+constraint|type)\b)|\bdelete\s+from\b(?![\s\S]*\bwhere\b)|\bcreate\s+(?:unique\s+)?index\b(?!\s+concurrently)/i;
