import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { Dialect, KyselyConfig } from 'kysely';
import { DummyDriver, Kysely, MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { postgres } from '../src/dialects/postgres/index.ts';
import { program } from '../src/frameworks/kysely/program.ts';
import type { Program } from '../src/hosts/program.ts';
import { operationsOf, recorded } from './support/programs.ts';

const FOLDER = 'fixtures/programs/kysely';
const require = createRequire(import.meta.url);

interface Migration {
  readonly up: (db: unknown) => Promise<void>;
  readonly down: (db: unknown) => Promise<void>;
}

const DIALECTS: Readonly<Record<string, Dialect>> = {
  postgres: { createAdapter: () => new PostgresAdapter(), createDriver: () => new DummyDriver(), createIntrospector: (db) => new PostgresIntrospector(db), createQueryCompiler: () => new PostgresQueryCompiler() },
  mysql: { createAdapter: () => new MysqlAdapter(), createDriver: () => new DummyDriver(), createIntrospector: (db) => new MysqlIntrospector(db), createQueryCompiler: () => new MysqlQueryCompiler() },
  sqlite: { createAdapter: () => new SqliteAdapter(), createDriver: () => new DummyDriver(), createIntrospector: (db) => new SqliteIntrospector(db), createQueryCompiler: () => new SqliteQueryCompiler() },
};

/** What the library itself compiles, with parameters in their places; there is no server. */
async function sentBy(dialect: string, run: (db: unknown) => Promise<void>): Promise<readonly string[]> {
  const sent: string[] = [];
  const log: KyselyConfig['log'] = ({ query }) => void sent.push(query.sql.replace(/\$(\d+)/g, (_match, index: string) => shown(query.parameters[Number(index) - 1])));
  const db = new Kysely<unknown>({ dialect: DIALECTS[dialect] as Dialect, log });
  try {
    await run(db);
  } catch (error) {
    sent.push(`-- ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`);
  }
  return sent;
}

const shown = (value: unknown): string => (Array.isArray(value) ? `'{${value.map((item) => JSON.stringify(String(item))).join(',')}}'` : typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : value === null ? 'NULL' : String(value));

const read = (path: string, text: string, direction: 'up' | 'down'): Program | undefined => program({ path, text, dialect: 'postgres', version: 17, read: () => undefined }, direction);

beforeAll(() => postgres.load());

describe('Kysely: what is read is what the library sends', () => {
  for (const name of readdirSync(FOLDER).filter((file) => file.endsWith('.cjs'))) {
    for (const direction of ['up', 'down'] as const) {
      test(`${name} ${direction}`, async () => {
        const path = join(FOLDER, name);
        const truth = await sentBy('postgres', (require(resolve(path)) as Migration)[direction]);
        const own = (read(path, readFileSync(path, 'utf8'), direction)?.emissions ?? []).map((emission) => ('sql' in emission ? emission.sql : `? ${emission.detail}`));
        expect(own).toEqual(truth);
        expect(operationsOf(own)).toEqual(operationsOf(truth));
      });
    }

    test(`${name}: the SQL of other engines is on record`, async () => {
      const { up } = require(resolve(FOLDER, name)) as Migration;
      const all = { postgres: await sentBy('postgres', up), mysql: await sentBy('mysql', up), sqlite: await sentBy('sqlite', up) };
      expect(recorded(join(FOLDER, name.replace(/\.cjs$/, '.json')), all)).toEqual(all);
    });
  }
});

describe('Kysely: where the migration stands in its file', () => {
  const STEPS = "async up(db) { await db.schema.dropTable('a').execute(); }, async down(db) { await db.schema.dropTable('b').execute(); }";
  for (const [form, text] of Object.entries({
    'an object by a name': `export const dropsA: Migration = { ${STEPS} };`,
    'an object that is the default': `const migration = { ${STEPS} }; export default migration;`,
    'a class': `export class DropsA implements Migration { ${STEPS.replace('},', '}')} }`,
  })) {
    test(form, () => {
      expect(read('a.ts', text, 'up')?.emissions).toMatchObject([{ sql: 'drop table "a"' }]);
      expect(read('a.ts', text, 'down')?.emissions).toMatchObject([{ sql: 'drop table "b"' }]);
    });
  }
});

describe('Kysely: what goes wrong', () => {
  test('a builder that is never executed', () => expect(read('a.ts', "export const up = async (db) => { await db.schema.dropTable('a').execute(); db.schema.dropTable('b'); }", 'up')?.emissions).toMatchObject([{ sql: 'drop table "a"' }, { sql: '', traps: [{ trap: 'not-awaited' }] }]));
  test('an execution that nobody waits for', () => expect(read('a.ts', "export const up = async (db) => { db.schema.dropTable('a').execute(); }", 'up')?.emissions).toMatchObject([{ sql: 'drop table "a"', traps: [{ trap: 'not-awaited' }] }]));
  test('an unknown statement', () => expect(read('a.ts', "export const up = async (db) => { await db.schema.createThing('a').execute(); }", 'up')?.emissions).toMatchObject([{ opaque: 'unsupported' }]));
});
