import { defineRule } from '../src/rule.ts';

export default defineRule({
  name: 'no-unheeded-warning',
  summary: 'the warnings of the tool that generated the file still stand in it',
  severity: 'info',
  category: 'hygiene',
  on: ['migration'],
  recommended: true,
  why: 'The generator knew that the migration loses data or fails on a table with rows, and asked for somebody to look. A header that stays tells the reviewer nothing about whether somebody has.',
  references: [{ title: 'Prisma: Customizing migrations', url: 'https://www.prisma.io/docs/orm/prisma-migrate/workflows/customizing-migrations' }],
  check({ migration: { up } }) {
    for (const { span } of up.comments) {
      const text = up.text.slice(span.start, span.end);
      if (!HEADER.test(text.slice(0, 200))) continue;
      const count = text.split('\n').filter((line) => /^\s*- /.test(line)).length;
      if (count > 0) return { at: span, count };
    }
    return undefined;
  },
  message: ({ count }) => `Prisma warned of ${count === 1 ? 'a danger' : `${String(count)} dangers`} when it made this file, and the header is still there.`,
  advice: () => 'Decide about each of them, change the SQL where that is the answer, and put the reason in the place of the header.',
});

const HEADER = /^\/\*\s*Warnings:/;
