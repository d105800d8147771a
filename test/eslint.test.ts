import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ESLint, Linter, RuleTester } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, test } from 'vitest';
import { TYPE_CHECKED } from '../src/eslint/type-checked.ts';
import { cli } from './support/cli.ts';
import { project } from './support/folders.ts';
import type { Marked } from './support/editor-picture.ts';
import { editorPicture } from './support/editor-picture.ts';
import { expectGenerated } from './support/generated.ts';

const require = createRequire(import.meta.url);
const VERSIONS = ['eslint', 'eslint-9', 'eslint-9-15'] as const;

const TABLES = 'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, team_id bigint);\nCREATE TABLE teams (id bigint PRIMARY KEY);\n';

function make(files: Readonly<Record<string, string>>, config = 'export default [...lockkeeper.configs.recommended];'): string {
  const folder = project({
    'migrations/0001_tables.up.sql': TABLES,
    'migrations/0001_tables.down.sql': 'DROP TABLE teams;\nDROP TABLE users;\n',
    'eslint.config.mjs': `import lockkeeper from ${JSON.stringify(join(dirname(cli.path), 'eslint.mjs'))};\n${config}\n`,
    ...files,
  });
  return folder;
}

interface Message {
  readonly ruleId: string | null;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly suggestions?: readonly { readonly desc: string }[];
}
interface Run {
  readonly code: number | null;
  readonly err: string;
  /** `path:line:column rule`, by path. */
  readonly found: readonly string[];
  readonly messages: readonly Message[];
}

function eslint(folder: string, args: readonly string[], version: (typeof VERSIONS)[number] = 'eslint', input?: string): Run {
  const program = join(dirname(require.resolve(`${version}/package.json`)), 'bin', 'eslint.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, '--format', 'json', ...args], { cwd: folder, encoding: 'utf8', ...(input !== undefined && { input }) });
  const results = stdout === '' ? [] : (JSON.parse(stdout) as readonly { readonly filePath: string; readonly messages: readonly Message[] }[]);
  return {
    code: status,
    err: stderr,
    messages: results.flatMap(({ messages }) => messages),
    found: results.flatMap(({ filePath, messages }) => messages.map(({ line, column, ruleId, message }) => `${filePath.slice(folder.length + 1)}:${String(line)}:${String(column)} ${ruleId ?? message}`)),
  };
}

const INDEX = { 'migrations/0002_index.up.sql': 'CREATE INDEX users_email ON users (email);\n', 'migrations/0002_index.down.sql': 'DROP INDEX users_email;\n' };

describe.each(VERSIONS)('%s', (version) => {
  test('finds in SQL what lint finds, at the same places', () => {
    const folder = make({ ...INDEX, 'migrations/0003_team.up.sql': 'ALTER TABLE users\n  ADD COLUMN name text,\n  ALTER COLUMN team_id SET NOT NULL;\n', 'migrations/0003_team.down.sql': 'ALTER TABLE users DROP COLUMN name, ALTER COLUMN team_id DROP NOT NULL;\n' });
    const run = eslint(folder, ['.'], version);
    expect(run.found).toEqual(['migrations/0002_index.up.sql:1:1 lockkeeper/no-blocking-index-build', 'migrations/0003_team.up.sql:3:3 lockkeeper/no-blocking-not-null']);
    expect(run.code).toBe(1);
    const { findings } = JSON.parse(cli.run(folder, ['lint', '--format', 'json']).out) as { findings: { path: string; line: number; column: number; rule: string; severity: string }[] };
    expect(findings.filter(({ severity }) => severity !== 'info').map(({ path, line, column, rule }) => `${path}:${String(line)}:${String(column)} lockkeeper/${rule}`)).toEqual(run.found);
  });

  test('--fix writes what stays in its file, and the result is clean', () => {
    const folder = make(INDEX);
    expect(eslint(folder, ['--fix', '.'], version)).toMatchObject({ found: [], code: 0 });
    expect(readFileSync(join(folder, 'migrations/0002_index.up.sql'), 'utf8')).toBe('CREATE INDEX CONCURRENTLY users_email ON users (email);\n');
  });

  test('rules for JavaScript that are on for all files find nothing in SQL, and do no harm', () => {
    const config = `import rules from ${JSON.stringify(join(dirname(require.resolve(`${version}/package.json`)), 'lib', 'unsupported-api.js'))};
const all = Object.fromEntries([...rules.builtinRules.keys()].map((name) => [name, 'error']));
// As react-hooks asks for all nodes, and vue for what its parser has made.
const others = { rules: { each: { create: ({ sourceCode }) => (sourceCode.parserServices.defineTemplateBodyVisitor, { '*': () => { throw new Error('a node'); } }) } } };
const prettier = { rules: { prettier: { create: () => { throw new Error('SQL is no JavaScript'); } } } };
export default [{ plugins: { others, prettier }, linterOptions: { reportUnusedDisableDirectives: 'error' }, rules: { ...all, 'others/each': 'error', 'prettier/prettier': 'error' } }, ...lockkeeper.configs.recommended];`;
    expect(eslint(make(INDEX, config), ['migrations'], version)).toMatchObject({ err: '', found: ['migrations/0002_index.up.sql:1:1 lockkeeper/no-blocking-index-build'] });
  });

  test('rules of typescript-eslint that ask for types do not stop at SQL', () => {
    const config = `import tseslint from ${JSON.stringify(require.resolve('typescript-eslint'))};
export default [...tseslint.configs.recommendedTypeChecked, { languageOptions: { parserOptions: { projectService: true } } }, ...lockkeeper.configs.recommended];`;
    expect(eslint(make(INDEX, config), ['migrations'], version)).toMatchObject({ err: '', found: ['migrations/0002_index.up.sql:1:1 lockkeeper/no-blocking-index-build'] });
  });

  test('a statement that ends too early is told within the text', () => {
    const text = 'ALTER TABLE users\n  ADD COLUMN';
    const { messages } = eslint(make({ 'migrations/0002_index.up.sql': text }), ['migrations'], version);
    expect(messages.filter(({ ruleId }) => ruleId === 'lockkeeper/no-unparsed-statement')).toMatchObject([{ line: 2, column: 12, endLine: 2, endColumn: 13 }]);
  });

  test("ESLint's own comments work in SQL", () => {
    const folder = make({
      'migrations/0002_a.up.sql': '-- eslint-disable-next-line lockkeeper/no-blocking-index-build -- the table is small\nCREATE INDEX a ON users (email);\n',
      'migrations/0002_a.down.sql': 'DROP INDEX a;\n',
      'migrations/0003_b.up.sql': '/* eslint-disable lockkeeper/no-blocking-index-build */\nCREATE INDEX b ON users (email);\n',
      'migrations/0003_b.down.sql': "SELECT '-- eslint-disable-next-line';\nDROP INDEX b;\n",
      'migrations/0004_c.up.sql': '/* eslint lockkeeper/no-blocking-index-build: "off" */\nCREATE INDEX c ON users (email);\n',
      'migrations/0004_c.down.sql': 'DROP INDEX c;\n',
    });
    expect(eslint(folder, ['.'], version)).toMatchObject({ found: [], code: 0 });
  });
});

describe('in an editor', () => {
  test('a text that is not saved is judged against the files around it', () => {
    const folder = make(INDEX);
    const at = ['--stdin', '--stdin-filename', 'migrations/0002_index.up.sql'];
    expect(eslint(folder, at, 'eslint', 'CREATE INDEX CONCURRENTLY users_email ON users (email);\n').found).toEqual([]);
    expect(eslint(folder, at, 'eslint', '\nCREATE INDEX users_mail ON users (email);\n').found).toEqual(['migrations/0002_index.up.sql:2:1 lockkeeper/no-blocking-index-build']);
    // The first file makes the table: nobody can be using it.
    expect(eslint(folder, ['--stdin', '--stdin-filename', 'migrations/0001_tables.up.sql'], 'eslint', `${TABLES}CREATE INDEX a ON users (email);\n`).found).toEqual([]);
  });

  test('a new file takes its place in the history', () => {
    const folder = make({});
    expect(eslint(folder, ['--stdin', '--stdin-filename', 'migrations/0002_new.up.sql'], 'eslint', 'ALTER TABLE users DROP COLUMN email;\n').found).toContain('migrations/0002_new.up.sql:1:19 lockkeeper/no-drop-column');
  });

  test('what is cut off is one finding and not a crash', () => {
    const run = eslint(make(INDEX), ['--stdin', '--stdin-filename', 'migrations/0002_index.up.sql'], 'eslint', "CREATE INDEX a ON users (email);\nALTER TABLE users ADD COLUMN x text DEFAULT 'a");
    expect(run.found).toEqual(['migrations/0002_index.up.sql:1:1 lockkeeper/no-blocking-index-build', 'migrations/0002_index.up.sql:2:45 lockkeeper/no-unparsed-statement']);
  });

  test('what needs several files names the command', () => {
    const folder = make({ 'migrations/0002_a.up.sql': 'ALTER TABLE users RENAME email TO mail;\n', 'migrations/0002_a.down.sql': 'ALTER TABLE users RENAME mail TO email;\n' });
    expect(eslint(folder, ['.']).messages[0]?.message).toMatch(/ To put it right: lockkeeper plan migrations\/0002_a\.up\.sql$/);
  });

  test('SQL that is no migration is left alone', () => {
    expect(eslint(make({ 'queries/report.sql': 'DELETE FROM users;\n' }), ['.']).found).toEqual([]);
  });
});

test('as built: what is bundled apart parses with what has been loaded', () => {
  const block = 'DO $$ BEGIN\n  ALTER TABLE users ALTER COLUMN team_id SET NOT NULL;\nEND $$;\n';
  const folder = make({ 'migrations/0002_block.up.sql': block, 'migrations/0002_block.down.sql': 'ALTER TABLE users ALTER COLUMN team_id DROP NOT NULL;\n' });
  expect(eslint(folder, ['.']).found).toEqual(['migrations/0002_block.up.sql:2:21 lockkeeper/no-blocking-not-null']);
  const { out, err } = cli.run(folder, ['lint', '--format', 'json']);
  expect(err).not.toContain('crashed');
  expect(out).toContain('no-blocking-not-null');
});

describe('in a process that lives long', () => {
  interface Linter {
    lintText(text: string, options: { filePath: string }): Promise<readonly { readonly messages: readonly Message[] }[]>;
  }
  const opened = async (folder: string): Promise<(path: string, text?: string) => Promise<readonly string[]>> => {
    const { default: lockkeeper } = (await import(join(dirname(cli.path), 'eslint.mjs'))) as { default: { configs: Record<string, never[]> } };
    const linter = new ESLint({ cwd: folder, overrideConfigFile: true, overrideConfig: [...(lockkeeper.configs['recommended'] ?? [])] }) as unknown as Linter;
    return async (path, text = readFileSync(join(folder, path), 'utf8')) =>
      (await linter.lintText(text, { filePath: join(folder, path) })).flatMap(({ messages }) => messages.map(({ line, column, ruleId, message }) => `${String(line)}:${String(column)} ${ruleId ?? message}`));
  };
  const blocking = ['1:1 lockkeeper/no-blocking-index-build'];

  test('what becomes of the files around counts at once', async () => {
    const folder = make(INDEX);
    const lint = await opened(folder);
    const path = 'migrations/0002_index.up.sql';
    expect(await lint(path)).toEqual(blocking);
    expect(await lint('migrations/0009_new.up.sql', 'DROP INDEX CONCURRENTLY users_email;\n')).not.toContain('1:1 lockkeeper/no-unknown-object');
    // The table is made in the same migration now.
    rmSync(join(folder, 'migrations/0001_tables.up.sql'));
    rmSync(join(folder, 'migrations/0001_tables.down.sql'));
    expect(await lint(path, `${TABLES}CREATE INDEX users_email ON users (email);\n`)).toEqual([]);
    writeFileSync(join(folder, 'migrations/0001_again.up.sql'), TABLES);
    expect(await lint(path, `${TABLES}CREATE INDEX users_email ON users (email);\n`)).toContain('1:1 lockkeeper/no-duplicate-object');
    renameSync(join(folder, 'migrations/0001_again.up.sql'), join(folder, 'migrations/0003_again.up.sql'));
    expect(await lint(path, `${TABLES}CREATE INDEX users_email ON users (email);\n`)).toEqual([]);
  });

  test('so does the first migration of a folder, before and after it is saved', async () => {
    const folder = make({});
    const lint = await opened(folder);
    expect(await lint('migrations/0001_tables.up.sql')).toEqual([]);
    mkdirSync(join(folder, 'api'));
    const [first, second] = ['api/migrations/0001_a.up.sql', 'api/migrations/0002_b.up.sql'];
    expect(await lint(second, 'DROP TABLE a;\n')).toContain('1:1 lockkeeper/no-drop-table');
    mkdirSync(join(folder, 'api/migrations'));
    writeFileSync(join(folder, first), 'CREATE TABLE a (id bigint PRIMARY KEY);\n');
    writeFileSync(join(folder, second), 'CREATE TABLE a (id bigint PRIMARY KEY);\n');
    expect(await lint(first)).toEqual([]);
    expect(await lint(second)).toContain('1:1 lockkeeper/no-duplicate-object');
  });

  test.each([
    ['nothing', ''],
    ['blanks', ' \n\t\n'],
    ['half a word', 'CREA'],
    ['half a statement', 'ALTER TABLE users ADD'],
    ['a string without an end', "INSERT INTO users VALUES ('a"],
    ['a body without an end', 'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1'],
    ['a comment without an end', '/* eslint-disable'],
    ['parentheses without an end', `CREATE TABLE a (${'('.repeat(2000)}`],
    ['characters that are none', '\uFEFF\0\uD800 CREATE'],
  ])('%s is no crash, and what is said stands in the text', async (_what, text) => {
    const lint = await opened(make({ ...INDEX, 'package.json': '{ "dependencies": { "knex": "3" } }', 'db/migrations/20240101000000_a.js': 'exports.up = (knex) => knex.raw("SELECT 1");\n' }));
    for (const found of await lint('migrations/0002_index.up.sql', text)) {
      expect(found).toMatch(/^\d+:\d+ lockkeeper\/no-unparsed-statement$/);
      expect(Number(found.split(':')[0])).toBeLessThanOrEqual(text.split('\n').length);
    }
    // A program that cannot be read is for ESLint's parser to tell of.
    for (const found of await lint('db/migrations/20240102000000_b.js', text)) expect(found).toMatch(/Parsing error/);
    expect(await lint('elsewhere/query.sql', text)).toEqual([]);
    expect(await lint('migrations/0002_index.up.sql')).toEqual(blocking);
  });

  test.each([
    ['a byte order mark', '\uFEFF-- for logins\nCREATE INDEX users_email ON users (email);\n'],
    ['line ends of Windows', '-- for logins\r\nCREATE INDEX users_email ON users (email);\r\n'],
    ['both', '\uFEFF-- for logins\r\nCREATE INDEX users_email ON users (email);\r\n'],
  ])('%s moves nothing, saved or not', async (_what, text) => {
    const path = 'migrations/0002_index.up.sql';
    const folder = make(INDEX);
    const lint = await opened(folder);
    expect(await lint(path, text)).toEqual(['2:1 lockkeeper/no-blocking-index-build']);
    writeFileSync(join(folder, path), text);
    expect(await lint(path)).toEqual(['2:1 lockkeeper/no-blocking-index-build']);
    expect(eslint(folder, ['--fix', '.']).found).toEqual([]);
    expect(readFileSync(join(folder, path), 'utf8')).toBe(text.replace('INDEX', 'INDEX CONCURRENTLY'));
  });
});

describe('settings', () => {
  const strict = (settings: object, rules: object = {}): string =>
    `export default [...lockkeeper.configs.recommended, { files: ['**/*.sql'], settings: { lockkeeper: ${JSON.stringify(settings)} }, rules: ${JSON.stringify(rules)} }];`;

  test('come from lockkeeper.config', () => {
    expect(eslint(make({ ...INDEX, 'lockkeeper.config.json': '{ "rules": { "no-blocking-index-build": "off" } }' }), ['.']).found).toEqual([]);
  });

  test.each([
    ['paths of a folder', { paths: 'api' }],
    ['paths of a pattern', { paths: ['api/**/*.sql'] }],
    ['ignore', { ignore: 'migrations/**' }],
  ])('%s: what they leave out is left alone, saved or not', (_what, config) => {
    const own = { 'api/migrations/0001_a.up.sql': TABLES, 'api/migrations/0001_a.down.sql': 'DROP TABLE users, teams;\n', 'api/migrations/0002_b.up.sql': 'CREATE INDEX a ON users (email);\n', 'api/migrations/0002_b.down.sql': 'DROP INDEX a;\n' };
    const folder = make({ ...INDEX, ...own, 'lockkeeper.config.json': JSON.stringify(config) });
    const found = 'api/migrations/0002_b.up.sql:1:1 lockkeeper/no-blocking-index-build';
    expect(eslint(folder, ['.']).found).toEqual([found]);
    expect(eslint(folder, ['--stdin', '--stdin-filename', 'migrations/0002_index.up.sql'], 'eslint', 'CREATE INDEX users_mail ON users (email);\n').found).toEqual([]);
    expect(eslint(folder, ['--stdin', '--stdin-filename', 'api/migrations/0002_b.up.sql'], 'eslint', '\nCREATE INDEX b ON users (email);\n').found).toEqual([found.replace(':1:1', ':2:1')]);
    // In ESLint's configuration the same.
    rmSync(join(folder, 'lockkeeper.config.json'));
    writeFileSync(join(folder, 'eslint.config.mjs'), readFileSync(join(folder, 'eslint.config.mjs'), 'utf8').replace('recommended];', `recommended, { settings: { lockkeeper: ${JSON.stringify(config)} } }];`));
    expect(eslint(folder, ['.']).found).toEqual([found]);
  });

  test("and ESLint's configuration is stronger", () => {
    expect(eslint(make(INDEX, strict({ tables: { users: { rows: 10 } }, smallTable: 1000 })), ['.']).found).toEqual([]);
    expect(eslint(make(INDEX, strict({}, { 'lockkeeper/no-blocking-index-build': 'off' })), ['.']).found).toEqual([]);
  });

  test('rules take their options, and unknown ones are refused', () => {
    const files = { 'migrations/0002_a.up.sql': 'ALTER TABLE teams ADD COLUMN "Name" text;\n', 'migrations/0002_a.down.sql': 'ALTER TABLE teams DROP COLUMN "Name";\n' };
    const found = (options: object): Run => eslint(make(files, strict({}, { 'lockkeeper/require-naming-convention': ['error', options] })), ['.']);
    expect(found({}).found).toEqual(['migrations/0002_a.up.sql:1:19 lockkeeper/require-naming-convention']);
    expect(found({ nonsense: 1 })).toMatchObject({ code: 2 });
  });
});

describe.each(VERSIONS)('%s --cache', (version) => {
  const OFF = '{ "rules": { "no-blocking-index-build": "off" } }';
  const found = 'migrations/0002_index.up.sql:1:1 lockkeeper/no-blocking-index-build';

  test.each([
    ['an earlier migration', 'migrations/0001_tables.up.sql', `${TABLES}CREATE UNIQUE INDEX users_email ON users (email);\n`, 'migrations/0002_index.up.sql:1:1 lockkeeper/no-duplicate-object'],
    ['lockkeeper.config', 'lockkeeper.config.json', OFF, undefined],
    ['the sizes of the tables', 'lockkeeper.stats.json', '{ "schemaVersion": 1, "tables": { "public.users": { "rows": 5, "bytes": 8192 } } }', undefined],
  ])('notices a change of %s', (_what, path, text, now) => {
    const folder = make(INDEX);
    const cached = (): readonly string[] => eslint(folder, ['--cache', '.'], version).found;
    expect(cached()).toEqual([found]);
    const first = readFileSync(join(folder, '.eslintcache'), 'utf8');
    expect(cached()).toEqual([found]);
    // What is remembered is said again without another look.
    expect(readFileSync(join(folder, '.eslintcache'), 'utf8')).toBe(first);
    writeFileSync(join(folder, path), text);
    if (now === undefined) expect(cached()).toEqual([]);
    else expect(cached()).toContain(now);
  });
});

describe('settings that the command line knows, too', () => {
  test('what the baseline holds is not told again', () => {
    const folder = make(INDEX);
    expect(cli.run(folder, ['baseline']).code).toBe(0);
    expect(eslint(folder, ['.']).found).toEqual([]);
  });

  test('a helper that a migration imports counts for the cache', () => {
    const index = (name: string): string => `module.exports = { table: '${name}' };\n`;
    const folder = make({
      'package.json': '{ "dependencies": { "knex": "3" } }',
      'db/lib/names.js': index('users'),
      'db/migrations/20240101000000_users.js': "exports.up = (knex) => knex.schema.createTable('users', (table) => { table.increments(); });\nexports.down = (knex) => knex.schema.dropTable('users');\n",
      'db/migrations/20240102000000_drop.js': "const { table } = require('../lib/names');\nexports.up = (knex) => knex.schema.dropTable(table);\nexports.down = () => {};\n",
    });
    const message = (): string => eslint(folder, ['--cache', 'db/migrations']).messages.find(({ ruleId }) => ruleId === 'lockkeeper/no-drop-table')?.message ?? '';
    expect(message()).toContain('users');
    writeFileSync(join(folder, 'db/lib/names.js'), index('teams'));
    expect(message()).toContain('teams');
  });

  test('a package of the workspace may hand on what files export that it names with their endings', () => {
    const folder = make({
      'package.json': '{ "private": true, "workspaces": ["packages/*"] }',
      'packages/env/package.json': '{ "name": "@shop/env", "exports": { "./names": "./src/names.ts" } }',
      'packages/env/src/names.ts': "export * from './more.ts';\nexport * from './base.ts';\n",
      'packages/env/src/more.ts': 'export const more = 1;\n',
      'packages/env/src/base.ts': "export const table = 'users';\n",
      'packages/server/package.json': '{ "name": "@shop/server", "dependencies": { "knex": "3" } }',
      'packages/server/migrations/20240102000000_drop.js': "import { table } from '@shop/env/names';\nexport const up = (knex) => knex.schema.dropTable(table);\nexport const down = () => {};\n",
    });
    const run = eslint(folder, ['packages/server/migrations']);
    expect(run.err).toBe('');
    expect(run.messages.find(({ ruleId }) => ruleId === 'lockkeeper/no-drop-table')?.message).toContain('public.users');
  });

  test('a setting that there is not is refused by name', () => {
    const run = eslint(make(INDEX, "export default [...lockkeeper.configs.recommended, { settings: { lockkeeper: { dialekt: 'postgres' } } }];"), ['.']);
    expect(run.code).toBe(2);
    expect(run.err).toMatch(/settings\.lockkeeper.*dialekt/);
    const old = eslint(make(INDEX, "export default [...lockkeeper.configs.recommended, { settings: { lockkeeper: { dialect: 'postgres@9' } } }];"), ['.']);
    expect(old.code).toBe(2);
    expect(old.err).toMatch(/settings\.lockkeeper\.dialect.* names postgres@9, which is not supported: versions 1\d to 1\d are\./);
  });

  test('the command is one for the folder that ESLint was started in', () => {
    const folder = make({ 'api/migrations/0001_a.up.sql': TABLES, 'api/migrations/0001_a.down.sql': 'DROP TABLE users, teams;\n', 'api/migrations/0002_b c.up.sql': 'ALTER TABLE users RENAME email TO mail;\n', 'api/migrations/0002_b c.down.sql': 'ALTER TABLE users RENAME mail TO email;\n' });
    const { messages } = eslint(join(folder, 'api'), ['-c', '../eslint.config.mjs', '.']);
    expect(messages[0]?.message).toMatch(/ lockkeeper plan 'migrations\/0002_b c\.up\.sql'$/);
  });
});

describe('as a plugin', () => {
  test('a configuration in CommonJS awaits it', () => {
    const folder = make(INDEX);
    rmSync(join(folder, 'eslint.config.mjs'));
    writeFileSync(join(folder, 'eslint.config.cjs'), `module.exports = import(${JSON.stringify(join(dirname(cli.path), 'eslint.mjs'))}).then(({ default: lockkeeper }) => [...lockkeeper.configs.recommended]);\n`);
    expect(eslint(folder, ['.']).found).toEqual(['migrations/0002_index.up.sql:1:1 lockkeeper/no-blocking-index-build']);
  });

  test('a source code that is looked at twice has its findings twice', async () => {
    const folder = make(INDEX);
    const { default: lockkeeper } = (await import(pathToFileURL(join(dirname(cli.path), 'eslint.mjs')).href)) as { default: { configs: { recommended: Linter.Config[] } } };
    const linter = new Linter({ cwd: folder });
    const filename = join(folder, 'migrations/0002_index.up.sql');
    const first = linter.verify(INDEX['migrations/0002_index.up.sql'], lockkeeper.configs.recommended, { filename });
    expect(first.map(({ ruleId }) => ruleId)).toEqual(['lockkeeper/no-blocking-index-build']);
    expect(linter.verify(linter.getSourceCode(), lockkeeper.configs.recommended, { filename })).toEqual(first);
  });

  test("its rules pass ESLint's own tester", async () => {
    const { default: lockkeeper } = (await import(join(dirname(cli.path), 'eslint.mjs'))) as { default: { rules: Record<string, never> } };
    const tester = new RuleTester({ plugins: { lockkeeper: lockkeeper as never }, language: 'lockkeeper/sql' });
    tester.run('no-drop-table', lockkeeper.rules['no-drop-table'] as never, { valid: ['CREATE TABLE a (id bigint PRIMARY KEY);'], invalid: [{ code: 'DROP TABLE a;', errors: [{ messageId: 'withCommand', line: 1, column: 1 }] }] });
    tester.run('require-naming-convention', lockkeeper.rules['require-naming-convention'] as never, {
      valid: ['ALTER TABLE a ADD COLUMN name text;'],
      invalid: [{ code: 'ALTER TABLE a ADD COLUMN "Name" text;', options: [{ column: '^[a-z_]+$' }], errors: [{ messageId: 'withAdvice' }] }],
    });
  });
});

test('the rules that ask for types are those of typescript-eslint', () => {
  expect(TYPE_CHECKED.map((name) => `@typescript-eslint/${name}`)).toEqual(Object.keys(tseslint.configs.disableTypeChecked.rules ?? {}));
});

test('the picture in the documentation is what ESLint says today', () => {
  const name = 'migrations/000017_user_profile.up.sql';
  const folder = make({});
  cpSync('fixtures/projects/webshop/migrations', join(folder, 'migrations'), { recursive: true });
  for (const extra of ['0001_tables.up.sql', '0001_tables.down.sql']) rmSync(join(folder, 'migrations', extra));
  const { messages } = eslint(folder, [name]);
  expect(messages.length).toBeGreaterThan(2);
  expectGenerated('docs/images/eslint.svg', editorPicture(name, readFileSync(join(folder, name), 'utf8'), messages as readonly Marked[]));
});

describe('programs', () => {
  const CODE = {
    'package.json': '{ "dependencies": { "sequelize": "6" } }',
    'db/migrations/20240101000000-users.js': "module.exports = {\n  up: async (queryInterface, Sequelize) => {\n    await queryInterface.createTable('users', { id: { type: Sequelize.INTEGER, primaryKey: true }, email: Sequelize.STRING });\n  },\n  down: async (queryInterface) => {\n    await queryInterface.dropTable('users');\n  },\n};\n",
    'db/migrations/20240102000000-index.js': "module.exports = {\n  up: async (queryInterface) => {\n    await queryInterface.addIndex('users', ['email']);\n  },\n  down: async (queryInterface) => {\n    await queryInterface.removeIndex('users', ['email']);\n  },\n};\n",
    'src/app.js': "export const answer = 42;\n",
  };
  const found = ['db/migrations/20240102000000-index.js:3:5 lockkeeper/no-blocking-index-build'];

  test.each(VERSIONS)('%s: migrations in JavaScript are judged, other files are left alone', (version) => {
    expect(eslint(make(CODE), ['db', 'src'], version).found).toEqual(found);
  });

  test.each(VERSIONS)('%s: the same places as lint, with a direction that is silenced', (version) => {
    const name = 'db/migrations/20240102000000-index.js';
    const folder = make({ ...CODE, [name]: CODE[name].replace('    await queryInterface.addIndex', "    // eslint-disable-next-line lockkeeper/no-drop-column -- nobody reads it\n    await queryInterface.removeColumn('users', 'email');\n    await queryInterface.addIndex") });
    const run = eslint(folder, ['db'], version);
    const { findings } = JSON.parse(cli.run(folder, ['lint', '--format', 'json', 'db']).out) as { findings: { path: string; line: number; column: number; rule: string; severity: string }[] };
    const told = findings.filter(({ severity }) => severity !== 'info').map(({ path, line, column, rule }) => `${path}:${String(line)}:${String(column)} lockkeeper/${rule}`);
    expect(told).toContain(`${name}:4:5 lockkeeper/no-drop-column`);
    expect(run.found.length).toBeGreaterThan(0);
    expect([...run.found].sort()).toEqual(told.filter((one) => !one.endsWith('no-drop-column')).sort());
  });

  // Its major version 7 knows ESLint up to 9; 8 wants a newer Node than ours.
  test.each(VERSIONS.filter((version) => version !== 'eslint'))("%s, whoever parses: with Babel's parser, CommonJS, modules and TypeScript", (version) => {
    const [first, second] = Object.keys(CODE).filter((name) => name.startsWith('db/')) as (keyof typeof CODE)[];
    const typed = "import type { QueryInterface } from 'sequelize';\nexport default {\n  up: async (queryInterface: QueryInterface): Promise<void> => {\n    await queryInterface.addIndex('users', ['email'], { name: 'second' });\n  },\n  down: async (queryInterface: QueryInterface): Promise<void> => {\n    await queryInterface.removeIndex('users', 'second');\n  },\n};\n";
    const files = { ...CODE, [first ?? '']: (CODE[first ?? 'package.json']).replace('module.exports =', 'export default'), 'db/migrations/20240103000000-typed.ts': typed };
    const parser = pathToFileURL(require.resolve('@babel/eslint-parser')).href;
    const options = (plugins: string): string => `languageOptions: { parser, parserOptions: { requireConfigFile: false, babelOptions: { babelrc: false, configFile: false, parserOpts: { plugins: ${plugins} } } } }`;
    const folder = make(files, `import parser from ${JSON.stringify(parser)};\nexport default [...lockkeeper.configs.recommended, { files: ['**/*.js'], ${options("['jsx']")} }, { files: ['**/*.ts'], ${options("['typescript']")} }];`);
    const run = eslint(folder, ['.'], version);
    expect(run.err).toBe('');
    expect(run.found).toEqual([`${second ?? ''}:3:5 lockkeeper/no-blocking-index-build`, 'db/migrations/20240103000000-typed.ts:4:5 lockkeeper/no-blocking-index-build']);
  });

  test.each(VERSIONS)("%s, whoever parses: with TypeScript's parser and a text that is not saved", (version) => {
    const parser = pathToFileURL(require.resolve('@typescript-eslint/parser')).href;
    const folder = make(CODE, `import parser from ${JSON.stringify(parser)};\nexport default [...lockkeeper.configs.recommended, { files: ['**/*.js'], languageOptions: { parser } }];`);
    const name = 'db/migrations/20240102000000-index.js';
    expect(eslint(folder, [name], version).found).toEqual(found);
    expect(eslint(folder, ['--stdin', '--stdin-filename', name], version, `// moved\n${CODE[name]}`).found).toEqual([found[0]?.replace(':3:', ':4:')]);
  });
});
