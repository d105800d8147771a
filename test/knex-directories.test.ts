import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diskTree } from '../src/discovery/disk.ts';
import { discover } from '../src/discovery/discover.ts';

const require = createRequire(import.meta.url);
const { FsMigrations } = require('knex/lib/migrations/migrate/sources/fs-migrations.js') as { readonly FsMigrations: new (directories: readonly string[], separately: boolean) => { getMigrations(): Promise<readonly { readonly file: string; readonly directory: string }[]> } };

const MIGRATION = `exports.up = (knex) => knex.schema.createTable('t', (table) => { table.increments(); });\nexports.down = (knex) => knex.schema.dropTable('t');\n`;
let root = '';

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'lockkeeper-knex-'));
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

function project(name: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name, path)), { recursive: true });
    writeFileSync(join(root, name, path), text);
  }
  return join(root, name);
}

const orders = (folder: string): readonly (readonly string[])[] => discover(folder, diskTree(folder)).histories.map(({ migrations }) => migrations.map(({ up }) => up.path));

async function orderOfKnex(folder: string, directories: readonly string[], separately: boolean): Promise<readonly string[]> {
  const found = await new FsMigrations(directories.map((directory) => join(folder, directory)), separately).getMigrations();
  return found.map(({ file, directory }) => relative(folder, join(directory, file)));
}

const MODULES = { 'src/users/migrations/20240101_users.js': MIGRATION, 'src/users/migrations/20240301_more.js': MIGRATION, 'src/billing/migrations/20240201_bills.js': MIGRATION };
const DIRECTORIES = ['src/users/migrations', 'src/billing/migrations'];

describe('folders that a knexfile names together are one history, in the order of the real library', () => {
  for (const separately of [false, true]) {
    it(separately ? 'one folder after the other' : 'by the names of the files', async () => {
      const folder = project(`together-${String(separately)}`, {
        ...MODULES,
        'knexfile.js': `const path = require('path');\nconst migrations = { directory: ['./src/users/migrations', path.join(__dirname, 'src', 'billing/migrations')], sortDirsSeparately: ${String(separately)} };\nmodule.exports = { development: { client: 'pg', migrations }, production: { client: 'pg', migrations } };\n`,
      });
      expect(orders(folder)).toEqual([await orderOfKnex(folder, DIRECTORIES, separately)]);
    });
  }

  it('in a folder below the root, in TypeScript', async () => {
    const files = Object.fromEntries(Object.entries(MODULES).map(([path, text]) => [`server/${path}`, text]));
    const folder = project('typed', { ...files, 'server/knexfile.ts': `import type { Knex } from 'knex';\nconst directory = ['src/users/migrations', 'src/billing/migrations'];\nconst config: Knex.Config = { client: 'pg', migrations: { directory } };\nexport default config;\n` });
    expect(orders(folder)).toEqual([await orderOfKnex(folder, DIRECTORIES.map((directory) => `server/${directory}`), false)]);
  });

  it('a source of migrations of its own runs all that there are', async () => {
    const folder = project('source', { ...MODULES, 'dist/users/migrations/20240101_users.js': MIGRATION, 'knexfile.js': `const { Modules, configured } = require('./modules');\nmodule.exports = configured({ migrationSource: new Modules('./src') });\n` });
    expect(orders(folder)).toEqual([await orderOfKnex(folder, DIRECTORIES, false)]);
  });

  it('each by itself where the knexfile names one', () => {
    const folder = project('single', { ...MODULES, 'knexfile.js': `const path = require('path');\nmodule.exports = { client: 'pg', migrations: { directory: path.join(__dirname, 'src/users/migrations') } };\n` });
    expect(orders(folder)).toEqual([['src/billing/migrations/20240201_bills.js'], ['src/users/migrations/20240101_users.js', 'src/users/migrations/20240301_more.js']]);
  });
});
