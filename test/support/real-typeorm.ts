import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DataSource, Table, TableCheck, TableColumn, TableForeignKey, TableIndex, TableUnique } from 'typeorm';

/** What the library asks the server for its own sake. */
const ASKS = /^\s*(?:SELECT (?:\*|current_schema|version|"udt|"n"|TRUE|\* FROM)|SHOW\b)/i;

/** Runs a migration with the real library, in a transaction, and a connection that only listens. */
export async function sendWithTypeOrm(path: string, failing?: true): Promise<{ readonly sent: readonly string[]; readonly failed?: string }> {
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
  const source = await new DataSource({ type: 'postgres', driver, installExtensions: false } as never).initialize();
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
