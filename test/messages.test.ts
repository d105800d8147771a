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

it('no-validate-in-same-transaction names each lock with the relations that it is on', async () => {
  const { findings } = await lintFiles({ 'supabase/migrations/20240101000000_a.sql': 'ALTER TABLE orders ADD COLUMN shop bigint, ADD CONSTRAINT fk FOREIGN KEY (shop) REFERENCES shops (id) NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT fk;' });
  expect(findings.find(({ rule }) => rule === 'no-validate-in-same-transaction')?.message).toContain('while AccessExclusiveLock is still held on public.orders, and ShareRowExclusiveLock on public.shops.');
});

it('no-column-type-rewrite says what it hangs on', async () => {
  const lint = async (column: string): Promise<string | undefined> =>
    (await lintFiles({ 'migrations/0001_a.sql': `CREATE TABLE orders (id bigint PRIMARY KEY, made ${column});`, 'migrations/0002_b.sql': 'ALTER TABLE orders ALTER COLUMN made TYPE timestamptz;' })).findings.find(({ rule }) => rule === 'no-column-type-rewrite')?.message;
  expect(await lint('timestamp')).toContain("(unless the session's time zone is UTC).");
  expect(await lint('date')).toContain('is written anew.');
});

it('no-duplicate-object tells a table that is used before it is made', async () => {
  const { findings } = await lintFiles({ 'migrations/0001_a.sql': 'CREATE TABLE invitations (id bigint PRIMARY KEY, club bigint REFERENCES clubs (id));', 'migrations/0002_b.sql': 'CREATE TABLE clubs (id bigint PRIMARY KEY);' });
  expect(findings.find(({ rule }) => rule === 'no-duplicate-object')?.message).toBe('The server refuses this: relation "clubs" already exists: what comes before uses it.');
});
