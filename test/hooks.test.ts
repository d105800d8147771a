import type { SpawnSyncReturns } from 'node:child_process';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { cli } from './support/cli.ts';
import { scratchFolder } from './support/folders.ts';
import type { Scratch } from './support/repository.ts';
import { gitEnvironment, scratch } from './support/repository.ts';
import { npmTools, pythonTool } from './support/tools.ts';

const home = scratchFolder();

const USERS = 'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, name text);\n';
const INDEX = 'CREATE INDEX users_email_idx ON users (email);\n';
const SAFE = 'CREATE INDEX CONCURRENTLY users_email_idx ON users (email);\n';
const DROP = 'ALTER TABLE users DROP COLUMN name;\n';

/** A project with migrations and with SQL that is none. */
const project = (files: Readonly<Record<string, string>> = {}): Scratch => scratch({ 'db/migrations/0001_users.sql': USERS, 'queries/report.sql': 'SELECT 1;\n', '.gitignore': 'node_modules\n', ...files });

/** A code block of the page, by the file that it is for. */
function snippet(heading: string, file: string): string {
  const page = readFileSync('docs/hooks.md', 'utf8');
  const section = page.slice(page.indexOf(`\n## ${heading}\n`));
  const found = new RegExp(`\`${file.replaceAll('.', '\\.')}\`:\\n\\n\`\`\`\\w+\\n([^]*?)\`\`\``).exec(section)?.[1];
  if (found === undefined) throw new Error(`docs/hooks.md has no ${file} under ${heading}`);
  return found;
}

describe('pre-commit', () => {
  const tool = pythonTool('pre-commit', '4.3.0');
  const env = { ...gitEnvironment(), PRE_COMMIT_HOME: join(home, 'pre-commit'), GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@example.org', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@example.org', SKIP: '' };
  const run = (folder: string, program: string, ...args: readonly string[]): SpawnSyncReturns<string> => spawnSync(program, args, { cwd: folder, encoding: 'utf8', env });

  /** The project as somebody finds it at a release. */
  function release(): Scratch {
    const repository = scratch({ '.pre-commit-hooks.yaml': readFileSync('.pre-commit-hooks.yaml', 'utf8'), '.gitignore': 'dist/\n' });
    cpSync(dirname(cli.path), join(repository.folder, 'dist'), { recursive: true });
    execFileSync(process.execPath, [resolve('scripts/release.mjs'), 'v1.2.3'], { cwd: repository.folder, env, stdio: 'pipe' });
    return repository;
  }

  test('blocks a commit, fixes it, passes it', (context) => {
    if (typeof tool === 'string') {
      if (process.env['CI'] !== undefined) throw new Error(tool);
      context.skip(tool);
      return;
    }
    const program = join(tool.bin, 'pre-commit');
    const lockkeeper = release();
    expect(lockkeeper.git('tag').split('\n')).toContain('v1');
    expect(lockkeeper.git('ls-tree', '-r', '--name-only', 'v1.2.3')).not.toContain('.cache');
    expect(lockkeeper.git('ls-files')).not.toContain('dist/');

    const { folder, git, put } = project();
    const config = (hooks: string): string => snippet('pre-commit', '.pre-commit-config.yaml').replace(/repo: .*/, `repo: ${lockkeeper.folder}`).replace(/rev: .*/, 'rev: v1.2.3').replace(/ +- id: lockkeeper-fix\n/, hooks);
    const commit = (): SpawnSyncReturns<string> => run(folder, 'git', 'commit', '-m', 'x');
    put({ '.pre-commit-config.yaml': config('') });
    git('add', '.');
    git('commit', '-qm', 'config');
    expect(run(folder, program, 'install', '--install-hooks')).toMatchObject({ status: 0 });

    put({ 'db/migrations/0002_users by email.sql': INDEX, 'queries/clean.sql': 'DROP TABLE users;\n' });
    git('add', '.');
    // What is not staged counts for nothing.
    put({ 'db/migrations/0002_users by email.sql': SAFE });
    const blocked = commit();
    expect(blocked.status).toBe(1);
    expect(blocked.stderr + blocked.stdout).toMatch(/lockkeeper\.+Failed[\s\S]*no-blocking-index-build {2}db\/migrations\/0002_users by email\.sql:1:1/);
    expect(blocked.stderr + blocked.stdout).not.toContain('queries');

    git('add', '.');
    expect(commit()).toMatchObject({ status: 0 });
    const all = run(folder, program, 'run', '--all-files');
    expect(all.stdout).toMatch(/lockkeeper\.+Passed/);

    put({ '.pre-commit-config.yaml': config('      - id: lockkeeper-fix\n'), 'db/migrations/0003_users by name.sql': 'CREATE INDEX users_name_idx ON users (name);\n' });
    git('add', '.');
    const fixed = commit();
    expect(fixed.status).toBe(1);
    expect(fixed.stderr + fixed.stdout).toMatch(/lockkeeper fix\.+Failed[\s\S]*files were modified by this hook/);
    expect(readFileSync(join(folder, 'db/migrations/0003_users by name.sql'), 'utf8')).toBe('CREATE INDEX CONCURRENTLY users_name_idx ON users (name);\n');
    git('add', '.');
    expect(commit()).toMatchObject({ status: 0 });

    put({ 'db/migrations/0004_drop.sql': DROP });
    git('add', '.');
    expect(commit().status).toBe(1);
    expect(run(folder, program, 'run', '--all-files').stdout).toContain('no-drop-column');
    expect(readdirSync(join(folder, 'db/migrations'))).toEqual(['0001_users.sql', '0002_users by email.sql', '0003_users by name.sql', '0004_drop.sql']);
  }, 300_000);
});

describe('from npm', () => {
  let modules = '';
  beforeAll(() => {
    modules = npmTools({ husky: '9.1.7', 'lint-staged': '16.2.7', lefthook: '2.0.13' });
  }, 300_000);

  /** The project with the programs in its node_modules. */
  function installed(files: Readonly<Record<string, string>>): Scratch {
    const one = project(files);
    const bin = join(one.folder, 'node_modules', '.bin');
    mkdirSync(bin, { recursive: true });
    for (const name of readdirSync(join(modules, '.bin'))) symlinkSync(join(modules, '.bin', name), join(bin, name));
    symlinkSync(cli.path, join(bin, 'lockkeeper'));
    return one;
  }

  const commit = ({ folder }: Scratch): SpawnSyncReturns<string> =>
    spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '-m', 'x'], { cwd: folder, encoding: 'utf8', env: { ...gitEnvironment(), CI: '', npm_config_offline: 'true' } });

  const tool = ({ folder }: Scratch, name: string, ...args: readonly string[]): void => {
    execFileSync(join(folder, 'node_modules', '.bin', name), args, { cwd: folder, env: { ...gitEnvironment(), PATH: `${join(folder, 'node_modules', '.bin')}${delimiter}${process.env['PATH'] ?? ''}` }, stdio: 'pipe' });
  };

  function blocksAndPasses(one: Scratch): void {
    const { git, put } = one;
    put({ 'db/migrations/0002_by email.sql': INDEX, 'queries/clean.sql': 'DROP TABLE users;\n' });
    git('add', '.');
    put({ 'db/migrations/0002_by email.sql': SAFE });
    const blocked = commit(one);
    expect(blocked.stdout + blocked.stderr).toContain('no-blocking-index-build');
    expect(blocked.stdout + blocked.stderr).not.toContain('no-drop-table');
    expect(blocked.status).not.toBe(0);
    expect(git('log', '--oneline').trim().split('\n')).toHaveLength(1);
    put({ 'db/migrations/0002_by email.sql': SAFE });
    git('add', '.');
    const passed = commit(one);
    expect(passed.stderr + passed.stdout).not.toContain('no-blocking-index-build');
    expect(passed.status).toBe(0);
  }

  test('husky', () => {
    const one = installed({ '.husky/pre-commit': snippet('husky', '.husky/pre-commit') });
    tool(one, 'husky');
    blocksAndPasses(one);
  });

  test('husky and lint-staged', () => {
    const one = installed({ '.husky/pre-commit': snippet('husky and lint-staged', '.husky/pre-commit'), '.lintstagedrc.json': snippet('husky and lint-staged', '.lintstagedrc.json') });
    tool(one, 'husky');
    blocksAndPasses(one);
  });

  test('lefthook', () => {
    const one = installed({ 'lefthook.yml': snippet('lefthook', 'lefthook.yml') });
    tool(one, 'lefthook', 'install');
    blocksAndPasses(one);
  });
});
