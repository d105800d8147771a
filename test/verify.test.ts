import { symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli } from './support/cli.ts';
import { project } from './support/folders.ts';
import { ON_A_TERMINAL, screenOf } from './support/screen.ts';

// What `lockkeeper verify` finds, on small projects that each go wrong in one way; in-process PostgreSQL.
const make = (files: Readonly<Record<string, string>>): string => {
  const folder = project(files);
  // As a project has it that has installed PGlite.
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  return folder;
};

interface Found {
  readonly findings: readonly { readonly rule: string; readonly path: string; readonly line: number; readonly severity: string; readonly message: string }[];
  readonly verification: readonly { readonly filled: { readonly rows: number; readonly many: number | null }; readonly migrations: readonly { readonly path: string; readonly steps: readonly { readonly step: string; readonly outcome: string }[]; readonly timings: readonly { readonly milliseconds: number }[] }[] }[];
}
function verified(folder: string, ...options: readonly string[]): Found {
  const { out, err } = cli.run(folder, ['verify', '--format', 'json', ...options]);
  expect(err).toBe('');
  return JSON.parse(out) as Found;
}
const shown = ({ findings }: Found): string[] => findings.map(({ rule, path, line, severity, message }) => `${path.split('/').at(-1) ?? ''}:${String(line)} ${severity} ${rule}: ${message}`);

/** Each expected finding once, in any order: place, rule and a part of the message. */
function expectFindings(found: Found, expected: readonly (readonly [place: string, rule: string, part: string])[]): void {
  const lines = shown(found);
  for (const [place, rule, part] of expected) expect(lines.filter((line) => line.startsWith(`${place} `) && line.includes(` ${rule}: `) && line.includes(part)), `${place} ${rule}\n${lines.join('\n')}`).toHaveLength(1);
  expect(lines).toHaveLength(expected.length);
}

describe('verify', () => {
  test('a bar shows on a terminal how far it is, and is gone afterwards; nothing of it goes into a pipe', () => {
    const folder = make({ 'migrations/0001_a.sql': 'SELECT pg_sleep(1);\nCREATE TABLE t (id int PRIMARY KEY);\n', 'migrations/0002_b.sql': 'ALTER TABLE t ADD COLUMN a int;\n' });
    const { seen, left } = screenOf(cli.run(folder, ['verify'], { env: ON_A_TERMINAL }).err);
    expect(seen).toContainEqual(expect.stringMatching(/^█*░+ +\d+ %$/));
    expect(left).toBe('');
    expect(cli.run(folder, ['verify']).err).toBe('');
  });

  test('what passes on an empty database and fails with rows', () => {
    expectFindings(verified('fixtures/projects/verify-rows', '--all'), [
      ['000002_country.up.sql:3', 'verify-up-fails', 'column "country" of relation "authors" contains null values. On an empty database it passes.'],
      ['000003_unique_title.up.sql:1', 'verify-up-fails', 'could not create unique index "books_title_key". On an empty database it passes.'],
      ['000004_pages_positive.up.sql:1', 'verify-up-fails', 'check constraint "books_pages_check" of relation "books" is violated by some row. On an empty database it passes.'],
      ['000005_author.up.sql:2', 'verify-up-fails', 'violates foreign key constraint "books_author_fkey". On an empty database it passes.'],
      ['000006_short_isbn.up.sql:1', 'verify-up-fails', 'value too long for type character varying(13). On an empty database it passes.'],
    ]);
  });

  test('ways back that fail, leave something behind or lose data', () => {
    const found = verified('fixtures/projects/verify-way-back', '--all');
    expectFindings(found, [
      ['000002_forgotten_index.up.sql:2', 'verify-up-again-fails', 'relation "readers_note_idx" already exists'],
      ['000002_forgotten_index.down.sql:1', 'verify-schema-not-restored', 'index public.readers_note_idx is still there'],
      ['000003_forgotten_comment.down.sql:1', 'verify-schema-not-restored', 'comment: what the support team should know → none'],
      ['000004_wrong_name.down.sql:1', 'verify-down-fails', 'constraint "readers_seen_chk" of relation "readers" does not exist'],
      ['000005_wider.down.sql:1', 'verify-down-fails', 'Once rows have been written after the migration, the server refuses this way back: smallint out of range'],
      ['000006_notes_apart.down.sql:1', 'verify-data-not-restored', "values of public.readers.note are not what they were: 'alpha' is now NULL"],
    ]);
    const steps = found.verification[0]?.migrations.at(-1)?.steps ?? [];
    expect(steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual(['up passed', 'data kept passed', 'down passed', 'schema back passed', 'data back passed', 'up again passed', 'run twice passed', 'down with new rows passed']);
  });

  test('each kind of thing that a way back may forget is named, with what it was', () => {
    expectFindings(verified('fixtures/projects/verify-forgotten', '--start-after', '000001'), [
      ['000002_column.up.sql:1', 'verify-data-lost', 'public.members.nickname is gone'],
      ['000002_column.up.sql:1', 'verify-up-again-fails', 'column "nickname" of relation "members" does not exist'],
      ['000002_column.down.sql:1', 'verify-schema-not-restored', 'column public.members.nickname is missing; column public.members.nick is still there'],
      ['000003_type.down.sql:1', 'verify-schema-not-restored', 'type: integer → numeric'],
      ['000004_default.down.sql:1', 'verify-schema-not-restored', 'default: 0 → 1'],
      ['000005_constraint.down.sql:1', 'verify-schema-not-restored', 'constraint public.members.members_points_check has changed'],
      ['000005_constraint.down.sql:1', 'verify-down-fails', 'Once rows have been written'],
      ['000006_not_null.down.sql:1', 'verify-schema-not-restored', 'not null: yes → none'],
      ['000007_index.down.sql:1', 'verify-schema-not-restored', 'index public.members_born_idx has changed'],
      ['000008_trigger.down.sql:1', 'verify-schema-not-restored', 'trigger public.members.members_touch has changed'],
      ['000009_grant.down.sql:1', 'verify-schema-not-restored', 'column public.members.id has changed (privileges: none → club_reader SELECT)'],
      ['000010_comment.down.sql:1', 'verify-schema-not-restored', 'comment: who pays → none'],
      ['000011_policy.down.sql:1', 'verify-schema-not-restored', 'policy public.members.members_own has changed'],
      ['000012_function.down.sql:1', 'verify-schema-not-restored', 'function public.touch() has changed'],
      ['000013_view.down.sql:1', 'verify-schema-not-restored', 'view public.adults has changed'],
      ['000014_sequence.down.sql:1', 'verify-schema-not-restored', 'increment: 2 → 1'],
      ['000015_row_security.down.sql:1', 'verify-schema-not-restored', 'row security: none → enabled, forced'],
    ]);
  });

  test('data that is lost is named; data that has only moved is not', () => {
    const found = verified('fixtures/projects/verify-data', '--all');
    expectFindings(found, [
      ['0004_round.sql:1', 'verify-data-lost', "values of public.parts.weight are not what they were: '999999.9999' is now '1000000.0'"],
      ['0005_delete.sql:1', 'verify-data-lost', 'rows of public.orders are gone'],
      ['0006_drop.sql:1', 'verify-data-lost', "public.parts.supplier is gone with"],
      ['0006_drop.sql:2', 'verify-data-lost', 'public.leftovers is gone with its'],
      ['0007_guarded.sql:1', 'verify-not-rerunnable', 'constraint "parts_size_check" for relation "parts" already exists'],
    ]);
    // What a statement says it will do is a warning, what it does in silence an error.
    expect(found.findings.filter(({ rule }) => rule === 'verify-data-lost').map(({ severity }) => severity)).toEqual(['error', 'warning', 'warning', 'warning']);
  });

  test("the framework's transactions are kept: CONCURRENTLY inside, an enum value used before its COMMIT", () => {
    expectFindings(verified('fixtures/projects/verify-transactions', '--all'), [
      ['00002_index.sql:2', 'verify-up-fails', 'CREATE INDEX CONCURRENTLY cannot run inside a transaction block'],
      ['00004_failed.sql:3', 'verify-up-fails', 'unsafe use of new value "failed" of enum type job_state'],
      ['00004_failed.sql:6', 'verify-schema-not-restored', "values: 'waiting', 'done' → 'waiting', 'done', 'failed'"],
    ]);
  });

  test('one transaction around all pending migrations, in every format', () => {
    const run = (...options: readonly string[]): { code: number | null; out: string } => cli.run('fixtures/projects/verify-batch', ['verify', '--start-after', '0000_orders', ...options]);
    const text = run();
    expect(text.code).toBe(1);
    expect(text.out).toContain('error verify-up-fails  drizzle/0002_pause_by_default.sql:1:1');
    expect(text.out.replace(/\s+/g, ' ')).toContain('Run with the other pending migrations in one transaction, the server refuses this: unsafe use of new value "paused" of enum type state.');
    const [result] = (JSON.parse(run('--format', 'sarif').out) as { runs: { results: { ruleId: string; locations: { physicalLocation: { artifactLocation: { uri: string }; region: object } }[] }[] }[] }).runs[0]?.results ?? [];
    expect(result?.ruleId).toBe('verify-up-fails');
    expect(result?.locations[0]?.physicalLocation).toMatchObject({ artifactLocation: { uri: 'fixtures/projects/verify-batch/drizzle/0002_pause_by_default.sql' }, region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 63 } });
    expect(run('--format', 'github').out).toContain('::error file=fixtures/projects/verify-batch/drizzle/0002_pause_by_default.sql,line=1,endLine=1,col=1,endColumn=62,title=verify-up-fails::');
  });

  test('--rows fills the tables that are touched and tells how long each statement took', () => {
    const folder = make({
      'migrations/000001_a.up.sql': 'CREATE TABLE readings (id bigserial PRIMARY KEY, at timestamptz NOT NULL, value numeric CHECK (value > 0));\nCREATE TABLE other (id int PRIMARY KEY);\n',
      'migrations/000002_b.up.sql': 'ALTER TABLE readings ALTER COLUMN id TYPE numeric;\n',
      'migrations/000002_b.down.sql': 'ALTER TABLE readings ALTER COLUMN id TYPE bigint;\n',
    });
    const { verification } = verified(folder, '--rows', '20000');
    expect(verification[0]?.filled.many).toBe(20_000);
    const [timing] = verification[0]?.migrations[0]?.timings ?? [];
    expect(timing?.milliseconds).toBeGreaterThan(5);
    const { out } = cli.run(folder, ['verify', '--rows', '20000']);
    expect(out).toContain('✔ 1 migration verified: it runs with rows there, loses nothing, and the way back leads back');
    expect(out).toMatch(/\d+ m?s {2}line 1 {3}ALTER TABLE readings ALTER COLUMN id TYPE numeric/);
  });

  test('a comment silences a finding, and the configuration a rule', () => {
    const files = {
      'migrations/0001_a.sql': 'CREATE TABLE t (id int PRIMARY KEY, a text);\n',
      'migrations/0002_b.sql': '-- lockkeeper-disable-next-line verify-data-lost -- nobody reads it\nALTER TABLE t DROP COLUMN a;\n',
    };
    expect(cli.run(make(files), ['verify']).code).toBe(0);
    const kept = { ...files, 'migrations/0002_b.sql': 'ALTER TABLE t ADD COLUMN b text;\n' };
    expect(cli.run(make(kept), ['verify']).out).toContain('✔ 1 migration verified: it runs with rows there and loses nothing; there is no way back');
    const loud = { ...files, 'migrations/0002_b.sql': 'ALTER TABLE t DROP COLUMN a;\n' };
    expect(cli.run(make(loud), ['verify']).code).toBe(1);
    expect(cli.run(make({ ...loud, 'lockkeeper.config.json': '{ "rules": { "verify-data-lost": "off" } }' }), ['verify']).code).toBe(0);
  });

  test('names with quotes, keywords and other scripts; types that are odd; rows for all of them', () => {
    const folder = make({
      'migrations/000001_a.up.sql': `CREATE SCHEMA "Odd ""one""";
CREATE TYPE "Odd ""one"""."Größe" AS ENUM ('it''s', 'the "other"', '');
CREATE TABLE "Odd ""one"""."select" ("from" int PRIMARY KEY, "a ""b""" "Odd ""one"""."Größe" NOT NULL, "Ω" text[] NOT NULL, "x'y" jsonb, r int4range NOT NULL, EXCLUDE USING gist (r WITH &&));
CREATE TABLE "Odd ""one"""."group by" ("ref ""x""" int NOT NULL REFERENCES "Odd ""one"""."select", "where" varchar(3) UNIQUE);
`,
      'migrations/000002_b.up.sql': 'ALTER TABLE "Odd ""one"""."select" ADD COLUMN "new; --" int NOT NULL DEFAULT 1;\n',
      'migrations/000002_b.down.sql': 'ALTER TABLE "Odd ""one"""."select" DROP COLUMN "new; --";\n',
    });
    const { findings, verification } = verified(folder);
    expect(findings).toEqual([]);
    expect(verification[0]?.filled.rows).toBeGreaterThan(4);
  });
});
