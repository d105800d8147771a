import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DataSource, Table, TableCheck, TableColumn, TableForeignKey, TableIndex, TableUnique } from 'typeorm';

/** What the library asks the server for its own sake. */
const ASKS = /^\s*(?:SELECT (?:\*|current_schema|version|"udt|"n"|TRUE|\* FROM)|SHOW\b)/i;

/** Runs a migration with the real library, in a transaction, and a connection that only listens. */
export async function sendWithTypeOrm(path: string, failing?: true, entities: readonly unknown[] = []): Promise<{ readonly sent: readonly string[]; readonly failed?: string }> {
  const sent: string[] = [];
  const client = {
    query(sql: string): Promise<unknown> {
      if (!ASKS.test(sql) || /FROM users/.test(sql)) sent.push(sql);
      const rows = /version\(\)/.test(sql) ? [{ version: 'PostgreSQL 16.0' }] : /current_database/.test(sql) ? [{ current_database: 'shop' }] : /current_schema/.test(sql) ? [{ current_schema: 'public' }] : /"udt_schema"/.test(sql) ? [{ udt_schema: 'public', udt_name: 'users_state_enum' }] : [];
      return Promise.resolve({ rows, rowCount: 0, command: 'SELECT' });
    },
    on: () => undefined,
    removeListener: () => undefined,
  };
  const driver = {
    Pool: function Pool() {
      return { connect: (callback: (error: undefined, connection: typeof client, release: () => void) => void) => { callback(undefined, client, () => undefined); }, on: () => undefined, end: (done: () => void) => { done(); } };
    },
  };
  const source = await new DataSource({ type: 'postgres', driver, installExtensions: false, entities } as never).initialize();
  const runner = source.createQueryRunner();
  (runner as unknown as { getCachedTable: (name: string) => Promise<Table> }).getCachedTable = (name) => Promise.resolve(tableOf(name));
  await runner.startTransaction();
  sent.length = 0;
  try {
    await (await migrationIn(path)).up(runner as QueryRunner);
  } catch (error) {
    if (failing !== true) throw error;
    return { sent, failed: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) };
  }
  return { sent };
}

/** The same with the generators of other engines: there is no connection, and every question to the server has the answer nothing. */
export async function sendWithOther(path: string, type: 'mysql' | 'better-sqlite3'): Promise<readonly string[]> {
  const sent: string[] = [];
  const source = new DataSource({ type, database: type === 'mysql' ? 'shop' : ':memory:', driver: {} } as never);
  const runner = source.createQueryRunner();
  const stub = runner as unknown as { query: (sql: string) => Promise<unknown>; getCachedTable: (name: string) => Promise<Table>; getTable: (name: string) => Promise<Table>; getCurrentDatabase: () => Promise<string> };
  stub.query = (sql) => {
    if (!/^\s*(?:SELECT|PRAGMA|SHOW)\b/i.test(sql) || /FROM users/.test(sql)) sent.push(sql);
    return Promise.resolve([]);
  };
  stub.getCachedTable = (name) => Promise.resolve(tableOf(name));
  stub.getTable = stub.getCachedTable;
  stub.getCurrentDatabase = () => Promise.resolve('shop');
  await runner.startTransaction();
  sent.length = 0;
  // A method that the engine lacks does not end the case.
  const lenient = new Proxy(runner, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]): Promise<unknown> => {
        try {
          return (await member.apply(target, args)) as unknown;
        } catch (error) {
          sent.push(`-- ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`);
          return undefined;
        }
      };
    },
  });
  await (await migrationIn(path)).up(lenient);
  return sent;
}

async function migrationIn(path: string): Promise<MigrationInterface> {
  const module: unknown = path.endsWith('.cjs') ? createRequire(import.meta.url)(path) : await import(pathToFileURL(path).href);
  const Migration = typeof module === 'function' ? module : Object.values(module as object)[0];
  return new (Migration as new () => MigrationInterface)();
}

/** Every table is in the database, with the same columns and named parts. */
function tableOf(name: string): Table {
  const column = (own: string, type: string): TableColumn => new TableColumn({ name: own, type, isNullable: true });
  const known = !/keyless/.test(name);
  return new Table({
    name,
    columns: known ? ['name', 'fullName', 'mail', 'email', 'score', 'age', 'a', 'b', 'id'].map((own) => column(own, 'varchar')) : [],
    indices: known ? [new TableIndex({ name: 'IDX_known', columnNames: ['x', 'y'] })] : [],
    foreignKeys: known ? [new TableForeignKey({ name: 'FK_known', columnNames: ['x'], referencedTableName: 'xs', referencedColumnNames: ['id'] })] : [],
    uniques: known ? [new TableUnique({ name: 'UQ_known', columnNames: ['x', 'y'] })] : [],
    checks: known ? [new TableCheck({ name: 'CHK_known', expression: 'x > 0' })] : [],
  });
}
