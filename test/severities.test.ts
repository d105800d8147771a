import { describe, expect, it } from 'vitest';
import { lintFiles, readFixture } from './support/lint.ts';

/** Rules that make more of some cases than of others: what the fixtures hold is whether they speak, this is how loud. */
interface Case {
  readonly rule: string;
  readonly fixture: string;
  readonly severities: readonly string[];
  /** A table that the configuration declares hot. */
  readonly hot?: string;
}

const CASES: readonly Case[] = [
  { rule: 'no-empty-down', fixture: 'unsafe', severities: ['warning'] },
  { rule: 'no-empty-down', fixture: 'unsafe-repeatable', severities: ['info'] },
  { rule: 'no-open-policy', fixture: 'unsafe.sql', severities: ['info'] },
  { rule: 'no-open-policy', fixture: 'unsafe-guarded', severities: ['warning'] },
  { rule: 'no-open-policy', fixture: 'unsafe-locked', severities: ['warning'] },
  { rule: 'no-open-policy', fixture: 'unsafe-reading', severities: ['warning'] },
  { rule: 'no-open-policy', fixture: 'unsafe-altered', severities: ['warning'] },
  { rule: 'no-drop-constraint', fixture: 'unsafe', severities: ['warning'] },
  { rule: 'no-drop-constraint', fixture: 'unsafe-check', severities: ['warning'] },
  { rule: 'no-drop-constraint', fixture: 'unsafe-unknown.sql', severities: ['warning'] },
  { rule: 'no-drop-default', fixture: 'unsafe-same-release.sql', severities: ['error'] },
  { rule: 'no-drop-default', fixture: 'unsafe-unknown.sql', severities: ['warning'] },
  { rule: 'no-lock-on-referenced-table', fixture: 'unsafe.sql', severities: ['info'] },
  { rule: 'no-lock-on-referenced-table', fixture: 'unsafe.sql', severities: ['warning'], hot: 'products' },
  { rule: 'no-lock-on-referenced-table', fixture: 'safe.sql', severities: ['warning'], hot: 'orders' },
  { rule: 'no-lock-on-referenced-table', fixture: 'unsafe-hot', severities: ['warning', 'warning'], hot: 'orders' },
];

describe('severity', () => {
  it.each(CASES)('$rule in $fixture is $severities (hot: $hot)', async ({ rule, fixture, severities, hot }) => {
    const tables = hot === undefined ? {} : { [hot]: { rows: undefined, hot: true } };
    const { findings } = await lintFiles(readFixture(`fixtures/rules/${rule}/${fixture}`), { config: { tables } });
    expect(findings.filter((finding) => finding.rule === rule).map(({ severity }) => severity)).toEqual(severities);
  });
});
