import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const home = mkdtempSync(join(tmpdir(), 'lockkeeper-package-'));
const user = join(home, 'user');
const installed = join(user, 'node_modules', 'lockkeeper');
const bin = join(user, 'node_modules', '.bin', 'lockkeeper');
const npm = (folder: string, ...args: string[]): string => execFileSync('npm', [...args, '--no-audit', '--no-fund', '--prefer-offline', '--loglevel', 'error'], { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' });

beforeAll(() => {
  // The way of a release: npm pack runs the build by itself.
  const [packed] = JSON.parse(npm('.', 'pack', '--json', '--pack-destination', home)) as [{ filename: string }];
  mkdirSync(join(user, 'db', 'migrations'), { recursive: true });
  writeFileSync(join(user, 'package.json'), '{ "name": "user", "private": true }');
  writeFileSync(join(user, 'db', 'migrations', '0001_index.sql'), 'CREATE INDEX a ON users (email);\n');
  npm(user, 'install', join(home, packed.filename));
}, 300_000);

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

test('runs through the .bin link', () => {
  if (process.platform !== 'win32') expect(lstatSync(bin).isSymbolicLink()).toBe(true);
  const { status, stdout, stderr } = spawnSync(bin, ['lint'], { cwd: user, encoding: 'utf8', shell: process.platform === 'win32' });
  expect(stderr).toBe('');
  expect(stdout).toContain('no-blocking-index-build  db/migrations/0001_index.sql:1:1');
  expect(status).toBe(1);
  expect(execFileSync(bin, ['--version'], { encoding: 'utf8' }).trim()).toBe(manifest().version);
});

test('runs in a folder that cannot be written', () => {
  if (process.getuid?.() === 0) return;
  const before = readdirSync(join(installed, 'dist'));
  execFileSync('chmod', ['-R', 'a-w', join(installed, 'dist')]);
  const { status } = spawnSync(bin, ['lint'], { cwd: user });
  execFileSync('chmod', ['-R', 'u+w', join(installed, 'dist')]);
  expect(status).toBe(1);
  expect(readdirSync(join(installed, 'dist'))).toEqual(before);
});

test('the code cache of the first run is used by the second, and a broken one does no harm', () => {
  const [cache] = readdirSync(join(installed, 'dist')).filter((name) => /^main-.*\.cache$/.test(name));
  expect(cache).toBeDefined();
  const path = join(installed, 'dist', cache ?? '');
  for (const content of ['', 'broken'.repeat(1000), readFileSync(path).subarray(0, 1000)]) {
    writeFileSync(path, content);
    expect(spawnSync(bin, ['lint'], { cwd: user, encoding: 'utf8' })).toMatchObject({ status: 1, stderr: '' });
  }
});

test('the ESLint plugin loads from a module of either kind, from its code cache and without one', () => {
  if (!existsSync(join(user, 'node_modules', 'eslint'))) symlinkSync(join(process.cwd(), 'node_modules', 'eslint'), join(user, 'node_modules', 'eslint'));
  const configs = {
    'eslint.config.mjs': "import lockkeeper from 'lockkeeper/eslint';\nexport default lockkeeper.configs.recommended;\n",
    'eslint.config.cjs': "const { default: lockkeeper, ready } = require('lockkeeper/eslint');\nmodule.exports = ready.then(() => lockkeeper.configs.recommended);\n",
  };
  for (const [name, text] of Object.entries(configs)) {
    writeFileSync(join(user, name), text);
    const lint = (): string => spawnSync(process.execPath, ['node_modules/eslint/bin/eslint.js', '-c', name, 'db/migrations/0001_index.sql'], { cwd: user, encoding: 'utf8' }).stdout;
    const first = lint();
    expect(first).toContain('lockkeeper/no-blocking-index-build');
    const [cache = ''] = readdirSync(join(installed, 'dist')).filter((file) => /^plugin-.*\.cache$/.test(file));
    expect(cache).not.toBe('');
    expect(lint()).toBe(first);
    writeFileSync(join(installed, 'dist', cache), 'broken'.repeat(1000));
    expect(lint()).toBe(first);
    rmSync(join(user, name));
  }
});

test('gives configurations their types, to both kinds of module', () => {
  writeFileSync(join(user, 'lockkeeper.config.mjs'), "import { defineConfig } from 'lockkeeper';\nexport default defineConfig({ failOn: 'never' });\n");
  expect(spawnSync(bin, [], { cwd: user }).status).toBe(0);
  rmSync(join(user, 'lockkeeper.config.mjs'));
  writeFileSync(join(user, 'lockkeeper.config.cjs'), "module.exports = require('lockkeeper').defineConfig({ failOn: 'never' });\n");
  expect(spawnSync(bin, [], { cwd: user }).status).toBe(0);
  rmSync(join(user, 'lockkeeper.config.cjs'));

  symlinkSync(join(process.cwd(), 'node_modules', 'typescript'), join(user, 'node_modules', 'typescript'));
  writeFileSync(join(user, 'right.mts'), "import { defineConfig, type Report } from 'lockkeeper';\nexport default defineConfig({ failOn: 'error', rules: { 'no-drop-column': ['warning'] } });\nexport const worst = (report: Report): string => report.summary.risk;\n");
  writeFileSync(join(user, 'wrong.mts'), "import { defineConfig } from 'lockkeeper';\nexport default defineConfig({ failOn: 'warn' });\n");
  const check = (file: string): string => spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '--ignoreConfig', '--noEmit', '--strict', '--module', 'nodenext', file], { cwd: user, encoding: 'utf8' }).stdout;
  expect(check('right.mts')).toBe('');
  if (!existsSync(join(user, 'node_modules', 'eslint'))) symlinkSync(join(process.cwd(), 'node_modules', 'eslint'), join(user, 'node_modules', 'eslint'));
  writeFileSync(join(user, 'plugin.mts'), "import { defineConfig } from 'eslint/config';\nimport lockkeeper, { type LockkeeperRules } from 'lockkeeper/eslint';\nexport default defineConfig([...lockkeeper.configs.recommended, { rules: { 'lockkeeper/require-lock-timeout': ['error', { maximumSeconds: 5 }] } satisfies LockkeeperRules }]);\n");
  expect(check('plugin.mts')).toBe('');
  expect(check('wrong.mts')).toMatch(/^wrong\.mts\(2,31\): error TS2322: Type '"warn"' is not assignable/);
});

test('is small, runs nothing on installation and holds what its manifest promises', () => {
  expect(size(join(user, 'node_modules'))).toBeLessThan(25_000_000);
  for (const script of ['preinstall', 'install', 'postinstall']) expect(manifest().scripts?.[script]).toBeUndefined();
  for (const path of ['dist/cli.js', 'dist/index.js', 'dist/types/src/index.d.ts', 'schemas/report.v1.schema.json', 'schemas/plan.v1.schema.json', 'schemas/lockkeeper.config.schema.json', 'LICENSE', 'README.md']) {
    expect(existsSync(join(installed, path)), path).toBe(true);
  }
  expect(readdirSync(installed).sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json', 'schemas']);
});

const manifest = (): { version: string; scripts?: Readonly<Record<string, string>> } => JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as { version: string };

function size(path: string): number {
  const stats = lstatSync(path);
  return stats.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + size(join(path, name)), 0) : stats.size;
}
