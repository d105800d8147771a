import { defineRule, hurts } from '../src/rule.ts';

/** Scripts that have had their finding: one per file says enough. Scripts are made anew for every run. */
const told = new WeakSet();

export default defineRule({
  name: 'require-lock-timeout',
  summary: 'a lock that keeps others waiting is requested without a lock_timeout',
  severity: 'info',
  category: 'hygiene',
  on: ['statement'],
  recommended: true,
  why: 'A statement that waits for its lock makes everybody wait who comes after it, readers too: behind one long query, an ALTER TABLE that takes a millisecond stops the table for minutes. With a lock_timeout it gives up, the queue flows off, and the migration is tried again. The default is to wait for ever.',
  references: [{ title: 'PostgreSQL: lock_timeout', url: 'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT' }],
  options: { maximumSeconds: { type: 'number', default: 60, description: 'A longer lock_timeout counts as none.' } },
  check(_, { effects, isLive, name, options, script, setting, can, unit }) {
    if (!can('lockTimeout') || told.has(script)) return undefined;
    const lock = effects.locks.find((one) => hurts(one) && isLive(one.relation));
    if (lock === undefined) return undefined;
    const value = setting('lock_timeout');
    const seconds = value === undefined ? 0 : duration(value);
    const maximum = Number(options.maximumSeconds);
    // A value that cannot be read (a placeholder) is somebody's choice.
    if (Number.isNaN(seconds) || (seconds > 0 && seconds <= maximum)) return undefined;
    told.add(script);
    return { relation: name(lock.relation), mode: lock.mode, value: seconds > maximum ? value : undefined, local: unit !== undefined };
  },
  message: ({ relation, mode, value }) =>
    value === undefined ? `${mode} on ${relation} is requested without a lock_timeout: while it waits, everything behind it waits.` : `A lock_timeout of ${value} for ${mode} on ${relation} is as good as none.`,
  advice: ({ local }) => `${local ? "SET LOCAL lock_timeout = '5s';" : "SET lock_timeout = '5s';"} before it, and let the runner try again. (If the runner sets it, say so in the configuration: settings.)`,
});

/** Seconds; the server's unit without a word is the millisecond. */
function duration(value: string): number {
  const match = /^'?\s*(\d+(?:\.\d+)?)\s*(us|ms|s|min|h|d)?\s*'?$/.exec(value);
  return match === null ? NaN : Number(match[1]) * ({ us: 1e-6, ms: 1e-3, s: 1, min: 60, h: 3600, d: 86_400 }[match[2] ?? 'ms'] ?? 1e-3);
}
