import { describe, expect, it } from 'vitest';
import type { DiscoverOptions } from '../src/discovery/discover.ts';
import { discover } from '../src/discovery/discover.ts';
import { overlay } from '../src/discovery/overlay.ts';
import { unreadBelow } from '../src/discovery/unread.ts';
import { memoryTree } from './support/lint.ts';

type Files = Readonly<Record<string, string>>;

const named = (...paths: string[]): Files => Object.fromEntries(paths.map((path) => [path, 'SELECT 1;']));
const found = (files: Files, options: DiscoverOptions = {}): Record<string, string> =>
  Object.fromEntries(discover('', memoryTree(files), options).histories.map(({ folder, framework }) => [folder, framework]));
const order = (files: Files, options: DiscoverOptions = {}): readonly string[] =>
  discover('', memoryTree(files), options).histories.flatMap(({ migrations }) => migrations.map(({ up }) => up.path));
const selected = (files: Files, paths: readonly string[], more: DiscoverOptions = {}): readonly string[] => [...(discover('', memoryTree(files), { paths, ...more }).selected ?? [])].sort();

const golang = named('db/migrations/1_a.up.sql', 'db/migrations/1_a.down.sql', 'db/migrations/2_b.up.sql', 'db/migrations/2_b.down.sql');
const prisma = { ...named('prisma/migrations/20240101000000_a/migration.sql', 'prisma/migrations/20240102000000_b/migration.sql'), 'prisma/migrations/migration_lock.toml': 'provider = "postgresql"' };

describe('without a path', () => {
  it('tells Kysely by what nobody else chains, where the project names the type of its database itself', () => {
    const step = "import type { Database } from '../database';\nexport const up = async (db: Database) => { await db.schema.createTable('users').ifNotExists().addColumn('id', 'uuid').execute(); };\n";
    expect(found({ 'db/migrations/0001-users.ts': step, 'db/migrations/0002-mail.ts': step.replace(/createTable.*execute/, "alterTable('users').addColumn('mail', 'text').execute") })).toEqual({ 'db/migrations': 'kysely' });
  });

  it('takes two migrations of db-migrate of one second for two', () => {
    const step = "exports.up = (db) => db.runSql('SELECT 1');\nexports.down = (db) => db.runSql('SELECT 1');\n";
    const { histories } = discover('', memoryTree({ 'migrations/20240101000000-a.js': step, 'migrations/20240101000000-b.js': step }));
    expect(histories.map(({ framework, migrations, problems }) => ({ framework, count: migrations.length, problems }))).toEqual([{ framework: 'db-migrate', count: 2, problems: [] }]);
  });

  it('has a tool that is named read what bears no marks of anybody, but not beside what bears its own', () => {
    const files = named('migrations/001_a.sql', 'migrations/002_b.sql');
    expect(found(files, { framework: 'sqlx' })).toEqual({ migrations: 'sqlx' });
    expect(found({ ...files, 'db/goose/001_a.sql': '-- +goose Up\nSELECT 1;\n' }, { framework: 'goose' })).toEqual({ 'db/goose': 'goose' });
  });

  it('reads what a migration of db-migrate reads from a file of its own name once, with its ending or without', () => {
    const step = "exports.up = (db) => db.runSql(require('fs').readFileSync(__dirname + '/sqls/20240101000000-a.js-up.sql', 'utf8'));\nexports.down = (db) => db.runSql('SELECT 1');\n";
    const files = { 'migrations/20240101000000-a.js': step, ...named('migrations/sqls/20240101000000-a.js-up.sql', 'migrations/sqls/20240101000000-a.js-down.sql') };
    expect(order(files)).toEqual(['migrations/sqls/20240101000000-a.js-up.sql']);
  });

  it('finds every migration folder of the project and nothing else', () => {
    const files = {
      ...golang,
      ...prisma,
      ...named('services/billing/sql/001_a.sql', 'services/billing/sql/002_b.sql'),
      'services/auth/sql/schema/001_a.sql': '-- +goose Up\nSELECT 1;\n',
      ...named(
        'queries/users.sql',
        'db/queries/001_users.sql',
        'db/queries/002_orders.sql',
        'db/seeds/001_users.sql',
        'db/seeds/002_orders.sql',
        'db/schema.sql',
        'db/structure.sql',
        'node_modules/lib/migrations/1_x.up.sql',
        'vendor/lib/migrations/1_x.up.sql',
        'test/migrations/1_x.up.sql',
        'internal/testdata/migrations/1_x.up.sql',
        'examples/migrations/1_x.up.sql',
        'build/migrations/1_x.up.sql',
        'generated/migrations/1_x.up.sql',
        'scripts/cleanup.sql',
        'scripts/report.sql',
        'docker/init.sql',
      ),
      '.gitignore': 'generated/\n',
    };
    expect(found(files)).toEqual({
      'db/migrations': 'golang-migrate',
      'prisma/migrations': 'prisma',
      'services/auth/sql/schema': 'goose',
      'services/billing/sql': 'sql',
    });
  });

  it('knows migrations of Sequelize by what they call, where the project depends on it', () => {
    const files = {
      'db/migrations/20240101000000-init.js': "module.exports = { up: (q, S) => q.createTable('t', { id: { type: S.BIGINT, primaryKey: true } }), down: (q) => q.dropTable('t') };\n",
      'db/migrations/20240102000000-more.js': "exports.up = async (qi) => { await qi.sequelize.query('SELECT 1'); };\nexports.down = async () => {};\n",
    };
    expect(found(files)).toEqual({});
    expect(found({ ...files, 'package.json': '{"dependencies":{"sequelize":"^6.37.0","pg":"^8.0.0"}}' })).toEqual({ 'db/migrations': 'sequelize' });
  });

  it('knows a folder of migrations whose names have no time beside the settings of sequelize-cli', () => {
    const file = "module.exports = { up: async (queryInterface, Sequelize) => { await queryInterface.dropTable('t'); }, down: async () => {} };\n";
    const files = { 'src/migrations/create-users.js': file, 'src/migrations/update-users.js': file.replaceAll('queryInterface', 'q') };
    expect(found(files)).toEqual({});
    expect(found({ ...files, '.sequelizerc': "module.exports = { 'migrations-path': 'src/migrations' };\n" })).toEqual({ 'src/migrations': 'sequelize' });
  });

  it('knows migrations of umzug by short numbers, and those of node-pg-migrate that mostly use a connection of their own', () => {
    const umzug = 'export async function up({ context }) { await context.queryInterface.dropTable("t"); }\n';
    expect(found({ 'src/db/migrations/00-a.ts': umzug, 'src/db/migrations/01-b.ts': umzug })).toEqual({ 'src/db/migrations': 'sequelize' });
    const own = "const { client } = require('../db');\nexports.up = async () => { await client.reload(); };\n";
    const files = { 'migrations/1605755216563_a.js': own, 'migrations/1606866379079_b.js': own, 'migrations/1607725149661_c.js': "exports.up = (pgm) => { pgm.dropTable('t'); };\n" };
    expect(found(files)).toEqual({});
    expect(found({ ...files, 'package.json': '{"dependencies":{"node-pg-migrate":"8","pg":"8"}}' })).toEqual({ migrations: 'node-pg-migrate' });
  });

  it('knows migrations of Flyway without a letter in front where the settings take it away', () => {
    const files = named('src/main/resources/db/migration/20170206205240748__schema.sql', 'src/main/resources/db/migration/20170206205310272__data.sql');
    expect(found(files)).toEqual({ 'src/main/resources/db/migration': 'sql' });
    expect(found({ ...files, 'src/main/resources/application.properties': 'spring.flyway.schemas=app\nspring.flyway.sql-migration-prefix=\nspring.flyway.table=schema_version\n' })).toEqual({ 'src/main/resources/db/migration': 'flyway' });
  });

  it('reads migrations of Flyway in folders beside its callbacks as one history', () => {
    const at = 'src/main/resources/db/migration';
    const files = named(`${at}/beforeMigrate.sql`, `${at}/afterEachMigrate.sql`, `${at}/init/V1__a.sql`, `${at}/prod/V2__b.sql`, `${at}/repeatable/R__views.sql`);
    expect(order(files)).toEqual([`${at}/init/V1__a.sql`, `${at}/prod/V2__b.sql`, `${at}/repeatable/R__views.sql`]);
  });

  it('finds the migrations of Flyway that are programs where its class path has them', () => {
    const files = {
      ...named('src/main/resources/db/migration/V1__a.sql', 'src/main/resources/db/migration/V10__c.sql', 'src/main/java/db/migration/V2__b.java', 'src/main/java/db/migration/Helper.java', 'src/main/kotlin/org/app/V9__c.kt'),
      'src/main/resources/application.yml': 'spring:\n  flyway:\n    locations: classpath:db/migration/**/*.sql,classpath:org/app\n',
    };
    const [history] = discover('', memoryTree(files)).histories;
    expect(history?.unread).toEqual(['src/main/java/db/migration/V2__b.java', 'src/main/kotlin/org/app/V9__c.kt']);
    expect(history?.migrations.map(({ unread = [] }) => unread.map(({ path }) => path))).toEqual([[], history?.unread]);
  });

  it('knows migrations of Prisma by its schema beside them, however they are named', () => {
    expect(found({ ...named('prisma/migrations/initial_deploy/migration.sql'), 'prisma/schema.prisma': 'datasource db {\n  provider = "postgresql"\n}\n' })).toEqual({ 'prisma/migrations': 'prisma' });
    expect(found(named('prisma/migrations/initial_deploy/migration.sql'))).toEqual({});
  });

  it('leaves out what is for CockroachDB, whatever driver the project has', () => {
    const step = (sql: string): string => `import { Migration } from '@mikro-orm/migrations';\nexport class M extends Migration { override async up() { this.addSql(\`${sql}\`); } }\n`;
    const files = {
      'migrations/Migration20240101000000.ts': step('create table "tags" ("id" bigint not null, "at" timestamptz not null default current_timestamp());'),
      'migrations/Migration20240102000000.ts': step('drop index "tags" @ "tags_at_index" cascade;'),
      'package.json': '{"dependencies":{"@mikro-orm/migrations":"6","@mikro-orm/postgresql":"6","pg":"8"}}',
    };
    expect(discover('', memoryTree(files)).histories.map(({ dialect }) => dialect)).toEqual(['cockroachdb']);
    expect(discover('', memoryTree({ ...files, 'migrations/Migration20240102000000.ts': step('drop index "tags_at_index" cascade;') })).histories.map(({ dialect }) => dialect)).toEqual(['postgres']);
  });

  it('looks for no migrations among the tests of a Gradle project', () => {
    expect(found(named('src/main/resources/db/migration/V1__a.sql', 'src/integrationTest/resources/db/testmigration/V1__a.sql'))).toEqual({ 'src/main/resources/db/migration': 'flyway' });
  });

  it('takes no SQL that programs in Rust include for a history', () => {
    const files = named('migration/src/lib.rs', 'migration/src/m0000010_init.rs', 'migration/src/m0000020_score.rs', 'migration/src/m0000020_score/up.sql', 'migration/src/m0000020_score/down.sql');
    expect(found(files)).toEqual({});
    expect(found(named('migration/src/m0000010_init.rs', 'migration/src/migrations/init_up.sql', 'migration/src/migrations/init_down.sql'))).toEqual({});
    expect(unreadBelow('', memoryTree(files))).toEqual([{ tool: 'SeaORM', folder: 'migration/src', count: 2 }]);
  });

  it('takes one pair among scripts without an order for no history', () => {
    expect(found(named('templates/audit.sql', 'templates/indexes.sql', 'templates/notes_down.sql', 'templates/notes_up.sql', 'templates/tables.sql', 'templates/views.sql'))).toEqual({});
    expect(found(named('changes/notes_down.sql', 'changes/notes_up.sql', 'changes/views.sql'))).toEqual({ changes: 'pairs' });
  });

  it('knows migrations of Knex that take the schema apart, and of db-migrate that hand the driver on', () => {
    expect(found({ 'migrations/20240101000000_a.js': "exports.up = async ({ schema }) => { await schema.dropTable('t'); };\nexports.down = async () => {};\n" })).toEqual({ migrations: 'knex' });
    const files = { 'migrations/20240101000000-a.js': "const { change } = require('../change');\nexports.up = function (db) { return change(db); };\nexports.down = function () { return null; };\n" };
    expect(found(files)).toEqual({});
    expect(found({ ...files, 'package.json': '{"dependencies":{"db-migrate":"0.11","db-migrate-pg":"1"}}' })).toEqual({ migrations: 'db-migrate' });
  });

  it('tells migrations of Knex from those of Sequelize where the project depends on both', () => {
    const files = {
      'package.json': '{"dependencies":{"knex":"^3.1.0","sequelize":"^6.37.0"}}',
      'server/db/migrations/20240101000000_init.js': "exports.up = (knex) => knex.schema.createTable('t', (table) => { table.bigInteger('id'); });\nexports.down = (knex) => knex.schema.dropTable('t');\n",
    };
    expect(found(files)).toEqual({ 'server/db/migrations': 'knex' });
  });

  it('finds the plan and the scripts of Sqitch where its configuration has them', () => {
    const plan = '%syntax-version=1.0.0\n%project=demo\n\nusers 2024-01-01T00:00:00Z Ann <a@b.c> # users\n';
    const scripts = (folder: string): Record<string, string> => ({ [`${folder}/deploy/users.sql`]: 'CREATE TABLE users ();\n', [`${folder}/revert/users.sql`]: 'DROP TABLE users;\n' });
    const conf = (lines: string): string => `[core]\n\tengine = pg\n${lines}[engine "pg"]\n\t# target = x\n`;
    // A plan in the folder above is one that was left behind.
    expect(order({ 'sqitch.conf': conf('\ttop_dir = ./sql\n'), 'sqitch.plan': plan, 'sql/sqitch.plan': plan, ...scripts('sql') })).toEqual(['sql/deploy/users.sql']);
    const apart = { 'sqitch.conf': conf('\ttop_dir = sql # all of it\n\tplan_file = "db.plan"\n'), 'db.plan': plan, ...scripts('sql') };
    expect(order(apart)).toEqual(['sql/deploy/users.sql']);
    expect(Object.values(found(apart))).toEqual(['sqitch']);
    expect(order({ 'db/sqitch.conf': conf('\tdeploy_dir = up\n\trevert_dir = ../back\n\textension = ddl\n'), 'db/sqitch.plan': plan, 'db/up/users.ddl': 'CREATE TABLE users ();\n', 'back/users.ddl': 'DROP TABLE users;\n' })).toEqual(['db/up/users.ddl']);
    expect(order({ 'db/sqitch.plan': plan, ...scripts('db') })).toEqual(['db/deploy/users.sql']);
  });

  it('takes a migration for one whose name ends like that of a test or of settings', () => {
    const migration = "exports.up = (knex) => knex.schema.dropTable('t');\nexports.down = () => {};\n";
    const named = (names: readonly string[]): Record<string, string> => Object.fromEntries(names.map((name) => [`migrations/${name}`, migration]));
    expect(order(named(['20240101000000_add-config.js', '20240102000000_comment-test.js', '20240103000000_more.test.js', 'some-test.js', 'webpack.config.js']))).toEqual([
      'migrations/20240101000000_add-config.js',
      'migrations/20240102000000_comment-test.js',
    ]);
  });

  it('passes over what migrations of Kysely share', () => {
    const migration = "import type { Kysely } from 'kysely';\nexport async function up(db: Kysely<unknown>): Promise<void> { await db.schema.dropTable('t').execute(); }\n";
    const files = {
      'src/migrations/001_a.ts': migration,
      'src/migrations/002_b.ts': migration,
      'src/migrations/provider.ts': "import type { Migration, MigrationProvider } from 'kysely';\nimport * as a from './001_a';\nexport class Provider implements MigrationProvider { getMigrations(): Promise<Record<string, Migration>> { return Promise.resolve({ '001_a': a }); } }\nexport default Provider;\n",
      'src/migrations/timestamps.ts': "import { sql } from 'kysely';\nexport const now = sql`now()`;\n",
    };
    expect(order(files)).toEqual(['src/migrations/001_a.ts', 'src/migrations/002_b.ts']);
  });

  it('tells engines apart and takes folders by release for one history', () => {
    const files = named('store/migration/postgres/0.2/00__a.sql', 'store/migration/postgres/0.10/00__b.sql', 'store/migration/postgres/LATEST.sql', 'store/migration/mysql/0.2/00__a.sql', 'store/migration/mysql/0.10/00__b.sql');
    expect(found(files)).toEqual({ 'store/migration/mysql': 'sql', 'store/migration/postgres': 'sql' });
    expect(order(files, { paths: ['store/migration/postgres'] })).toEqual(['store/migration/postgres/0.2/00__a.sql', 'store/migration/postgres/0.10/00__b.sql']);
  });

  it('knows a folder of files that are called migrations and have numbers', () => {
    expect(found(named('schema/migration-1-0000-20190730.sql', 'schema/migration-1-0001-20190801.sql', 'schema/migration-2-0001-20190901.sql', 'schema/readme.md'))).toEqual({ schema: 'sql' });
    expect(found(named('schema/users-1.sql', 'schema/users-2.sql', 'src/index.js'))).toEqual({});
  });

  it.each([
    ['mysql', 'ALTER TABLE accounts MODIFY external_key varchar(255);'],
    ['mysql', 'ALTER TABLE accounts ADD COLUMN notes varchar(4096) DEFAULT NULL AFTER phone;'],
    ['mysql', 'ALTER TABLE accounts ADD INDEX accounts_email (email);'],
    ['mysql', 'DROP INDEX accounts_email ON accounts;'],
    ['sqlserver', 'SELECT count_big(*) AS n INTO #counts FROM persons;'],
    ['postgres', 'ALTER TABLE accounts ADD COLUMN after_dark boolean; CREATE TRIGGER t AFTER INSERT ON accounts FOR EACH ROW EXECUTE FUNCTION f(); SELECT 1::int;'],
  ])('an engine is told by what the others do not know: %s', (dialect, text) => {
    const files = { 'db/migration/V1__a.sql': text, 'db/migration/V2__b.sql': text };
    expect(discover('', memoryTree(files)).histories.map((history) => history.dialect)).toEqual([dialect]);
  });

  it('takes no folder of code with SQL helpers for a history', () => {
    expect(found(named('app/migrations/0001_a.py', 'app/migrations/0002_b.py', 'app/migrations/0003_c.py', 'app/migrations/0002_helper.sql', 'src/migration/mod.rs', 'src/migration/setup.sql'))).toEqual({});
  });

  it('takes what is there when nothing looks like a migration folder', () => {
    expect(found(named('one.sql'))).toEqual({ '': 'sql' });
    expect(found(named('case/b.sql', 'case/a.sql'))).toEqual({ case: 'sql' });
  });

  it('leaves ignored folders out, and ignored files out of the report only', () => {
    const files = { ...golang, ...prisma };
    const ignore = (path: string): boolean => path === 'prisma' || path === 'db/migrations/1_a.up.sql';
    const discovery = discover('', memoryTree(files), { ignore });
    expect(discovery.histories.map(({ folder }) => folder)).toEqual(['db/migrations']);
    expect(discovery.histories[0]?.migrations).toHaveLength(2);
    expect([...(discovery.selected ?? [])].sort()).toEqual(['db/migrations/1_a.down.sql', 'db/migrations/2_b.down.sql', 'db/migrations/2_b.up.sql']);
  });
});

describe('a file', () => {
  it('brings its whole history with it and is all that is reported', () => {
    expect(order(golang, { paths: ['db/migrations/2_b.up.sql'] })).toEqual(['db/migrations/1_a.up.sql', 'db/migrations/2_b.up.sql']);
    expect(selected(golang, ['db/migrations/2_b.up.sql'])).toEqual(['db/migrations/2_b.up.sql']);
  });

  it('finds its history further up', () => {
    const path = 'prisma/migrations/20240102000000_b/migration.sql';
    expect(order(prisma, { paths: [path] })).toEqual(['prisma/migrations/20240101000000_a/migration.sql', path]);
    expect(selected(prisma, ['prisma/migrations/20240102000000_b'])).toEqual([path]);
  });

  it('stands alone among files without an order', () => {
    expect(order(named('ops/fix.sql', 'ops/cleanup.sql', 'ops/report.sql'), { paths: ['ops/fix.sql'] })).toEqual(['ops/fix.sql']);
    expect(order(named('x.sql', 'y.sql'), { paths: ['x.sql', 'y.sql'] })).toEqual(['x.sql', 'y.sql']);
    expect(discover('', memoryTree(named('x.sql', 'y.sql')), { paths: ['x.sql', 'y.sql'] }).histories).toHaveLength(2);
  });

  it('comes after its siblings where names carry an order', () => {
    const files = named('changes/1.sql', 'changes/2.sql', 'changes/10.sql', 'changes/undo_everything.sql');
    expect(order(files, { paths: ['changes/10.sql'] }).slice(0, 3)).toEqual(['changes/1.sql', 'changes/2.sql', 'changes/10.sql']);
    expect(order(files, { paths: ['changes/undo_everything.sql'] })).toEqual(['changes/undo_everything.sql']);
  });

  it('alone is still recognised by what it says', () => {
    const files = { ...named('ops/a.sql', 'ops/b.sql', 'ops/c.sql'), 'ops/d.sql': '-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;\n' };
    const [history] = discover('', memoryTree(files), { paths: ['ops/d.sql'] }).histories;
    expect(history?.framework).toBe('goose');
    expect(history?.migrations.map(({ up, down }) => [up.transaction.wrap, down?.path])).toEqual([['none', 'ops/d.sql']]);
  });

  it('that is not there is said, others are linted all the same', () => {
    const discovery = discover('', memoryTree({ ...golang, 'README.md': 'x' }), { paths: ['nothing.sql', 'README.md', 'db/migrations/1_a.up.sql', 'no/*.sql'] });
    expect(discovery.unmatched).toEqual(['nothing.sql', 'no/*.sql']);
    expect([...(discovery.selected ?? [])]).toEqual(['db/migrations/1_a.up.sql']);
  });

  it('may be one that is not written yet', () => {
    const tree = overlay(memoryTree(golang), 'db/migrations/3_c.up.sql', 'SELECT 3;');
    const { histories, selected: reported } = discover('', tree, { paths: ['db/migrations/3_c.up.sql'] });
    expect(histories[0]?.migrations.map(({ version }) => version)).toEqual(['1', '2', '3']);
    expect([...(reported ?? [])]).toEqual(['db/migrations/3_c.up.sql']);
    expect(discover('', overlay(memoryTree({}), 'stdin.sql', 'SELECT 1;'), { paths: ['stdin.sql'] }).histories.map(({ migrations }) => migrations.length)).toEqual([1]);
  });

  it('may be given by its absolute path, with dots and with backslashes', () => {
    const tree = memoryTree(golang);
    for (const path of ['/repo/db/migrations/1_a.up.sql', './db/./migrations/1_a.up.sql', 'db/other/../migrations/1_a.up.sql', 'db\\migrations\\1_a.up.sql']) {
      expect([...(discover('/repo', tree, { paths: [path] }).selected ?? [])]).toEqual(['db/migrations/1_a.up.sql']);
    }
  });
});

describe('a folder', () => {
  it('is always accepted, its subfolders in natural order of their paths', () => {
    expect(order(named('x/b/2.sql', 'x/b/10.sql', 'x/a/z.sql', 'x/c.sql'), { paths: ['x'] })).toEqual(['x/a/z.sql', 'x/b/2.sql', 'x/b/10.sql', 'x/c.sql']);
    expect(order(named('queries/a.sql', 'queries/b.sql'), { paths: ['queries'] })).toEqual(['queries/a.sql', 'queries/b.sql']);
  });

  it('gives the histories below it', () => {
    expect(found({ ...golang, ...prisma }, { paths: ['.'] })).toEqual({ 'db/migrations': 'golang-migrate', 'prisma/migrations': 'prisma' });
    expect(found({ ...golang, ...prisma }, { paths: ['db/'] })).toEqual({ 'db/migrations': 'golang-migrate' });
    expect(found(named('fixtures/shop/migrations/1_a.up.sql'), { paths: ['fixtures/shop'] })).toEqual({ 'fixtures/shop/migrations': 'golang-migrate' });
  });

  it('without any SQL is said', () => {
    expect(discover('', memoryTree({ 'docs/a.md': '' }), { paths: ['docs'] }).unmatched).toEqual(['docs']);
  });
});

describe('patterns', () => {
  it('report what they match and replay what comes before', () => {
    expect(selected(golang, ['db/**/2_*.sql'])).toEqual(['db/migrations/2_b.down.sql', 'db/migrations/2_b.up.sql']);
    expect(order(golang, { paths: ['db/**/2_*.sql'] })).toHaveLength(2);
  });
});

describe('ways back beside files without a direction', () => {
  it('are pairs, and every migration is read', () => {
    const files = { 'db/001_a.sql': 'CREATE TABLE a (id int);', 'db/001_a.down.sql': 'DROP TABLE a;', 'db/002_b.sql': 'CREATE TABLE b (id int);', 'db/002_b.down.sql': 'DROP TABLE b;' };
    const [history] = discover('', memoryTree(files)).histories;
    expect([history?.framework, history?.migrations.map(({ up, down }) => [up.path, down?.path]), history?.problems]).toEqual(['pairs', [['db/001_a.sql', 'db/001_a.down.sql'], ['db/002_b.sql', 'db/002_b.down.sql']], []]);
  });
});

describe('a framework by name', () => {
  it('can differ from folder to folder', () => {
    const files = { 'a/0001_x.sql': 'CREATE TABLE a (id int);', 'b/0001_x.sql': 'CREATE TABLE b (id int);' };
    const framework = (folder: string): string | undefined => (folder === 'a' ? 'sqlx' : undefined);
    expect(discover('', memoryTree(files), { framework, paths: ['a', 'b'] }).histories.map((history) => [history.folder, history.framework])).toEqual([['a', 'sqlx'], ['b', 'sql']]);
  });

  it('is taken whatever the files look like', () => {
    const files = named('db/1_a.sql', 'db/2_b.sql');
    const [history] = discover('', memoryTree(files), { framework: 'sqlx', paths: ['db'] }).histories;
    expect([history?.framework, history?.migrations[0]?.up.transaction.wrap]).toEqual(['sqlx', 'script']);
    expect(() => discover('', memoryTree(files), { framework: 'nobody' })).toThrow(RangeError);
  });
});

describe('the engine', () => {
  const dialectOf = (files: Files): string | undefined => discover('', memoryTree(files)).histories[0]?.dialect;

  it.each<[string, Files, string | undefined]>([
    ['a folder of its name', named('migrations/clickhouse/1_a.up.sql'), 'clickhouse'],
    ['the marks of MySQL', { 'migrations/1_a.up.sql': 'CREATE TABLE `a` (`id` int NOT NULL AUTO_INCREMENT) ENGINE=InnoDB;' }, 'mysql'],
    ['the marks of SQLite', { 'migrations/1_a.up.sql': 'CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT);' }, 'sqlite'],
    ['the marks of ClickHouse', { 'migrations/1_a.up.sql': 'CREATE TABLE a (x UInt8) ENGINE = ReplicatedMergeTree ORDER BY x;' }, 'clickhouse'],
    ['a query of ClickHouse', { 'migrations/1_a.up.sql': 'SELECT count() FROM app.usage FINAL\nSETTINGS max_memory_usage = 9000;' }, 'clickhouse'],
    ['the marks of PostgreSQL', { 'migrations/1_a.up.sql': 'CREATE TABLE a (id bigserial, at timestamptz);' }, 'postgres'],
    ['marks in a comment', { 'migrations/1_a.up.sql': '-- was ENGINE=InnoDB\n/* AUTO_INCREMENT */\nCREATE TABLE a (id int);' }, undefined],
    ['more files of the one than of the other', { 'migrations/1_a.up.sql': 'CREATE TABLE a (id serial);', 'migrations/2_b.up.sql': "SELECT 'x'::text;", 'migrations/3_c.up.sql': 'COMMENT ON TABLE a IS \'AUTO_INCREMENT\';' }, 'postgres'],
    ['the only driver of the project', { 'migrations/1_a.up.sql': 'CREATE TABLE a (id int);', 'go.mod': 'require github.com/mattn/go-sqlite3 v1' }, 'sqlite'],
    ['a program for several engines', { 'migrations/1_a.ts': "class A1700000000000 implements MigrationInterface { async up(q: any) { switch (q.connection.options.type) { case Db.sqlite: await q.query(`CREATE TABLE a (at datetime DEFAULT (datetime('now')))`); break; case Db.postgres: await q.query(`CREATE TABLE a (at timestamp)`); } } }" }, 'postgres'],
    ['the engine that a Rust library is told to talk to', { 'a/migrations/1_a.sql': 'CREATE TABLE a (id int);', 'a/Cargo.toml': '[dependencies]\nsqlx = { workspace = true, features = ["sqlite", "regexp"] }', 'Cargo.toml': '[workspace.dependencies.sqlx]\nversion = "0.9"\nfeatures = ["postgres"]' }, 'sqlite'],
    [
      'a program that asks which engine it is, in a project with drivers of several',
      { 'migrations/1_a.js': "exports.up = async (knex) => { if (knex.client.config.client === 'mysql') await knex.raw('ALTER TABLE `a` MODIFY `b` INT UNSIGNED'); else await knex.raw('ALTER TABLE a ALTER b TYPE int'); };\nexports.down = async () => {};", 'package.json': '{"dependencies":{"knex":"3","mysql2":"3","pg":"8"}}' },
      'postgres',
    ],
    ['drivers of several engines', { 'migrations/1_a.up.sql': 'CREATE TABLE a (id int);', 'go.mod': 'require github.com/mattn/go-sqlite3 v1\nrequire github.com/lib/pq v1' }, undefined],
    ['the driver that is not for tests alone', { 'migrations/20240101_a.js': "module.exports = { up: (queryInterface) => queryInterface.dropTable('t') };", 'package.json': '{"dependencies":{"mysql2":"3","sequelize":"6"},"devDependencies":{"sqlite3":"5"}}' }, 'mysql'],
    ['the lock file of Prisma', { 'prisma/migrations/migration_lock.toml': 'provider = "mysql"', ...named('prisma/migrations/1_a/migration.sql') }, 'mysql'],
  ])('is told by %s', (_, files, expected) => {
    expect(dialectOf(files)).toBe(expected);
  });
});
