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

  it('says how rows are changed: at once, in batches that are committed, or in batches that are not', async () => {
    const loop = (commit: string): string => `DO $$ DECLARE n int; BEGIN LOOP UPDATE t SET a = 1 WHERE id IN (SELECT id FROM t WHERE a IS NULL LIMIT 100); GET DIAGNOSTICS n = ROW_COUNT; EXIT WHEN n = 0; ${commit} END LOOP; END $$;`;
    const reasons = async (sql: string): Promise<string> => {
      const { migrations } = await lintFiles({ 'a.sql': 'CREATE TABLE t (id int PRIMARY KEY, a int);', 'b.sql': sql });
      return migrations[1]?.statements.flatMap(({ risk: { level, reasons: all } }) => all.map((reason) => `${level}: ${reason}`)).join() ?? '';
    };
    expect(await reasons('UPDATE t SET a = 1;')).toContain('medium: changes every row of public.t in one statement');
    const whole = (commit: string): string => `DO $$ BEGIN FOR i IN 1..9 LOOP UPDATE t SET a = 1 WHERE a IS NULL; ${commit} END LOOP; END $$;`;
    expect(await reasons(whole('COMMIT;'))).toContain('changes every row of public.t in batches, each committed');
    expect(await reasons(whole(''))).toContain('changes every row of public.t in batches, none of which is committed before the last');
    expect(await reasons(loop('COMMIT;'))).not.toContain('in one statement');
  });

  it('what was there before can', async () => {
    expect(await risk('ALTER TABLE t ENABLE ROW LEVEL SECURITY;')).toBe('high');
    expect(await risk('CREATE TABLE u (id int); ALTER TABLE t DROP COLUMN a;')).toBe('high');
  });
});
