import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import knexLibrary from 'knex';
import { beforeAll, describe, expect, test } from 'vitest';
import { postgres } from '../src/dialects/postgres/index.ts';
import { program } from '../src/frameworks/knex/program.ts';
import type { Sent } from '../src/hosts/program.ts';
import { operationsOf, recorded } from './support/programs.ts';

const FOLDER = 'fixtures/programs/knex';
const require = createRequire(import.meta.url);
const { formatQuery } = require('knex/lib/execution/internal/query-executioner') as { formatQuery: (sql: string, bindings: readonly unknown[], zone: undefined, client: unknown) => string };
const cases = readdirSync(FOLDER).filter((name) => name.endsWith('.cjs'));

interface Migration {
  readonly up: (knex: unknown) => Promise<unknown>;
  readonly down: (knex: unknown) => Promise<unknown>;
}

/** Everything that the library itself sends when the migration runs, by the generator of a dialect; there is no server. */
async function sentBy(client: 'pg' | 'mysql2' | 'better-sqlite3', run: (knex: unknown) => Promise<unknown>): Promise<readonly string[]> {
  const sent: string[] = [];
  const knex = knexLibrary({ client, useNullAsDefault: client === 'better-sqlite3', log: { warn: () => undefined } });
  const stub = knex.client as Record<string, unknown>;
  stub['acquireRawConnection'] = () => Promise.resolve({});
  // What a transaction of the program sends goes to the connection itself.
  const connection = {
    __knexUid: 'a',
    query(asked: { text?: string; sql?: string; values?: readonly unknown[] }, done: (error: null, answer: unknown, fields: unknown) => void) {
      const values = (asked.values ?? []).map((value) => formatQuery('?', [value], undefined, stub));
      sent.push((asked.text ?? asked.sql ?? '').replace(/\$(\d+)/g, (_match, index: string) => values[Number(index) - 1] ?? '').replace(/;$/, ''));
      done(null, { rows: [] }, []);
    },
  };
  stub['acquireConnection'] = () => Promise.resolve(connection);
  stub['releaseConnection'] = () => Promise.resolve();
  const query = (_connection: unknown, asked: { sql: string; bindings?: readonly unknown[] } | string): Promise<unknown> => {
    const { sql, bindings } = typeof asked === 'string' ? { sql: asked, bindings: [] } : asked;
    const bare = client === 'pg' && (bindings ?? []).length === 0;
    sent.push((bare ? (stub as { positionBindings: (sql: string) => string }).positionBindings(sql) : formatQuery(sql, bindings ?? [], undefined, stub)).replace(/;$/, ''));
    return Promise.resolve({ response: { rows: [], rowCount: 0 } });
  };
  stub['_query'] = query;
  stub['query'] = query;
  stub['processResponse'] = () => [];
  try {
    await run(knex);
  } catch (error) {
    sent.push(`-- ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`);
  }
  await knex.destroy();
  return sent;
}

beforeAll(() => postgres.load());

describe('Knex: what is read is what the library sends', () => {
  for (const name of cases) {
    for (const direction of ['up', 'down'] as const) {
      test(`${name} ${direction}`, async () => {
        const path = join(FOLDER, name);
        const migration = require(resolve(path)) as Migration;
        const truth = await sentBy('pg', migration[direction]);
        const read = program({ path, text: readFileSync(path, 'utf8'), dialect: 'postgres', version: 17, read: () => undefined, setting: (name) => (name === 'pg' ? true : name === 'mysql2' ? false : undefined) }, direction);
        expect(read?.emissions.filter((emission) => 'opaque' in emission)).toEqual([]);
        // What is never sent is told without a statement.
        const own = (read?.emissions ?? []).flatMap((emission) => ('sql' in emission && !isNeverSent(emission) ? [emission.sql] : []));
        expect(own.map((sql) => withoutSavepoints(sql))).toEqual(truth.map((sql) => withoutSavepoints(sql)));
        expect(operationsOf(own)).toEqual(operationsOf(truth));
      });
    }

    test(`${name}: the SQL of other engines is on record`, async () => {
      const migration = require(resolve(FOLDER, name)) as Migration;
      const up = { postgres: await sentBy('pg', migration.up), mysql: await sentBy('mysql2', migration.up), sqlite: await sentBy('better-sqlite3', migration.up) };
      expect(recorded(join(FOLDER, name.replace(/\.cjs$/, '.json')), up)).toEqual(up);
    });
  }
});

const isNeverSent = ({ traps = [] }: Sent): boolean => traps.some((trap) => trap.trap === 'not-awaited' && trap.neverSent === true);

/** Transactions have names of the library's own making. */
const withoutSavepoints = (sql: string): string => sql.replace(/\btrx\d+\b/, 'trx').replace(/^BEGIN;?$/i, 'BEGIN').replace(/^COMMIT;?$/i, 'COMMIT');
