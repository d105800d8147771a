import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Ran } from './support/cli.ts';
import { cli } from './support/cli.ts';
import { project } from './support/folders.ts';

const name = (index: number): string => `db/migrations/${String(index).padStart(4, '0')}_step.sql`;

/** Large enough to be remembered; the last file is dangerous, the first makes the table. */
function large(): string {
  const files = Object.fromEntries(Array.from({ length: 210 }, (_, index) => [name(index), index === 0 ? 'CREATE TABLE users (id bigint PRIMARY KEY, email varchar(50));\n' : `CREATE TABLE t${String(index)} (id bigint PRIMARY KEY);\n`]));
  return project({ ...files, [name(999)]: 'ALTER TABLE users ALTER COLUMN email TYPE varchar(60);\nCREATE INDEX i ON users (email);\n' });
}

const run = (folder: string, ...args: readonly string[]): Ran => cli.run(folder, ['lint', ...args], { env: { XDG_CACHE_HOME: join(folder, '.git', 'xdg') } });
const places = (folder: string): string => join(folder, '.git', 'xdg', 'lockkeeper');
const cached = (folder: string): readonly string[] => (existsSync(places(folder)) ? readdirSync(places(folder), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)) : []);

/** Puts a word into the remembered result, so that it shows whether it is used. */
function mark(folder: string): void {
  for (const file of cached(folder)) {
    const entry = JSON.parse(readFileSync(file, 'utf8')) as { result: { outputs: string[] } };
    entry.result.outputs = entry.result.outputs.map((text) => `remembered\n${text}`);
    writeFileSync(file, JSON.stringify(entry));
  }
}

const isRemembered = ({ out }: Ran): boolean => out.startsWith('remembered\n');

test('the second run says what the first one said, from what it remembers', () => {
  const folder = large();
  const first = run(folder);
  expect(first.code).toBe(1);
  expect(cached(folder)).toHaveLength(1);
  expect(run(folder)).toEqual(first);
  mark(folder);
  expect(isRemembered(run(folder))).toBe(true);
  expect(run(folder, '--no-cache')).toEqual(first);
  expect(isRemembered(run(folder, '--format', 'json'))).toBe(false);
  expect(isRemembered(run(folder, '--rule', 'no-blocking-index-build=off'))).toBe(false);
  // Another time but the same text, as after a clone.
  utimesSync(join(folder, name(0)), new Date(), new Date());
  expect(isRemembered(run(folder))).toBe(true);
});

test('anything that could matter makes a new result', () => {
  const folder = large();
  const changes: readonly (() => void)[] = [
    () => { writeFileSync(join(folder, name(0)), 'CREATE TABLE users (id bigint PRIMARY KEY, email varchar(90));\n'); },
    () => { writeFileSync(join(folder, name(1000)), 'DROP TABLE users;\n'); },
    () => { rmSync(join(folder, name(1000))); },
    () => { writeFileSync(join(folder, 'lockkeeper.config.json'), '{ "rules": { "no-blocking-index-build": "warning" } }'); },
    () => { writeFileSync(join(folder, 'lockkeeper.stats.json'), '{ "schemaVersion": 1, "tables": { "public.users": { "rows": 5 } } }'); },
    () => { writeFileSync(join(folder, 'lockkeeper.baseline.json'), '{ "schemaVersion": 1, "findings": [] }'); },
    () => { writeFileSync(cli.path, `${readFileSync(cli.path, 'utf8')}\n`); },
  ];
  run(folder);
  for (const change of changes) {
    mark(folder);
    change();
    const now = run(folder);
    expect(isRemembered(now)).toBe(false);
    expect(now).toEqual(run(folder, '--no-cache'));
  }
});

test('a damaged one is no harm, and small projects and git leave none', () => {
  const folder = large();
  const first = run(folder);
  const [file = ''] = cached(folder);
  for (const text of ['', '{', 'null', '{"form":1}', readFileSync(file, 'utf8').slice(0, 500)]) {
    writeFileSync(file, text);
    expect(run(folder)).toEqual(first);
  }
  rmSync(places(folder), { recursive: true });
  run(folder, name(3));
  run(folder, '-');
  expect(cached(folder)).toEqual([]);
  mkdirSync(join(folder, 'node_modules'));
  run(folder);
  expect(readdirSync(join(folder, 'node_modules', '.cache', 'lockkeeper'))).toHaveLength(1);
  expect(cached(folder)).toEqual([]);
});

test('runs side by side do not disturb each other', async () => {
  const folder = large();
  const one = (): Promise<number | null> => new Promise((done) => spawn(process.execPath, [cli.path, 'lint', '--no-color'], { cwd: folder, stdio: 'ignore', env: { ...process.env, XDG_CACHE_HOME: join(folder, '.git', 'xdg') } }).on('exit', done));
  expect(await Promise.all(Array.from({ length: 4 }, one))).toEqual([1, 1, 1, 1]);
  expect(cached(folder).filter((file) => !file.endsWith('.json'))).toEqual([]);
  mark(folder);
  expect(isRemembered(run(folder, '--no-color'))).toBe(true);
});
