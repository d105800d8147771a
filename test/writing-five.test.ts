import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgres } from '../src/dialects/postgres/index.ts';
import { discover } from '../src/discovery/discover.ts';
import { planFor } from '../src/fix/planner.ts';
import type { MigrationSource } from '../src/frameworks/framework.ts';
import { readScript, readWayBack } from '../src/read.ts';
import type { Files } from './support/fix.ts';
import { fixedFiles, workshopOf } from './support/fix.ts';
import { memoryTree } from './support/lint.ts';
import { LIBRARIES } from './support/real-libraries.ts';
import { filesOf } from './support/remedies-page.ts';

const HOME = 'fixtures/writing-five';
const RULES = ['no-blocking-index-build', 'no-blocking-not-null', 'no-column-type-rewrite', 'no-rename-column', 'no-validating-foreign-key'];
const OUTSIDE = ['no-blocking-index-build', 'no-column-type-rewrite', 'no-rename-column'];
/** What needs to leave the transaction, in tools of which no file can say that. */
const UNWRITTEN: Readonly<Record<string, readonly string[]>> = { 'db-migrate': OUTSIDE, kysely: OUTSIDE };

const ROWS = `INSERT INTO orgs SELECT i, i FROM generate_series(1, 30) AS i; INSERT INTO users (id, email, name, org_id) SELECT i, 'a' || i, 'n' || i, 1 + i % 30 FROM generate_series(1, 30) AS i`;
const COLUMNS = `SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i') ORDER BY 1, 2`;
const OBJECTS = `SELECT conname AS name, convalidated AS valid FROM pg_constraint WHERE contype = 'f' UNION ALL SELECT indexrelid::regclass::text, indisvalid FROM pg_index JOIN pg_class c ON c.oid = indrelid WHERE c.relnamespace = 'public'::regnamespace UNION ALL SELECT tgname, false FROM pg_trigger WHERE NOT tgisinternal UNION ALL SELECT proname, false FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1`;
const DATA = 'SELECT count(*)::int AS rows, count(full_name)::int AS named, sum(size)::int AS sum FROM users JOIN orgs ON orgs.id = org_id';

const server = new PGlite();
beforeAll(() => postgres.load());
afterAll(() => server.close());

const sources = (files: Files): readonly MigrationSource[] => discover('', memoryTree(files)).histories.flatMap(({ migrations }) => migrations);
const rows = async (sql: string): Promise<readonly unknown[]> => (await server.query(sql)).rows;

describe.each(readdirSync(HOME))('%s: five dangerous statements in one migration, planned and written', (name) => {
  const before = filesOf(join(HOME, name, 'before'));
  const planned = join(HOME, name, 'planned');

  it('the library runs what is written to the same schema and data, and back', async () => {
    const paths = new Set(sources(before).slice(1).map(({ up }) => up.path));
    const plan = await planFor(await workshopOf(before, { sync: 'trigger' }), ({ rule, direction }) => direction === 'up' && RULES.includes(rule), paths);
    const without = plan.sets.flatMap(({ proposals, set }) => (typeof set === 'string' ? proposals.map(({ finding }) => finding.rule) : []));
    expect(plan.refused).toEqual([]);
    expect(plan.sets.flatMap(({ proposals }) => proposals.map(({ finding }) => finding.rule)).sort()).toEqual(RULES);
    expect(without.sort()).toEqual(UNWRITTEN[name] ?? []);
    const after = fixedFiles(before, plan);
    // Beside what they are made of, where the library finds its packages; never committed.
    rmSync(planned, { recursive: true, force: true });
    for (const [path, text] of Object.entries(after)) {
      mkdirSync(dirname(join(planned, path)), { recursive: true });
      writeFileSync(join(planned, path), text);
    }

    const library = LIBRARIES[name];
    if (library === undefined) throw new Error(`${name} has no library to run it`);
    const runs = async (home: string, migrations: readonly MigrationSource[], direction: 'up' | 'down'): Promise<void> => {
      for (const { up } of migrations) await library(server, join(home, up.path), direction);
    };
    const start = async (home: string, init: readonly MigrationSource[]): Promise<void> => {
      await server.exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
      await runs(home, init, 'up');
      await server.exec(ROWS);
    };
    const found = async (): Promise<readonly unknown[]> => [await rows(COLUMNS), await rows(OBJECTS)];
    const home = join(HOME, name, 'before');
    await start(home, sources(before).slice(0, 1));
    await runs(home, sources(before).slice(1), 'up');
    const truth = [...(await found()), await rows(DATA)];

    const files = filesOf(planned);
    const own = sources(files);
    await start(planned, own.slice(0, 1));
    const schema = await found();
    await runs(planned, own.slice(1), 'up');
    expect([...(await found()), await rows(DATA)]).toEqual(truth);

    // As far as there are ways back.
    const script = { dialect: postgres, version: 17 };
    const end = own.findIndex((migration, index) => index > 0 && readScript(migration.up, script, memoryTree(files)).statements.length > 0 && (readWayBack(migration, script, memoryTree(files))?.statements.length ?? 0) === 0);
    const reversible = own.slice(1, end < 0 ? undefined : end);
    expect(reversible).not.toEqual([]);
    await start(planned, own.slice(0, 1));
    await runs(planned, reversible, 'up');
    await runs(planned, reversible.toReversed(), 'down');
    expect(await found()).toEqual(schema);
  });
});
