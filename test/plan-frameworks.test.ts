import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgres } from '../src/dialects/postgres/index.ts';
import { discover } from '../src/discovery/discover.ts';
import { planFor } from '../src/fix/planner.ts';
import type { ScriptSource } from '../src/frameworks/framework.ts';
import { readScript } from '../src/read.ts';
import { openPglite } from '../src/servers/pglite.ts';
import { runScript } from '../src/servers/run-script.ts';
import type { Server } from '../src/servers/server.ts';
import type { Files } from './support/fix.ts';
import { fixedFiles, workshopOf } from './support/fix.ts';
import { lintFiles, memoryTree } from './support/lint.ts';

const INIT = 'CREATE TABLE orgs (id bigint PRIMARY KEY, size int NOT NULL);\nCREATE TABLE users (id bigint PRIMARY KEY, email text, name text, org_id bigint);\n';
const INIT_DOWN = 'DROP TABLE users;\nDROP TABLE orgs;\n';
const FIVE = `CREATE INDEX users_email_idx ON users (email);

ALTER TABLE users ALTER COLUMN email SET NOT NULL;

ALTER TABLE users ADD CONSTRAINT users_org_fk FOREIGN KEY (org_id) REFERENCES orgs (id);

ALTER TABLE orgs ALTER COLUMN size TYPE bigint;

UPDATE users SET name = upper(email) WHERE name IS NULL;
`;
const FIVE_DOWN = 'ALTER TABLE orgs ALTER COLUMN size TYPE int;\nALTER TABLE users DROP CONSTRAINT users_org_fk;\nALTER TABLE users ALTER COLUMN email DROP NOT NULL;\nDROP INDEX users_email_idx;\n';
const RULES = ['no-blocking-index-build', 'no-blocking-not-null', 'no-validating-foreign-key', 'no-column-type-rewrite', 'no-unbounded-update'];
const ROWS = `INSERT INTO orgs SELECT i, i FROM generate_series(1, 30) AS i; INSERT INTO users SELECT i, 'a' || i, CASE WHEN i % 2 = 0 THEN 'N' END, 1 + i % 30 FROM generate_series(1, 30) AS i`;

interface Tool {
  readonly files: (init: string, initDown: string, five: string, fiveDown: string) => Files;
  /** The file with the five statements. */
  readonly path: string;
  /** Rules for whose findings nothing can be written, and what is said of it. */
  readonly unwritten?: { readonly rules: readonly string[]; readonly why: RegExp };
}

const marked = (up: string, down: string, [before, between]: readonly [string, string]): string => before + up + between + down;
const GOOSE = ['-- +goose Up\n', '\n-- +goose Down\n'] as const;
const DBMATE = ['-- migrate:up\n', '\n-- migrate:down\n'] as const;
const NODE = ['-- Up Migration\n', '\n-- Down Migration\n'] as const;
const MARKS = ['-- UP\n', '\n-- DOWN\n'] as const;
const rollback = (sql: string): string => sql.replace(/^(?=.)/gm, '--rollback ');
const OUTSIDE = ['no-blocking-index-build', 'no-column-type-rewrite', 'no-unbounded-update'];

const TOOLS: Readonly<Record<string, Tool>> = {
  'golang-migrate': { path: 'db/000002_five.up.sql', files: (a, b, c, d) => ({ 'db/000001_init.up.sql': a, 'db/000001_init.down.sql': b, 'db/000002_five.up.sql': c, 'db/000002_five.down.sql': d }) },
  goose: { path: 'm/00002_five.sql', files: (a, b, c, d) => ({ 'm/00001_init.sql': marked(a, b, GOOSE), 'm/00002_five.sql': marked(c, d, GOOSE) }) },
  dbmate: { path: 'db/20240102000000_five.sql', files: (a, b, c, d) => ({ 'db/20240101000000_init.sql': marked(a, b, DBMATE), 'db/20240102000000_five.sql': marked(c, d, DBMATE) }) },
  flyway: { path: 'db/migration/V2__five.sql', files: (a, _b, c) => ({ 'db/migration/V1__init.sql': a, 'db/migration/V2__five.sql': c }) },
  prisma: {
    path: 'prisma/migrations/20240102000000_five/migration.sql',
    files: (a, _b, c) => ({ 'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n', 'prisma/migrations/20240101000000_init/migration.sql': a, 'prisma/migrations/20240102000000_five/migration.sql': c }),
  },
  drizzle: {
    path: 'drizzle/0001_five.sql',
    files: (a, _b, c) => ({
      'drizzle/0000_init.sql': a,
      'drizzle/0001_five.sql': c,
      'drizzle/meta/_journal.json': JSON.stringify({ version: '7', dialect: 'postgresql', entries: ['0000_init', '0001_five'].map((tag, idx) => ({ idx, version: '7', when: idx + 1, tag, breakpoints: true })) }),
    }),
    unwritten: { rules: OUTSIDE, why: /Drizzle runs all pending migrations in one transaction/ },
  },
  diesel: {
    path: 'migrations/2024-01-02-000000_five/up.sql',
    files: (a, b, c, d) => ({ 'diesel.toml': '', 'migrations/2024-01-01-000000_init/up.sql': a, 'migrations/2024-01-01-000000_init/down.sql': b, 'migrations/2024-01-02-000000_five/up.sql': c, 'migrations/2024-01-02-000000_five/down.sql': d }),
  },
  sqlx: { path: 'migrations/20240102000000_five.sql', files: (a, _b, c) => ({ 'Cargo.toml': '[dependencies]\nsqlx = "0.8"\n', 'migrations/20240101000000_init.sql': a, 'migrations/20240102000000_five.sql': c }) },
  supabase: {
    path: 'supabase/migrations/20240102000000_five.sql',
    files: (a, _b, c) => ({ 'supabase/config.toml': 'project_id = "x"\n', 'supabase/migrations/20240101000000_init.sql': a, 'supabase/migrations/20240102000000_five.sql': c }),
    // What commits cannot be sent along with the record of the migration.
    unwritten: { rules: ['no-column-type-rewrite', 'no-unbounded-update'], why: /invalid transaction termination/ },
  },
  'node-pg-migrate': {
    path: 'm/1700000001000_five.sql',
    files: (a, b, c, d) => ({ 'm/1700000000000_init.sql': marked(a, b, NODE), 'm/1700000001000_five.sql': marked(c, d, NODE) }),
    unwritten: { rules: OUTSIDE, why: /only a migration in JavaScript can call/ },
  },
  sqitch: {
    path: 'deploy/five.sql',
    files: (a, b, c, d) => ({
      'sqitch.plan': '%syntax-version=1.0.0\n%project=x\n\ninit 2024-01-01T00:00:00Z Ann <a@b.c> # init\nfive [init] 2024-01-02T00:00:00Z Ann <a@b.c> # five\n',
      'sqitch.conf': '[core]\n\tengine = pg\n',
      ...Object.fromEntries(Object.entries({ 'deploy/init.sql': a, 'revert/init.sql': b, 'deploy/five.sql': c, 'revert/five.sql': d }).map(([path, sql]) => [path, `BEGIN;\n\n${sql}\nCOMMIT;\n`])),
    }),
  },
  liquibase: {
    path: 'db/changelog.sql',
    files: (a, b, c, d) => ({ 'db/changelog.sql': `--liquibase formatted sql\n\n--changeset ann:1\n${a}${rollback(b)}\n--changeset ann:2\n${c}${rollback(d)}` }),
  },
  pop: {
    path: 'migrations/20240102000000_five.up.sql',
    files: (a, b, c, d) => ({ 'go.mod': 'require github.com/gobuffalo/pop/v6 v6.0.0\n', 'migrations/20240101000000_init.up.sql': a, 'migrations/20240101000000_init.down.sql': b, 'migrations/20240102000000_five.up.sql': c, 'migrations/20240102000000_five.down.sql': d }),
    unwritten: { rules: OUTSIDE, why: /pop runs every SQL file in a transaction/ },
  },
  markers: { path: 'migrations/002_five.sql', files: (a, b, c, d) => ({ 'migrations/001_init.sql': marked(a, b, MARKS), 'migrations/002_five.sql': marked(c, d, MARKS) }) },
  pairs: { path: 'migrations/002_five_up.sql', files: (a, b, c, d) => ({ 'migrations/001_init_up.sql': a, 'migrations/001_init_down.sql': b, 'migrations/002_five_up.sql': c, 'migrations/002_five_down.sql': d }) },
  sql: { path: 'migrations/002_five.sql', files: (a, _b, c) => ({ 'migrations/001_init.sql': a, 'migrations/002_five.sql': c }) },
};

describe('five dangerous statements in one migration, planned and written', () => {
  let server: Server;
  beforeAll(async () => {
    server = await openPglite();
  });
  afterAll(() => server.close());

  it.each(Object.entries(TOOLS))('%s', async (name, { files, path, unwritten = { rules: [], why: /./ } }) => {
    const before = files(INIT, INIT_DOWN, FIVE, FIVE_DOWN);
    const planned = await planFor(await workshopOf(before, { sync: 'trigger' }), (finding) => finding.path === path && finding.direction === 'up' && RULES.includes(finding.rule), new Set([path]));
    const without = planned.sets.flatMap(({ proposals, set }) => (typeof set === 'string' ? proposals.map(({ finding }) => ({ rule: finding.rule, why: set })) : []));
    expect(planned.refused).toEqual([]);
    expect(without.map(({ rule }) => rule).sort()).toEqual([...unwritten.rules].sort());
    for (const { why } of without) expect(why).toMatch(unwritten.why);

    const after = fixedFiles(before, planned);
    const tree = memoryTree(after);
    const { histories } = discover('', tree);
    expect(histories.map(({ framework }) => framework)).toEqual([name]);
    const migrations = histories[0]?.migrations ?? [];
    expect(migrations[1]?.up.path).toBe(path);
    expect(migrations.length).toBeGreaterThan(2);
    const left = (await lintFiles(after)).findings.filter(({ rule, direction }) => RULES.includes(rule) && direction === 'up').map(({ rule }) => rule);
    expect([...new Set(left)].sort()).toEqual([...unwritten.rules].sort());

    const read = (source: ScriptSource): ReturnType<typeof readScript> => readScript(source, { dialect: postgres, version: server.version }, tree);
    const run = async (source: ScriptSource): Promise<void> => expect((await runScript(server, read(source)))?.message, `${source.path} ${source.direction}`).toBeUndefined();
    const start = async (): Promise<void> => {
      await server.exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
      if (migrations[0] !== undefined) await run(migrations[0].up);
      await server.exec(ROWS);
    };
    await start();
    const own = migrations.slice(1);
    for (const { up } of own) await run(up);
    expect(await server.query(STATE)).toEqual([{ rows: 30, named: '30', size: 'bigint', valid: true }]);

    // As far as there are ways back.
    await start();
    const schema = await server.query(COLUMNS);
    const saysNot = (down: ScriptSource): boolean => (tree.read(down.path) ?? '').includes('-- Irreversible');
    const end = own.findIndex(({ down }) => down === undefined || saysNot(down) || (/--rollback empty/.test(tree.read(down.path) ?? '') && read(down).statements.length === 0));
    const reversible = end < 0 ? own : own.slice(0, end);
    for (const { up } of reversible) await run(up);
    for (const { down } of reversible.toReversed()) if (down !== undefined) await run(down);
    expect(await server.query(COLUMNS)).toEqual(schema);
    // Nobody takes a step for undone that cannot be: its way back fails.
    for (const { down, irreversible } of own) {
      if (down === undefined || !saysNot(down)) continue;
      expect(irreversible, down.path).toBe(true);
      expect((await runScript(server, read(down)))?.message, down.path).toContain('This migration cannot be undone.');
    }
  });
});

const STATE = `SELECT count(*)::int AS rows, count(name)::text AS named, (SELECT data_type FROM information_schema.columns WHERE table_name = 'orgs' AND column_name = 'size') AS size,
  (SELECT bool_and(convalidated) FROM pg_constraint WHERE conname = 'users_org_fk') AND (SELECT indisvalid FROM pg_index WHERE indexrelid = 'users_email_idx'::regclass) AS valid FROM users`;
const COLUMNS = `SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i') ORDER BY 1, 2`;
