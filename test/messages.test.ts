import { describe, expect, it } from 'vitest';
import { lintFiles } from './support/lint.ts';

describe('messages name what they are about as people do', () => {
  const cases: readonly (readonly [sql: string, rule: string, name: string])[] = [
    ['GRANT ALL ON SCHEMA billing TO PUBLIC;', 'no-public-grant', ' on schema billing to '],
    ['GRANT CONNECT ON DATABASE shop TO PUBLIC;', 'no-public-grant', ' on database shop to '],
    ['GRANT USAGE ON FOREIGN DATA WRAPPER mirror TO PUBLIC;', 'no-public-grant', ' on foreign data wrapper mirror to '],
    ['GRANT SELECT ON orders TO PUBLIC;', 'no-public-grant', ' on public.orders to '],
    ['REVOKE USAGE ON SCHEMA billing FROM app;', 'no-revoke', ' on schema billing from '],
    ['REVOKE USAGE ON FOREIGN DATA WRAPPER mirror FROM app;', 'no-revoke', ' on foreign data wrapper mirror from '],
  ];
  it.each(cases)('%s', async (sql, rule, name) => {
    const { findings } = await lintFiles({ 'migrations/0001_a.sql': sql });
    expect(findings.filter((finding) => finding.rule === rule).map(({ message }) => message.includes(name))).toEqual([true]);
  });
});
