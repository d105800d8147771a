import { describe, expect, it } from 'vitest';
import { lintFiles } from './support/lint.ts';

const risk = async (sql: string): Promise<unknown> => (await lintFiles({ 'a.sql': sql })).migrations[0]?.risk.level;

describe('risk', () => {
  it('nothing that the same migration made can be lost to anybody, or break', async () => {
    expect(await risk('CREATE TABLE t (id int, a int); ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t DROP COLUMN a; ALTER TABLE t RENAME TO u; DELETE FROM u;')).toBe('none');
    expect(await risk('ALTER TABLE t ADD COLUMN a int; ALTER TABLE t DROP COLUMN a;')).toBe('low');
  });

  it('is never below what the findings say, hygiene aside', async () => {
    expect(await risk("DO $$ BEGIN FOR i IN 1..9 LOOP DELETE FROM t WHERE id = i; END LOOP; END $$;")).not.toBe('none');
    expect(await risk("CREATE TABLE t (id int); COMMENT ON TABLE t IS 'x';")).toBe('none');
  });

  it('what was there before can', async () => {
    expect(await risk('ALTER TABLE t ENABLE ROW LEVEL SECURITY;')).toBe('high');
    expect(await risk('CREATE TABLE u (id int); ALTER TABLE t DROP COLUMN a;')).toBe('high');
  });
});
