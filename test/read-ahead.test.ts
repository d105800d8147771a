import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { cli } from './support/cli.ts';
import { project } from './support/folders.ts';

/** More than is worth a thread, with everything that reading can meet: sections, offsets, bodies, errors, the same text twice. */
const migration = (i: number): string => `-- +goose Up
CREATE TABLE a_${i} (id bigint PRIMARY KEY, b_id bigint REFERENCES a_${i - 1} (id), note text DEFAULT 'ä ${'x'.repeat(500)}');
CREATE INDEX ON a_${i - 1} (note, (lower(note)));
CREATE TABLE v_${i} AS SELECT *, 1 FROM elsewhere_${i};
ALTER TABLE v_${i} ADD PRIMARY KEY (id);
SELECT 1 FRM b;
-- +goose StatementBegin
CREATE FUNCTION f_${i}() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DROP TABLE a_' || ${i}; UPDATE a_${i} SET note = ''; END $$;
-- +goose StatementEnd
SELECT 1, f_${i}(), *, coalesce(note, 'n') FROM a_${i};
-- +goose Down
${i % 3 === 0 ? '-- nothing' : `DROP TABLE a_${i};`}
`;

let folder: string;

beforeAll(() => {
  folder = project(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`db/migrations/${String(20240000000000 + i)}_m.sql`, migration(i + 1)])));
});

/** Says on standard error that a thread is started. */
const ANNOUNCED = "const threads = require('node:worker_threads'); const { Worker } = threads; threads.Worker = class extends Worker { constructor(...given) { super(...given); require('node:fs').writeSync(2, 'thread'); } }";

/** The program in a package whose cli.js, which the thread starts from, is another one. */
function runWith(program: string | undefined, cwd = folder): { readonly out: string; readonly err: string } {
  const copy = project({});
  cpSync(dirname(cli.path), copy, { recursive: true });
  const main = readdirSync(copy).find((name) => /^main-\w+\.js$/.test(name)) ?? '';
  rmSync(join(copy, 'cli.js'));
  if (program !== undefined) writeFileSync(join(copy, 'cli.js'), program);
  const code = `${ANNOUNCED}; require(${JSON.stringify(join(copy, main))}).main(['lint', 'db', '--no-cache', '--format', 'json'])`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', code], { cwd, encoding: 'utf8', maxBuffer: 2 ** 28 });
  return { out: stdout, err: stderr };
}

test('a large history reads the same with a thread, without one, and with one that does not come up', () => {
  const helped = cli.run(folder, ['lint', 'db', '--no-cache', '--format', 'json']);
  expect(helped.err).toBe('');
  expect((JSON.parse(helped.out) as { migrations: unknown[] }).migrations).toHaveLength(500);

  expect(runWith(undefined)).toEqual({ out: helped.out, err: '' });
  expect(runWith('throw new Error();')).toEqual({ out: helped.out, err: 'thread' });
});

test.each([
  ['every statement of which can be read', ''],
  ['with a statement that cannot be read', 'SELECT 1 FRM b;\n'],
])('a large file %s is the same in parts and in one piece', (_, last) => {
  const statements = Array.from({ length: 1500 }, (__, i) => `CREATE TABLE a_${i} (id bigint, note text DEFAULT 'ä ${'x'.repeat(150)}');\n-- The ${i}th.\nCREATE INDEX ON a_${i} (note);\n`);
  const one = project({ 'db/0001_large.sql': statements.join('') + last });
  const helped = cli.run(one, ['lint', 'db', '--no-cache', '--format', 'json']);
  expect((JSON.parse(helped.out) as { summary: { statements: number } }).summary.statements).toBe(last === '' ? 3000 : 3001);
  expect(runWith(undefined, one)).toEqual({ out: helped.out, err: '' });
});

test('a name that only the thread goes by is a path to everybody else', () => {
  expect(cli.run(folder, ['(reading thread)']).code).toBe(2);
});
