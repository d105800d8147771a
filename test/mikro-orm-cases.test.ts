import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { Configuration } from '@mikro-orm/core';
import { MigrationRunner } from '@mikro-orm/migrations';
import type { Migration } from '@mikro-orm/migrations';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { postgres } from '../src/dialects/postgres/index.ts';
import { program } from '../src/frameworks/mikro-orm/program.ts';
import { operationsOf } from './support/programs.ts';

const FOLDER = 'fixtures/programs/mikro-orm';
const require = createRequire(import.meta.url);

/** What the library's own runner sends, on a connection that only writes down. */
async function sentBy(path: string, direction: 'up' | 'down'): Promise<readonly string[]> {
  const sent: string[] = [];
  const config = new Configuration({ driver: PostgreSqlDriver, dbName: 'shop', entities: [], discovery: { warnWhenNoEntities: false } }, false);
  const driver = config.getDriver();
  const platform = driver.getPlatform();
  const connection = driver.getConnection();
  const note = (sql: string) => () => {
    sent.push(sql);
    return Promise.resolve({});
  };
  Object.assign(connection, { begin: note('begin'), commit: note('commit'), rollback: note('rollback') });
  const execute = (query: string | { toSQL: () => { readonly sql: string; readonly bindings?: readonly unknown[] } }, values: readonly unknown[] = []): Promise<readonly never[]> => {
    const { sql, bindings = values } = typeof query === 'string' ? { sql: query } : query.toSQL();
    sent.push(platform.formatQuery(sql, bindings));
    return Promise.resolve([]);
  };
  Object.assign(driver, { execute });
  Object.assign(connection, { execute });
  interface Knex { readonly client: object; readonly withUserParams: (params: object) => Knex }
  const knex = (connection as unknown as { getKnex: () => Knex }).getKnex();
  const { client } = knex;
  Object.assign(client, {
    acquireConnection: () => Promise.resolve({}),
    releaseConnection: () => Promise.resolve(),
    _query(_connection: unknown, query: { sql: string; bindings: readonly unknown[] }) {
      sent.push(platform.formatQuery(query.sql.replace(/\$\d+/g, '?'), query.bindings));
      return Promise.resolve({ ...query, response: { rows: [], command: 'SELECT' } });
    },
  });
  const transaction = knex.withUserParams({});
  Object.assign(transaction.client, { transacting: true });
  Object.assign(connection, { begin: () => note('begin')().then(() => transaction) });
  const [Made] = Object.values(require(path) as Record<string, new (driver: unknown, config: unknown) => Migration>);
  if (Made === undefined) throw new Error(`${path} has no migration`);
  await new MigrationRunner(driver as never, config.get('migrations'), config as never).run(new Made(driver, config), direction);
  // What the library says to its connection for its own sake.
  return sent.filter((sql) => !/^set names\b/.test(sql));
}

beforeAll(() => postgres.load());

describe('MikroORM: what is read is what the library sends', () => {
  for (const name of readdirSync(FOLDER)) {
    for (const direction of ['up', 'down'] as const) {
      test(`${name} ${direction}`, async () => {
        const path = join(FOLDER, name);
        const truth = await sentBy(resolve(path), direction);
        const read = program({ path, text: readFileSync(path, 'utf8'), dialect: 'postgres', version: 17, read: () => undefined }, direction);
        const own = (read?.emissions ?? []).map((emission) => ('sql' in emission ? emission.sql : `? ${emission.detail}`));
        const outside = read?.transaction?.wrap === 'none';
        expect(outside ? own : ['begin', ...own, 'commit']).toEqual(truth);
        expect(operationsOf(own)).toEqual(operationsOf(truth.filter((sql) => sql !== 'begin' && sql !== 'commit')));
      });
    }
  }
});
