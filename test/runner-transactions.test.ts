import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import knexLibrary from 'knex';
import { Kysely, Migrator, PostgresDialect } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgres } from '../src/dialects/postgres/index.ts';
import { connectionTo } from './support/real-libraries.ts';
import { lintFiles } from './support/lint.ts';

/** Runs the one migration of a project with the library's own runner, set up as the project is. */
type Runner = (server: PGlite, path: string) => Promise<void>;

interface Case {
  readonly name: string;
  /** The migration's file first. */
  readonly files: Readonly<Record<string, string>>;
  readonly run: Runner;
}

const require = createRequire(import.meta.url);
const root = mkdtempSync(join(tmpdir(), 'lockkeeper-runners-'));
const server = new PGlite();
let sent: string[] = [];

beforeAll(async () => {
  await postgres.load();
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  const exec = server.exec.bind(server);
  const query = server.query.bind(server);
  server.exec = (sql) => (sent.push(sql), exec(sql));
  server.query = ((sql: string, values: unknown[]) => (sent.push(sql), query(sql, values))) as typeof server.query;
});
afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true, force: true });
});

const knex = (disableTransactions: boolean): Runner => async (to, path) => {
  const library = knexLibrary({ client: 'pg' });
  const client = library.client as Record<string, unknown>;
  client['acquireConnection'] = () => Promise.resolve(connectionTo(to));
  client['releaseConnection'] = () => Promise.resolve();
  const migration = require(path) as never;
  await library.migrate.latest({ disableTransactions, migrationSource: { getMigrations: () => Promise.resolve(['a']), getMigrationName: () => 'a', getMigration: () => Promise.resolve(migration) } });
};

const kysely = (disableTransactions: boolean): Runner => async (to, path) => {
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: { connect: () => Promise.resolve(connectionTo(to)), end: () => Promise.resolve() } as never }) });
  const { error } = await new Migrator({ db, disableTransactions, provider: { getMigrations: () => Promise.resolve({ a: require(path) as never }) } }).migrateToLatest();
  if (error !== undefined) throw error instanceof Error ? error : new Error('failed');
};

const nodePgMigrate = (singleTransaction: boolean | undefined): Runner => async (to, path) => {
  const { runner } = (await import('node-pg-migrate')) as unknown as { runner: (options: object) => Promise<unknown> };
  const connection = connectionTo(to);
  const log = (): void => undefined;
  await runner({ dbClient: connection, dir: dirname(path), direction: 'up', migrationsTable: 'done', noLock: true, singleTransaction, logger: { info: log, warn: log, error: log } });
};

const KNEX = (body: string, rest = ''): string => `exports.up = async (knex) => {\n${body}\n};\nexports.down = async () => {};\n${rest}`;
const KNEX_BODY = "  await knex.raw('create table a1 (id int)');\n  await knex.transaction(async (trx) => {\n    await trx.raw('create table a2 (id int)');\n    await trx.raw('create table a3 (id int)');\n  });\n  const own = knex.transactionProvider();\n  const trx = await own();\n  await trx.raw('create table a4 (id int)');\n  await (await own()).raw('create table a5 (id int)');\n  await trx.commit();\n  await knex.raw('create table a6 (id int); create table a7 (id int)');";
const knexfile = (settings: string): Readonly<Record<string, string>> => ({ 'knexfile.js': `module.exports = { client: 'pg', migrations: { directory: './migrations'${settings} } };\n` });
const OFF = knexfile(', disableTransactions: true');

const KYSELY = "const { sql } = require('kysely');\nexports.up = async (db) => {\n  await db.schema.createTable('a1').addColumn('id', 'integer').execute();\n  await sql`create table a2 (id int)`.execute(db);\n";
const KYSELY_OWN = "  await db.transaction().execute(async (trx) => {\n    await trx.schema.createTable('a3').addColumn('id', 'integer').execute();\n    await sql`create table a4 (id int)`.execute(trx);\n  });\n  const trx = await db.startTransaction().execute();\n  await sql`create table a5 (id int)`.execute(trx);\n  await sql`create table a6 (id int)`.execute(trx);\n  await trx.commit().execute();\n  await sql`create table a7 (id int)`.execute(db);\n";
const END = '};\nexports.down = async () => {};\n';
const OURS = { 'package.json': '{ "dependencies": { "kysely": "0.28" } }' };

const PGM = "exports.up = async (pgm) => {\n  pgm.createTable('a2', { id: 'int' });\n  await pgm.db.query('create table a1 (id int)');\n  pgm.sql('create table a3 (id int); create table a4 (id int)');\n};\nexports.down = false;\n";

const started = (settings: string): string => `import { runner } from 'node-pg-migrate';\nawait runner({ databaseUrl, dir: 'migrations', direction: 'up', migrationsTable: 'pgmigrations'${settings} });\n`;

const CASES: readonly Case[] = [
  { name: 'Knex', files: { 'migrations/20240101000000_a.js': KNEX(KNEX_BODY.replace(/ {2}const own[^]*commit\(\);\n/, '')), ...knexfile('') }, run: knex(false) },
  { name: 'Knex, a file that leaves the transaction', files: { 'migrations/20240101000000_a.js': KNEX(KNEX_BODY, 'exports.config = { transaction: false };\n'), ...knexfile('') }, run: knex(false) },
  { name: 'Knex without transactions', files: { 'migrations/20240101000000_a.js': KNEX(KNEX_BODY), ...OFF }, run: knex(true) },
  { name: 'Knex without transactions, as the script says that starts it', files: { 'migrations/20240101000000_a.js': KNEX(KNEX_BODY), 'scripts/lib/migrate.ts': "import knex from './knex';\nawait knex.migrate.latest({\n  disableTransactions: true,\n});\n" }, run: knex(true) },
  { name: 'Knex without transactions, a file that asks for one', files: { 'migrations/20240101000000_a.js': KNEX(KNEX_BODY.replace(/ {2}const own[^]*commit\(\);\n/, ''), 'exports.config = { transaction: true };\n'), ...OFF }, run: knex(true) },
  { name: 'Kysely', files: { 'migrations/001_a.js': KYSELY + END, ...OURS }, run: kysely(false) },
  { name: 'Kysely without transactions', files: { 'migrations/001_a.js': KYSELY + KYSELY_OWN + END, ...OURS, 'src/db/migrator.ts': "import { Migrator } from 'kysely';\nexport const migrator = new Migrator({ db, provider, disableTransactions: true });\n" }, run: kysely(true) },
  { name: 'Kysely without transactions, as the script says that starts it', files: { 'migrations/001_a.js': KYSELY + KYSELY_OWN + END, 'package.json': '{ "scripts": { "migrate": "kysely migrate latest --no-transaction" }, "dependencies": { "kysely": "0.28" } }' }, run: kysely(true) },
  { name: 'node-pg-migrate', files: { 'migrations/1700000000001_a.js': PGM }, run: nodePgMigrate(true) },
  { name: 'node-pg-migrate, each migration in a transaction', files: { 'migrations/1700000000001_a.js': PGM, 'package.json': '{ "scripts": { "migrate": "node-pg-migrate up --no-single-transaction" } }' }, run: nodePgMigrate(false) },
  { name: 'node-pg-migrate, as the program says that starts it', files: { 'migrations/1700000000001_a.js': PGM, 'src/migrate.ts': started(', singleTransaction: false') }, run: nodePgMigrate(false) },
  { name: 'node-pg-migrate, as the program leaves it open that starts it', files: { 'migrations/1700000000001_a.js': PGM, 'src/migrate.ts': started('') }, run: nodePgMigrate(undefined) },
  { name: 'node-pg-migrate, as the program says that starts it in one', files: { 'migrations/1700000000001_a.js': PGM, 'src/migrate.ts': started(', singleTransaction: true') }, run: nodePgMigrate(true) },
];

describe('what shares a transaction is what shares it with the real runner', () => {
  test.each(CASES.map((one) => [one.name, one] as const))('%s', async (_name, { files, run }) => {
    const [name = ''] = Object.keys(files);
    const path = join(mkdtempSync(join(root, 'p-')), name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, files[name] ?? '');
    await server.exec('drop schema public cascade; create schema public');
    sent = [];
    await run(server, path);
    const { migrations } = await lintFiles(files);
    const read = migrations.flatMap(({ statements }) => statements.filter(({ direction, operations }) => direction === 'up' && operations.includes('createTable')));
    const real = transactionsOf(sent);
    expect(real.length).toBeGreaterThan(0);
    expect(numbered(read.map(({ transaction }) => transaction))).toEqual(numbered(real));
  });
});

describe('how the tool is started', () => {
  const findings = async (files: Readonly<Record<string, string>>): Promise<readonly string[]> => (await lintFiles(files)).findings.map(({ rule }) => rule);
  const MIKRO = "import { Migration } from '@mikro-orm/migrations';\nexport class Migration20240101000000 extends Migration {\n  async up(): Promise<void> {\n    await this.getKnex().raw('update a set b = 1');\n  }\n}\n";
  const DB_MIGRATE = "exports.up = function (db) {\n  return db.runSql('create index concurrently a_b on a (b)');\n};\nexports.down = null;\n";

  test('what Sequelize sends as one string over another connection is a transaction there', async () => {
    const body = "    await queryInterface.sequelize.transaction(async (transaction) => {\n      await queryInterface.sequelize.query('select 1', { transaction });\n      await queryInterface.changeColumn('a', 'b', { type: Sequelize.TEXT, allowNull: true });\n      await queryInterface.sequelize.query('select 2');\n      await queryInterface.sequelize.query('select 3', { transaction });\n    });\n";
    const { migrations } = await lintFiles({ 'migrations/20240101000000-a.js': `module.exports = {\n  up: async (queryInterface, Sequelize) => {\n${body}  },\n};\n`, 'package.json': '{ "dependencies": { "sequelize": "6" } }' });
    const up = migrations.flatMap(({ statements }) => statements.filter(({ operations }) => !operations.includes('transaction')));
    expect(numbered(up.map(({ transaction }) => transaction))).toEqual([0, 1, 1, 1, null, 0]);
    expect(up.map(({ held }) => [...held.taken.slice(0, held.count)].length)).toEqual([0, 0, 1, 1, 0, 0]);
  });

  test('MikroORM forgets no transaction where it begins none', async () => {
    const project = (settings: string) => ({ 'migrations/Migration20240101000000.ts': MIKRO, 'src/config/mikro-orm.config.ts': `export default { migrations: { ${settings} } };\n` });
    expect(await findings(project(''))).toContain('no-forgotten-transaction');
    expect(await findings(project('transactional: false'))).not.toContain('no-forgotten-transaction');
  });

  test('db-migrate begins none when it is told so', async () => {
    const project = (flags: string) => ({ 'migrations/20240101000000-a.js': DB_MIGRATE, 'package.json': `{ "scripts": { "migrate": "db-migrate up${flags}" }, "dependencies": { "db-migrate": "0.11" } }` });
    expect(await findings(project(''))).toContain('no-concurrently-in-transaction');
    expect(await findings(project(' --non-transactional'))).not.toContain('no-concurrently-in-transaction');
  });
});

/** The transaction of each table made, in the order in which they are sent; null: it commits by itself. */
function transactionsOf(strings: readonly string[]): readonly (string | null)[] {
  let count = 0;
  let open = false;
  return strings.flatMap((text) => {
    const tables = postgres.parse(text).statements.filter(({ operations: [first] }) => first?.kind === 'createTable' && first.table.name.startsWith('a'));
    if (/^\s*begin\b/i.test(text)) [open, count] = [true, count + 1];
    if (/^\s*(?:commit|rollback)\b/i.test(text)) open = false;
    if (!open && tables.length > 1) count += 1;
    return tables.map(() => (open || tables.length > 1 ? String(count) : null));
  });
}

/** By the order in which they come up. */
function numbered(transactions: readonly (string | null)[]): readonly (number | null)[] {
  const known = [...new Set(transactions.filter((one) => one !== null))];
  return transactions.map((one) => (one === null ? null : known.indexOf(one)));
}
