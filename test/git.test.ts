import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli } from './support/cli.ts';
import type { Files } from './support/folders.ts';
import { putFiles, scratchFolder } from './support/folders.ts';
import type { Scratch } from './support/repository.ts';
import { gitEnvironment, scratch } from './support/repository.ts';

const USERS = 'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, name text);\n';
const INDEX = 'CREATE INDEX users_email_idx ON users (email);\n';
const SAFE = 'CREATE INDEX CONCURRENTLY users_email_idx ON users (email);\n';

const repository = (files: Files = { 'db/migrations/0001_users.sql': USERS }): Scratch => scratch(files);

interface Document {
  readonly migrations: readonly { readonly path: string }[];
  readonly findings: readonly { readonly rule: string; readonly path: string; readonly severity: string; readonly message: string; readonly suppressed: unknown }[];
}

/** `path rule` of what is no info. */
function lint(folder: string, ...args: readonly string[]): readonly string[] {
  const { out, err } = cli.run(folder, ['lint', '--format', 'json', ...args]);
  expect(err).toBe('');
  return (JSON.parse(out) as Document).findings.filter(({ severity, suppressed }) => severity !== 'info' && suppressed === null).map(({ path, rule }) => `${path} ${rule}`);
}

describe('--staged', () => {
  test('lints the staged text, not the one on the disk', () => {
    const { folder, git, put } = repository();
    put({ 'db/migrations/0002_index.sql': INDEX });
    git('add', '.');
    put({ 'db/migrations/0002_index.sql': SAFE });
    expect(lint(folder, '--staged')).toEqual(['db/migrations/0002_index.sql no-blocking-index-build']);
    expect(lint(folder, '--changed')).toEqual([]);
    put({ 'db/migrations/0002_index.sql': INDEX });
    git('add', '.');
    put({ 'db/migrations/0002_index.sql': '' });
    expect(lint(folder, '--index', 'db/migrations/0002_index.sql')).toEqual(['db/migrations/0002_index.sql no-blocking-index-build']);
    git('reset', '-q');
    expect(lint(folder, '--staged')).toEqual([]);
  });

  test('reads the history before it from the index as well', () => {
    const { folder, git, put } = repository();
    put({ 'db/migrations/0002_name.sql': 'ALTER TABLE users RENAME COLUMN name TO title;\n', 'db/migrations/0003_drop.sql': 'ALTER TABLE users ALTER COLUMN name SET NOT NULL;\n' });
    git('add', 'db/migrations/0003_drop.sql');
    // 0002 is not staged: for the commit the column is still there.
    expect(lint(folder, '--staged')).toEqual(['db/migrations/0003_drop.sql no-blocking-not-null']);
    git('add', '.');
    expect(lint(folder, '--staged').filter((one) => one.startsWith('db/migrations/0003'))).not.toContain('db/migrations/0003_drop.sql no-blocking-not-null');
    rmSync(join(folder, 'db/migrations/0002_name.sql'));
    expect(lint(folder, '--staged').filter((one) => one.startsWith('db/migrations/0003'))).not.toContain('db/migrations/0003_drop.sql no-blocking-not-null');
  });

  test('before the first commit, in a subfolder, with awkward names', () => {
    const folder = join(scratchFolder(), 'the first');
    mkdirSync(folder);
    execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: folder, env: gitEnvironment() });
    const name = `db/my migrations/migrations/0002_it's "ü" $(x).sql`;
    putFiles(folder, { 'db/my migrations/migrations/0001_users.sql': USERS, [name]: INDEX });
    execFileSync('git', ['add', '.'], { cwd: folder, env: gitEnvironment() });
    expect(lint(folder, '--staged')).toEqual([`${name} no-blocking-index-build`]);
    expect(lint(join(folder, 'db/my migrations'), '--staged')).toEqual([`${name} no-blocking-index-build`]);
    expect(lint(folder, '--staged', name)).toEqual([`${name} no-blocking-index-build`]);
  });

  test('with nothing staged, and in a project without migrations, there is nothing to complain about', () => {
    const { folder } = repository();
    expect(cli.run(folder, ['lint', '--staged']).code).toBe(0);
    expect(cli.run(repository({ 'README.md': 'x' }).folder, ['lint', '--staged'])).toMatchObject({ code: 0, err: '' });
  });
});

describe('--since', () => {
  test('reports what the branch has brought, committed or not', () => {
    const { folder, git, put, commit } = repository({ 'db/migrations/0001_users.sql': USERS + INDEX.replace('users_email_idx', 'old_idx') });
    git('checkout', '-qb', 'feature');
    commit({ 'db/migrations/0002_index.sql': INDEX });
    put({ 'db/migrations/0003_name.sql': 'CREATE INDEX users_name_idx ON users (name);\n' });
    const expected = ['db/migrations/0002_index.sql no-blocking-index-build', 'db/migrations/0003_name.sql no-blocking-index-build'];
    expect(lint(folder, '--since', 'main')).toEqual(expected);
    expect(lint(folder, '--since', 'main', 'db/migrations/0003_name.sql')).toEqual(expected.slice(1));
    expect(lint(folder, '--changed')).toEqual(expected.slice(1));
    git('add', '.');
    git('commit', '-qm', 'name');
    git('checkout', '-q', 'main');
    commit({ 'db/migrations/0001_z.sql': 'CREATE INDEX z ON users (name, email);\n' });
    git('checkout', '-q', 'feature');
    expect(lint(folder, '--since', 'main')).toEqual(expected);
  });

  test('is one clear line where git cannot tell', () => {
    const source = repository();
    source.commit({ 'db/migrations/0002_index.sql': SAFE });
    const clone = scratchFolder();
    execFileSync('git', ['clone', '-q', '--depth', '1', `file://${source.folder}`, clone], { env: gitEnvironment(), stdio: 'ignore' });
    const said = (folder: string, ...args: readonly string[]): string => {
      const { code, out, err } = cli.run(folder, ['lint', ...args]);
      expect([code, out]).toEqual([2, '']);
      expect(err.trimEnd().split('\n')).toHaveLength(1);
      return err;
    };
    expect(said(clone, '--since', 'HEAD~1')).toMatch(/git knows no commit "HEAD~1"\. This clone is shallow: .*fetch-depth: 0/);
    expect(said(source.folder, '--since', 'origin/main')).toContain('git knows no commit "origin/main". If it is a branch of a remote, fetch it first');
    expect(said(source.folder, '--since', '--output=x')).toContain('git knows no commit');
    source.git('checkout', '-q', '--orphan', 'other');
    source.commit({ 'db/migrations/0002_index.sql': SAFE });
    expect(said(source.folder, '--since', 'main')).toContain('HEAD and main have no common ancestor.');
    expect(said(source.folder, '--since', 'main', '--staged')).toContain('--since and --staged say different things');
    rmSync(join(source.folder, '.git'), { recursive: true });
    expect(said(source.folder, '--staged')).toContain('This is no git repository.');
  });
});

describe('a migration that is already on the main branch', () => {
  const EDITED = 'db/migrations/0001_users.sql no-edited-migration';

  test('is reported when it has been edited, wherever the edit stands', () => {
    const { folder, git, put } = repository();
    git('checkout', '-qb', 'feature');
    put({ 'db/migrations/0001_users.sql': USERS.replace('name text', 'name text, age int') });
    expect(lint(folder, '--since', 'main')).toEqual([EDITED]);
    expect(lint(folder, '--changed')).toEqual([EDITED]);
    expect(lint(folder, '--staged')).toEqual([]);
    git('add', '.');
    expect(lint(folder, '--staged')).toEqual([EDITED]);
    git('commit', '-qm', 'edit');
    expect(lint(folder, '--since', 'main')).toEqual([EDITED]);
    const { out } = cli.run(folder, ['lint', '--since', 'main']);
    expect(out.replace(/\s+/g, ' ')).toContain('This migration is already on main: databases that have applied it will never see the change, and new ones end in another schema.');
  });

  test('may be edited before it is merged, and may get a suppression or a way back', () => {
    const { folder, git, put, commit } = repository({ 'migrations/0001_users.up.sql': USERS + INDEX, 'migrations/0001_users.down.sql': '' });
    git('checkout', '-qb', 'feature');
    put({ 'migrations/0001_users.up.sql': `${USERS}-- lockkeeper-disable-next-line no-blocking-index-build -- empty then\n${INDEX}`, 'migrations/0001_users.down.sql': 'DROP TABLE users;\n' });
    expect(lint(folder, '--since', 'main')).toEqual([]);
    commit({ 'migrations/0002_x.up.sql': 'CREATE TABLE x (id bigint PRIMARY KEY);\n', 'migrations/0002_x.down.sql': 'DROP TABLE x;\n' });
    put({ 'migrations/0002_x.up.sql': 'CREATE TABLE x (id bigint PRIMARY KEY, y int);\n' });
    git('add', '.');
    expect(lint(folder, '--staged')).toEqual([]);
  });

  test('breaks checksums by a comment alone, but repeatable ones are there to be edited', () => {
    const { folder, put } = repository({ 'sql/V1__users.sql': USERS, 'sql/V2__index.sql': SAFE, 'sql/R__view.sql': 'CREATE OR REPLACE VIEW v AS SELECT id FROM users;\n' });
    put({ 'sql/V1__users.sql': `-- why\n${USERS}`, 'sql/R__view.sql': 'CREATE OR REPLACE VIEW v AS SELECT id, email FROM users;\n' });
    expect(lint(folder, '--changed').filter((one) => one.includes('edited'))).toEqual(['sql/V1__users.sql no-edited-migration']);
    expect(cli.run(folder, ['lint', '--changed', 'sql/V1__users.sql']).out.replace(/\s+/g, ' ')).toContain('Flyway refuses a file whose checksum has changed');
  });
});

describe('migrations that are deployed together', () => {
  const files = { 'db/migrations/0002_teams.sql': 'CREATE TABLE teams (id bigint PRIMARY KEY, name text NOT NULL);\n', 'db/migrations/0003_index.sql': 'CREATE INDEX teams_name_idx ON teams (name);\n' };

  test('are what a branch brings, or what --batch says', () => {
    const { folder, git, commit } = repository();
    git('checkout', '-qb', 'feature');
    commit(files);
    const found = ['db/migrations/0003_index.sql no-blocking-index-build'];
    expect(lint(folder)).toEqual(found);
    expect(lint(folder, '--since', 'main')).toEqual([]);
    expect(lint(folder, '--since', 'main', '--no-batch')).toEqual(found);
    expect(lint(folder, '--batch', ...Object.keys(files))).toEqual([]);
    commit({ 'db/migrations/0004_add.sql': 'ALTER TABLE users ADD COLUMN title text;\n', 'db/migrations/0005_drop.sql': 'ALTER TABLE users DROP COLUMN name;\n' });
    expect(lint(folder, '--since', 'main')).toEqual(['db/migrations/0005_drop.sql no-contract-in-same-deploy', 'db/migrations/0005_drop.sql no-drop-column']);
    expect(lint(folder, '--since', 'HEAD~1', 'db/migrations/0005_drop.sql')).toEqual(['db/migrations/0005_drop.sql no-contract-in-same-deploy', 'db/migrations/0005_drop.sql no-drop-column']);
    expect(lint(folder, 'db/migrations/0005_drop.sql')).toEqual(['db/migrations/0005_drop.sql no-drop-column']);
  });

  test('what is on main already is in use, though the branch has touched its file', () => {
    const { folder, git, commit } = repository();
    git('checkout', '-qb', 'feature');
    commit({ 'db/migrations/0001_users.sql': `${USERS}-- lockkeeper-disable-file require-primary-key -- old\n`, 'db/migrations/0002_index.sql': 'CREATE INDEX users_name_idx ON users (name);\n' });
    const found = ['db/migrations/0002_index.sql no-blocking-index-build'];
    expect(lint(folder, '--since', 'main')).toEqual(found);
    commit({ 'db/migrations/0001_users.sql': `${USERS}SELECT 1;\n` });
    expect(lint(folder, '--since', 'main')).toEqual(['db/migrations/0001_users.sql no-edited-migration', ...found]);
    expect(cli.run(folder, ['fix', '--since', 'main', '--dry-run']).out).toContain('+CREATE INDEX CONCURRENTLY users_name_idx ON users (name);');
  });

  test('of a file that only ever grows, what a branch has put behind is new', () => {
    const first = '--liquibase formatted sql\n--changeset ada:1\nCREATE TABLE users (id bigint PRIMARY KEY, name text);\n--rollback DROP TABLE users;\n';
    const { folder, git, commit } = repository({ 'db/changelog/all.sql': first });
    git('checkout', '-qb', 'feature');
    const added = '--changeset ada:2\nCREATE TABLE teams (id bigint PRIMARY KEY, name text);\n--rollback DROP TABLE teams;\n--changeset ada:3\nCREATE INDEX teams_name_idx ON teams (name);\n--rollback DROP INDEX teams_name_idx;\n';
    commit({ 'db/changelog/all.sql': first + added });
    expect(lint(folder, '--since', 'main')).toEqual([]);
    commit({ 'db/changelog/all.sql': `${first}${added}--changeset ada:4\nCREATE INDEX users_name_idx ON users (name);\n--rollback DROP INDEX users_name_idx;\n` });
    expect(lint(folder, '--since', 'main')).toEqual(['db/changelog/all.sql no-blocking-index-build']);
  });

  test('the last step of a plan is silent in a deploy of its own, and not in one with the step before it', () => {
    const { folder, git, commit } = repository();
    commit({ 'db/migrations/0002_drop.sql': 'ALTER TABLE users DROP COLUMN email;\n' });
    expect(cli.run(folder, ['plan', 'db/migrations/0002_drop.sql', '--write']).code).toBe(0);
    git('checkout', '-qb', 'feature');
    commit({});
    expect(lint(folder, 'db/migrations/0003_drop_users_email.sql')).toEqual([]);
    expect(lint(folder, '--since', 'main').filter((one) => !one.includes('edited'))).toEqual(['db/migrations/0003_drop_users_email.sql no-contract-in-same-deploy']);
    const { findings } = JSON.parse(cli.run(folder, ['lint', '-f', 'json', 'db/migrations/0003_drop_users_email.sql']).out) as { findings: { suppressed: { by: string; reason: string } | null }[] };
    expect(findings.map(({ suppressed }) => suppressed)).toContainEqual({ by: 'plan', reason: 'No code reads or writes email of users any more; ORMs that list columns no longer know it.' });
  });
});
