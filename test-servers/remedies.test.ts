import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Pattern, Step } from '../src/remedy/step.ts';
import type { EmbeddedServer } from '../src/servers/embedded.ts';
import { startServer } from '../src/servers/embedded.ts';
import type { Server } from '../src/servers/server.ts';
import { CASES } from '../test/support/remedies/cases.ts';
import { EVERYTHING } from '../test/support/remedies/everything.ts';
import type { PlanOptions } from '../test/support/remedies/plans.ts';
import { planned } from '../test/support/remedies/plans.ts';
import { prove } from '../test/support/remedies/prove.ts';
import { carryOut, clear, send } from '../test/support/remedies/run.ts';
import { dataOf, differences, schemaOf } from '../test/support/remedies/snapshot.ts';
import type { Bystanders } from '../test/support/remedies/watch.ts';
import { watched } from '../test/support/remedies/watch.ts';

const ROWS = 'CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, n int NOT NULL DEFAULT 0); INSERT INTO t SELECT i, i FROM generate_series(1, 3000) AS i;';

interface Killed {
  readonly name: string;
  readonly pattern: Pattern;
  readonly setup: string;
  readonly sql: string;
  readonly options?: PlanOptions;
  readonly since?: number;
  /** Rows, as they stand behind FROM, of which there are more or fewer with each batch. */
  readonly done: string;
  /** Rows, as they stand behind FROM, of which there must be none in the end. */
  readonly wrong: string;
}

const KEYLESS = "CREATE TABLE t (a int NOT NULL, n int NOT NULL DEFAULT 0, filler text DEFAULT repeat('x', 200)); INSERT INTO t SELECT i FROM generate_series(1, 3000) AS i;";
const COPY = `${ROWS} CREATE TABLE u (id int, n int);`;
const NAMES = `CREATE TABLE t (id int PRIMARY KEY, name text, first text, last text);`;

/** Every kind of batches on tables of 3000 rows. */
const KILLED: readonly Killed[] = [
  { name: 'UPDATE of rows that show what is done', pattern: 'batchUpdate', setup: ROWS, sql: 'UPDATE t SET n = a * 2', done: 't WHERE n <> 0', wrong: 't WHERE n <> a * 2' },
  { name: 'UPDATE of rows that do not', pattern: 'batchUpdate', setup: ROWS, sql: 'UPDATE t SET n = n + 1', done: 't WHERE n <> 0', wrong: 't WHERE n <> 1' },
  { name: 'UPDATE of a table without a key', pattern: 'batchUpdate', setup: KEYLESS, sql: 'UPDATE t SET n = a * 2', done: 't WHERE n <> 0', wrong: 't WHERE n <> a * 2' },
  { name: 'a column of a table without a key under another name', pattern: 'renameColumn', setup: KEYLESS, sql: 'ALTER TABLE t RENAME a TO b', done: 't WHERE b IS NOT NULL', wrong: "(SELECT count(DISTINCT b) AS rows FROM t) AS kept WHERE rows <> 3000" },
  { name: 'DELETE', pattern: 'batchDelete', setup: ROWS, sql: 'DELETE FROM t WHERE a > 5', done: 't', wrong: '(SELECT count(*) AS rows FROM t) AS kept WHERE rows <> 5' },
  { name: 'INSERT of what is selected', pattern: 'batchInsert', setup: COPY, sql: 'INSERT INTO u (id, n) SELECT id, a FROM t', done: 'u', wrong: 't FULL JOIN (SELECT id, count(*) AS times FROM u GROUP BY id) AS u ON u.id = t.id WHERE u.times IS DISTINCT FROM 1' },
  { name: 'MERGE', pattern: 'batchMerge', since: 15, setup: `${COPY} INSERT INTO u SELECT i * 2, 1 FROM generate_series(1, 1500) AS i;`, sql: 'MERGE INTO u USING t ON u.id = t.id WHEN MATCHED THEN UPDATE SET n = u.n + 1 WHEN NOT MATCHED THEN INSERT (id, n) VALUES (t.id, 2)', done: 'u WHERE n = 2', wrong: '(SELECT id, count(*) AS times, min(n) AS n FROM u GROUP BY id) AS u FULL JOIN t ON t.id = u.id WHERE u.times IS DISTINCT FROM 1 OR u.n IS DISTINCT FROM 2' },
  { name: 'the copy of a table', pattern: 'swapTable', setup: ROWS, sql: 'ALTER TABLE t SET (fillfactor = 70)', done: 't_new', wrong: '(SELECT count(*) AS rows, sum(a) AS sum FROM t) AS all_rows WHERE rows <> 3000 OR sum <> 4501500' },
  { name: 'values of an enum', pattern: 'replaceEnum', setup: "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (id int PRIMARY KEY, m mood DEFAULT 'sad'); INSERT INTO t SELECT i FROM generate_series(1, 3000) AS i;", sql: "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'", done: "t WHERE m::text = 'blue'", wrong: "t WHERE m <> 'blue'" },
  { name: 'a column of another type', pattern: 'shadowColumn', setup: ROWS, sql: 'ALTER TABLE t ALTER a TYPE bigint', done: 't WHERE a_new IS NOT NULL', wrong: 't WHERE a <> id' },
  { name: 'a column of another type that another value is made for', pattern: 'shadowColumn', setup: ROWS, sql: "ALTER TABLE t ALTER a TYPE text USING 'no. ' || a", done: 't WHERE a_new IS NOT NULL', wrong: "t WHERE a <> 'no. ' || id" },
  { name: 'a column under another name', pattern: 'renameColumn', setup: ROWS, sql: 'ALTER TABLE t RENAME a TO b', done: 't WHERE b IS NOT NULL', wrong: 't WHERE b <> id' },
  { name: 'a column split in two', pattern: 'splitColumn', setup: `${NAMES} INSERT INTO t (id, name) SELECT i, 'f' || i || ' l' || i FROM generate_series(1, 3000) AS i;`, sql: "UPDATE t SET first = split_part(name, ' ', 1), last = split_part(name, ' ', 2)", done: 't WHERE first IS NOT NULL', wrong: "t WHERE (first, last) IS DISTINCT FROM ('f' || id, 'l' || id)" },
  { name: 'columns merged into one', pattern: 'splitColumn', setup: `${NAMES} INSERT INTO t (id, first, last) SELECT i, 'f' || i, 'l' || i FROM generate_series(1, 3000) AS i;`, sql: "UPDATE t SET name = first || ' ' || last", done: 't WHERE name IS NOT NULL', wrong: "t WHERE name IS DISTINCT FROM 'f' || id || ' l' || id" },
  { name: 'a volatile default', pattern: 'volatileDefault', setup: ROWS, sql: 'ALTER TABLE t ADD COLUMN key uuid NOT NULL DEFAULT gen_random_uuid()', done: 't WHERE key IS NOT NULL', wrong: '(SELECT count(DISTINCT key) AS keys FROM t) AS all_keys WHERE keys <> 3000' },
  { name: 'numbers of a serial column', pattern: 'generatedKeyColumn', setup: ROWS, sql: 'ALTER TABLE t ADD COLUMN number serial', done: 't WHERE number IS NOT NULL', wrong: '(SELECT count(DISTINCT number) AS numbers FROM t) AS all_numbers WHERE numbers <> 3000' },
];

/** A foreign key comes back without a look at the rows, and statistics keep the name that the switch gave them. */
const LEFT_BY_WAY_BACK = /constraint app\.lines\.to_pair|statistics app\.correlated/;

const wanted = process.env['LOCKKEEPER_SERVERS'];
const versions = wanted === undefined || wanted === '' ? [13, 14, 15, 16, 17, 18] : wanted.split(',').map(Number);

describe.each(versions)('PostgreSQL %i', (version) => {
  let embedded: EmbeddedServer;
  let server: Server;
  let bystanders: Bystanders;
  beforeAll(async () => {
    embedded = await startServer(version);
    server = await embedded.connect();
    bystanders = { writer: await embedded.connect(), other: await embedded.connect() };
  });
  afterAll(async () => {
    await Promise.all([server, bystanders.writer, bystanders.other].map((session) => session.close()));
    await embedded.stop();
  });

  test.each(CASES.filter(({ since = 0, until = 99 }) => since <= version && version <= until))('$pattern: $name', async (one) => {
    expect(await prove(server, one, bystanders)).toEqual([]);
  });

  test('a statement that keeps writers out is noticed', async () => {
    await clear(server);
    await send(server, ROWS);
    expect(await watched(server, bystanders, 'Build', () => server.exec('CREATE INDEX ON t (a)'))).toEqual([expect.stringMatching(/^Build: nobody can write/)]);
    expect(await watched(server, bystanders, 'Build', () => server.exec('CREATE INDEX CONCURRENTLY ON t (a)'))).toEqual([]);
  });

  test.each(KILLED.filter(({ since = 0 }) => since <= version))('batches are killed and started again: $name', async ({ pattern, setup, sql, options = {}, done, wrong }) => {
    await clear(server);
    await send(server, setup);
    const { steps } = planned(pattern, setup, sql, { version, batchSize: 100, ...options });
    const run = steps.findIndex(({ transaction, up }) => transaction === 'outside' && up[0]?.startsWith('DO ') === true);
    for (const step of steps.slice(0, run)) await carryOut(server, step);
    const count = async (): Promise<number> => Number((await server.query(`SELECT count(*)::int AS rows FROM ${done}`))[0]?.['rows']);
    const start = await count();
    const moved = async (): Promise<number> => Math.abs((await count()) - start);
    const worker = await embedded.connect();
    const [own] = await worker.query('SELECT pg_backend_pid() AS pid');
    const killed = worker.exec(steps[run]?.up[0] ?? '').then(() => 'finished', () => 'killed');
    await until(async () => (await moved()) >= 300);
    await server.query('SELECT pg_terminate_backend($1)', [own?.['pid']]);
    expect(await killed).toBe('killed');
    expect(await moved()).toBeLessThan(3000);
    for (const step of steps.slice(run)) {
      await carryOut(server, step);
      // The tool ended before it could record what it had run, and runs it again.
      if (step === steps[run]) await carryOut(server, step);
      for (const question of step.verification) expect(await server.query(question.sql)).toEqual([]);
    }
    expect(await server.query(`SELECT * FROM ${wrong} LIMIT 5`)).toEqual([]);
  });

  test('in a table without a key, rows that writers move to where the batches have been are done too, and no batch reads more than its pages', async () => {
    await clear(server);
    await send(server, KEYLESS);
    const { steps } = planned('batchUpdate', KEYLESS, 'UPDATE t SET n = a * 2 WHERE a > 0', { version, batchSize: 100 });
    const [run] = steps;
    if (run === undefined) throw new Error('There are no steps');
    const stop = await writers(embedded, [
      // The last rows come to stand first.
      (i) => `UPDATE t SET filler = 'y${String(i)}' WHERE a > 2900 - ${String(i)}`,
      (i) => `DELETE FROM t WHERE a = ${String(i)}`,
      () => 'VACUUM t',
    ]);
    await carryOut(server, run);
    expect(await stop()).toBeGreaterThan(10);
    expect(await server.query('SELECT a, n FROM t WHERE n <> a * 2')).toEqual([]);
    const range = /ctid (?:>=[^;]*|= ANY[^;]*)(?= AND \(n)/.exec(run.up[0] ?? '')?.[0] ?? '';
    const plan = await server.query(`EXPLAIN UPDATE t SET n = 1 WHERE ${range.replaceAll('batch.page', '2')}`);
    expect(plan.map((row) => Object.values(row)[0]).join('\n')).toMatch(version >= 14 ? /Tid Range Scan/ : /Tid Scan/);
  });

  test('both columns stay equal under writers of either name while the rows are copied', async () => {
    await clear(server);
    await send(server, ROWS);
    const { steps } = planned('renameColumn', ROWS, 'ALTER TABLE t RENAME a TO b', { version, batchSize: 100 });
    const [add, ...rest] = steps;
    if (add === undefined) throw new Error('There are no steps');
    await carryOut(server, add);
    const stop = await writers(embedded, [
      (i) => `UPDATE t SET a = ${String(i)} WHERE id = ${String(i % 3000)}`,
      (i) => `UPDATE t SET b = -${String(i)} WHERE id = ${String((i * 7) % 3000)}`,
      (i) => `INSERT INTO t (id, a) VALUES (${String(10_000 + i)}, ${String(i)}) ON CONFLICT (id) DO UPDATE SET a = t.a + 1`,
      (i) => `INSERT INTO t (id, b) VALUES (${String(100_000 + i)}, ${String(i)})`,
    ]);
    for (const step of rest.slice(0, -1)) await carryOut(server, step);
    const written = await stop();
    expect(written).toBeGreaterThan(40);
    expect(await server.query('SELECT * FROM t WHERE a IS DISTINCT FROM b')).toEqual([]);
    const last = rest.at(-1);
    if (last === undefined) throw new Error('There is no last step');
    expect(await carryOut(server, last)).toEqual([]);
    expect(await server.query('SELECT count(*)::int AS wrong FROM t WHERE b IS NULL')).toEqual([{ wrong: 0 }]);
  });

  test.each([
    ['split', 'UPDATE t SET first = split_part(name, \' \', 1), last = split_part(name, \' \', 2)', [{ column: 'name', value: "first || ' ' || last" }], ['name'], "name IS DISTINCT FROM first || ' ' || last"],
    ['merged', "UPDATE t SET name = first || ' ' || last", [{ column: 'first', value: "split_part(name, ' ', 1)" }, { column: 'last', value: "split_part(name, ' ', 2)" }], ['first', 'last'], "name IS DISTINCT FROM first || ' ' || last"],
  ])('columns that are %s stay equal under writers of either form while the rows are filled', async (_, sql, back, old, differs) => {
    const setup = `CREATE TABLE t (id int PRIMARY KEY, name text, first text, last text); INSERT INTO t (id, ${old.join(', ')}) SELECT i, ${old.map((column) => (column === 'name' ? "'f' || i || ' l' || i" : `'${column}' || i`)).join(', ')} FROM generate_series(1, 3000) AS i;`;
    await clear(server);
    await send(server, setup);
    const { steps } = planned('splitColumn', setup, sql, { version, batchSize: 100, back });
    const [sync, ...rest] = steps;
    if (sync === undefined) throw new Error('There are no steps');
    await carryOut(server, sync);
    const stop = await writers(embedded, [
      (i) => `UPDATE t SET name = 'n${String(i)} m${String(i)}' WHERE id = ${String(1 + (i % 3000))}`,
      (i) => `UPDATE t SET first = 'x${String(i)}', last = 'y${String(i)}' WHERE id = ${String(1 + ((i * 7) % 3000))}`,
      (i) => `INSERT INTO t (id, name) VALUES (${String(10_000 + i)}, 'a b${String(i)}') ON CONFLICT (id) DO UPDATE SET name = 'c d'`,
      (i) => `INSERT INTO t (id, first, last) VALUES (${String(100_000 + i)}, 'a', 'b${String(i)}')`,
    ]);
    for (const step of rest.slice(0, -1)) expect(await carryOut(server, step)).toEqual([]);
    expect(await stop()).toBeGreaterThan(40);
    expect(await server.query(`SELECT * FROM t WHERE ${differs} LIMIT 5`)).toEqual([]);
    expect(await server.query('SELECT count(*)::int AS wrong FROM t WHERE name IS NULL OR first IS NULL OR last IS NULL')).toEqual([{ wrong: 0 }]);
  });

  test('a table is swapped under writers, and no row is lost, old or back from the dead', async () => {
    const setup = `${ROWS} CREATE TABLE c (id int PRIMARY KEY, t int REFERENCES t ON DELETE CASCADE);`;
    await clear(server);
    await send(server, setup);
    const { steps } = planned('swapTable', setup, 'ALTER TABLE t SET (fillfactor = 70)', { version, batchSize: 100 });
    const stop = await writers(embedded, [
      (i) => `INSERT INTO t (id, a) VALUES (${String(10_000 + i)}, 1) ON CONFLICT DO NOTHING; INSERT INTO c VALUES (${String(10_000 + i)}, ${String(10_000 + i)})`,
      (i) => `UPDATE t SET n = n + 1 WHERE id = ${String(1 + ((i * 7) % 3000))}`,
      (i) => `DELETE FROM t WHERE id = ${String(3000 - i)}`,
      (i) => `UPDATE t SET id = -id WHERE id = ${String(1 + ((i * 13) % 3000))}`,
    ]);
    const at = steps.findIndex(({ phase }) => phase === 'switch');
    for (const step of steps.slice(0, at)) expect(await carryOut(server, step)).toEqual([]);
    expect(await carryOut(server, steps[at] as (typeof steps)[number])).toEqual([]);
    expect(await stop()).toBeGreaterThan(40);
    expect(await server.query('(SELECT * FROM t EXCEPT SELECT * FROM t_old) UNION ALL (SELECT * FROM t_old EXCEPT SELECT * FROM t)')).toEqual([]);
    expect(await server.query('SELECT count(*)::int AS rows FROM t HAVING count(*) = 0')).toEqual([]);
    expect(await server.query('SELECT c.t FROM c LEFT JOIN t ON t.id = c.t WHERE t.id IS NULL')).toEqual([]);
  });

  test('a table with everything is swapped, and what the history cannot tell comes back from the server as the statements that are missing', async () => {
    const answers = async (step: Step, which: 'preconditions' | 'verification'): Promise<readonly string[]> => {
      const found: string[] = [];
      for (const { sql } of step[which]) found.push(...(await server.query(sql)).map((row) => String(Object.values(row)[0])));
      return found;
    };
    // As somebody does who reads what the steps ask: what is missing of the new table at once, what is about its sequence in the switch.
    const follow = (step: Step, given: readonly string[]): Step => {
      const within = (statements: readonly string[]): readonly string[] => statements.flatMap((sql) => (sql.startsWith('SELECT setval') ? [sql, ...given] : [sql]));
      return { ...step, up: within(step.up), ...(step.down === null ? {} : { down: within(step.down) }) };
    };
    await clear(server);
    await send(server, EVERYTHING);
    const before = await schemaOf(server);
    const rows = await dataOf(server);
    const plan = planned('swapTable', EVERYTHING, 'VACUUM FULL app."Big"', { version });
    const done: Step[] = [];
    const forth = async (steps: readonly Step[]): Promise<void> => {
      for (const step of steps) {
        const followed = follow(step, await answers(step, 'preconditions'));
        expect(await carryOut(server, followed)).toEqual([]);
        for (const missing of await answers(step, 'verification')) await send(server, missing);
        expect(await answers(step, 'verification')).toEqual([]);
        done.push(followed);
      }
    };
    const last = plan.steps.findIndex(({ down }) => down === null);
    await forth(plan.steps.slice(0, last));
    for (const step of done.splice(0).toReversed()) await carryOut(server, step, step.down ?? []);
    expect(differences(before, await schemaOf(server)).filter((line) => !LEFT_BY_WAY_BACK.test(line))).toEqual([]);
    await clear(server);
    await send(server, EVERYTHING);
    await forth(plan.steps);
    expect(differences(before, await schemaOf(server))).toEqual([]);
    expect(differences(rows, await dataOf(server))).toEqual([]);
  });

  test('a column changes its type under writers, and none of them fails', async () => {
    const setup = `${ROWS} CREATE TABLE c (id int PRIMARY KEY, t int REFERENCES t); INSERT INTO c SELECT i, i FROM generate_series(1, 3000) AS i;`;
    await clear(server);
    await send(server, setup);
    const { steps } = planned('shadowColumn', setup, 'ALTER TABLE t ALTER id TYPE bigint', { version, batchSize: 300 });
    const stop = await writers(embedded, [
      (i) => `INSERT INTO t (id, a) VALUES (${String(10_000 + i)}, 1); INSERT INTO c VALUES (${String(10_000 + i)}, ${String(10_000 + i)})`,
      (i) => `UPDATE t SET a = a + 1 WHERE id = ${String(1 + (i % 3000))}`,
      // In whatever order they come to the two tables.
      (i) => `INSERT INTO c VALUES (${String(100_000 + i)}, ${String(1 + (i % 3000))})`,
      (i) => `UPDATE c SET t = t WHERE id = ${String(1 + (i % 3000))}; UPDATE t SET n = n + 1 WHERE id = ${String(1 + (i % 3000))}`,
      (i) => `SELECT FROM t WHERE id = ${String(1 + (i % 3000))}; INSERT INTO c VALUES (${String(200_000 + i)}, ${String(1 + (i % 3000))})`,
    ]);
    for (const step of steps.slice(0, -1)) expect(await carryOut(server, step)).toEqual([]);
    await stop();
    expect(await server.query('SELECT * FROM t WHERE id IS DISTINCT FROM id_old')).toEqual([]);
    const last = steps.at(-1);
    if (last !== undefined) await carryOut(server, last);
    expect(await server.query('SELECT count(*)::int AS lost FROM c WHERE NOT EXISTS (SELECT FROM t WHERE t.id = c.t)')).toEqual([{ lost: 0 }]);
  });
});

async function until(done: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 2000; tries++) {
    if (await done()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('It did not happen within ten seconds');
}

/** Sessions that write until they are stopped; answers with how often. The first error of any of them is thrown then. */
async function writers(embedded: EmbeddedServer, kinds: readonly ((turn: number) => string)[]): Promise<() => Promise<number>> {
  let stopped = false;
  const sessions = await Promise.all(kinds.map(() => embedded.connect()));
  const running = kinds.map(async (sql, k) => {
    let turn = 0;
    while (!stopped) {
      await sessions[k]?.exec(sql(turn++));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    return turn;
  });
  return async () => {
    stopped = true;
    const turns = await Promise.all(running);
    await Promise.all(sessions.map((session) => session.close()));
    return turns.reduce((sum, one) => sum + one, 0);
  };
}
