import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { answered } from '../src/commands/interactive.ts';
import { cli } from './support/cli.ts';
import type { Files } from './support/folders.ts';
import { putFiles, scratchFolder } from './support/folders.ts';

const USERS: Files = {
  'db/migrations/000001_users.up.sql': 'CREATE TABLE users (id bigint PRIMARY KEY, email text);\n',
  'db/migrations/000001_users.down.sql': 'DROP TABLE users;\n',
};
const INDEX: Files = {
  'db/migrations/000002_email.up.sql': 'CREATE INDEX users_email_idx ON users (email);\n',
  'db/migrations/000002_email.down.sql': 'DROP INDEX users_email_idx;\n',
};
const CONCURRENT = 'CREATE INDEX CONCURRENTLY users_email_idx ON users (email);\n';

const git = (folder: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false', ...args], { cwd: folder, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] });

function repository(files: Files): string {
  const folder = scratchFolder();
  git(folder, 'init', '-q', '-b', 'main');
  putFiles(folder, files);
  git(folder, 'add', '.');
  git(folder, 'commit', '-qm', 'first');
  return folder;
}

const read = (folder: string, path: string): string => readFileSync(join(folder, path), 'utf8');

describe('lockkeeper fix', () => {
  it('asks what is new before it edits a whole project', () => {
    const folder = repository({ ...USERS, ...INDEX });
    const { code, err } = cli.run(folder, ['fix']);
    expect(code).toBe(2);
    expect(err).toContain('--since');
    expect(read(folder, 'db/migrations/000002_email.up.sql')).toBe(INDEX['db/migrations/000002_email.up.sql']);
  });

  it('rewrites a file, says so, and exits like lint does afterwards', () => {
    const folder = repository({ ...USERS, ...INDEX });
    const { code, out } = cli.run(folder, ['fix', 'db/migrations/000002_email.up.sql']);
    expect([code, out]).toEqual([0, expect.stringContaining('Build users_email_idx without blocking writes')]);
    expect(out).toContain('Fixed 1 finding: 1 file edited, 0 new.');
    expect(read(folder, 'db/migrations/000002_email.up.sql')).toBe(CONCURRENT);
    expect(cli.run(folder, ['lint']).code).toBe(0);
    expect(cli.run(folder, ['fix', '--all']).out).toContain('Nothing to fix.');
  });

  it('finds the history of one file by what lies beside it, where there is no repository', () => {
    const folder = scratchFolder();
    putFiles(folder, {
      'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
      'prisma/migrations/20240101000000_init/migration.sql': 'CREATE TABLE users (id bigint PRIMARY KEY, email text);\n',
      'prisma/migrations/20240102000000_change/migration.sql': `UPDATE users SET email = 'x';\nCREATE TABLE orgs (id bigint PRIMARY KEY);\n`,
    });
    const { out } = cli.run(folder, ['fix', 'prisma/migrations/20240102000000_change/migration.sql', '--suggestions']);
    expect(out).toContain('Fixed 1 finding');
    expect(readdirSync(join(folder, 'prisma/migrations'))).toEqual(['20240101000000_init', '20240102000000_change', '20240102000001_update_users', 'migration_lock.toml']);
  });

  it('edits only what git calls new or changed since a commit', () => {
    const folder = repository({ ...USERS, ...INDEX });
    git(folder, 'checkout', '-qb', 'feature');
    putFiles(folder, { 'db/migrations/000003_name.up.sql': 'CREATE INDEX users_id_idx ON users (id, email);\n', 'db/migrations/000003_name.down.sql': 'DROP INDEX users_id_idx;\n' });
    const { out } = cli.run(folder, ['fix', '--since', 'main']);
    expect(out).toContain('users_id_idx');
    expect(read(folder, 'db/migrations/000003_name.up.sql')).toContain('CONCURRENTLY');
    expect(read(folder, 'db/migrations/000002_email.up.sql')).not.toContain('CONCURRENTLY');
  });

  it('takes what main has got meanwhile for merged', () => {
    const folder = repository(USERS);
    git(folder, 'checkout', '-qb', 'feature');
    putFiles(folder, { 'db/migrations/000003_name.up.sql': 'CREATE INDEX users_id_idx ON users (id, email);\n', 'db/migrations/000003_name.down.sql': 'DROP INDEX users_id_idx;\n' });
    git(folder, 'add', '.');
    git(folder, 'commit', '-qm', 'mine');
    git(folder, 'checkout', '-q', 'main');
    putFiles(folder, INDEX);
    git(folder, 'add', '.');
    git(folder, 'commit', '-qm', 'theirs');
    git(folder, 'checkout', '-q', 'feature');
    git(folder, 'merge', '-q', 'main', '-m', 'merge');
    cli.run(folder, ['fix', '--since', 'main']);
    expect(git(folder, 'status', '--porcelain').trim()).toBe('M db/migrations/000003_name.up.sql');
  });

  it('leaves what the baseline holds alone, unless told otherwise', () => {
    const folder = repository({ ...USERS, ...INDEX });
    expect(cli.run(folder, ['baseline']).code).toBe(0);
    putFiles(folder, { 'db/migrations/000003_name.up.sql': 'CREATE INDEX users_id_idx ON users (id, email);\n', 'db/migrations/000003_name.down.sql': 'DROP INDEX users_id_idx;\n' });
    const { code, out } = cli.run(folder, ['fix', '--all']);
    expect([code, out]).toEqual([0, expect.stringContaining('Fixed 1 finding')]);
    expect(read(folder, 'db/migrations/000002_email.up.sql')).toBe(INDEX['db/migrations/000002_email.up.sql']);
    expect(read(folder, 'db/migrations/000003_name.up.sql')).toContain('CONCURRENTLY');
    expect(cli.run(folder, ['fix', '--all', '--no-baseline']).out).toContain('users_email_idx');
    expect(read(folder, 'db/migrations/000002_email.up.sql')).toBe(CONCURRENT);
  });

  it('judges what is deployed together as lint does', () => {
    const folder = repository(USERS);
    git(folder, 'checkout', '-qb', 'feature');
    const two = {
      'db/migrations/000002_notes.up.sql': 'CREATE TABLE notes (id bigint PRIMARY KEY, text text);\n',
      'db/migrations/000002_notes.down.sql': 'DROP TABLE notes;\n',
      'db/migrations/000003_text.up.sql': 'CREATE INDEX notes_text_idx ON notes (text);\n',
      'db/migrations/000003_text.down.sql': 'DROP INDEX notes_text_idx;\n',
    };
    putFiles(folder, two);
    expect(cli.run(folder, ['lint', '--since', 'main']).code).toBe(0);
    expect(cli.run(folder, ['fix', '--since', 'main']).out).toContain('Nothing to fix.');
    expect(cli.run(folder, ['fix', '--all', '--batch']).out).toContain('Nothing to fix.');
    expect(read(folder, 'db/migrations/000003_text.up.sql')).toBe(two['db/migrations/000003_text.up.sql']);
    expect(cli.run(folder, ['fix', '--since', 'main', '--no-batch']).out).toContain('Fixed 1 finding');
  });

  it('refuses a commit that is none', () => {
    const folder = repository(USERS);
    for (const ref of ['nowhere', '--output=x', 'HEAD; touch y']) {
      const { code, err } = cli.run(folder, ['fix', `--since=${ref}`]);
      expect([code, err]).toEqual([2, expect.stringContaining('git knows no commit')]);
    }
    expect(readdirSync(folder).sort()).toEqual(['.git', 'db']);
  });

  it('leaves migrations up to --start-after alone', () => {
    const folder = repository({ ...USERS, ...INDEX });
    cli.run(folder, ['fix', '--start-after', '000002']);
    expect(git(folder, 'status', '--porcelain')).toBe('');
  });

  it('prints a patch that git applies, and writes nothing itself', () => {
    const files = { ...USERS, 'db/migrations/000002_mixed.up.sql': 'ALTER TABLE users ADD COLUMN name text;\r\nCREATE INDEX users_email_idx ON users (email);\r\n', 'db/migrations/000002_mixed.down.sql': 'ALTER TABLE users DROP COLUMN name;\r\n' };
    const folder = repository(files);
    const { out, code } = cli.run(folder, ['fix', '--all', '--dry-run']);
    expect(code).toBe(0);
    expect(git(folder, 'status', '--porcelain')).toBe('');
    execFileSync('git', ['apply'], { cwd: folder, input: out });
    expect(read(folder, 'db/migrations/000002_mixed.up.sql')).toBe('ALTER TABLE users ADD COLUMN name text;\r\n');
    expect(read(folder, 'db/migrations/000003_create_users_email_idx.up.sql')).toMatch(/CREATE INDEX CONCURRENTLY users_email_idx ON users \(email\);\r\n$/);
    expect(cli.run(folder, ['fix', '--all', '--dry-run']).out).toBe('');
  });

  it('speaks JSON', () => {
    const folder = repository({ ...USERS, ...INDEX });
    const document = JSON.parse(cli.run(folder, ['fix', '--all', '--dry-run', '--format', 'json']).out) as { fixed: { rule: string; line: number; safety: string; files: { path: string; new: boolean }[] }[]; patch: string };
    expect(document.fixed).toMatchObject([{ rule: 'no-blocking-index-build', line: 1, safety: 'safe', files: [{ path: 'db/migrations/000002_email.up.sql', new: false }] }]);
    expect(document.patch).toContain('+CREATE INDEX CONCURRENTLY');
  });

  it('fixes only what the named rule finds', () => {
    const folder = repository({ ...USERS, ...INDEX });
    expect(cli.run(folder, ['fix', '--all', '--rule', 'no-drop-table']).out).toContain('Nothing to fix.');
    const { code, err } = cli.run(folder, ['fix', '--all', '--rule', 'no-drop-tabel']);
    expect([code, err]).toEqual([2, expect.stringContaining('no-drop-table')]);
  });

  it('does not ask questions where nobody can answer', () => {
    const folder = repository({ ...USERS, ...INDEX });
    expect(cli.run(folder, ['fix', '--all', '--interactive'])).toMatchObject({ code: 2, err: expect.stringContaining('terminal') as string });
  });

  it('exits with 1 when findings are left', () => {
    const folder = repository({ ...USERS, 'db/migrations/000002_drop.up.sql': 'DROP TABLE users;\n', 'db/migrations/000002_drop.down.sql': USERS['db/migrations/000001_users.up.sql'] ?? '' });
    expect(cli.run(folder, ['fix', '--all']).code).toBe(1);
  });
});

describe('lockkeeper plan', () => {
  const RENAME: Files = { 'db/migrations/000002_mail.up.sql': 'ALTER TABLE users RENAME COLUMN email TO mail;\n', 'db/migrations/000002_mail.down.sql': 'ALTER TABLE users RENAME COLUMN mail TO email;\n' };

  it('shows steps, locks, ways back and deploys', () => {
    const folder = repository({ ...USERS, ...RENAME });
    const { code, out } = cli.run(folder, ['plan', 'db/migrations/000002_mail.up.sql']);
    expect(code).toBe(0);
    expect(out).toMatch(/▶ deploy/);
    expect(out).toMatch(/lock {4}AccessExclusiveLock on public\.users: reads and writes wait, for an instant/);
    expect(git(folder, 'status', '--porcelain')).toBe('');
  });

  it('takes a line', () => {
    const folder = repository({ ...USERS, ...RENAME });
    expect(cli.run(folder, ['plan', 'db/migrations/000002_mail.up.sql:1']).out).toContain('mail');
    expect(cli.run(folder, ['plan', 'db/migrations/000001_users.up.sql:1']).out).toBe('Nothing to plan.\n');
  });

  it('writes the files of the steps', () => {
    const folder = repository({ ...USERS, ...RENAME });
    const { code } = cli.run(folder, ['plan', 'db/migrations/000002_mail.up.sql', '--write', '--sync', 'trigger']);
    expect(code).toBe(0);
    const names = readdirSync(join(folder, 'db/migrations'));
    expect(names.filter((name) => name.endsWith('.up.sql')).length).toBeGreaterThan(3);
    expect(read(folder, 'db/migrations/000002_mail.up.sql')).not.toContain('RENAME COLUMN');
    expect(existsSync(join(folder, 'db/migrations/000003_x.up.sql'))).toBe(false);
  });

  it('speaks Markdown and JSON', () => {
    const folder = repository({ ...USERS, ...RENAME });
    expect(cli.run(folder, ['plan', 'db/migrations/000002_mail.up.sql', '--format', 'markdown']).out).toMatch(/^## .+\n\n`db\/migrations\/000002_mail\.up\.sql:1`/);
    const document = JSON.parse(cli.run(folder, ['plan', 'db/migrations/000002_mail.up.sql', '--format', 'json']).out) as { items: { steps: { up: { sql: string }; locks: unknown[] }[] }[] };
    expect(document.items[0]?.steps.length).toBeGreaterThan(2);
  });

  it('says why there is none', () => {
    const folder = repository({ ...USERS, 'db/migrations/000002_x.up.sql': 'LOCK TABLE users IN EXCLUSIVE MODE;\n', 'db/migrations/000002_x.down.sql': 'SELECT 1;\n' });
    const { code, out } = cli.run(folder, ['plan', 'db/migrations/000002_x.up.sql']);
    expect([code, out]).toEqual([1, expect.stringContaining('No plan:')]);
  });
});

it.each([
  ['y\r', 'yes'],
  ['\r', 'no'],
  ['Quit\r', 'stop'],
  ['\u0004', 'stop'],
])('an answer on a terminal, also by closing it: %j', async (typed, answer) => {
  const keys = new PassThrough();
  const input = createInterface({ input: keys, output: new PassThrough(), terminal: true });
  const answering = answered(input);
  keys.write(typed);
  expect(await answering).toBe(answer);
  input.close();
});
