import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EmbeddedServer } from '../src/servers/embedded.ts';
import { startServer } from '../src/servers/embedded.ts';
import type { Server } from '../src/servers/server.ts';
import { cli } from '../test/support/cli.ts';
import { VERSIONS } from '../test/support/effects/fixture.ts';
import { project } from '../test/support/folders.ts';

// trace, verify and stats on a server of the user's: what they leave behind (nothing), what they only look at, and what a server may answer.
const wanted = process.env['LOCKKEEPER_SERVERS'];
const versions = wanted === undefined || wanted === '' ? VERSIONS : wanted.split(',').map(Number);
const make = (files: Readonly<Record<string, string>>): string => {
  const folder = project(files);
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  return folder;
};

const FILES = {
  'migrations/000001_a.up.sql': 'CREATE TABLE orders (id bigserial PRIMARY KEY, status text);\n',
  'migrations/000001_a.down.sql': 'DROP TABLE orders;\n',
  'migrations/000002_b.up.sql': 'CREATE INDEX CONCURRENTLY orders_status_idx ON orders (status);\n',
  'migrations/000002_b.down.sql': 'DROP INDEX CONCURRENTLY orders_status_idx;\n',
  'migrations/000003_c.up.sql': 'ALTER TABLE orders ALTER COLUMN status SET NOT NULL;\n',
  'migrations/000003_c.down.sql': 'ALTER TABLE orders ALTER COLUMN status DROP NOT NULL;\n',
};

describe.each(versions)('PostgreSQL %i', (version) => {
  let embedded: EmbeddedServer;
  let server: Server;
  beforeAll(async () => {
    embedded = await startServer(version);
    server = await embedded.connect();
  });
  afterAll(async () => {
    await server.close();
    await embedded.stop();
  });

  const databases = async (): Promise<string[]> => (await server.query('SELECT datname::text AS name FROM pg_database WHERE NOT datistemplate ORDER BY 1')).map(({ name }) => String(name));
  const secret = (): string => /:\/\/[^:]+:([^@]+)@/.exec(embedded.url)?.[1] ?? 'none';

  test('trace sees what a statement outside a transaction locks, and leaves no database behind', async () => {
    const { code, out, err } = cli.run(make(FILES), ['trace', 'migrations/000002_b.up.sql', '--database-url', embedded.url]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`a scratch database on 127.0.0.1:`);
    expect(out).toMatch(/= lock +public\.orders +ShareUpdateExclusiveLock +ShareUpdateExclusiveLock/);
    expect(out).not.toContain(secret());
    expect(await databases()).toEqual(['postgres']);
  });

  test('verify with --use-env finds what rows refuse, and leaves no database behind', async () => {
    const { code, out } = cli.run(make(FILES), ['verify', '--start-after', '000001', '--use-env', '--format', 'json'], { env: { DATABASE_URL: embedded.url } });
    expect(code).toBe(1);
    const { findings } = JSON.parse(out) as { findings: { rule: string; path: string; message: string }[] };
    expect(findings.map(({ rule, path }) => `${path} ${rule}`)).toEqual(['migrations/000003_c.up.sql verify-up-fails']);
    expect(findings[0]?.message).toContain('contains null values');
    expect(out).not.toContain(secret());
    expect(await databases()).toEqual(['postgres']);
  });

  test('a server that looks like production is refused, and not with --i-know', async () => {
    await server.exec('CREATE DATABASE shop_production');
    try {
      const folder = make(FILES);
      const refused = cli.run(folder, ['trace', '--database-url', embedded.url]);
      expect(refused).toMatchObject({ code: 2, out: '' });
      expect(refused.err).toContain('This looks like a production server: it has a database named shop_production.');
      expect(cli.run(folder, ['trace', '--database-url', embedded.url, '--i-know']).code).toBe(0);
      expect(await databases()).toEqual(['postgres', 'shop_production']);
    } finally {
      await server.exec('DROP DATABASE shop_production');
    }
  });

  test('interrupted, it drops its database and ends as it was told', async () => {
    const folder = make({ ...FILES, 'migrations/000003_c.up.sql': 'SELECT pg_sleep(60);\n' });
    const running = spawn(process.execPath, [cli.path, 'trace', '--database-url', embedded.url], { cwd: folder, stdio: 'ignore' });
    const ended = new Promise<NodeJS.Signals | null>((done) => running.on('close', (_, signal) => { done(signal); }));
    await until(async () => (await server.query("SELECT FROM pg_stat_activity WHERE datname LIKE 'lockkeeper%' AND query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()")).length > 0);
    running.kill('SIGINT');
    expect(await ended).toBe('SIGINT');
    expect(await databases()).toEqual(['postgres']);
  });

  test('a server that ends the session in the middle is an error of one line, without credentials', async () => {
    const folder = make({ ...FILES, 'migrations/000003_c.up.sql': 'SELECT pg_terminate_backend(pg_backend_pid());\n' });
    for (const command of ['trace', 'verify']) {
      const { code, out, err } = cli.run(folder, [command, '--database-url', embedded.url]);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toMatch(/^lockkeeper: The server has ended the connection: .*\n$/);
      expect(err).not.toContain(secret());
    }
    expect(await databases()).toEqual(['postgres']);
  });

  test('what reaches beyond the database is left out on a server that others use, and said', async () => {
    const folder = make({ ...FILES, 'migrations/000003_c.up.sql': 'CREATE ROLE made_by_a_migration;\nALTER SYSTEM SET work_mem = \'1MB\';\n' });
    expect(cli.run(folder, ['trace', '--database-url', embedded.url]).out).toContain('left out');
    expect(await server.query("SELECT FROM pg_roles WHERE rolname = 'made_by_a_migration'")).toEqual([]);
  });

  test('stats only reads, writes sizes and nothing else, and lint then says how long, and is quiet about what is small', async () => {
    await server.exec('CREATE DATABASE shop');
    const shop = await embedded.connect('shop');
    try {
      await shop.exec(`CREATE TABLE events (id bigserial PRIMARY KEY, kind text); CREATE TABLE "Odd ""name""" (id int PRIMARY KEY, kind text); CREATE TABLE parts (id int, at int) PARTITION BY RANGE (at);
        CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10); INSERT INTO parts SELECT i, i % 10 FROM generate_series(1, 500) i;
        INSERT INTO events (kind) SELECT repeat('secret value', 10) FROM generate_series(1, 60000); INSERT INTO "Odd ""name""" VALUES (1, 'secret value'); ANALYZE`);
      const before = await written(shop);
      const folder = make({
        'migrations/000001_a.up.sql': 'CREATE TABLE events (id bigserial PRIMARY KEY, kind text);\nCREATE TABLE "Odd ""name""" (id int PRIMARY KEY, kind text);\n',
        'migrations/000002_b.up.sql': 'CREATE INDEX events_kind ON events (kind);\n',
        'migrations/000003_c.up.sql': 'CREATE INDEX odd_kind ON "Odd ""name""" (kind);\n',
      });
      const { code, err } = cli.run(folder, ['stats', '--database-url', embedded.url.replace(/postgres$/, 'shop')]);
      expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('lockkeeper.stats.json') as string });
      const text = readFileSync(join(folder, 'lockkeeper.stats.json'), 'utf8');
      expect(text).not.toMatch(/secret value|127\.0\.0\.1/);
      expect(text).not.toContain(secret());
      const stats = JSON.parse(text) as { server: string; tables: Record<string, { rows: number; bytes: number; indexBytes: number }> };
      expect(stats.server).toMatch(new RegExp(`^${String(version)}\\.`));
      expect(Object.keys(stats.tables).sort()).toEqual(['public.Odd "name"', 'public.events', 'public.parts', 'public.parts_1']);
      expect(stats.tables['public.events']).toMatchObject({ rows: 60_000 });
      expect(stats.tables['public.events']?.bytes).toBeGreaterThan(8e6);
      expect(stats.tables['public.parts']).toMatchObject({ rows: 500 });
      expect(await written(shop)).toBe(before);

      const lint = (): { risk: string; path: string; riskReasons: string[] }[] => (JSON.parse(cli.run(folder, ['lint', '--format', 'json']).out) as { migrations: { risk: string; path: string; riskReasons: string[] }[] }).migrations;
      const risks = lint();
      expect(risks[1]?.riskReasons.join()).toMatch(/under a second for \d+ MB at 100 MB\/s/);
      expect(['none', 'low']).toContain(risks[2]?.risk);
      writeFileSync(join(folder, 'lockkeeper.stats.json'), text.replace(/"rows": 60000,\s*"bytes": \d+/, '"rows": 400000000, "bytes": 80000000000'));
      expect(lint()[1]?.riskReasons.join()).toMatch(/about \d+ min for 160\.0 GB at 100 MB\/s/);
      rmSync(join(folder, 'lockkeeper.stats.json'));
      expect(['none', 'low']).not.toContain(lint()[2]?.risk);
    } finally {
      await shop.close();
      await server.exec('DROP DATABASE shop');
    }
  });

  test('a role that may only read is enough for stats', async () => {
    await server.exec("CREATE ROLE onlooker LOGIN PASSWORD 'onlooker'; CREATE TABLE hidden (id int); INSERT INTO hidden VALUES (1)");
    try {
      const { code, out } = cli.run(make({}), ['stats', '-o', '-', '--database-url', embedded.url.replace(/\/\/[^@]+@/, '//onlooker:onlooker@')]);
      expect(code).toBe(0);
      expect(Object.keys((JSON.parse(out) as { tables: object }).tables)).toEqual(['public.hidden']);
    } finally {
      await server.exec('DROP TABLE hidden; DROP ROLE onlooker');
    }
  });
});

test.each([
  ['says nothing', ''],
  ['speaks HTTP', 'HTTP/1.1 200 OK\r\n\r\n'],
  ['sends rubbish', 'R\0\0\0\x08\0\0\0\0Z\xff\xff\xff\xff'],
])('what answers on the port %s: an error of one line', async (_, answer) => {
  const listener = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => { socket.end(Buffer.from(answer, 'latin1')); });
  });
  await new Promise<void>((ready) => listener.listen(0, '127.0.0.1', ready));
  try {
    const address = listener.address();
    const url = `postgres://app:hunter2secret@127.0.0.1:${String(typeof address === 'object' ? (address?.port ?? 0) : 0)}/shop`;
    for (const command of [['trace'], ['stats', '-o', '-']]) {
      const running = spawn(process.execPath, [cli.path, ...command, '--database-url', url], { cwd: make(FILES), stdio: ['ignore', 'pipe', 'pipe'] });
      let err = '';
      running.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
      const code = await new Promise((done) => running.on('close', done));
      expect(code).toBe(2);
      expect(err).not.toContain('hunter2');
      expect(err.trim().split('\n')).toHaveLength(1);
    }
  } finally {
    listener.close();
  }
});

test('a server that is interrupted or killed with the process around it leaves no process and no data', async () => {
  const folder = make({});
  const script = join(folder, 'start.mts');
  writeFileSync(script, `import { startServer } from ${JSON.stringify(resolve('src/servers/embedded.ts'))};\nconst server = await startServer(${String(versions[0])});\nconst session = await server.connect();\nconst [row] = await session.query("SELECT current_setting('data_directory') AS folder, pg_postmaster_start_time()::text AS start");\nconsole.log(row.folder);\nsetInterval(() => undefined, 1000);\n`);
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    const running = spawn(process.execPath, ['--import', 'tsx', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    const data = await new Promise<string>((done) => running.stdout.once('data', (chunk: Buffer) => { done(chunk.toString().trim()); }));
    const postmaster = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
    const ended = new Promise((done) => running.on('close', done));
    running.kill(signal);
    await ended;
    await until(() => Promise.resolve(!existsSync(data) && !isAlive(postmaster)));
  }
});

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Transactions that have written anything in this database, its own session aside. */
async function written(session: Server): Promise<string> {
  const [row] = await session.query('SELECT (SELECT count(*) FROM pg_class)::text AS relations, (SELECT max(age(xmin))::text FROM pg_class WHERE oid > 16383) AS age');
  return `${String(row?.['relations'])} ${String(row?.['age'])}`;
}

async function until(done: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await done()) return;
    await new Promise((resume) => setTimeout(resume, 50));
  }
  throw new Error('It did not happen within half a minute');
}
