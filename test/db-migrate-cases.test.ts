import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { postgres } from '../src/dialects/postgres/index.ts';
import { TYPES } from '../src/frameworks/db-migrate/methods.ts';
import { program } from '../src/frameworks/db-migrate/program.ts';
import { lintFiles } from './support/lint.ts';
import { operationsOf } from './support/programs.ts';

const FOLDER = 'fixtures/programs/db-migrate';
const require = createRequire(import.meta.url);

interface Driver {
  readonly connection: object;
}
interface Migration {
  readonly setup?: (options: object) => void;
  readonly up: (db: Driver, callback?: (error?: unknown) => void) => unknown;
  readonly down: (db: Driver, callback?: (error?: unknown) => void) => unknown;
}

/** The package's own driver, on a connection that only writes down. */
async function driver(sent: string[]): Promise<Driver> {
  const { connect } = require('db-migrate-pg') as { connect: (config: object, internals: object, done: (error: unknown, db: Driver) => void) => void };
  const silent = Object.assign(() => undefined, { verbose: () => undefined, sql: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined });
  const query = (...args: unknown[]): void => {
    sent.push(String(args[0]));
    const done = args.at(-1);
    if (typeof done === 'function') (done as (error: null, rows: object) => void)(null, { rows: [] });
  };
  const internals = { mod: { log: silent, type: TYPES }, interfaces: {} };
  return new Promise((ready, fail) => {
    connect({ user: 'a', host: '127.0.0.1', database: 'a', native: false, db: { query, end: () => undefined, connect: (done: () => void) => { done(); } } }, internals, (error, db) => {
      if (error != null) fail(error instanceof Error ? error : new Error('no driver'));
      else ready(Object.assign(db, { connection: { query, end: () => undefined } }));
    });
  });
}

const folded = (sql: string): string => sql.replace(/\s+/g, ' ').replace(/\s*([(),])\s*/g, '$1').trim();

beforeAll(() => postgres.load());

describe('db-migrate: what is read is what the driver sends', () => {
  for (const name of readdirSync(FOLDER)) {
    for (const direction of ['up', 'down'] as const) {
      test(`${name} ${direction}`, async () => {
        const path = join(FOLDER, name);
        const migration = require(resolve(path)) as Migration;
        const sent: string[] = [];
        const db = await driver(sent);
        sent.splice(0);
        migration.setup?.({ dbmigrate: { dataType: TYPES }, Promise });
        await new Promise<void>((done) => {
          const promise = migration[direction](db, () => { done(); });
          if (promise instanceof Promise || (typeof promise === 'object' && promise !== null && 'then' in promise)) void (promise as Promise<unknown>).then(() => { done(); });
        });
        const read = program({ path, text: readFileSync(path, 'utf8'), read: () => undefined }, direction);
        const own = (read?.emissions ?? []).map((emission) => ('sql' in emission ? emission.sql : `-- ${emission.detail}`));
        expect(own.map(folded)).toEqual(sent.map(folded));
        expect(operationsOf(own)).toEqual(operationsOf(sent));
      });
    }
  }
});

test('a folder of such files is a history, in its order and with its ways back', async () => {
  const file = (up: string, down: string): string => `exports.up = function (db, callback) { db.runSql(${JSON.stringify(up)}, callback); };\nexports.down = function (db, callback) { db.runSql(${JSON.stringify(down)}, callback); };\n`;
  const report = await lintFiles({
    'migrations/20240101000000-users.js': file('CREATE TABLE users (id bigint PRIMARY KEY, email text)', 'DROP TABLE users'),
    'migrations/20240102000000-index.js': file('CREATE INDEX users_email ON users (email)', 'DROP INDEX users_email'),
  });
  expect(report.migrations.map(({ framework, name }) => [framework, name])).toEqual([['db-migrate', 'users'], ['db-migrate', 'index']]);
  expect(report.findings.filter(({ severity, direction }) => severity === 'error' && direction === 'up').map(({ rule, path }) => [rule, path])).toEqual([['no-blocking-index-build', 'migrations/20240102000000-index.js']]);
});
