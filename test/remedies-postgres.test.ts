import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPglite } from '../src/servers/pglite.ts';
import type { Server } from '../src/servers/server.ts';
import { CASES } from './support/remedies/cases.ts';
import { planFor, planned } from './support/remedies/plans.ts';
import { prove } from './support/remedies/prove.ts';
import { REFUSALS } from './support/remedies/refusals.ts';
import { carryOut, clear, send } from './support/remedies/run.ts';
import { dataOf, differences, schemaOf } from './support/remedies/snapshot.ts';

const DOWN_SETUP = `
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN pos AS int DEFAULT 1 CHECK (VALUE > 0);
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE "Order" (id serial PRIMARY KEY, "user" varchar(20) COLLATE "C" NOT NULL DEFAULT 'x' UNIQUE, m mood DEFAULT 'ok', p pos, total numeric(8,2)[] CHECK (total IS NOT NULL), parent int CONSTRAINT fk REFERENCES parent ON DELETE SET NULL DEFERRABLE, at timestamp(3) with time zone);
CREATE INDEX "the index" ON "Order" (lower("user") DESC NULLS LAST, m) INCLUDE (p) WHERE m <> 'sad';
COMMENT ON COLUMN "Order"."user" IS 'it''s';
COMMENT ON TABLE "Order" IS 'all';
COMMENT ON INDEX "the index" IS 'fast';
CREATE VIEW v AS SELECT id FROM "Order";
CREATE POLICY own ON parent FOR SELECT TO public USING (id > 0);
CREATE INDEX parent_idx ON parent (id);
GRANT SELECT ("user"), INSERT ON "Order" TO pg_monitor;`;

/** The third names what of the schema does not come back. */
const DOWNS: readonly (readonly [string, string, RegExp | undefined])[] = [
  ['a column dropped', 'ALTER TABLE "Order" DROP COLUMN "user"', /comment: fast/],
  ['columns with what hangs on them', 'ALTER TABLE "Order" DROP m, DROP total, DROP parent', /comment: fast/],
  ['a table dropped', 'DROP VIEW v; DROP TABLE "Order"', undefined],
  ['types, defaults and NOT NULL', `ALTER TABLE "Order" ALTER at TYPE text, ALTER m DROP DEFAULT, ALTER "user" SET DEFAULT 'y', ALTER "user" DROP NOT NULL`, undefined],
  ['constraints and indexes', 'ALTER TABLE "Order" DROP CONSTRAINT fk; DROP INDEX "the index"; ALTER TABLE "Order" ADD UNIQUE (m, p); CREATE INDEX i ON "Order" (at)', undefined],
  ['what it makes', `CREATE TABLE made (id int); ALTER TABLE made ADD x int; CREATE INDEX ON made (x); CREATE TYPE t AS ENUM ('a'); CREATE VIEW w AS SELECT 1 AS one; CREATE SEQUENCE s; ALTER TABLE parent ADD y int CHECK (y > 0) UNIQUE`, undefined],
  ['names', 'ALTER TABLE "Order" RENAME TO o; ALTER TABLE o RENAME "user" TO u; ALTER TABLE parent RENAME CONSTRAINT parent_pkey TO pk', undefined],
  ['rights on columns', 'GRANT SELECT (id), UPDATE ON parent TO pg_monitor', undefined],
  ['rights taken away', 'REVOKE SELECT ("user") ON "Order" FROM pg_monitor', undefined],
  ['views, policies and comments', `DROP VIEW v; DROP POLICY own ON parent; COMMENT ON TABLE "Order" IS 'none'; ALTER TABLE parent ENABLE ROW LEVEL SECURITY`, undefined],
];

// Original and plan on the same tables with rows: the same schema, the same data, no long lock, and a way back for each step.
describe('PostgreSQL remedies on a server', () => {
  let server: Server;
  beforeAll(async () => {
    server = await openPglite();
  });
  afterAll(() => server.close());

  test.each(CASES)('$pattern: $name', async (one) => {
    expect(await prove(server, one)).toEqual([]);
  });

  const ROWS = 'CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, n int NOT NULL DEFAULT 0); INSERT INTO t SELECT i, i FROM generate_series(1, 30) AS i;';

  test.each([
    ['rows that show what is done', 'UPDATE t SET n = a * 2', 'n = a * 2'],
    ['rows that do not', 'UPDATE t SET n = n + 1', 'n = 1'],
    ['rows that are chosen first', 'UPDATE t SET n = a + (SELECT count(*) FROM t WHERE n = 0)', 'n = a + 30'],
  ])('batches that break off go on where they were: %s', async (_, sql, right) => {
    await clear(server);
    await send(server, ROWS);
    const { steps } = planned('batchUpdate', ROWS, sql, { batchSize: 7 });
    const run = steps.findIndex(({ transaction }) => transaction === 'outside');
    for (const step of steps.slice(0, run)) await carryOut(server, step);
    const block = steps[run]?.up[0] ?? '';
    await server.exec(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.id = 20 THEN RAISE 'cut'; END IF; RETURN NEW; END $$`);
    await server.exec('CREATE TRIGGER fail BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION fail()');
    await expect(server.exec(block)).rejects.toThrow('cut');
    expect(await server.query(`SELECT count(*)::int AS done FROM t WHERE ${right}`)).toEqual([{ done: 14 }]);
    await server.exec('DROP TRIGGER fail ON t');
    await server.exec(block);
    expect(await server.query(`SELECT count(*)::int AS done FROM t WHERE ${right}`)).toEqual([{ done: 30 }]);
  });

  test('either name may be written, and both columns stay equal', async () => {
    await clear(server);
    await send(server, ROWS);
    const [add, fill] = planned('renameColumn', ROWS, 'ALTER TABLE t RENAME a TO b').steps;
    if (add === undefined || fill === undefined) throw new Error('There are no steps');
    await carryOut(server, add);
    await server.exec('UPDATE t SET a = 100 WHERE id = 1; UPDATE t SET b = 200 WHERE id = 2; INSERT INTO t (id, a) VALUES (31, 31); INSERT INTO t (id, b) VALUES (32, 32); UPDATE t SET n = 5 WHERE id = 3');
    await carryOut(server, fill);
    await server.exec('UPDATE t SET b = 300 WHERE id = 4; UPDATE t SET a = 400 WHERE id = 5');
    expect(await server.query('SELECT * FROM t WHERE a IS DISTINCT FROM b')).toEqual([]);
    expect(await server.query('SELECT id, a FROM t WHERE id IN (1, 2, 3, 4, 5, 31, 32) ORDER BY id')).toEqual([
      { id: 1, a: 100 },
      { id: 2, a: 200 },
      { id: 3, a: 3 },
      { id: 4, a: 300 },
      { id: 5, a: 400 },
      { id: 31, a: 31 },
      { id: 32, a: 32 },
    ]);
  });

  test('what the old type cannot hold does not stop new code after the switch', async () => {
    await clear(server);
    await send(server, ROWS);
    const { steps } = planned('shadowColumn', ROWS, 'ALTER TABLE t ALTER a TYPE bigint');
    for (const step of steps.slice(0, -1)) await carryOut(server, step);
    await server.exec('INSERT INTO t (id, a) VALUES (99, 5000000000); UPDATE t SET a = 7 WHERE id = 1');
    expect(await server.query('SELECT id, a::text, a_old FROM t WHERE id IN (1, 99) ORDER BY id')).toEqual([
      { id: 1, a: '7', a_old: 7 },
      { id: 99, a: '5000000000', a_old: null },
    ]);
  });

  test('a backfill without a value refuses to run', async () => {
    await clear(server);
    await send(server, ROWS);
    const { steps } = planned('requiredColumn', ROWS, `ALTER TABLE t ADD COLUMN "it's 100%" text NOT NULL`);
    for (const step of steps.slice(0, 1)) await carryOut(server, step);
    await expect(server.exec(steps[1]?.up[0] ?? '')).rejects.toThrow(`Write the value of it's 100% for the rows that exist`);
  });

  test.each(DOWNS)('the way back of %s', async (_, sql, lost) => {
    await clear(server);
    await send(server, DOWN_SETUP);
    const start = await schemaOf(server);
    const plan = planned('missingDown', DOWN_SETUP, sql, { version: server.version, first: true });
    await send(server, sql);
    for (const back of plan.steps[0]?.down ?? []) await server.exec(back);
    expect(differences(start, await schemaOf(server)).filter((line) => lost?.test(line) !== true)).toEqual([]);
    if (/DROP (?:COLUMN|TABLE)|ALTER at TYPE/.test(sql)) expect(plan.steps[0]?.downLoses).toMatch(/The values|The rows|conversion/);
    await send(server, sql);
  });

  test('of a table that the history does not tell, the usual key is taken, and asked for before', async () => {
    const { steps } = planned('batchUpdate', '', 'UPDATE t SET a = 1 WHERE a IS NULL', { version: server.version });
    const [question] = steps[0]?.preconditions ?? [];
    await clear(server);
    await send(server, 'CREATE TABLE t (id int, a int); CREATE INDEX ON t (id);');
    expect(await server.query(question?.sql ?? '')).toHaveLength(1);
    await send(server, 'CREATE UNIQUE INDEX ON t (id); INSERT INTO t SELECT n FROM generate_series(1, 25) AS n;');
    expect(await server.query(question?.sql ?? '')).toEqual([]);
    for (const step of steps) await carryOut(server, step);
    expect(await server.query('SELECT count(*)::int AS n FROM t WHERE a = 1')).toEqual([{ n: 25 }]);
  });

  test.each(['ALTER TABLE t ALTER a TYPE bigint', 'ALTER TABLE t RENAME a TO b'])('the application keeps both columns in step: %s', async (sql) => {
    await clear(server);
    await send(server, ROWS);
    await send(server, sql);
    const expected = [await schemaOf(server), await dataOf(server)];
    await clear(server);
    await send(server, ROWS);
    const { steps } = planned(sql.includes('TYPE') ? 'shadowColumn' : 'renameColumn', ROWS, sql, { version: server.version, sync: 'application' });
    for (const step of steps) expect(await carryOut(server, step)).toEqual([]);
    expect([await schemaOf(server), await dataOf(server)]).toEqual(expected);
  });

  test('what code writes that knows only the new name of a column is there when the column takes it', async () => {
    await clear(server);
    await send(server, ROWS);
    const { steps } = planned('renameColumn', ROWS, 'ALTER TABLE t RENAME a TO b', { version: server.version, sync: 'application' });
    const deploys = steps.flatMap(({ deploy }, index) => (deploy === undefined ? [] : [index]));
    expect(deploys).toHaveLength(2);
    const [writesBoth = 0, knowsNew = 0] = deploys;
    for (const step of steps.slice(0, writesBoth)) await carryOut(server, step);
    await server.exec('UPDATE t SET a = 100, b = 100 WHERE id = 1; INSERT INTO t (id, a, b) VALUES (31, 31, 31)');
    for (const step of steps.slice(writesBoth, knowsNew)) await carryOut(server, step);
    await server.exec('UPDATE t SET b = 200 WHERE id = 2; INSERT INTO t (id, b) VALUES (32, 32)');
    // Some of the code before it may still be running.
    await server.exec('UPDATE t SET a = 300, b = 300 WHERE id = 3');
    for (const step of steps.slice(knowsNew)) await carryOut(server, step);
    expect(await server.query('SELECT id, b FROM t WHERE id IN (1, 2, 3, 31, 32) ORDER BY id')).toEqual([
      { id: 1, b: 100 },
      { id: 2, b: 200 },
      { id: 3, b: 300 },
      { id: 31, b: 31 },
      { id: 32, b: 32 },
    ]);
  });

  test('a renamed column goes all the way back without a value or an index lost, while either name is written', async () => {
    const setup = `${ROWS} CREATE INDEX t_a ON t (a); ALTER TABLE t ALTER a SET DEFAULT 5;`;
    await clear(server);
    await send(server, setup);
    const { steps } = planned('renameColumn', setup, 'ALTER TABLE t RENAME a TO b', { version: server.version });
    for (const step of steps) await carryOut(server, step);
    await server.exec('UPDATE t SET b = 100 WHERE id = 1; INSERT INTO t (id, b) VALUES (31, 31)');
    const isContract = ({ phase }: (typeof steps)[number]): boolean => phase === 'contract';
    expect(steps.filter(isContract).every(({ downLoses }) => downLoses === undefined)).toBe(true);
    for (const step of steps.filter(isContract).toReversed()) {
      await carryOut(server, step, step.down ?? []);
      await server.exec('UPDATE t SET n = n + 1; UPDATE t SET b = b + 1 WHERE id = 2; UPDATE t SET a = 7 WHERE id = 3');
    }
    await server.exec('INSERT INTO t (id, a) VALUES (32, 32); INSERT INTO t (id) VALUES (33)');
    expect(await server.query('SELECT * FROM t WHERE a IS DISTINCT FROM b')).toEqual([]);
    expect(await server.query('SELECT indexdef AS sql FROM pg_indexes WHERE indexdef LIKE \'%(a)\'')).toHaveLength(1);
    for (const step of steps.filter((one) => !isContract(one)).toReversed()) await carryOut(server, step, step.down ?? []);
    expect(await server.query('SELECT id, a FROM t WHERE id IN (1, 2, 3, 4, 31, 32, 33) ORDER BY id')).toEqual([
      { id: 1, a: 100 },
      { id: 2, a: 5 },
      { id: 3, a: 7 },
      { id: 4, a: 4 },
      { id: 31, a: 31 },
      { id: 32, a: 32 },
      { id: 33, a: 5 },
    ]);
  });

  test('the trigger has the last word, also where another one is called to come last, and replication can be made to fire it', async () => {
    const setup = `${ROWS} CREATE FUNCTION doubled() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.a := NEW.a * 2; RETURN NEW; END $$; CREATE TRIGGER zzz_last BEFORE INSERT OR UPDATE OF a ON t FOR EACH ROW EXECUTE FUNCTION doubled();`;
    await clear(server);
    await send(server, setup);
    const [add, fill] = planned('renameColumn', setup, 'ALTER TABLE t RENAME a TO b', { version: server.version }).steps;
    if (add === undefined || fill === undefined) throw new Error('There are no steps');
    await carryOut(server, add);
    await carryOut(server, fill);
    await server.exec('UPDATE t SET a = 100 WHERE id = 1; INSERT INTO t (id, a) VALUES (31, 5)');
    expect(await server.query('SELECT id, a, b FROM t WHERE id IN (1, 31) ORDER BY id')).toEqual([{ id: 1, a: 200, b: 200 }, { id: 31, a: 10, b: 10 }]);
    // As the worker of a subscription writes.
    await server.exec('SET session_replication_role = replica; UPDATE t SET a = 7 WHERE id = 2; SET session_replication_role = origin');
    expect(await server.query('SELECT a, b FROM t WHERE id = 2')).toEqual([{ a: 7, b: 2 }]);
    const [own] = await server.query("SELECT quote_ident(tgname) AS name FROM pg_trigger WHERE tgname LIKE '%zz_sync%'");
    await server.exec(`ALTER TABLE t ENABLE ALWAYS TRIGGER ${String(own?.['name'])}; SET session_replication_role = replica; UPDATE t SET a = 8 WHERE id = 2; UPDATE t SET b = 9 WHERE id = 3; SET session_replication_role = origin`);
    expect(await server.query('SELECT a, b FROM t WHERE id IN (2, 3) ORDER BY id')).toEqual([{ a: 8, b: 8 }, { a: 9, b: 9 }]);
  });

  // While a deploy is under way, code that writes both columns and code that knows one of them write the same rows.
  test.each([
    ['shadowColumn', 'ALTER TABLE t ALTER a TYPE bigint', 'a_new'],
    ['shadowColumn', 'ALTER TABLE t ALTER a TYPE text USING a::text', 'a_new'],
    ['renameColumn', 'ALTER TABLE t RENAME a TO b', 'b'],
  ] as const)('rows that were written by both kinds of code come out as the last one wrote them: %s', async (pattern, sql, second) => {
    const setup = ROWS.replace('a int NOT NULL', 'a int');
    await clear(server);
    await send(server, setup);
    const { steps } = planned(pattern, setup, sql, { version: server.version, sync: 'application' });
    const fill = steps.findIndex(({ deploy }) => deploy !== undefined);
    for (const step of steps.slice(0, fill)) await carryOut(server, step);
    await server.exec(`UPDATE t SET a = 100, ${second} = 100 WHERE id = 1; UPDATE t SET a = 200 WHERE id = 1; UPDATE t SET a = NULL WHERE id = 2; UPDATE t SET ${second} = 7, a = 7 WHERE id = 3; UPDATE t SET a = NULL WHERE id = 3`);
    for (const question of steps[fill]?.verification ?? []) expect(await server.query(question.sql)).not.toEqual([]);
    for (const step of steps.slice(fill)) {
      await carryOut(server, step);
      for (const question of step.verification) expect(await server.query(question.sql)).toEqual([]);
    }
    const name = pattern === 'renameColumn' ? 'b' : 'a';
    expect(await server.query(`SELECT id, ${name}::text AS value FROM t WHERE id <= 3 ORDER BY id`)).toEqual([{ id: 1, value: '200' }, { id: 2, value: null }, { id: 3, value: null }]);
  });

  test.each([
    ['renameColumn', 'ALTER TABLE t RENAME a TO b'],
    ['shadowColumn', 'ALTER TABLE t ALTER a TYPE mood USING CASE a WHEN 0 THEN \'bad\'::mood ELSE \'good\'::mood END'],
    ['splitColumn', 'UPDATE t SET b = doubled(a)'],
    ['swapTable', 'ALTER TABLE t SET (fillfactor = 70)'],
  ] as const)('a trigger works for whoever writes, whatever search_path they have: %s', async (pattern, sql) => {
    const setup = `${ROWS} CREATE TYPE mood AS ENUM ('bad', 'good'); CREATE FUNCTION doubled(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n * 2';${pattern === 'splitColumn' ? ' ALTER TABLE t ADD COLUMN b int;' : ''}`;
    await clear(server);
    await send(server, setup);
    const { steps } = planned(pattern, setup, sql, { version: server.version });
    for (const step of steps.slice(0, -1)) {
      await carryOut(server, step);
      await server.exec(`SET search_path = ''; UPDATE public.t SET n = 1 - n WHERE id = 1; UPDATE public.t SET id = 30 + id WHERE id = 29; UPDATE public.t SET id = id - 30 WHERE id = 59; RESET search_path; SET search_path = public`);
    }
    await carryOut(server, steps.at(-1) as (typeof steps)[number]);
  });

  test('a table is swapped while those write who may only insert, and what is emptied is empty in both', async () => {
    const setup = `${ROWS} GRANT INSERT ON t TO appender; GRANT DELETE, SELECT (id), TRUNCATE ON t TO cleaner;`;
    await clear(server);
    await server.exec('CREATE ROLE appender; CREATE ROLE cleaner; GRANT USAGE ON SCHEMA public TO appender, cleaner');
    try {
      await send(server, setup);
      const { steps } = planned('swapTable', setup, 'ALTER TABLE t SET (fillfactor = 70)', { version: server.version });
      for (const [index, step] of steps.slice(0, -1).entries()) {
        await carryOut(server, step);
        await server.exec(`SET ROLE appender; INSERT INTO t (id, a) VALUES (${String(100 + index)}, 1); SET ROLE cleaner; DELETE FROM t WHERE id = ${String(index + 1)}; RESET ROLE`);
      }
      expect(await server.query('SELECT count(*)::int AS rows FROM t')).toEqual([{ rows: 30 }]);
      expect(await server.query('(TABLE t EXCEPT TABLE t_old) UNION ALL (TABLE t_old EXCEPT TABLE t)')).toEqual([]);
      await server.exec('SET ROLE cleaner; TRUNCATE t; RESET ROLE');
      expect(await server.query('SELECT FROM t_old')).toEqual([]);
      await carryOut(server, steps.at(-1) as (typeof steps)[number]);
    } finally {
      await server.exec('RESET ROLE; DROP OWNED BY appender, cleaner; DROP ROLE appender, cleaner');
    }
  });

  test('whoever does not see all rows is told before some are left out', async () => {
    const setup = `${ROWS} ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY; CREATE POLICY few ON t USING (id < 5);`;
    await clear(server);
    await send(server, setup);
    await server.exec('CREATE ROLE blinkered; GRANT ALL ON SCHEMA public TO blinkered; ALTER TABLE t OWNER TO blinkered');
    try {
      for (const [pattern, sql] of [['swapTable', 'ALTER TABLE t SET (fillfactor = 70)'], ['shadowColumn', 'ALTER TABLE t ALTER n TYPE bigint']] as const) {
        const { steps } = planned(pattern, setup, sql, { version: server.version });
        const asked = async (): Promise<readonly string[]> => {
          const answers = await Promise.all(steps.flatMap(({ preconditions }) => preconditions).filter((one) => one.sql.includes('row_security')).map(({ sql: text }) => server.query(text)));
          return answers.flat().map((row) => String(Object.values(row)[0]));
        };
        expect(await asked()).toEqual([]);
        await server.exec('SET ROLE blinkered');
        expect(await asked()).toEqual(['t']);
        await server.exec('RESET ROLE');
      }
    } finally {
      await server.exec('RESET ROLE; DROP OWNED BY blinkered; DROP ROLE blinkered');
    }
  });

  // The statement in place fails as a whole, and nothing is harmed; a trigger fails with every write of such a value.
  test.each([
    ['ALTER TABLE t ALTER n TYPE smallint', 'UPDATE t SET n = 70000 WHERE id = 3'],
    ['ALTER TABLE t ALTER s TYPE varchar(5)', `UPDATE t SET s = 'too long' WHERE id = 3`],
    ['ALTER TABLE t ALTER s TYPE int USING s::int', `UPDATE t SET s = 'x' WHERE id = 3`],
    ['ALTER TABLE t ALTER m TYPE less USING m::text::less', `UPDATE t SET m = 'odd' WHERE id = 3`],
    [`CREATE TYPE fewer AS ENUM ('good'); ALTER TABLE t ALTER m TYPE fewer USING m::text::fewer`, `UPDATE t SET m = 'odd' WHERE id = 3`],
  ])('values that do not convert are found before anything begins: %s', async (sql, spoil) => {
    const setup = `CREATE TYPE mood AS ENUM ('good', 'odd'); CREATE TYPE less AS ENUM ('good'); CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL DEFAULT 0, s text, m mood DEFAULT NULL); INSERT INTO t SELECT i, i, i, 'good' FROM generate_series(1, 30) AS i;`;
    await clear(server);
    await send(server, setup);
    const [first] = planned('shadowColumn', setup, sql, { version: server.version }).steps;
    const [question] = first?.preconditions ?? [];
    expect(first?.notes.join()).toMatch(/does not convert to/);
    expect(await server.query(question?.sql ?? '')).toEqual([]);
    await server.exec(spoil);
    expect(await server.query(question?.sql ?? '').then((rows) => rows.length, () => 'an error')).not.toBe(0);
  });

  test('code that knows only the new name of a column finds its rows by ON CONFLICT, and one that is deferrable may still be alike for a while', async () => {
    const setup = 'CREATE TABLE t (id int PRIMARY KEY, a int UNIQUE, n int UNIQUE DEFERRABLE); INSERT INTO t SELECT i, i, i FROM generate_series(1, 9) AS i;';
    await clear(server);
    await send(server, setup);
    for (const column of ['a', 'n']) {
      const { steps } = planned('renameColumn', setup, `ALTER TABLE t RENAME ${column} TO ${column}_too`, { version: server.version });
      for (const step of steps.slice(0, -1)) await carryOut(server, step);
    }
    await server.exec('INSERT INTO t (id, a_too) VALUES (10, 5) ON CONFLICT (a_too) DO UPDATE SET id = 50; UPDATE t SET n = n + 1');
    expect(await server.query('SELECT id, a, n, n_too FROM t WHERE a_too = 5')).toEqual([{ id: 50, a: 5, n: 6, n_too: 6 }]);
  });

  test('rows that a unique index over an expression would refuse are found before it is built', async () => {
    const setup = `CREATE TABLE t (id int PRIMARY KEY, mail text); INSERT INTO t SELECT i, 'M' || i FROM generate_series(1, 9) AS i;`;
    await clear(server);
    await send(server, setup);
    const question = planned('buildIndexConcurrently', setup, 'CREATE UNIQUE INDEX i ON t (lower(mail), (id / 100)) WHERE id > 1').steps[0]?.preconditions.at(-1)?.sql ?? '';
    expect(await server.query(question)).toEqual([]);
    await server.exec(`INSERT INTO t VALUES (10, 'm1'), (11, 'm2')`);
    expect(await server.query(question)).toEqual([{ lower: 'm2', '?column?': 0, count: 2 }]);
  });

  test('of a table that takes another name it is asked whether subscribers know it, and whether a right is missing on the view', async () => {
    const setup = 'CREATE SCHEMA app; CREATE TABLE app.t (id int PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY);';
    await clear(server);
    await send(server, `${setup} GRANT SELECT ON t TO pg_monitor; CREATE PUBLICATION p FOR TABLE t`);
    const [first] = planned('renameTable', setup, 'ALTER TABLE app.t RENAME TO people', { version: server.version }).steps;
    const [published] = first?.preconditions ?? [];
    const [rights] = first?.verification ?? [];
    expect(await server.query(published?.sql ?? '')).toEqual([]);
    await server.exec('GRANT SELECT ON app.t TO pg_monitor; ALTER PUBLICATION p ADD TABLE app.t');
    expect(await server.query(published?.sql ?? '')).toEqual([{ pubname: 'p' }]);
    if (first !== undefined) await carryOut(server, first);
    expect(await server.query(rights?.sql ?? '')).toEqual([{ grantee: 'pg_monitor', privilege_type: 'SELECT' }]);
    await server.exec('GRANT SELECT ON app.t TO pg_monitor');
    expect(await server.query(rights?.sql ?? '')).toEqual([]);
  });

  test.each(['ALTER TABLE t ALTER a TYPE bigint', `ALTER TABLE t ALTER a TYPE text USING a::text`])('where every value converts there is nothing to ask: %s', (sql) => {
    const [first] = planned('shadowColumn', ROWS, sql).steps;
    expect([first?.preconditions, first?.notes]).toEqual([[], [expect.stringContaining('logical replication')]]);
  });
});

test('what is left out of a comparison has a reason', () => {
  expect(CASES.filter(({ because, lost, unlike }) => (lost !== undefined || unlike !== undefined) !== (because !== undefined)).map(({ name }) => name)).toEqual([]);
});

test.each(REFUSALS)('$pattern is refused for $name', ({ pattern, setup, sql, says, options }) => {
  const answer = planFor(pattern, setup, sql, options);
  expect('refused' in answer ? answer.refused : 'There is a plan').toMatch(says);
});

// The text of a query does not tell what type its columns have; only the server knows.
test.each([
  ['dropColumn', 'ALTER TABLE t DROP COLUMN at'],
  ['dropTable', 'DROP TABLE t'],
] as const)('no way back names a type that the history does not tell: %s', (pattern, sql) => {
  const { steps } = planned(pattern, 'CREATE TABLE s (id int PRIMARY KEY, at timestamptz); CREATE TABLE t AS SELECT id, max(at) AS at FROM s GROUP BY id;', sql);
  expect(steps.length).toBeGreaterThan(0);
  expect(steps.at(-1)?.down?.join() ?? '').not.toMatch(/unknown/);
});
