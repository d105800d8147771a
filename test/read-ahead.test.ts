import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { cli } from './support/cli.ts';
import { project } from './support/folders.ts';

const require = createRequire(import.meta.url);
const COUNT = 200;

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

/** Programs that import, list folders, throw and say nothing. */
const program = (i: number): string => `'use strict';
const { text } = require('../helpers');
/* ${'x'.repeat(500)} */
module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.createTable('a_${i}', { id: { type: Sequelize.BIGINT, primaryKey: true }, note: { type: text(Sequelize), references: { model: 'a_${i - 1}', key: 'id' } } });
    await queryInterface.addIndex('a_${i - 1}', ['note']);
    await queryInterface.sequelize.query(\`UPDATE a_${i - 1} SET note = 'ä'; SELECT 1 FRM b;\`);
    if (process.env.WHO) await queryInterface.sequelize.query(process.env.WHAT);
  },
  ${i % 3 === 0 ? "async down() { throw new Error('no'); }," : `async down(queryInterface) {
    await queryInterface.dropTable('a_${i}');
  },`}
};
`;

let folder: string;
let programs: string;

beforeAll(() => {
  folder = project(Object.fromEntries(Array.from({ length: COUNT }, (_, i) => [`db/migrations/${String(20240000000000 + i)}_m.sql`, migration(i + 1)])));
  programs = project({
    'package.json': '{ "dependencies": { "sequelize": "6", "pg": "8" } }',
    'helpers.js': 'exports.text = (Sequelize) => Sequelize.STRING(100);\n',
    ...Object.fromEntries(Array.from({ length: COUNT }, (_, i) => [`migrations/${String(20240000000000 + i)}-m.js`, program(i + 1)])),
  });
});

/** Says on standard error that our thread is started. */
const ANNOUNCED = "const threads = require('node:worker_threads'); const { Worker } = threads; threads.Worker = class extends Worker { constructor(...given) { super(...given); if (/reader-/.test(given[0])) require('node:fs').writeSync(2, 'thread'); } }";
const ONE_CORE = "require('node:os').availableParallelism = () => 1";

const NO_THREADS = "require('node:worker_threads').Worker = class { constructor() { throw new Error('not permitted'); } }";

/** Our package with another program for the thread. */
function packageWith(program: string): string {
  const copy = project({});
  cpSync(dirname(cli.path), copy, { recursive: true });
  writeFileSync(join(copy, readdirSync(copy).find((name) => /^reader-\w+\.js$/.test(name)) ?? ''), program);
  return copy;
}

/** Node with something done before the program starts. */
function run(first: string, args: readonly string[], cwd: string): { readonly out: string; readonly err: string } {
  const { stdout, stderr } = spawnSync(process.execPath, ['--require', join(project({ 'first.cjs': first }), 'first.cjs'), ...args], { cwd, encoding: 'utf8', maxBuffer: 2 ** 28 });
  return { out: stdout, err: stderr };
}

const lint = (first: string, cwd = folder, dist = dirname(cli.path)): ReturnType<typeof run> => run(first, [join(dist, 'cli.js'), 'lint', 'db', '--no-cache', '--format', 'json'], cwd);

test('a large history reads the same with a thread, without one, and with one that does not come up', () => {
  const helped = lint(ANNOUNCED);
  expect(helped.err).toBe('thread');
  expect((JSON.parse(helped.out) as { migrations: unknown[] }).migrations).toHaveLength(COUNT);

  expect(lint(`${ANNOUNCED}; ${ONE_CORE}`)).toEqual({ out: helped.out, err: '' });
  expect(lint(NO_THREADS)).toEqual({ out: helped.out, err: '' });
  expect(lint(ANNOUNCED, folder, packageWith('throw new Error();'))).toEqual(helped);
  expect(lint(ANNOUNCED, folder, packageWith(''))).toEqual(helped);
});

test('a file of thousands of changesets is handed over once, not once for each of them', () => {
  const changeset = (i: number): string => `--changeset a:${i}\nCREATE TABLE a_${i} (id bigint);\n--rollback DROP TABLE a_${i};\n--changeset a:${i}b splitStatements:false\nALTER TABLE a_${i} ADD COLUMN "ä" int;\nSELECT 1 FRM b;\n`;
  const one = project({ 'db/0001_large.sql': `--liquibase formatted sql\n${Array.from({ length: 1500 }, (_, i) => changeset(i)).join('')}` });
  const helped = lint("process.on('exit', () => require('node:fs').writeSync(2, String(process.resourceUsage().maxRSS / 1024)))", one);
  expect((JSON.parse(helped.out) as { migrations: unknown[] }).migrations).toHaveLength(3000);
  expect(Number(helped.err)).toBeLessThan(400);
  expect(lint(ONE_CORE, one)).toEqual({ out: helped.out, err: '' });
});

describe('ESLint', () => {
  const eslint = (first: string, args: readonly string[], dist = dirname(cli.path), cwd = folder): ReturnType<typeof run> => {
    writeFileSync(join(cwd, 'eslint.config.mjs'), `import lockkeeper from ${JSON.stringify(join(dist, 'eslint.mjs'))};\nexport default [...lockkeeper.configs.all];\n`);
    return run(first, [join(dirname(require.resolve('eslint/package.json')), 'bin', 'eslint.js'), '--format', 'json', ...args], cwd);
  };

  test('so does the plugin, which starts one for a whole project', () => {
    const helped = eslint(ANNOUNCED, ['db']);
    expect(helped.err).toBe('thread');
    expect(JSON.parse(helped.out)).toHaveLength(COUNT);

    expect(eslint(`${ANNOUNCED}; ${ONE_CORE}`, ['db'])).toEqual({ out: helped.out, err: '' });
    expect(eslint(ANNOUNCED, ['db'], packageWith('throw new Error();'))).toEqual(helped);
  });

  test('and programs are run there, too', () => {
    const helped = eslint(ANNOUNCED, ['migrations'], dirname(cli.path), programs);
    expect(helped.err).toBe('thread');
    const results = JSON.parse(helped.out) as { messages: unknown[] }[];
    expect(results).toHaveLength(COUNT);
    expect(results.every(({ messages }) => messages.length > 2)).toBe(true);

    expect(eslint(ONE_CORE, ['migrations'], dirname(cli.path), programs)).toEqual({ out: helped.out, err: '' });
    expect(eslint(ANNOUNCED, ['migrations'], packageWith('throw new Error();'), programs)).toEqual(helped);
  });

  test('not for a few files, nor where ESLint has threads of its own', () => {
    const files = [1, 100, 199].map((i) => `db/migrations/${String(20240000000000 + i)}_m.sql`);
    const few = eslint(ANNOUNCED, files);
    expect(few.err).toBe('');
    expect(JSON.parse(few.out)).toHaveLength(3);
    const shared = eslint(ANNOUNCED, ['--concurrency', '2', 'db']);
    // ESLint itself may say that its threads did not pay.
    expect(shared.err).not.toContain('thread');
    expect(JSON.parse(shared.out)).toEqual(JSON.parse(eslint(ONE_CORE, ['db']).out));
  });
});

test.each([
  ['every statement of which can be read', {}],
  ['with a statement at the end that cannot be read', { last: 'SELECT 1 FRM b;\n' }],
  ['with a statement in the middle that cannot be read', { middle: 'SELECT 1 FRM b;\n' }],
  ['with a comment over several parts', { middle: `/* Gone:\n${'CREATE INDEX ON a_1 (note);\n'.repeat(3000)}*/\nDROP INDEX a_2_note_idx;\n` }],
  ['with a string that nobody closes', { middle: "SELECT 'a;\n" }],
  ['whose first statement is judged by its last', { first: 'SET search_path = app;\n', last: 'RESET search_path;\n' }],
])('a large file %s is the same in parts and in one piece', (_, { first = '', middle = '', last = '' }: { readonly first?: string; readonly middle?: string; readonly last?: string }) => {
  const statements = Array.from({ length: 1500 }, (__, i) => `CREATE TABLE a_${i} (id bigint, note text DEFAULT 'ä ${'x'.repeat(150)}');\n-- The ${i}th.\nCREATE INDEX ON a_${i} (note);\n`);
  const one = project({ 'db/0001_large.sql': [first, ...statements.slice(0, 700), middle, ...statements.slice(700), last].join('') });
  const helped = cli.run(one, ['lint', 'db', '--no-cache', '--format', 'json']);
  expect((JSON.parse(helped.out) as { summary: { statements: number } }).summary.statements).toBeGreaterThanOrEqual(3000);
  expect(lint(ONE_CORE, one)).toEqual({ out: helped.out, err: '' });
});
