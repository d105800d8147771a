import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPglite } from '../src/servers/pglite.ts';
import type { Server } from '../src/servers/server.ts';
import { fixedFiles, fixFiles } from './support/fix.ts';
import { CASES } from './support/remedies/cases.ts';
import { planFor, planned } from './support/remedies/plans.ts';
import { carryOut, clear, send } from './support/remedies/run.ts';

// The traps that a rewrite can fall into, each as what happens to somebody who carries out the steps.
const ROWS = 'CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b text); INSERT INTO t SELECT i, i / 2, NULL FROM generate_series(1, 30) AS i;';

describe('traps of the steps', () => {
  let server: Server;
  beforeAll(async () => {
    server = await openPglite();
  });
  afterAll(() => server.close());

  test.each([
    ['a unique index', 'buildIndexConcurrently', 'CREATE UNIQUE INDEX u ON t (a)'],
    ['a unique constraint', 'uniqueFromIndex', 'ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)'],
  ] as const)('duplicates are told before %s is built; what the failed build leaves is told, dropped, and the build runs again', async (_, pattern, sql) => {
    await clear(server);
    await send(server, ROWS);
    const { steps } = planned(pattern, ROWS, sql);
    const [build] = steps;
    if (build === undefined) throw new Error('There are no steps');
    const ask = async (questions: typeof build.preconditions): Promise<number[]> => Promise.all(questions.map(async ({ sql: query }) => (await server.query(query)).length));
    expect(await ask(build.preconditions)).toEqual([0, 14]);
    await expect(carryOut(server, build)).rejects.toThrow('could not create unique index');
    expect(await server.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'u'::regclass")).toEqual([{ indisvalid: false }]);
    // Nobody goes on with the half of an index.
    expect(await ask(build.verification)).toEqual([1]);
    for (const next of steps.slice(1)) await expect(carryOut(server, next)).rejects.toThrow('not valid');
    await expect(carryOut(server, build)).rejects.toThrow('already exists');
    const [left] = await server.query(build.preconditions[0]?.sql ?? '');
    expect(build.notes.join(' ')).toContain('DROP INDEX CONCURRENTLY IF EXISTS u;');
    await server.exec(String(Object.values(left ?? {})[0]));
    await server.exec('UPDATE t SET a = id');
    expect(await ask(build.preconditions)).toEqual([0, 0]);
    for (const step of steps) expect(await carryOut(server, step)).toEqual([]);
    expect(await ask(build.verification)).toEqual([0]);
  });

  test('IF NOT EXISTS passes over an INVALID index, and the plan says so, and finds it', async () => {
    await clear(server);
    await send(server, ROWS);
    await expect(server.exec('CREATE UNIQUE INDEX CONCURRENTLY ix ON t (a)')).rejects.toThrow();
    const [build] = planned('buildIndexConcurrently', ROWS, 'CREATE INDEX IF NOT EXISTS ix ON t (a)').steps;
    if (build === undefined) throw new Error('There are no steps');
    expect((await server.query(build.preconditions[0]?.sql ?? '')).map((row) => Object.values(row)[0])).toEqual(['DROP INDEX CONCURRENTLY ix']);
    await carryOut(server, build);
    expect(await server.query(build.verification[0]?.sql ?? '')).toHaveLength(1);
    expect(build.notes.join(' ')).toContain('IF NOT EXISTS passes over it');
  });

  test('what stands in a block gets the steps that it would have alone, and is to be taken out of it by hand', async () => {
    const block = "DO $do$\nBEGIN\n  -- one\n  IF NOT EXISTS (SELECT 1 FROM pg_class WHERE relname = 'ix') THEN\n    CREATE INDEX ix ON t (a);\n  END IF;\n  ALTER TABLE t ADD COLUMN c int, ADD CONSTRAINT positive CHECK (a >= 0);\n  UPDATE t SET b = 'x; y' WHERE b IS NULL;\nEND\n$do$";
    const index = planned('buildIndexConcurrently', ROWS, block, { kind: 'createIndex' });
    expect(index.steps[0]?.up).toEqual(['CREATE INDEX CONCURRENTLY ix ON t (a)']);
    expect(index.steps[0]?.notes[0]).toMatch(/take this out of it first.*IF NOT EXISTS/);
    const check = planned('validateLater', ROWS, block, { kind: 'addConstraint' });
    expect(check.steps[0]?.up).toEqual(['ALTER TABLE t ADD CONSTRAINT positive CHECK (a >= 0) NOT VALID']);
    expect(check.steps[0]?.notes[0]).not.toContain('IF NOT EXISTS');
    const update = planned('batchUpdate', ROWS, block, { kind: 'update' });
    await clear(server);
    await send(server, ROWS);
    for (const step of [...index.steps, ...check.steps, ...update.steps]) expect(await carryOut(server, step)).toEqual([]);
    expect(await server.query("SELECT DISTINCT b FROM t")).toEqual([{ b: 'x; y' }]);
    const files = { 'm/0001_t.sql': 'CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b text);', 'm/0002_block.sql': `${block};\n` };
    const { files: changes, refused } = await fixFiles(files, { suggestions: true });
    expect(changes).toEqual([]);
    expect(refused.map((one) => one.refused)).toContain('It stands inside a block of code, out of which it cannot be taken.');
  });

  test.each([
    'DO $$ BEGIN FOR i IN 1..3 LOOP UPDATE t SET a = a + 1; END LOOP; END $$',
    'DO $$ DECLARE n int; BEGIN UPDATE t SET a = n; END $$',
    "DO $$ BEGIN EXECUTE 'UPDATE t SET a = ' || 1; END $$",
    'DO $$ BEGIN UPDATE t SET a = 1; EXCEPTION WHEN unique_violation THEN NULL; END $$',
  ])('no steps for what only the block can say: %s', (sql) => {
    expect(planFor('batchUpdate', ROWS, sql, { kind: 'update' })).toEqual({ refused: 'It stands inside a block of code, which runs as one statement: take it out of the block first.' });
  });

  const ROLE = "DO $$ BEGIN CREATE ROLE reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$; GRANT USAGE ON SCHEMA public TO reader;";

  test('the view under the old name gives those who had rights the same: rows by their policies, RETURNING, ON CONFLICT', async () => {
    const setup = `${ROLE} ${ROWS} GRANT SELECT, INSERT, UPDATE (b) ON t TO reader; ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON t TO reader USING (id <= 5 OR id > 100);`;
    await clear(server);
    await send(server, setup);
    const [rename] = planned('renameTable', setup, 'ALTER TABLE t RENAME TO things', { version: server.version }).steps;
    if (rename === undefined) throw new Error('There are no steps');
    await carryOut(server, rename);
    expect(await server.query(rename.verification[0]?.sql ?? '')).toEqual([]);
    await server.exec('SET ROLE reader');
    try {
      for (const name of ['t', 'things']) {
        expect(await server.query(`SELECT count(*)::int AS seen FROM ${name} WHERE id < 100`)).toEqual([{ seen: 5 }]);
        expect(await server.query(`UPDATE ${name} SET b = 'x' WHERE id IN (5, 6) RETURNING id`)).toEqual([{ id: 5 }]);
        await expect(server.query(`DELETE FROM ${name}`)).rejects.toThrow('permission denied');
        await expect(server.query(`UPDATE ${name} SET a = 1`)).rejects.toThrow('permission denied');
      }
      expect(await server.query(`INSERT INTO t (id, a) VALUES (101, 1) RETURNING id`)).toEqual([{ id: 101 }]);
      expect(await server.query(`INSERT INTO t (id, a) VALUES (101, 2) ON CONFLICT (id) DO UPDATE SET b = 'twice' RETURNING b`)).toEqual([{ b: 'twice' }]);
      await expect(server.query('INSERT INTO t (id, a) VALUES (50, 1)')).rejects.toThrow('row-level security');
    } finally {
      await server.exec('RESET ROLE');
    }
  });

  test('the planner knows the new column before the code meets it', async () => {
    await clear(server);
    await send(server, ROWS);
    const { steps } = planned('shadowColumn', ROWS, 'ALTER TABLE t ALTER a TYPE bigint');
    const at = steps.findIndex(({ title }) => title.startsWith('Put the new column in the place'));
    for (const step of steps.slice(0, at + 1)) await carryOut(server, step);
    expect(await server.query("SELECT attname FROM pg_stats WHERE tablename = 't' AND attname = 'a' AND n_distinct <> 0")).toEqual([{ attname: 'a' }]);
  });
});

test.each([['enumValueApart', `ALTER TYPE m ADD VALUE 'b'`], ['replaceEnum', `ALTER TYPE m RENAME VALUE 'a' TO 'b'`]] as const)('before PostgreSQL 12 a value of an enum is added outside of transactions: %s', (pattern, sql) => {
  const setup = `CREATE TYPE m AS ENUM ('a');`;
  const how = (version: number): unknown => planned(pattern, setup, sql, { version }).steps.find(({ up }) => up.join().includes('ADD VALUE'))?.transaction;
  expect([how(11), how(12)]).toEqual(['outside', 'either']);
});

test('no step sets a timeout around what runs outside of a transaction, or one that outlives its transaction', () => {
  for (const { pattern, setup, sql, kind } of CASES) {
    const plan = planFor(pattern, setup, sql, { version: 17, ...(kind === undefined ? {} : { kind }) });
    if ('refused' in plan) continue;
    for (const { transaction, up, down } of plan.steps) {
      for (const text of [...up, ...(down ?? [])]) {
        expect(text).not.toMatch(/SET (?!LOCAL )(?:SESSION )?(?:lock|statement)_timeout/i);
        if (transaction === 'outside') expect(text).not.toMatch(/(?:lock|statement)_timeout/i);
      }
    }
  }
});

test('a build that becomes a concurrent one does not run under the timeout that the author has set', async () => {
  const before = {
    'm/000001_base.up.sql': 'CREATE TABLE t (id int PRIMARY KEY, a int);\n',
    'm/000001_base.down.sql': 'DROP TABLE t;\n',
    'm/000002_change.up.sql': "SET lock_timeout = '5s';\nALTER TABLE t ADD COLUMN b int;\nCREATE INDEX t_a_idx ON t (a);\n",
    'm/000002_change.down.sql': 'DROP INDEX t_a_idx;\nALTER TABLE t DROP COLUMN b;\n',
  };
  const after = fixedFiles(before, await fixFiles(before));
  const builds = Object.values(after).filter((text) => text.includes('CONCURRENTLY t_a_idx'));
  expect(builds).toHaveLength(1);
  for (const text of builds) expect(text).not.toMatch(/lock_timeout/);
});
