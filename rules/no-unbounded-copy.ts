import { defineRule } from '../src/rule.ts';

const NARROWED = /(?<![<>!])=\s*(?:'[^']*'|\d)|\bIN\s*\(\s*['\d]|\bBETWEEN\b|[<>]=?\s*\d+\s+AND\s/i;

export default defineRule({
  name: 'no-unbounded-copy',
  summary: 'one INSERT … SELECT copies an unknown number of rows into a live table',
  severity: 'warning',
  category: 'lock',
  on: ['insert'],
  recommended: true,
  scalesWithSize: true,
  why: 'A copy of unknown size is one long transaction: the rows that its foreign keys point to stay locked against deletion, writers of the same unique keys wait for it, VACUUM is held back, replication lags, and a failure near the end throws all of it away. Into a new table it is harmless and not reported.',
  references: [{ title: 'PostgreSQL: INSERT', url: 'https://www.postgresql.org/docs/current/sql-insert.html' }],
  check(op, { effects, isLive, name }) {
    if (op.source !== 'query' || op.within?.loop === true || op.query.bounded || effects.work !== 'allRows' || !isLive(op.table)) return undefined;
    const sources = op.query.reads.filter(({ relation }) => isLive(relation));
    // A condition on single values is how people choose a few rows.
    if (sources.length === 0 || NARROWED.test(op.query.text)) return undefined;
    return { relation: name(op.table), from: sources.map(({ relation }) => name(relation)).join(', ') };
  },
  message: ({ relation, from }) => `This INSERT copies an unknown number of rows from ${from} into ${relation} in one transaction.`,
  advice: () => 'Copy in ranges of the key, each committed, outside of a transaction; ON CONFLICT DO NOTHING makes a repetition harmless.',
  remedy: () => 'batchInsert',
});
