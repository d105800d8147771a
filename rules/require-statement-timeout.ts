import { defineRule, hurts } from '../src/rule.ts';

/** Scripts that have had their finding: one per file says enough. Scripts are made anew for every run. */
const told = new WeakSet();

export default defineRule({
  name: 'require-statement-timeout',
  summary: 'a statement that blocks others runs without a statement_timeout',
  severity: 'info',
  category: 'hygiene',
  on: ['statement'],
  recommended: false,
  why: 'A lock_timeout limits the waiting for a lock, not how long the statement then keeps it. A statement_timeout ends a scan or rewrite that takes longer than anybody expected, while it keeps others waiting.',
  references: [{ title: 'PostgreSQL: statement_timeout', url: 'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-STATEMENT-TIMEOUT' }],
  check(_, { effects, isLive, name, script, setting, can }) {
    if (!can('lockTimeout') || told.has(script)) return undefined;
    const lock = effects.locks.find((one) => hurts(one) && isLive(one.relation));
    if (lock === undefined || !/^(?:0+(?:ms|s|min|h|d)?|default)?$/i.test(setting('statement_timeout') ?? '')) return undefined;
    told.add(script);
    return { relation: name(lock.relation), mode: lock.mode };
  },
  message: ({ relation, mode }) => `Nothing limits how long this statement keeps ${mode} on ${relation}.`,
  advice: () => "SET statement_timeout = '30s'; before it (not around CREATE INDEX CONCURRENTLY).",
});
