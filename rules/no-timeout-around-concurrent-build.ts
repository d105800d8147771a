import { defineRule, isRefused } from '../src/rule.ts';

const OFF: ReadonlySet<string> = new Set(['0', '0s', '0ms', '0min', 'default']);

export default defineRule({
  name: 'no-timeout-around-concurrent-build',
  summary: 'a timeout can interrupt a concurrent index build and leave an invalid index',
  severity: 'warning',
  category: 'lock',
  on: ['createIndex', 'reindex'],
  recommended: true,
  why: 'CREATE INDEX CONCURRENTLY waits, by design, until older transactions have ended, and then takes as long as the table is large. A lock_timeout or statement_timeout cuts it off on the way and leaves an INVALID index: every write pays for it, no query uses it, and CREATE INDEX IF NOT EXISTS finds it present and does nothing. The waiting harms nobody, so the timeouts that protect other statements have no place here.',
  references: [{ title: 'PostgreSQL: Building Indexes Concurrently', url: 'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY' }],
  check(op, { effects, isLive, name, setting }) {
    if (!op.concurrently || isRefused(effects)) return undefined;
    const target = op.kind === 'createIndex' ? op.table : op.name;
    if (!isLive(target)) return undefined;
    const set = ['lock_timeout', 'statement_timeout'].filter((timeout) => !OFF.has(setting(timeout)?.toLowerCase() ?? '0'));
    if (set.length === 0) return undefined;
    return { relation: name(target), timeouts: set.map((timeout) => `${timeout} = ${String(setting(timeout))}`).join(' and '), resets: set.map((timeout) => `SET ${timeout} = 0;`).join(' ') };
  },
  message: ({ timeouts, relation }) => `The concurrent build on ${relation} runs under ${timeouts}, which can cut it off and leave an INVALID index.`,
  advice: ({ resets }) => `Before it:\n${resets}\nAfter a build that failed, DROP INDEX CONCURRENTLY the left-over, then build again.`,
  remedy: () => 'withoutTimeouts',
});
