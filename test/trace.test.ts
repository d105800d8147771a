import { symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli } from './support/cli.ts';
import { project } from './support/folders.ts';
import { ON_A_TERMINAL, screenOf } from './support/screen.ts';

// What `lockkeeper trace` shows of migrations that it runs in-process. Servers of the user's: test-servers/trace.test.ts.
const make = (files: Readonly<Record<string, string>>, modules = true): string => {
  const folder = project(files);
  if (modules) symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  return folder;
};

interface Traced {
  readonly histories: readonly {
    readonly before: number;
    readonly notes: readonly string[];
    readonly migrations: readonly {
      readonly path: string;
      readonly statements: readonly { readonly line: number; readonly status: string; readonly milliseconds: number | null; readonly certain: boolean; readonly compared: readonly { readonly aspect: string; readonly relation: string; readonly predicted: string | null; readonly observed: string | null; readonly differs: boolean; readonly blocks: string }[] }[];
    }[];
  }[];
}
const traced = (folder: string, ...options: readonly string[]): Traced => JSON.parse(cli.run(folder, ['trace', '--format', 'json', ...options]).out) as Traced;

const WEBSHOP = 'fixtures/projects/webshop';
const BASE = { 'migrations/0001_a.sql': 'CREATE TABLE t (id int PRIMARY KEY, a int);\nCREATE TABLE u (id int PRIMARY KEY, a int);\n' };

describe('trace', () => {
  test('predicted beside observed, what it blocks, how long it took; nothing but the result on the terminal', () => {
    const { code, out, err } = cli.run(WEBSHOP, ['trace', 'migrations/000018_payment_amounts.up.sql']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('after 17 earlier migrations (golang-migrate)');
    expect(out).toMatch(/line 2 · T1 · [\d.]+ ms/);
    expect(out).toContain('= lock    public.payments  AccessExclusiveLock  AccessExclusiveLock  reads and writes wait');
    expect(out).toContain('= rewrite public.payments  yes                  yes');
    expect(out).toContain('✔ 2 statements, all as predicted');
  });

  test('JSON and Markdown say the same', () => {
    const [history] = traced(WEBSHOP, 'migrations/000018_payment_amounts.up.sql').histories;
    const [first] = history?.migrations[0]?.statements ?? [];
    expect(first).toMatchObject({ line: 2, status: 'done', certain: true });
    expect(first?.milliseconds).toBeGreaterThan(0);
    expect(first?.compared).toContainEqual({ aspect: 'lock', relation: 'public.payments', predicted: 'AccessExclusiveLock', observed: 'AccessExclusiveLock', differs: false, note: null, blocks: 'readsAndWrites' });
    const markdown = cli.run(WEBSHOP, ['trace', 'migrations/000018_payment_amounts.up.sql', '--format', 'markdown']).out;
    expect(markdown).toContain('| = | lock | `public.payments` | AccessExclusiveLock | AccessExclusiveLock | reads and writes wait |');
  });

  test('where the server does something else than was predicted, a mark says so and the exit code is 1', () => {
    const folder = make({ ...BASE, 'migrations/0002_b.sql': "DO $$ DECLARE name text; BEGIN FOR name IN SELECT relname FROM pg_class WHERE relname = 'u' AND pg_relation_size(oid) >= 0 LOOP EXECUTE 'ALTER TABLE ' || name || ' ADD COLUMN b int'; END LOOP; END $$;\n" });
    const { code, out } = cli.run(folder, ['trace']);
    expect(code).toBe(1);
    expect(out).toMatch(/≠ lock +public\.u +\S.* AccessExclusiveLock/);
  });

  test('a bar shows on a terminal how far it is, and is gone afterwards; nothing of it goes into a pipe', () => {
    const folder = make({ 'migrations/0001_a.sql': 'SELECT pg_sleep(1);\nCREATE TABLE t (id int);\n', 'migrations/0002_b.sql': 'ALTER TABLE t ADD COLUMN a int;\n' });
    const { out, err } = cli.run(folder, ['trace'], { env: ON_A_TERMINAL });
    const { seen, left } = screenOf(err);
    expect(seen).toContainEqual(expect.stringMatching(/^█*░+ +\d+ %$/));
    expect(left).toBe('');
    expect(out).toContain('✔ 1 statement');
    expect(out).not.toContain('░');
    expect(cli.run(folder, ['trace'])).toMatchObject({ code: 0, err: '' });
  });

  test('what the server refuses ends the migration, and what stands behind it is said not to have run', () => {
    const folder = make({ ...BASE, 'migrations/0002_b.sql': 'ALTER TABLE t ADD COLUMN b int;\nALTER TABLE t ADD CONSTRAINT big CHECK (nothing(a) > 1);\nALTER TABLE t ADD COLUMN c int;\n' });
    const statements = traced(folder).histories[0]?.migrations[0]?.statements ?? [];
    expect(statements.map(({ status }) => status)).toEqual(['done', 'refused', 'notReached']);
    expect(statements[1]?.compared).toContainEqual(expect.objectContaining({ aspect: 'refusal', observed: 'function nothing(integer) does not exist', differs: true }));
  });

  test('--all begins with nothing, --start-after after what it names, --rows puts rows there', () => {
    const files = { ...BASE, 'migrations/0002_b.sql': 'ALTER TABLE t ALTER COLUMN a TYPE bigint;\n', 'migrations/0003_c.sql': 'DROP TABLE u;\n' };
    const folder = make(files);
    const paths = (...options: readonly string[]): unknown => traced(folder, ...options).histories[0]?.migrations.map(({ path }) => path.split('/').at(-1));
    expect(paths()).toEqual(['0003_c.sql']);
    expect(paths('--all')).toEqual(['0001_a.sql', '0002_b.sql', '0003_c.sql']);
    const rows = traced(folder, '--start-after', '0001_a', '--rows', '100000').histories[0]?.migrations;
    expect(rows?.map(({ path }) => path.split('/').at(-1))).toEqual(['0002_b.sql', '0003_c.sql']);
    // A hundred thousand rows are not written anew in no time.
    expect(rows?.[0]?.statements[0]?.milliseconds).toBeGreaterThan(20);
  });

  test('a history that expects what it does not create: --setup, or made by itself and said so', () => {
    const folder = make({ 'migrations/0001_a.sql': 'CREATE TABLE elsewhere.t (id int);\nGRANT SELECT ON elsewhere.t TO somebody;\n', 'migrations/0002_b.sql': 'ALTER TABLE elsewhere.t ADD COLUMN a int;\n', 'setup.txt': 'CREATE SCHEMA elsewhere;' });
    const [made] = traced(folder).histories;
    expect(made?.notes.join('\n')).toContain('Schema "elsewhere" was made');
    expect(made?.notes.join('\n')).toContain('Roles that no migration creates were made: somebody.');
    expect(traced(folder, '--setup', 'setup.txt').histories[0]?.notes.join('\n')).not.toContain('elsewhere');
  });

  test('without PGlite and without a server it says what to install; nothing pending is said, too', () => {
    expect(cli.run(make({ ...BASE }, false), ['trace'])).toEqual({ code: 2, out: '', err: 'lockkeeper: The package @electric-sql/pglite is needed to run migrations on an in-process PostgreSQL. It is optional, so it is not installed by itself: npm i -D @electric-sql/pglite\n' });
    expect(cli.run(make({ ...BASE }), ['trace', '--start-after', '0001_a.sql'])).toMatchObject({ code: 2, err: 'No migration is pending.\n' });
  });

  test('a server is refused before anything is sent when its address looks like production, and credentials are never shown', () => {
    const folder = make(BASE);
    for (const url of ['postgres://app:hunter2secret@db.example.com/shop', 'postgres://app:hunter2secret@127.0.0.1:1/shop_production', 'postgres://prod:hunter2secret@127.0.0.1:1/shop', 'postgres://app:hunter2secret@8.8.8.8/shop']) {
      const { code, out, err } = cli.run(folder, ['trace', '--database-url', url]);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toMatch(/^lockkeeper: This looks like a production server: /);
      expect(err).not.toContain('hunter2');
    }
    const nobody = cli.run(folder, ['trace', '--database-url', 'postgres://app:hunter2secret@127.0.0.1:1/shop']);
    expect(nobody).toMatchObject({ code: 2, out: '' });
    expect(nobody.err).toMatch(/^lockkeeper: Cannot connect to app@127\.0\.0\.1:1\/shop: /);
    expect(nobody.err).not.toContain('hunter2');
    expect(cli.run(folder, ['trace', '--use-env'], { env: { DATABASE_URL: 'postgres://app:hunter2secret@127.0.0.1:1/live' } }).err).toContain('the database is named live');
    expect(cli.run(folder, ['trace', '--use-env'], { env: { DATABASE_URL: '' } }).err).toBe('lockkeeper: --use-env: DATABASE_URL is not set.\n');
    expect(cli.run(folder, ['trace', '--database-url', 'mysql://root@localhost/x']).err).toContain('The database URL is not one');
  });
});
