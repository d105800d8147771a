import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgres } from '../src/dialects/postgres/index.ts';
import { discover } from '../src/discovery/discover.ts';
import { planFor } from '../src/fix/planner.ts';
import type { MigrationSource } from '../src/frameworks/framework.ts';
import { readScript } from '../src/read.ts';
import { serverFacts } from './support/compare-catalog.ts';
import type { Files } from './support/fix.ts';
import { fixedFiles, fixFiles, workshopOf } from './support/fix.ts';
import { expectGenerated } from './support/generated.ts';
import { memoryTree } from './support/lint.ts';
import { LIBRARIES } from './support/real-libraries.ts';
import { filesOf } from './support/remedies-page.ts';

const HOME = 'fixtures/writing';
const names = readdirSync(HOME, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);

const server = new PGlite();

beforeAll(() => postgres.load());
afterAll(() => server.close());

/** In `before/` a project; in `fixed/` what `fix --suggestions` makes of it, in `planned/` what `plan --write` does. Both are generated. */
const WAYS: Readonly<Record<string, (before: Files) => Promise<Files>>> = {
  fixed: async (before) => fixedFiles(before, await fixFiles(before, { suggestions: true, rules: RULES })),
  planned: async (before) => fixedFiles(before, await planFor(await workshopOf(before), ({ rule }) => RULES.has(rule), new Set(Object.keys(before)))),
};

const RULES: ReadonlySet<string> = new Set(['no-blocking-index-build', 'no-validating-foreign-key', 'require-down', 'no-empty-down', 'no-incomplete-down']);

for (const name of names) {
  describe(`${name}: what is written in its own form`, () => {
    const before = filesOf(join(HOME, name, 'before'));
    for (const [way, made] of Object.entries(WAYS)) {
      it(`${way}: the files`, async () => {
        const after = await made(before);
        const home = join(HOME, name, way);
        if (existsSync(home)) for (const path of Object.keys(filesOf(home))) if (after[path] === undefined) rmSync(join(home, path));
        for (const [path, text] of Object.entries(after)) expectGenerated(join(home, path), text);
        expect(after).not.toEqual(before);
        for (const source of sources(after)) {
          const script = readScript(source.up, { dialect: postgres, version: 17 }, { read: (path) => after[path] });
          expect(script.statements.flatMap(({ operations }) => operations.filter(({ kind }) => kind === 'opaque'))).toEqual([]);
        }
      });

      it(`${way}: the library runs it to the same schema, and back`, async () => {
        const library = LIBRARIES[name];
        if (library === undefined) throw new Error(`${name} has no library to run it`);
        const facts = (): Promise<readonly string[]> => serverFacts(async (sql) => (await server.query<Record<string, unknown>>(sql)).rows);
        const empty = (): Promise<unknown> => server.exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
        await empty();
        for (const { up } of sources(before)) await library(server, join(HOME, name, 'before', up.path), 'up');
        const truth = await facts();
        await empty();
        const after = sources(filesOf(join(HOME, name, way)));
        const stages: (readonly string[])[] = [];
        for (const { up } of after) {
          stages.push(await facts());
          await library(server, join(HOME, name, way, up.path), 'up');
        }
        expect(await facts()).toEqual(truth);
        for (const { up } of after.toReversed()) {
          await library(server, join(HOME, name, way, up.path), 'down');
          expect(unvalidated(await facts())).toEqual(unvalidated(stages.pop() ?? []));
        }
      });
    }
  });
}

describe('an empty way back of a SQL file', () => {
  const up = 'CREATE TABLE users (id bigint PRIMARY KEY);\n';
  it.each([
    ['goose', { 'm/00001_init.sql': `-- +goose Up\n${up}\n-- +goose Down\n` }, { 'm/00001_init.sql': `-- +goose Up\n${up}\n-- +goose Down\n-- Not brought back: the rows of users.\nDROP TABLE users;\n` }],
    ['golang-migrate', { 'm/000001_init.up.sql': up, 'm/000001_init.down.sql': '' }, { 'm/000001_init.up.sql': up, 'm/000001_init.down.sql': '-- Not brought back: the rows of users.\nDROP TABLE users;\n' }],
  ])('%s: is filled', async (_name, before: Files, after: Files) => expect(fixedFiles(before, await fixFiles(before, { suggestions: true }))).toEqual(after));
});

/** Nobody takes back that a constraint is known to hold. */
const unvalidated = (facts: readonly string[]): readonly string[] => facts.map((fact) => fact.replace(/ not valid\b/, ''));

const sources = (files: Files): readonly MigrationSource[] => discover('', memoryTree(files)).histories.flatMap(({ migrations }) => migrations);
