import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli } from './support/cli.ts';
import { project } from './support/folders.ts';

const USERS = 'CREATE TABLE users (id bigint PRIMARY KEY, email text);\n';
const INDEX = 'CREATE INDEX i ON users (email);\n';

function make(files: Readonly<Record<string, string>>): string {
  return project({ 'db/migrations/0001_users.sql': USERS, ...files });
}

describe('init', () => {
  test('shows what it finds and writes a configuration that lint takes', () => {
    const folder = make({ 'docker-compose.yml': 'services:\n  db:\n    image: "postgres:14.2-alpine"\n', '.github/workflows/ci.yml': 'jobs:\n  t:\n    services:\n      pg:\n        image: pgvector/pgvector:pg16\n', 'prisma/schema.prisma': 'datasource db {\n  provider = "postgresql"\n}\n' });
    const { code, out } = cli.run(folder, ['init', '--yes']);
    expect(code).toBe(0);
    for (const part of ['1 migration of sql in db/migrations (postgres)', 'postgres 14, named in docker-compose.yml', 'postgres 16, named in .github/workflows/ci.yml', 'postgres, named in prisma/schema.prisma', 'Wrote lockkeeper.config.yaml.']) expect(out).toContain(part);
    expect(readFileSync(join(folder, 'lockkeeper.config.yaml'), 'utf8')).toContain('\ndialect: postgres@14\n');
    expect(existsSync(join(folder, '.pre-commit-config.yaml'))).toBe(false);
    expect(cli.run(folder, ['lint'])).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(cli.run(folder, ['inspect', '--format', 'json']).out)).toMatchObject({ histories: [{ version: 14, versionAssumed: false }] });
    // Every line that is commented out is one that works.
    const all = readFileSync(join(folder, 'lockkeeper.config.yaml'), 'utf8').replace(/^# (extends|startAfter|tables|settings|  \w+:)/gm, '$1');
    writeFileSync(join(folder, 'lockkeeper.config.yaml'), all);
    expect(cli.run(folder, ['lint'])).toMatchObject({ code: 0, err: '' });
  });

  test('overwrites nothing', () => {
    const folder = make({ 'lockkeeper.config.json': '{}', '.pre-commit-config.yaml': 'repos: []\n' });
    const { code, out } = cli.run(folder, ['init', '--yes', '--hook', '--workflow']);
    expect(code).toBe(0);
    expect(out).toContain('lockkeeper.config.json is there already and stays as it is.');
    expect(out).toContain('.pre-commit-config.yaml is there already and stays as it is. What would have been written:');
    expect(readFileSync(join(folder, '.pre-commit-config.yaml'), 'utf8')).toBe('repos: []\n');
    expect(existsSync(join(folder, 'lockkeeper.config.yaml'))).toBe(false);
    expect(readFileSync(join(folder, '.github/workflows/lockkeeper.yml'), 'utf8')).toContain('pull-requests: write');
  });

  test('without a terminal it writes nothing unless told to', () => {
    const folder = make({});
    expect(cli.run(folder, ['init'])).toMatchObject({ code: 2, err: expect.stringContaining('lockkeeper init --yes') as string });
    expect(existsSync(join(folder, 'lockkeeper.config.yaml'))).toBe(false);
  });
});

describe('doctor', () => {
  const doctor = (folder: string): { code: number | null; out: string } => {
    const { code, out } = cli.run(folder, ['doctor']);
    return { code, out: out.replace(/\n {2}/g, ' ') };
  };

  test('has nothing to say about what is well', () => {
    const { code, out } = doctor(make({ 'lockkeeper.config.json': '{ "dialect": "postgres@15" }' }));
    expect(code).toBe(0);
    expect(out).toMatch(/✔ 1 migration of sql in db\/migrations\.[\s\S]*✔ They are judged for postgres 15\.[\s\S]*Nothing is wrong\./);
  });

  test('names what is wrong', () => {
    const { code, out } = doctor(make({ 'lockkeeper.config.json': '{ "dialect": "postgres@16", "startAfter": "0007", "tables": { "usres": { "rows": 1 } } }', 'compose.yaml': 'services:\n  db:\n    image: postgres:13\n' }));
    expect(code).toBe(1);
    expect(out).toMatch(/✖ .*postgres 16, but compose\.yaml names 13/);
    expect(out).toMatch(/✖ startAfter is "0007", and no migration/);
    expect(out).toContain('! The configuration knows usres');
    expect(out).toContain('2 things are wrong.');
    expect(doctor(make({ 'lockkeeper.config.json': '{ "rules": { "no-such": "off" } }' }))).toMatchObject({ code: 1, out: expect.stringContaining('✖ lockkeeper.config.json:1:14: rules.no-such is not a rule') as string });
    const empty = project({ 'README.md': '' });
    expect(doctor(empty)).toMatchObject({ code: 1, out: expect.stringContaining('There are no migrations') as string });
  });
});

describe('completion', () => {
  const complete = (...words: readonly string[]): readonly string[] => {
    const script = `${cli.run('/', ['completion', 'bash']).out}\nCOMP_WORDS=(${['lockkeeper', ...words].map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${String(words.length)}; _lockkeeper; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, status, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    return stdout.trim().split('\n');
  };

  test('bash completes commands, options, values and rules', () => {
    expect(complete('li')).toEqual(['lint']);
    expect(complete('lint', '--fail')).toEqual(['--fail-on']);
    expect(complete('lint', '--fail-on', 'w')).toEqual(['warning']);
    expect(complete('--stag')).toEqual(['--staged']);
    expect(complete('explain', 'no-drop-col')).toEqual(['no-drop-column']);
    expect(complete('plan', '--sync', '')).toEqual(['application', 'trigger']);
  });

  test.each(['zsh', 'fish'])('%s is a script of that shell with every command', (shell) => {
    const { code, out } = cli.run('/', ['completion', shell]);
    expect(code).toBe(0);
    for (const name of ['lint', 'fix', 'plan', 'baseline', 'report', 'init', 'doctor']) expect(out).toMatch(new RegExp(`\\b${name}\\b`));
    if (spawnSync(shell, ['-c', 'true']).status === 0) expect(spawnSync(shell, ['-n', '/dev/stdin'], { input: out, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });

  test('of an unknown shell is a mistake', () => {
    expect(cli.run('/', ['completion', 'cmd'])).toEqual({ code: 2, out: '', err: 'lockkeeper: For which shell? lockkeeper completion bash|zsh|fish\n' });
  });
});

test('--watch lints again when a file comes, changes, or breaks the configuration', async () => {
  const folder = make({});
  mkdirSync(join(folder, 'db', 'other'));
  // The report, too, is written into a folder that is watched.
  const child = spawn(process.execPath, [cli.path, 'lint', '--watch', '--no-color', '-q', '-f', 'text', '-f', 'json=report.json'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  let waits = 0;
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      waits += chunk.toString('utf8').split('Waiting for changes').length - 1;
      for (const listener of listeners) listener();
    });
  }
  const until = (pattern: RegExp): Promise<void> => new Promise((done) => {
    const look = (): void => {
      if (!pattern.test(text)) return;
      listeners.delete(look);
      text = '';
      done();
    };
    listeners.add(look);
    look();
  });
  try {
    await until(/nothing dangerous[\s\S]*Waiting for changes/);
    await new Promise((done) => setTimeout(done, 1000));
    expect(waits).toBe(1);
    writeFileSync(join(folder, 'db/migrations/0002_index.sql'), INDEX);
    await until(/no-blocking-index-build[\s\S]*Waiting for changes/);
    writeFileSync(join(folder, 'db/migrations/0002_index.sql'), INDEX.replace('INDEX', 'INDEX CONCURRENTLY'));
    await until(/nothing dangerous[\s\S]*Waiting for changes/);
    writeFileSync(join(folder, 'lockkeeper.config.json'), '{');
    await until(/lockkeeper\.config\.json.* is not valid JSON[\s\S]*Waiting for changes/);
  } finally {
    child.kill();
  }
});
