import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli } from './support/cli.ts';
import { project } from './support/folders.ts';
import { expectGenerated } from './support/generated.ts';

const SCHEMA = 'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);\n';
const INDEX = 'CREATE INDEX users_email ON users (email);\n';
const SAFE = 'ALTER TABLE users ADD COLUMN seen timestamptz;\n';

const three = (): string => project({ 'db/migrations/0001_users.sql': SCHEMA, 'db/migrations/0002_index.sql': INDEX, 'db/migrations/0003_seen.sql': SAFE });

interface Json {
  readonly root: string;
  readonly migrations: readonly { readonly path: string; readonly statements: readonly { readonly held: readonly { readonly relation: string; readonly mode: string; readonly statement: number }[]; readonly heldMore?: number }[] }[];
  readonly findings: readonly { readonly rule: string; readonly path: string; readonly severity: string; readonly line: number; readonly suppressed: object | null }[];
}
const json = (folder: string, args: readonly string[], input?: string | Buffer): Json => JSON.parse(cli.run(folder, [...args, '--format', 'json'], { input: input ?? '' }).out) as Json;
const open = ({ findings }: Json): string[] => findings.filter(({ severity, suppressed }) => severity !== 'info' && suppressed === null).map(({ path, rule }) => `${path} ${rule}`);

describe('lint', () => {
  test('without a word: finds the migrations, shows what is wrong, exits with 1', () => {
    const { code, out, err } = cli.run(three(), []);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expectGenerated('fixtures/report/three-migrations.txt', out);
  });

  test('one file deep below the place where the command is typed: its history is found without a repository', () => {
    const home = 'services/hasura/migrations/default';
    const last = `${home}/1719255754002_index/up.sql`;
    const folder = project({ 'services/hasura/config.yaml': 'version: 3\n', [`${home}/1719255754001_users/up.sql`]: SCHEMA, [`${home}/1719255754001_users/down.sql`]: 'DROP TABLE users;\n', [last]: INDEX, [`${home}/1719255754002_index/down.sql`]: 'DROP INDEX users_email;\n' });
    expect(cli.run(folder, ['inspect', last]).out).toContain(`hasura in ${home}`);
    expect(open(json(folder, [last]))).toEqual([`${last} no-blocking-index-build`]);
  });

  test('every statement of a long transaction lists what those before it hold', () => {
    const tables = Array.from({ length: 300 }, (_, i) => `t${String(i)}`);
    const sql = (form: (name: string) => string): string => tables.map(form).join('');
    const folder = project({ 'migrations/0001_t.up.sql': sql((name) => `CREATE TABLE ${name} (id int);\n`), 'migrations/0002_t.up.sql': `BEGIN;\n${sql((name) => `ALTER TABLE ${name} ADD a int;\nALTER TABLE ${name} ADD b int;\n`)}COMMIT;\n` });
    const statements = json(folder, ['migrations/0002_t.up.sql']).migrations[0]?.statements ?? [];
    expect(statements).toHaveLength(602);
    expect(statements.map(({ held }) => held.length)).toEqual([0, ...tables.flatMap((_, i) => [i, i + 1]), 300]);
    expect(statements[400]?.held.map(({ relation, statement }) => `${relation} ${String(statement)}`)).toEqual(tables.slice(0, 200).map((name, i) => `public.${name} ${String(2 * i + 1)}`));
  });

  test('lists of what is held are cut short in a transaction that locks a thousand tables', () => {
    const sql = Array.from({ length: 1_000 }, (_, i) => `ALTER TABLE t${String(i)} ADD a int;\n`).join('');
    const statements = json(project({ 'migrations/0001_t.up.sql': `BEGIN;\n${sql}COMMIT;\n` }), []).migrations[0]?.statements ?? [];
    const told = statements.map(({ held, heldMore = 0 }) => ({ listed: held.length, all: held.length + heldMore }));
    expect(told.map(({ all }) => all)).toEqual([0, ...Array.from({ length: 1_001 }, (_, i) => i)]);
    expect(told.slice(0, 500).every(({ listed, all }) => listed === all)).toBe(true);
    expect(told.at(-1)).toEqual({ listed: 10, all: 1_000 });
  });

  test('the way back to a savepoint releases what was locked after it, and AND CHAIN begins the next transaction', () => {
    const folder = project({
      'migrations/0001_t.up.sql': 'CREATE TABLE a (id int);\nCREATE TABLE b (id int);\n',
      'migrations/0002_t.up.sql': [
        ...['BEGIN', 'LOCK TABLE a IN SHARE MODE', 'SAVEPOINT s', 'LOCK TABLE a', 'SAVEPOINT s', 'LOCK TABLE b', 'ROLLBACK TO s', 'SELECT 1', 'RELEASE s', 'ROLLBACK TO s', 'SELECT 2'],
        ...['COMMIT AND CHAIN', 'LOCK TABLE b', 'SELECT 3', 'COMMIT', 'SELECT 4'],
      ].map((statement) => `${statement};\n`).join(''),
    });
    const statements = json(folder, ['migrations/0002_t.up.sql']).migrations[0]?.statements ?? [];
    const held = (line: number): readonly string[] | undefined => statements[line - 1]?.held.map(({ relation, mode }) => `${relation} ${mode}`);
    expect([8, 9, 11, 14, 16].map(held)).toEqual([['public.a AccessExclusiveLock'], ['public.a AccessExclusiveLock'], ['public.a ShareLock'], ['public.b AccessExclusiveLock'], []]);
  });

  test('what is held goes by the name that a relation has by now, and has again behind a savepoint', () => {
    const folder = project({
      'migrations/0001_t.up.sql': 'CREATE TABLE a (id int);\nCREATE TABLE b (id int);\nCREATE SCHEMA s;\n',
      'migrations/0002_t.up.sql': ['BEGIN', 'LOCK TABLE b IN SHARE MODE', 'SAVEPOINT x', 'ALTER TABLE a RENAME TO a_old', 'ALTER TABLE b RENAME TO a', 'SELECT 1', 'ALTER TABLE a SET SCHEMA s', 'SELECT 2', 'ROLLBACK TO x', 'SELECT 3', 'COMMIT'].map((statement) => `${statement};\n`).join(''),
    });
    const statements = json(folder, ['migrations/0002_t.up.sql']).migrations[0]?.statements ?? [];
    const held = (line: number): readonly string[] | undefined => statements[line - 1]?.held.map(({ relation, mode }) => `${relation} ${mode}`).sort();
    expect([6, 8, 10].map(held)).toEqual([['public.a AccessExclusiveLock', 'public.a_old AccessExclusiveLock'], ['public.a_old AccessExclusiveLock', 's.a AccessExclusiveLock'], ['public.b ShareLock']]);
  });

  test('paths limit what is reported, not what is replayed', () => {
    const folder = three();
    expect(json(folder, ['db/migrations/0003_seen.sql']).migrations.map(({ path }) => path)).toEqual(['db/migrations/0003_seen.sql']);
    expect(open(json(folder, ['db/migrations/0002_index.sql']))).toEqual(['db/migrations/0002_index.sql no-blocking-index-build']);
    expect(cli.run(folder, ['lint', 'db/migrations/0003_seen.sql']).code).toBe(0);
  });

  test.each([['db'], ['db/migrations'], ['./db/migrations/'], ['db/**/*.sql'], ['db/migrations/000[12]*.sql'], ['.']])('%s is an argument', (argument) => {
    expect(open(json(three(), [argument]))).toEqual(['db/migrations/0002_index.sql no-blocking-index-build']);
  });

  test('a pattern that nothing matches is a mistake, named as it was typed', () => {
    expect(cli.run(three(), ['lint', 'db/nothing/**/*.sql'])).toEqual({ code: 2, out: '', err: 'No migration matches db/nothing/**/*.sql\n' });
    const one = cli.run(three(), ['lint', 'db/migrations/0003_seen.sql', 'db/*.sql']);
    expect({ code: one.code, err: one.err }).toEqual({ code: 2, err: 'No migration matches db/*.sql\n' });
  });

  test('from a folder below, paths stay relative to the repository and the text can be opened from here', () => {
    const folder = three();
    expect(open(json(join(folder, 'db'), ['migrations']))).toEqual(['db/migrations/0002_index.sql no-blocking-index-build']);
    expect(json(join(folder, 'db'), ['migrations']).root).toBe('..');
    expect(cli.run(join(folder, 'db'), []).out).toContain(' migrations/0002_index.sql:1:1');
    expect(cli.run(join(folder, 'db/migrations'), []).out).toContain(' 0002_index.sql:1:1');
  });

  test('of another project, from anywhere', () => {
    const folder = three();
    expect(open(json('/', [join(folder, 'db')]))).toEqual(['db/migrations/0002_index.sql no-blocking-index-build']);
  });

  test('of a folder that is no repository', () => {
    const folder = three();
    rmSync(join(folder, '.git'), { recursive: true });
    expect(open(json('/', [join(folder, 'db/migrations/0002_index.sql')]))).toEqual(['0002_index.sql no-blocking-index-build']);
    // Where the command is typed around it, that is what names are relative to.
    expect(open(json(folder, ['db/migrations']))).toEqual(['db/migrations/0002_index.sql no-blocking-index-build']);
    expect(json(folder, ['db/migrations']).root).toBe('.');
    expect(json('/', [join(folder, 'db/migrations')]).root).toBe(join(folder, 'db/migrations').slice(1));
  });

  test('standard input, in the place where it would stand', () => {
    const folder = three();
    expect(open(json(folder, ['-', '--stdin-path', 'db/migrations/0004_more.sql'], 'ALTER TABLE users ALTER COLUMN email TYPE varchar(9);'))).toContain('db/migrations/0004_more.sql no-column-type-rewrite');
    expect(open(json(folder, ['-'], INDEX))).toEqual(['stdin.sql no-blocking-index-build']);
    expect(cli.run(folder, ['-'], { input: '' }).code).toBe(0);
    expect(open(json(folder, ['-'], Buffer.from(`\uFEFF${INDEX}`, 'utf16le')))).toEqual(['stdin.sql no-blocking-index-build']);
  });

  test('a path that is not there is an error, the others are linted', () => {
    const { code, out, err } = cli.run(three(), ['db/migrations/0002_index.sql', 'nowhere.sql']);
    expect({ code, err }).toEqual({ code: 2, err: 'No such file or folder: nowhere.sql\n' });
    expect(out).toContain('no-blocking-index-build');
  });

  test('a mistyped command is taken for a path, with a hint', () => {
    expect(cli.run(three(), ['lnit'])).toEqual({ code: 2, out: '', err: 'No such command, file or folder: lnit. Did you mean "lint"?\n' });
  });

  test('a README in the list does not abort the run', () => {
    const folder = project({ 'db/migrations/0001_users.sql': SCHEMA, 'README.md': '# x' });
    expect(cli.run(folder, ['db/migrations/0001_users.sql', 'README.md']).code).toBe(0);
  });

  test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('a folder that may not be read is no empty one', () => {
    const folder = project({ 'db/migrations/0001_users.sql': SCHEMA });
    chmodSync(join(folder, 'db/migrations'), 0);
    const answers = [['db/migrations'], ['db/migrations/0001_users.sql']].map((args) => cli.run(folder, args));
    chmodSync(join(folder, 'db/migrations'), 0o755);
    expect(answers).toEqual(['db/migrations', 'db/migrations/0001_users.sql'].map((path) => ({ code: 2, out: '', err: `Cannot read ${path}: permission denied.\n` })));
  });

  test.each([
    [['doctor', 'x'], /^lockkeeper: lockkeeper doctor takes options only: what is "x"\? See lockkeeper doctor --help\.\n$/],
    [['explain', 'no-drop-column', 'no-drop-table'], /takes <rule>: what is "no-drop-table"\?/],
    [['lint', '--stdin-path', 'a.sql'], /--stdin-path .* give - as path, too/],
  ])('%j: what would be passed over is refused', (args, said) => {
    expect(cli.run(three(), args)).toEqual({ code: 2, out: '', err: expect.stringMatching(said) as string });
  });

  test('no migrations at all', () => {
    const { code, out, err } = cli.run(project({ 'README.md': '# x' }), []);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^No migrations found in .*\. Name a file or a folder: lockkeeper lint <path>\n$/);
  });

  test('migrations of tools that are not read are named', () => {
    const folder = project({ 'db/migrate/20240101000000_create_users.rb': '', 'db/migrate/20240102000000_add_email.rb': '', 'shop/migrations/0001_initial.py': '', 'shop/migrations/__init__.py': '', 'node_modules/a/db/migrate/20240101000000_x.rb': '' });
    const { code, out, err } = cli.run(folder, []);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^Found, but not read: db\/migrate \(Rails, 2 migrations\), shop\/migrations \(Django, 1 migration\)\. Lockkeeper reads SQL, and migrations in JavaScript and TypeScript\.\nNo migrations found in /);
    expect(cli.run(folder, ['db']).err).toBe('Nothing to lint in db: it holds no migrations.\nFound, but not read: db/migrate (Rails, 2 migrations). Lockkeeper reads SQL, and migrations in JavaScript and TypeScript.\n');
  });

  test('a file that is no migration is no failure, and is said to be none', () => {
    expect(cli.run(project({ 'src/tool.ts': 'export const x = 1;\n' }), ['lint', 'src/tool.ts'])).toMatchObject({ code: 0, out: '', err: expect.stringMatching(/^Nothing to lint: src\/tool\.ts is no migration of a tool that is recognised\./) as string });
  });

  test('where only .gitignore keeps migrations away, it says so', () => {
    const folder = project({ '.gitignore': '/db/\n', 'db/migrations/001_a.sql': 'CREATE TABLE a (id int);\n' });
    expect(cli.run(folder, [])).toMatchObject({ code: 2, err: expect.stringMatching(/^Left out db\/migrations \(sql, 1 migration\): \.gitignore names it\. If those are yours: lockkeeper lint db\/migrations\nNo migrations found in /) as string });
    expect(cli.run(folder, ['lint', 'db/migrations']).code).toBe(0);
  });

  test('what is no text is no success, and the rest is linted', () => {
    const folder = project({ 'db/migrations/0001_users.sql': SCHEMA, 'db/migrations/0002_index.sql': INDEX, 'db/migrations/0003_blob.sql': Buffer.from([0, 1, 2, 255, 0, 7, 0, 200, 13, 0, 1]) });
    const { code, out, err } = cli.run(folder, []);
    expect({ code, err }).toEqual({ code: 2, err: 'Cannot read db/migrations/0003_blob.sql: it is no text in UTF-8 or UTF-16. Convert it, or name it under "ignore" in the configuration.\n' });
    expect(out).toContain('0002_index.sql:1:1');
  });

  test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('a migration that may not be read is no success, and the rest is linted', () => {
    const folder = project({ 'db/migrations/0001_users.sql': SCHEMA, 'db/migrations/0002_index.sql': INDEX, 'db/migrations/0003_secret.sql': SCHEMA });
    chmodSync(join(folder, 'db/migrations/0003_secret.sql'), 0);
    const { code, out, err } = cli.run(folder, []);
    expect({ code, err }).toEqual({ code: 2, err: 'Cannot read db/migrations/0003_secret.sql: permission denied. Make it readable, or name it under "ignore" in the configuration.\n' });
    expect(out).toContain('0002_index.sql:1:1');
  });

  test.skipIf(process.platform === 'win32')('a migration that is listed and not there is no success, and the rest is linted', () => {
    const folder = project({ 'db/migrations/0001_users.sql': SCHEMA, 'db/migrations/0002_index.sql': INDEX });
    symlinkSync(join(folder, 'nowhere.sql'), join(folder, 'db/migrations/0003_gone.sql'));
    const { code, out, err } = cli.run(folder, []);
    expect(code).toBe(2);
    expect(err).toMatch(/^Cannot read db\/migrations\/0003_gone\.sql: it is listed, but gone.*\n$/);
    expect(out).toContain('0002_index.sql:1:1');
  });

  test.skipIf(process.platform === 'win32').each(['github', 'markdown'])('odd names of files and columns come through %s without anything that a terminal or a runner obeys', (format) => {
    const odd = 'db/migrations/0003_%0A::error::\u001b[31m|x|\n.sql';
    const folder = project({ 'db/migrations/0001_users.sql': SCHEMA, 'db/migrations/0002_index.sql': INDEX, [odd]: 'ALTER TABLE users DROP COLUMN "a|b\u000b%0A::warning::";\n' });
    const { code, out } = cli.run(folder, ['--format', format]);
    expect(code).toBe(1);
    expect(out).toContain('no-missing-object');
    expect([...out].filter((char) => char < ' ' && char !== '\n')).toEqual([]);
    if (format === 'markdown') expect(out).toContain('&#124;x&#124; &#46;sql</code> | ');
    if (format === 'github') expect(out.trimEnd().split('\n').filter((line) => !/^::(?:error|warning|notice) file=/.test(line))).toEqual([]);
  });
});

describe('the exit code', () => {
  const index = (...args: string[]): number | null => cli.run(three(), args).code;

  test('follows --fail-on and the rules', () => {
    expect(index('--fail-on', 'never')).toBe(0);
    expect(index('--rule', 'no-blocking-index-build=off')).toBe(0);
    expect(index('--rule', 'no-blocking-index-build=warning')).toBe(1);
    expect(index('--rule', 'no-blocking-index-build=warning', '--fail-on', 'error')).toBe(0);
    expect(index('--rule=no-blocking-index-build=info')).toBe(0);
  });

  test('--max-warnings judges the warnings', () => {
    expect(index('-r', 'no-blocking-index-build=warning', '--max-warnings', '1')).toBe(0);
    expect(index('-r', 'no-blocking-index-build=warning', '--max-warnings', '0')).toBe(1);
    expect(cli.run(three(), ['-r', 'no-blocking-index-build=warning', '--max-warnings', '0']).err).toBe('Failed: 1 warning, where at most 0 may be (--max-warnings).\n');
    expect(cli.run(three(), ['-q', '-r', 'no-blocking-index-build=info', '--fail-on', 'info'])).toMatchObject({ code: 1, err: expect.stringMatching(/^Failed: \d findings of severity info, and --fail-on is info\.\n$/) as string });
  });

  test('is not moved by hygiene unless somebody asks for it', () => {
    const folder = project({ 'db/migrations/0001_users.sql': SCHEMA, 'db/migrations/0003_seen.sql': SAFE });
    const args = ['db/migrations/0003_seen.sql'];
    expect(json(folder, args).findings.map(({ rule }) => rule)).toContain('require-lock-timeout');
    expect(cli.run(folder, args).code).toBe(0);
    expect(cli.run(folder, [...args, '--fail-on', 'info']).code).toBe(1);
    expect(cli.run(folder, [...args, '--rule', 'require-lock-timeout=error']).code).toBe(1);
  });
});

describe('configuration', () => {
  test('is found upward, and applies to its own folder', () => {
    const folder = three();
    writeFileSync(join(folder, 'db/lockkeeper.config.json'), '{ "rules": { "no-blocking-index-build": "off" } }');
    expect(cli.run(join(folder, 'db/migrations'), []).code).toBe(0);
    expect(cli.run(folder, ['db']).code).toBe(1);
    expect(cli.run(folder, ['db', '--config', 'db/lockkeeper.config.json']).code).toBe(0);
    expect(cli.run(join(folder, 'db/migrations'), ['--no-config']).code).toBe(1);
  });

  test.each(['ts', 'mts', 'js', 'mjs', 'cjs', 'yaml'])('can be written in %s', (extension) => {
    const folder = three();
    symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
    const text = extension === 'yaml' ? 'failOn: never\n' : extension === 'cjs' ? 'module.exports = { failOn: "never" };' : 'export default { failOn: "never" };';
    writeFileSync(join(folder, `lockkeeper.config.${extension}`), text);
    if (extension === 'js') writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    expect(cli.run(folder, [])).toMatchObject({ code: 0, err: '' });
  });

  test('a mistake is one line that names file, place and key', () => {
    const folder = three();
    writeFileSync(join(folder, 'lockkeeper.config.json'), '{ "rules": { "no-blocking-index-biuld": "off" } }');
    expect(cli.run(folder, [])).toEqual({ code: 2, out: '', err: 'lockkeeper: lockkeeper.config.json:1:14: rules.no-blocking-index-biuld is not a rule. Did you mean "no-blocking-index-build"?\n' });
  });

  test('paths, ignore, overrides and startAfter', () => {
    const folder = three();
    const config = (value: object): void => {
      writeFileSync(join(folder, 'lockkeeper.config.json'), JSON.stringify(value));
    };
    config({ ignore: 'db/migrations/0002*' });
    expect(open(json(folder, []))).toEqual([]);
    config({ overrides: [{ files: 'db/migrations/0002*', rules: { 'no-blocking-index-build': 'off' } }] });
    expect(open(json(folder, []))).toEqual([]);
    config({ startAfter: '0002_index.sql' });
    expect(json(folder, []).migrations.map(({ path }) => path)).toEqual(['db/migrations/0003_seen.sql']);
    config({ startAfter: '0002_indx' });
    expect(cli.run(folder, [])).toMatchObject({ code: 1, err: 'No migration here is called "0002_indx", so that those before it are reported, too. Did you mean "0002_index"?\n' });
    config({ paths: ['db/migrations/0003_seen.sql'] });
    expect(json(folder, []).migrations.map(({ path }) => path)).toEqual(['db/migrations/0003_seen.sql']);
  });

  test('startAfter may be the version as the table of the tool has it', () => {
    const flyway = project({ 'flyway.conf': 'flyway.locations=filesystem:sql\n', 'sql/V1__users.sql': SCHEMA, 'sql/V1_2__index.sql': INDEX, 'sql/V1_10__index.sql': 'CREATE INDEX users_email2 ON users (email, id);\n' });
    expect(open(json(flyway, ['--start-after', '1.2']))).toEqual(['sql/V1_10__index.sql no-blocking-index-build']);
    expect(open(json(three(), ['--start-after', '2']))).toEqual([]);
    expect(cli.run(three(), ['--start-after', '4']).err).toMatch(/^No migration here is called "4"/);
  });

  test('in a file that goes on behind startAfter, what is wrong behind it is told', () => {
    const changeset = (id: string, sql: string): string => `--changeset ada:${id}\n${sql}\n--rollback empty\n`;
    const folder = project({ 'db/changelog/all.sql': ['--liquibase formatted sql\n', changeset('1', 'SELECT 1;'), changeset('1', 'SELECT 2;'), changeset('2', 'SELECT 3;'), changeset('3', 'SELECT 4;'), changeset('3', 'SELECT 5;')].join('') });
    expect(json(folder, ['--start-after', 'ada:2']).findings.filter(({ rule }) => rule === 'no-duplicate-version').map(({ line }) => line)).toEqual([14]);
  });

  test('what is wrong with the names of migrations before startAfter is not told', () => {
    const folder = project({ 'db/migrations/0001_users.sql': SCHEMA, 'db/migrations/0001_notes.sql': 'CREATE TABLE notes (id bigint PRIMARY KEY);\n', 'db/migrations/0002_tags.sql': 'CREATE TABLE tags (id bigint PRIMARY KEY);\n' });
    expect(open(json(folder, []))).toEqual([expect.stringContaining('no-duplicate-version')]);
    expect(open(json(folder, ['--start-after', '0002']))).toEqual([]);
  });

  test('a table declared small is quieter', () => {
    const folder = three();
    writeFileSync(join(folder, 'lockkeeper.config.json'), '{ "tables": { "users": { "rows": 200 } } }');
    expect(cli.run(folder, []).code).toBe(0);
  });
});

describe('suppressions', () => {
  test('end to end, with the reason in the JSON', () => {
    const folder = project({ 'db/migrations/0001_users.sql': SCHEMA, 'db/migrations/0002_index.sql': `-- lockkeeper-disable-next-line no-blocking-index-build -- the table is tiny\n${INDEX}` });
    expect(cli.run(folder, [])).toMatchObject({ code: 0, out: expect.stringContaining('1 suppressed') as string });
    expect(json(folder, []).findings.find(({ rule }) => rule === 'no-blocking-index-build')?.suppressed).toEqual({ by: 'comment', reason: 'the table is tiny' });
  });

  test('in a file of two directions, from its header and inside a block', () => {
    const text = `-- lockkeeper-disable-file no-blocking-index-build -- before launch\n-- +goose Up\nCREATE INDEX a ON users (email);\n-- +goose Down\nDROP INDEX a;\n`;
    const folder = project({ 'migrations/00001_users.sql': `-- +goose Up\n${SCHEMA}-- +goose Down\nDROP TABLE users;\n`, 'migrations/00002_index.sql': text });
    expect(open(json(folder, ['migrations/00002_index.sql']))).toEqual([]);
    const block = 'DO $$\nBEGIN\n  -- lockkeeper-disable-next-line no-drop-table -- unused for a year\n  DROP TABLE users;\nEND $$;\n';
    expect(open(json(project({ '0001.sql': SCHEMA, '0002.sql': block }), ['0002.sql']))).toEqual([]);
  });
});

describe('output', () => {
  test('several formats at once, into files', () => {
    const folder = three();
    const { code, out } = cli.run(folder, ['--format', 'github', '--format', 'sarif=a.sarif', '--format', 'junit=a.xml']);
    expect(code).toBe(1);
    expect(out).toMatch(/^::error file=db\/migrations\/0002_index\.sql,line=1,/);
    expect(JSON.parse(readFileSync(join(folder, 'a.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0' });
    expect(readFileSync(join(folder, 'a.xml'), 'utf8')).toContain('<testsuites');
  });

  test('--output-file', () => {
    const folder = three();
    expect(cli.run(folder, ['-f', 'json', '-o', 'report.json'])).toMatchObject({ code: 1, out: '' });
    expect(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'))).toMatchObject({ schemaVersion: 1 });
  });

  test('colours on demand only', () => {
    const folder = three();
    expect(cli.run(folder, []).out).not.toContain('\u001B[');
    expect(cli.run(folder, ['--color']).out).toContain('\u001B[');
    expect(cli.run(folder, [], { env: { FORCE_COLOR: '1' } }).out).toContain('\u001B[');
    expect(cli.run(folder, ['--no-color'], { env: { FORCE_COLOR: '1' } }).out).not.toContain('\u001B[');
    expect(cli.run(folder, [], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } }).out).not.toContain('\u001B[');
  });

  test('a reader that goes away is no crash', () => {
    const folder = project(Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`m/${String(index).padStart(4, '0')}.sql`, INDEX])));
    const { stdout, stderr } = spawnSync('sh', ['-c', `"${process.execPath}" "${cli.path}" m | head -n 1`], { cwd: folder, encoding: 'utf8' });
    expect(stdout).toMatch(/^── m\/0000\.sql/);
    expect(stderr).toBe('');
  });
});

describe('mistakes on the command line are one line each', () => {
  test.each([
    [['--fromat', 'json'], /^lockkeeper: There is no option --fromat\. Did you mean "--format"\? See lockkeeper lint --help\.$/],
    [['-z'], /^lockkeeper: There is no option -z\./],
    [['--format', 'jsn'], /^lockkeeper: There is no format "jsn"\. Did you mean "json"\?$/],
    [['--format'], /^lockkeeper: --format needs a value/],
    [['--quiet=yes'], /^lockkeeper: --quiet takes no value\.$/],
    [['--fail-on', 'warn'], /^lockkeeper: --fail-on must be one of .*Did you mean "warning"\?$/],
    [['--max-warnings', 'x'], /^lockkeeper: --max-warnings must be a whole number/],
    [['--rule', 'no-blocking-index=error'], /^lockkeeper: --rule: there is no rule "no-blocking-index"\./],
    [['--rule', 'no-drop-column=fatal'], /^lockkeeper: --rule must be name=severity/],
    [['--dialect', 'postgrse'], /^lockkeeper: There is no dialect "postgrse"\. Did you mean "postgres"\?$/],
    [['--dialect', 'postgres@9'], /^lockkeeper: postgres@9 is not supported: versions 1\d to 1\d are\.$/],
    [['--framework', 'gose'], /^lockkeeper: There is no framework "gose"\. Did you mean "goose"\?$/],
    [['--config', 'nowhere.json'], /^lockkeeper: No such configuration file: nowhere\.json\.$/],
    [['--format', 'json', '--format', 'sarif'], /^lockkeeper: Only one format can go to standard output/],
    [['explain'], /^lockkeeper: Which rule\?/],
    [['explain', 'no-blocking-index-buidl'], /^lockkeeper: There is no rule "no-blocking-index-buidl"\. Did you mean "no-blocking-index-build"\?$/],
    [['explain', 'truncate'], /^lockkeeper: There is no rule "truncate"\. Did you mean no-truncate\?$/],
    [['rules', '--format', 'xml'], /^lockkeeper: --format must be one of text, json, not "xml"\.$/],
  ])('%j', (args, expected) => {
    const { code, out, err } = cli.run(three(), args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.trimEnd()).toMatch(expected);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('the other commands', () => {
  test('--version', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(cli.run('/', ['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });

  test.each([[['--help']], [['help']], [['lint', '--help']], [['rules', '-h']], [['explain', '--help']], [['inspect', '--help']], [['help', 'lint']]])('%j teaches with examples', (args) => {
    const { code, out } = cli.run('/', args);
    expect(code).toBe(0);
    expect(out).toContain('Examples\n  $ ');
    expect(out.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  test('rules: every rule once, with the severity that it has here', () => {
    const folder = project({ 'lockkeeper.config.json': '{ "rules": { "no-drop-column": "off" } }' });
    const rules = JSON.parse(cli.run(folder, ['rules', '--format', 'json']).out) as { name: string; severity: string; why: string }[];
    expect(rules.length).toBeGreaterThan(50);
    expect(rules.find(({ name }) => name === 'no-drop-column')?.severity).toBe('off');
    expect(rules.find(({ name }) => name === 'no-unused-suppression')?.severity).toBe('info');
    const table = cli.run(folder, ['rules']).out;
    for (const { name } of rules) expect(table).toContain(name);
  });

  test('explain: the page of a rule', () => {
    const { code, out } = cli.run('/', ['explain', 'no-blocking-index-build']);
    expect(code).toBe(0);
    expect(out).toMatch(/\nWhat it reports\n {2}CREATE INDEX orders_customer_id_idx [\s\S]*\nThe safe way\n(?: {2}.*\n)* {2}CREATE INDEX CONCURRENTLY orders_customer_id_idx/);
    for (const part of ['Why', 'ShareLock'.slice(0, 5), 'Set it', '-- lockkeeper-disable-next-line no-blocking-index-build', 'https://www.postgresql.org/']) expect(out.toLowerCase()).toContain(part.toLowerCase());
  });

  test('inspect: framework, order, transactions and operations', () => {
    const folder = project({
      'migrations/00001_users.sql': `-- +goose Up\n${SCHEMA}\n-- +goose Down\nDROP TABLE users;\n`,
      'migrations/00002_index.sql': '-- +goose NO TRANSACTION\n-- +goose Up\nCREATE INDEX CONCURRENTLY a ON users (email);\n-- +goose Down\nDROP INDEX CONCURRENTLY a;\n',
    });
    const { code, out } = cli.run(folder, ['inspect']);
    expect(code).toBe(0);
    expect(out).toMatch(/goose in migrations[\s\S]*1\. migrations\/00001_users\.sql[\s\S]*T1 +createTable[\s\S]*2\. migrations\/00002_index\.sql[\s\S]*· +createIndex[\s\S]*down[\s\S]*dropIndex/);
    const document = JSON.parse(cli.run(folder, ['inspect', '--format', 'json']).out) as { histories: { framework: string; migrations: object[] }[]; migrations: object[] };
    expect(document.histories[0]).toMatchObject({ framework: 'goose', folder: 'migrations', dialect: 'postgres', migrations: [{ version: '00001' }, { version: '00002', up: { transaction: 'none' } }] });
  });

  test('inspect: each of the migrations that one file holds', () => {
    const folder = project({ 'db/changelog/001.sql': '--liquibase formatted sql\n--changeset ada:1\nCREATE TABLE a (id bigint);\n--changeset ada:1\nCREATE INDEX i ON a (id);\n' });
    expect(cli.run(folder, ['inspect']).out).toMatch(/· 2 migrations ·[\s\S]*1\. db\/changelog\/001\.sql +version ada:1\n +3 +T1 +createTable\n\n2\. [\s\S]*\n +5 +T1 +createIndex\n/);
  });
});

test('nothing is written into the linted project', () => {
  const folder = three();
  cli.run(folder, []);
  expect(existsSync(join(folder, 'node_modules'))).toBe(false);
  expect(existsSync(join(folder, 'db/migrations/.cache'))).toBe(false);
  mkdirSync(join(folder, 'empty'));
  expect(cli.run(folder, ['empty']).code).toBe(0);
});

test.skipIf(!existsSync('/dev/full'))('a disk that is full is a sentence, no crash', () => {
  const folder = three();
  const run = spawnSync('sh', ['-c', '"$0" "$1" > /dev/full', process.execPath, cli.path], { cwd: folder, encoding: 'utf8' });
  expect({ code: run.status, err: run.stderr }).toEqual({ code: 2, err: expect.stringMatching(/^lockkeeper: Cannot write to standard output: ENOSPC.*\n$/) as string });
});
