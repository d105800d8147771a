import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PGlite } from '@electric-sql/pglite';
import { Configuration } from '@mikro-orm/core';
import { MigrationRunner } from '@mikro-orm/migrations';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import knexLibrary from 'knex';
import { Kysely, PostgresDialect } from 'kysely';
import { Sequelize } from 'sequelize';
import { DataSource } from 'typeorm';
import { TYPES } from '../../src/frameworks/db-migrate/methods.ts';

/** Runs one direction of a migration's file with its real library, on a server. */
type RunFile = (server: PGlite, path: string, direction: 'up' | 'down') => Promise<void>;

type Direction = (...args: readonly unknown[]) => unknown;
type Migration = Readonly<Record<'up' | 'down', Direction>> & { readonly setup?: Direction };

const require = createRequire(import.meta.url);
const imported = (path: string): Promise<unknown> => import(pathToFileURL(resolve(path)).href);

interface Answer {
  readonly rows: readonly unknown[];
  readonly rowCount: number;
  readonly fields: readonly unknown[];
  readonly command: string;
}
type Done = (error: unknown, answer?: Answer) => void;

/** A connection as `pg` has it, to PostgreSQL in this process. */
export function connectionTo(server: PGlite) {
  const ask = async (sql: string, values: readonly unknown[]): Promise<Answer> => {
    const last = values.length > 0 ? await server.query(sql, [...values]) : (await server.exec(sql)).at(-1);
    return { rows: last?.rows ?? [], rowCount: last?.affectedRows ?? 0, fields: last?.fields ?? [], command: (/\w+/.exec(sql)?.[0] ?? '').toUpperCase() };
  };
  return {
    query(asked: string | { readonly text: string; readonly values?: readonly unknown[] }, second?: readonly unknown[] | Done, third?: Done): Promise<Answer> {
      const { text, values = [] } = typeof asked === 'string' ? { text: asked } : asked;
      const done = typeof second === 'function' ? second : third;
      const answer = ask(text, Array.isArray(second) ? (second as readonly unknown[]) : values);
      if (done !== undefined) void answer.then((got) => { done(null, got); }, (error: unknown) => { done(error); });
      return done === undefined ? answer : answer.catch(() => ({ rows: [], rowCount: 0, fields: [], command: '' }));
    },
    connect: (done?: (error: null) => void) => { done?.(null); },
    end: (done?: () => void) => { done?.(); },
    on: () => undefined,
    removeListener: () => undefined,
    release: () => undefined,
    setMaxListeners: () => undefined,
  };
}

export const LIBRARIES: Readonly<Record<string, RunFile>> = {
  async sequelize(server, path, direction) {
    const sequelize = new Sequelize({ dialect: 'postgres', logging: false, databaseVersion: '16.0.0', dialectModule: { types: { getTypeParser: () => (value: unknown) => value, setTypeParser: () => undefined } } } as never);
    const manager = (sequelize as unknown as { connectionManager: Record<string, unknown> }).connectionManager;
    manager['getConnection'] = () => Promise.resolve(connectionTo(server));
    manager['releaseConnection'] = () => Promise.resolve();
    await (require(resolve(path)) as Migration)[direction](sequelize.getQueryInterface(), Sequelize);
  },
  async typeorm(server, path, direction) {
    const connection = connectionTo(server);
    const driver = { Pool: function Pool() { return { connect: (done: (error: undefined, client: object, release: () => void) => void) => { done(undefined, connection, () => undefined); }, on: () => undefined, end: (done: () => void) => { done(); } }; } };
    const source = await new DataSource({ type: 'postgres', driver, installExtensions: false } as never).initialize();
    const [Made] = Object.values((await imported(path)) as object) as [new () => Migration];
    await new Made()[direction](source.createQueryRunner());
  },
  async knex(server, path, direction) {
    const knex = knexLibrary({ client: 'pg' });
    const client = knex.client as Record<string, unknown>;
    client['acquireConnection'] = () => Promise.resolve(connectionTo(server));
    client['releaseConnection'] = () => Promise.resolve();
    await (require(resolve(path)) as Migration)[direction](knex);
  },
  async 'node-pg-migrate'(server, path, direction) {
    const { MigrationBuilder } = (await imported('node_modules/node-pg-migrate/dist/legacy/migrationBuilder.js')) as { MigrationBuilder: new (db: object, shorthands: object, decamelize: boolean, logger: object) => { getSqlSteps: () => readonly string[] } };
    const pgm = new MigrationBuilder({}, {}, false, console);
    (require(resolve(path)) as Migration)[direction](pgm);
    for (const sql of pgm.getSqlSteps()) await server.exec(sql);
  },
  async kysely(server, path, direction) {
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: { connect: () => Promise.resolve(connectionTo(server)), end: () => Promise.resolve() } as never }) });
    await ((await imported(path)) as Migration)[direction](db);
  },
  async 'db-migrate'(server, path, direction) {
    const { connect } = require('db-migrate-pg') as { connect: (config: object, internals: object, done: (error: unknown, db: object) => void) => void };
    const silent = Object.assign(() => undefined, { verbose: () => undefined, sql: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined });
    const connection = connectionTo(server);
    const db = await new Promise<object>((ready, fail) => {
      connect({ user: 'a', host: '127.0.0.1', database: 'a', native: false, db: connection }, { mod: { log: silent, type: TYPES }, interfaces: {} }, (error, made) => {
        if (error != null) fail(error instanceof Error ? error : new Error('no driver'));
        else ready(Object.assign(made, { connection }));
      });
    });
    const migration = require(resolve(path)) as Migration;
    migration.setup?.({ dbmigrate: { dataType: TYPES } });
    // As the tool does it: who takes a second parameter calls back.
    if (migration[direction].length < 2) await migration[direction](db);
    else await new Promise<void>((done, fail) => void migration[direction](db, (error: unknown) => { if (error == null) done(); else fail(error instanceof Error ? error : new Error('failed')); }));
  },
  async 'mikro-orm'(server, path, direction) {
    const config = new Configuration({ driver: PostgreSqlDriver, dbName: 'shop', entities: [], discovery: { warnWhenNoEntities: false } }, false);
    const driver = config.getDriver();
    const platform = driver.getPlatform();
    const says = (sql: string) => () => server.exec(sql).then(() => ({}));
    Object.assign(driver.getConnection(), { begin: says('begin'), commit: says('commit'), rollback: says('rollback') });
    Object.assign(driver, { execute: (sql: string, values: readonly unknown[] = []) => server.exec(platform.formatQuery(sql, values)) });
    const [Made] = Object.values((await imported(path)) as Record<string, new (driver: unknown, config: unknown) => never>);
    if (Made === undefined) throw new Error(`${path} has no migration`);
    await new MigrationRunner(driver as never, config.get('migrations'), config as never).run(new Made(driver, config), direction);
  },
};
