import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { postgres } from '../src/dialects/postgres/index.ts';
import { discover } from '../src/discovery/discover.ts';
import { planFor } from '../src/fix/planner.ts';
import { frameworks } from '../src/frameworks/registry.ts';
import { readScript } from '../src/read.ts';
import type { Files } from './support/fix.ts';
import { fixedFiles, fixFiles, workshopOf } from './support/fix.ts';
import { lintFiles, memoryTree } from './support/lint.ts';

const INIT = 'CREATE TABLE orgs (id bigint PRIMARY KEY);\nCREATE TABLE users (id bigint PRIMARY KEY, email text, org_id bigint);\n';
const INIT_DOWN = 'DROP TABLE users;\nDROP TABLE orgs;\n';
/** A harmless change, a constraint and an index: one must be split, one must leave the file. */
const MIX = 'ALTER TABLE users ADD COLUMN name text;\n\n-- by mail\nCREATE INDEX users_email_idx ON users (email);\n\nALTER TABLE users ADD CONSTRAINT users_org_fk FOREIGN KEY (org_id) REFERENCES orgs (id);\n';
const MIX_DOWN = 'ALTER TABLE users DROP CONSTRAINT users_org_fk;\nDROP INDEX users_email_idx;\nALTER TABLE users DROP COLUMN name;\n';
/** What is left of the first file. */
const LEFT = 'ALTER TABLE users ADD COLUMN name text;\n\nALTER TABLE users ADD CONSTRAINT users_org_fk FOREIGN KEY (org_id) REFERENCES orgs (id) NOT VALID;\n';
const LEFT_DOWN = 'ALTER TABLE users DROP CONSTRAINT users_org_fk;\nALTER TABLE users DROP COLUMN name;\n';
const BUILD = '-- Build users_email_idx without blocking writes\n-- by mail\nCREATE INDEX CONCURRENTLY users_email_idx ON users (email);\n';
const DROP = 'DROP INDEX CONCURRENTLY IF EXISTS users_email_idx;\n';
const VALIDATE = '-- Validate users_org_fk while writes go on\nALTER TABLE users VALIDATE CONSTRAINT users_org_fk;\n';
const NOTHING = '-- Nothing to undo.\n';

interface Case {
  readonly before: Files;
  /** Files that are new or other afterwards. */
  readonly after: Files;
  /** Why what is left is left, by rule. */
  readonly refused?: Readonly<Record<string, RegExp>>;
}

const upDown = (up: string, down: string, [open, between, close = '']: readonly [string, string, string?]): string => open + up + between + down + close;

/** One call of a builder says all three. */
const KNEX_MIX = `exports.up = async function (knex) {
  await knex.schema.alterTable('users', (table) => {
    table.text('name');
    table.index('email', 'users_email_idx');
    table.foreign('org_id', 'users_org_fk').references('id').inTable('orgs');
  });
};

exports.down = async function (knex) {
  await knex.schema.alterTable('users', (table) => {
    table.dropForeign([], 'users_org_fk');
    table.dropIndex(null, 'users_email_idx');
    table.dropColumn('name');
  });
};
`;

const SEQUELIZE_MIX = `module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.addColumn('users', 'name', { type: Sequelize.TEXT });
    await queryInterface.addIndex('users', ['email']);
    await queryInterface.addConstraint('users', { fields: ['org_id'], type: 'foreign key', name: 'users_org_fk', references: { table: 'orgs', field: 'id' } });
  },

  async down(queryInterface) {
    await queryInterface.removeConstraint('users', 'users_org_fk');
    await queryInterface.removeIndex('users', ['email']);
    await queryInterface.removeColumn('users', 'name');
  },
};
`;

const CASES: Readonly<Record<string, Case>> = {
  'golang-migrate': {
    before: { 'db/000001_init.up.sql': INIT, 'db/000001_init.down.sql': INIT_DOWN, 'db/000002_mix.up.sql': MIX, 'db/000002_mix.down.sql': MIX_DOWN },
    after: {
      'db/000002_mix.up.sql': LEFT,
      'db/000002_mix.down.sql': LEFT_DOWN,
      'db/000003_create_users_email_idx.up.sql': BUILD,
      'db/000003_create_users_email_idx.down.sql': DROP,
      'db/000004_validate_users_org_fk.up.sql': VALIDATE,
      'db/000004_validate_users_org_fk.down.sql': NOTHING,
    },
  },
  goose: {
    before: { 'm/00001_init.sql': upDown(INIT, INIT_DOWN, ['-- +goose Up\n', '\n-- +goose Down\n']), 'm/00002_mix.sql': upDown(MIX, MIX_DOWN, ['-- +goose Up\n', '\n-- +goose Down\n']) },
    after: {
      'm/00002_mix.sql': upDown(LEFT, LEFT_DOWN, ['-- +goose Up\n', '\n-- +goose Down\n']),
      'm/00003_create_users_email_idx.sql': upDown(BUILD, DROP, ['-- +goose NO TRANSACTION\n-- +goose Up\n', '\n-- +goose Down\n']),
      'm/00004_validate_users_org_fk.sql': upDown(VALIDATE, NOTHING, ['-- +goose Up\n', '\n-- +goose Down\n']),
    },
  },
  'sql-migrate': {
    before: { 'm/1_init.sql': upDown(INIT, INIT_DOWN, ['-- +migrate Up\n', '\n-- +migrate Down\n']), 'm/2_mix.sql': upDown(MIX, MIX_DOWN, ['-- +migrate Up\n', '\n-- +migrate Down\n']) },
    after: {
      'm/2_mix.sql': upDown(LEFT, LEFT_DOWN, ['-- +migrate Up\n', '\n-- +migrate Down\n']),
      'm/3_create_users_email_idx.sql': upDown(BUILD, DROP, ['-- +migrate Up notransaction\n', '\n-- +migrate Down notransaction\n']),
      'm/4_validate_users_org_fk.sql': upDown(VALIDATE, NOTHING, ['-- +migrate Up\n', '\n-- +migrate Down\n']),
    },
  },
  dbmate: {
    before: { 'db/20240101000000_init.sql': upDown(INIT, INIT_DOWN, ['-- migrate:up\n', '\n-- migrate:down\n']), 'db/20240101235959_mix.sql': upDown(MIX, MIX_DOWN, ['-- migrate:up\n', '\n-- migrate:down\n']) },
    after: {
      'db/20240101235959_mix.sql': upDown(LEFT, LEFT_DOWN, ['-- migrate:up\n', '\n-- migrate:down\n']),
      'db/20240102000000_create_users_email_idx.sql': upDown(BUILD, DROP, ['-- migrate:up transaction:false\n', '\n-- migrate:down transaction:false\n']),
      'db/20240102000001_validate_users_org_fk.sql': upDown(VALIDATE, NOTHING, ['-- migrate:up\n', '\n-- migrate:down\n']),
    },
  },
  flyway: {
    before: { 'db/migration/V1__init.sql': INIT, 'db/migration/V2__mix.sql': MIX, 'db/migration/V3__more.sql': 'CREATE TABLE more (id bigint PRIMARY KEY);\n' },
    after: {
      'db/migration/V2__mix.sql': LEFT,
      'db/migration/V2.1__create_users_email_idx.sql': BUILD,
      'db/migration/V2.1__create_users_email_idx.sql.conf': 'executeInTransaction=false\n',
      'db/migration/V2.2__validate_users_org_fk.sql': VALIDATE,
    },
  },
  evolve: {
    before: { 'App.csproj': '<PackageReference Include="Evolve" />', 'sql/V1__init.sql': INIT, 'sql/V2__mix.sql': MIX },
    after: { 'sql/V2__mix.sql': LEFT, 'sql/V3__create_users_email_idx.sql': `-- evolve-tx-off\n${BUILD}`, 'sql/V4__validate_users_org_fk.sql': VALIDATE },
  },
  refinery: {
    before: { 'Cargo.toml': '[dependencies]\nrefinery = "0.8"\n', 'migrations/V1__init.sql': INIT, 'migrations/V2__mix.sql': MIX },
    after: { 'migrations/V2__mix.sql': MIX.replace('(id);', '(id) NOT VALID;'), 'migrations/V3__validate_users_org_fk.sql': VALIDATE },
    refused: { 'no-blocking-index-build': /Refinery runs every migration in a transaction/ },
  },
  prisma: {
    before: { 'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n', 'prisma/migrations/20240101000000_init/migration.sql': INIT, 'prisma/migrations/20240102000000_mix/migration.sql': MIX },
    after: {
      'prisma/migrations/20240102000000_mix/migration.sql': LEFT,
      'prisma/migrations/20240102000001_create_users_email_idx/migration.sql': BUILD,
      'prisma/migrations/20240102000002_validate_users_org_fk/migration.sql': VALIDATE,
    },
  },
  diesel: {
    before: { 'diesel.toml': '', 'migrations/2024-01-01-000000_init/up.sql': INIT, 'migrations/2024-01-01-000000_init/down.sql': INIT_DOWN, 'migrations/2024-01-02-235959_mix/up.sql': MIX, 'migrations/2024-01-02-235959_mix/down.sql': MIX_DOWN },
    after: {
      'migrations/2024-01-02-235959_mix/up.sql': LEFT,
      'migrations/2024-01-02-235959_mix/down.sql': LEFT_DOWN,
      'migrations/2024-01-03-000000_create_users_email_idx/up.sql': BUILD,
      'migrations/2024-01-03-000000_create_users_email_idx/down.sql': DROP,
      'migrations/2024-01-03-000000_create_users_email_idx/metadata.toml': 'run_in_transaction = false\n',
      'migrations/2024-01-03-000001_validate_users_org_fk/up.sql': VALIDATE,
      'migrations/2024-01-03-000001_validate_users_org_fk/down.sql': NOTHING,
    },
  },
  hasura: {
    before: { 'config.yaml': 'version: 3\n', 'migrations/default/1642000000000_init/up.sql': INIT, 'migrations/default/1642000000000_init/down.sql': INIT_DOWN, 'migrations/default/1642000001000_mix/up.sql': MIX, 'migrations/default/1642000001000_mix/down.sql': MIX_DOWN },
    after: {
      'migrations/default/1642000001000_mix/up.sql': MIX.replace('(id);', '(id) NOT VALID;'),
      'migrations/default/1642000001001_validate_users_org_fk/up.sql': VALIDATE,
      'migrations/default/1642000001001_validate_users_org_fk/down.sql': NOTHING,
    },
    refused: { 'no-blocking-index-build': /Hasura runs every migration in a transaction/ },
  },
  sqlx: {
    before: { 'Cargo.toml': '[dependencies]\nsqlx = "0.8"\n', 'migrations/20240101000000_init.sql': INIT, 'migrations/20240102000000_mix.sql': MIX },
    after: { 'migrations/20240102000000_mix.sql': LEFT, 'migrations/20240102000001_create_users_email_idx.sql': `-- no-transaction\n${BUILD}`, 'migrations/20240102000002_validate_users_org_fk.sql': VALIDATE },
  },
  supabase: {
    before: { 'supabase/config.toml': 'project_id = "x"\n', 'supabase/migrations/20240101000000_init.sql': INIT, 'supabase/migrations/20240102000000_mix.sql': MIX },
    after: { 'supabase/migrations/20240102000000_mix.sql': LEFT, 'supabase/migrations/20240102000001_create_users_email_idx.sql': BUILD, 'supabase/migrations/20240102000002_validate_users_org_fk.sql': VALIDATE },
  },
  'node-pg-migrate': {
    before: { 'm/1700000000000_init.sql': upDown(INIT, INIT_DOWN, ['-- Up Migration\n', '\n-- Down Migration\n']), 'm/1700000001000_mix.sql': upDown(MIX, MIX_DOWN, ['-- Up Migration\n', '\n-- Down Migration\n']) },
    after: {},
    refused: { 'no-blocking-index-build': /only a migration in JavaScript can call/, 'no-validating-foreign-key': /all pending migrations in one transaction/ },
  },
  drizzle: {
    before: { 'drizzle/0000_init.sql': INIT, 'drizzle/0001_mix.sql': MIX, 'drizzle/meta/_journal.json': journal('0000_init', '0001_mix') },
    after: {},
    refused: { 'no-blocking-index-build': /Drizzle runs all pending migrations in one transaction/, 'no-validating-foreign-key': /all pending migrations in one transaction/ },
  },
  sqitch: {
    before: {
      'sqitch.plan': '%syntax-version=1.0.0\n%project=x\n\ninit 2024-01-01T00:00:00Z Ann <a@b.c> # init\nmix [init] 2024-01-02T00:00:00Z Ann <a@b.c> # mix\n\n@v1 2024-01-03T00:00:00Z Ann <a@b.c> # one\n',
      'sqitch.conf': '[core]\n\tengine = pg\n',
      'deploy/init.sql': `BEGIN;\n\n${INIT}\nCOMMIT;\n`,
      'revert/init.sql': `BEGIN;\n\n${INIT_DOWN}\nCOMMIT;\n`,
      'deploy/mix.sql': `-- Deploy x:mix to pg\n\nBEGIN;\n\n${MIX}\nCOMMIT;\n`,
      'revert/mix.sql': `BEGIN;\n\n${MIX_DOWN}\nCOMMIT;\n`,
    },
    after: {
      'sqitch.plan':
        '%syntax-version=1.0.0\n%project=x\n\ninit 2024-01-01T00:00:00Z Ann <a@b.c> # init\nmix [init] 2024-01-02T00:00:00Z Ann <a@b.c> # mix\ncreate_users_email_idx [mix] 2024-01-02T00:00:01Z Ann <a@b.c> # create users email idx\nvalidate_users_org_fk [create_users_email_idx] 2024-01-02T00:00:02Z Ann <a@b.c> # validate users org fk\n\n@v1 2024-01-03T00:00:00Z Ann <a@b.c> # one\n',
      'deploy/mix.sql': `-- Deploy x:mix to pg\n\nBEGIN;\n\n${LEFT}\nCOMMIT;\n`,
      'revert/mix.sql': `BEGIN;\n\n${LEFT_DOWN}\nCOMMIT;\n`,
      'deploy/create_users_email_idx.sql': `-- Deploy x:create_users_email_idx to pg\n\n${BUILD}`,
      'revert/create_users_email_idx.sql': `-- Revert x:create_users_email_idx from pg\n\n${DROP}`,
      'verify/create_users_email_idx.sql': '-- Verify x:create_users_email_idx on pg\n\nBEGIN;\n\nSELECT 1;\n\nROLLBACK;\n',
      'deploy/validate_users_org_fk.sql': `-- Deploy x:validate_users_org_fk to pg\n\nBEGIN;\n\n${VALIDATE}\nCOMMIT;\n`,
      'revert/validate_users_org_fk.sql': `-- Revert x:validate_users_org_fk from pg\n\n${NOTHING}`,
      'verify/validate_users_org_fk.sql': '-- Verify x:validate_users_org_fk on pg\n\nBEGIN;\n\nSELECT 1;\n\nROLLBACK;\n',
    },
  },
  liquibase: {
    before: {
      'db/changelog.sql': `--liquibase formatted sql\n\n--changeset ann:1\n${INIT}--rollback DROP TABLE users;\n--rollback DROP TABLE orgs;\n\n--changeset ann:2\n${MIX}--rollback ALTER TABLE users DROP CONSTRAINT users_org_fk;\n--rollback DROP INDEX users_email_idx;\n--rollback ALTER TABLE users DROP COLUMN name;\n\n--changeset bob:3\nCREATE INDEX users_org_idx ON users (org_id);\n--rollback DROP INDEX users_org_idx;\n`,
    },
    after: {
      'db/changelog.sql': `--liquibase formatted sql\n\n--changeset ann:1\n${INIT}--rollback DROP TABLE users;\n--rollback DROP TABLE orgs;\n\n--changeset ann:2\n${LEFT}--rollback ALTER TABLE users DROP CONSTRAINT users_org_fk;\n--rollback ALTER TABLE users DROP COLUMN name;\n\n--changeset ann:2-create_users_email_idx runInTransaction:false\n${BUILD}--rollback ${DROP}\n--changeset ann:2-validate_users_org_fk\n${VALIDATE}--rollback empty\n\n--changeset bob:3 runInTransaction:false\nCREATE INDEX CONCURRENTLY users_org_idx ON users (org_id);\n--rollback DROP INDEX users_org_idx;\n`,
    },
  },
  tern: {
    before: { 'm/001_init.sql': upDown(INIT, INIT_DOWN, ['', '\n---- create above / drop below ----\n\n']), 'm/002_mix.sql': upDown(MIX, MIX_DOWN, ['', '\n---- create above / drop below ----\n\n']) },
    after: {
      'm/002_mix.sql': upDown(LEFT, LEFT_DOWN, ['', '\n---- create above / drop below ----\n\n']),
      'm/003_create_users_email_idx.sql': upDown(BUILD, DROP, ['---- tern: disable-tx ----\n', '\n---- create above / drop below ----\n\n---- tern: disable-tx ----\n']),
      'm/004_validate_users_org_fk.sql': upDown(VALIDATE, NOTHING, ['', '\n---- create above / drop below ----\n\n']),
    },
  },
  atlas: {
    before: { 'migrations/atlas.sum': 'h1:x\n', 'migrations/20240101000000_init.sql': INIT, 'migrations/20240102000000_mix.sql': MIX },
    after: { 'migrations/20240102000000_mix.sql': LEFT, 'migrations/20240102000001_create_users_email_idx.sql': `-- atlas:txmode none\n\n${BUILD}`, 'migrations/20240102000002_validate_users_org_fk.sql': VALIDATE },
  },
  yoyo: {
    before: { 'm/0001.init.sql': `-- depends: \n\n${INIT}`, 'm/0001.init.rollback.sql': INIT_DOWN, 'm/0002.mix.sql': `-- depends: 0001.init\n\n${MIX}`, 'm/0002.mix.rollback.sql': MIX_DOWN },
    after: {
      'm/0002.mix.sql': `-- depends: 0001.init\n\n${LEFT}`,
      'm/0002.mix.rollback.sql': LEFT_DOWN,
      'm/0003.create_users_email_idx.sql': `-- depends: 0002.mix\n-- transactional: false\n\n${BUILD}`,
      'm/0003.create_users_email_idx.rollback.sql': `-- transactional: false\n\n${DROP}`,
      'm/0004.validate_users_org_fk.sql': `-- depends: 0003.create_users_email_idx\n\n${VALIDATE}`,
      'm/0004.validate_users_org_fk.rollback.sql': NOTHING,
    },
  },
  postgrator: {
    before: { 'm/001.do.init.sql': INIT, 'm/001.undo.init.sql': INIT_DOWN, 'm/002.do.mix.sql': MIX, 'm/002.undo.mix.sql': MIX_DOWN },
    after: {
      'm/002.do.mix.sql': LEFT,
      'm/002.undo.mix.sql': LEFT_DOWN,
      'm/003.do.create_users_email_idx.sql': BUILD,
      'm/003.undo.create_users_email_idx.sql': DROP,
      'm/004.do.validate_users_org_fk.sql': VALIDATE,
      'm/004.undo.validate_users_org_fk.sql': NOTHING,
    },
  },
  pop: {
    before: { 'go.mod': 'require github.com/gobuffalo/pop/v6 v6.0.0\n', 'migrations/20240101000000_init.up.sql': INIT, 'migrations/20240101000000_init.down.sql': INIT_DOWN, 'migrations/20240102000000_mix.up.sql': MIX, 'migrations/20240102000000_mix.down.sql': MIX_DOWN },
    after: {
      'migrations/20240102000000_mix.up.sql': MIX.replace('(id);', '(id) NOT VALID;'),
      'migrations/20240102000001_validate_users_org_fk.up.sql': VALIDATE,
      'migrations/20240102000001_validate_users_org_fk.down.sql': NOTHING,
    },
    refused: { 'no-blocking-index-build': /pop runs every SQL file in a transaction/ },
  },
  markers: {
    before: { 'migrations/001_init.sql': upDown(INIT, INIT_DOWN, ['-- UP\n', '\n-- DOWN\n']), 'migrations/002_mix.sql': upDown(MIX, MIX_DOWN, ['-- UP\n', '\n-- DOWN\n']) },
    after: {
      'migrations/002_mix.sql': upDown(MIX.replace('(id);', '(id) NOT VALID;').replace('INDEX users', 'INDEX CONCURRENTLY users'), MIX_DOWN, ['-- UP\n', '\n-- DOWN\n']),
      'migrations/003_validate_users_org_fk.sql': upDown(VALIDATE, `${NOTHING}SELECT 1;\n`, ['-- UP\n', '\n-- DOWN\n']),
    },
  },
  pairs: {
    before: { 'migrations/001_init_up.sql': INIT, 'migrations/001_init_down.sql': INIT_DOWN, 'migrations/002_mix_up.sql': MIX, 'migrations/002_mix_down.sql': MIX_DOWN },
    after: {
      'migrations/002_mix_up.sql': MIX.replace('(id);', '(id) NOT VALID;').replace('INDEX users', 'INDEX CONCURRENTLY users'),
      'migrations/003_validate_users_org_fk_up.sql': VALIDATE,
      'migrations/003_validate_users_org_fk_down.sql': NOTHING,
    },
  },
  sql: {
    before: { 'migrations/001_init.sql': INIT, 'migrations/002_mix.sql': MIX },
    after: { 'migrations/002_mix.sql': MIX.replace('(id);', '(id) NOT VALID;').replace('INDEX users', 'INDEX CONCURRENTLY users'), 'migrations/003_validate_users_org_fk.sql': VALIDATE },
  },
  'graphile-migrate': {
    before: { '.gmrc': '{}', 'migrations/committed/000001.sql': `--! Previous: -\n--! Hash: sha1:x\n\n${INIT}`, 'migrations/current.sql': MIX },
    after: {},
    refused: { 'no-blocking-index-build': /commit this one first/, 'no-validating-foreign-key': /commit this one first/ },
  },
  'db-migrate': {
    before: { 'm/sqls/20240101000000-init-up.sql': INIT, 'm/sqls/20240101000000-init-down.sql': INIT_DOWN, 'm/sqls/20240102000000-mix-up.sql': MIX, 'm/sqls/20240102000000-mix-down.sql': MIX_DOWN },
    after: {},
    refused: { 'no-blocking-index-build': /--non-transactional/, 'no-validating-foreign-key': /The JavaScript that reads the SQL files/ },
  },
  knex: {
    before: { 'm/20240101000000_init.js': knex(INIT, INIT_DOWN), 'm/20240102000000_mix.js': KNEX_MIX },
    after: {
      'm/20240102000000_mix.js': KNEX_MIX.replace("    table.index('email', 'users_email_idx');\n", '')
        .replace("    table.foreign('org_id', 'users_org_fk').references('id').inTable('orgs');\n  });\n", `  });\n  await knex.raw('alter table "users" add constraint "users_org_fk" foreign key ("org_id") references "orgs" ("id") NOT VALID');\n`)
        .replace("    table.dropIndex(null, 'users_email_idx');\n", ''),
      'm/20240102000001_create_users_email_idx.js': `exports.up = async function (knex) {
  // Build users_email_idx without blocking writes
  await knex.raw('create index concurrently "users_email_idx" on "users" ("email")');
};

exports.down = async function (knex) {
  await knex.raw('DROP INDEX CONCURRENTLY IF EXISTS users_email_idx');
};

exports.config = { transaction: false };
`,
      'm/20240102000002_validate_users_org_fk.js': `exports.up = async function (knex) {
  // Validate users_org_fk while writes go on
  await knex.raw('ALTER TABLE users VALIDATE CONSTRAINT users_org_fk');
};

exports.down = async function (knex) {
  // Nothing to undo.
};
`,
    },
  },
  kysely: {
    before: { 'm/2024-01-01_init.ts': kysely(INIT, INIT_DOWN), 'm/2024-01-02_mix.ts': kysely('CREATE INDEX users_email_idx ON users (email)', 'DROP INDEX users_email_idx') },
    after: {},
    refused: { 'no-blocking-index-build': /one transaction/ },
  },
  'mikro-orm': {
    before: { 'm/Migration20240101000000.ts': mikro('20240101000000', INIT, INIT_DOWN), 'm/Migration20240102000000.ts': mikro('20240102000000', 'CREATE INDEX users_email_idx ON users (email)', 'DROP INDEX users_email_idx') },
    after: {
      'm/Migration20240102000000.ts': mikro('20240102000000', 'CREATE INDEX CONCURRENTLY users_email_idx ON users (email)', 'DROP INDEX users_email_idx').replace(/}\n$/, '\n  override isTransactional(): boolean {\n    return false;\n  }\n}\n'),
    },
  },
  sequelize: {
    before: { 'migrations/20240101000000-init.js': sequelize(INIT, INIT_DOWN), 'migrations/20240102000000-mix.js': SEQUELIZE_MIX },
    after: {
      'migrations/20240102000000-mix.js': SEQUELIZE_MIX.replace("addIndex('users', ['email'])", "addIndex('users', ['email'], { concurrently: true })").replace(
        /addConstraint\(.*\)/,
        `sequelize.query('ALTER TABLE "users" ADD CONSTRAINT "users_org_fk" FOREIGN KEY ("org_id") REFERENCES "orgs" ("id") NOT VALID')`,
      ),
      'migrations/20240102000001-validate-users-org-fk.js': `module.exports = {
  async up(queryInterface) {
    // Validate users_org_fk while writes go on
    await queryInterface.sequelize.query('ALTER TABLE users VALIDATE CONSTRAINT users_org_fk');
  },

  async down(queryInterface) {
    // Nothing to undo.
  },
};
`,
    },
  },
  typeorm: {
    before: {
      'src/data-source.ts': "export default new DataSource({ type: 'postgres', migrationsTransactionMode: 'each' });\n",
      'src/migrations/1700000000000-Init.ts': typeorm('Init1700000000000', INIT, INIT_DOWN),
      'src/migrations/1700000001000-Mix.ts': typeorm('Mix1700000001000', MIX, MIX_DOWN),
    },
    after: {
      'src/migrations/1700000001000-Mix.ts': typeorm('Mix1700000001000', LEFT, LEFT_DOWN),
      'src/migrations/1700000001001-CreateUsersEmailIdx.ts': `import { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateUsersEmailIdx1700000001001 implements MigrationInterface {
    transaction = false;

    public async up(queryRunner: QueryRunner): Promise<void> {
        // Build users_email_idx without blocking writes
        // by mail
        await queryRunner.query(\`CREATE INDEX CONCURRENTLY users_email_idx ON users (email)\`);
    }

    public async down(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.query(\`DROP INDEX IF EXISTS users_email_idx\`);
    }
}
`,
      'src/migrations/1700000001002-ValidateUsersOrgFk.ts': `import { MigrationInterface, QueryRunner } from 'typeorm';

export class ValidateUsersOrgFk1700000001002 implements MigrationInterface {
    public async up(queryRunner: QueryRunner): Promise<void> {
        // Validate users_org_fk while writes go on
        await queryRunner.query(\`ALTER TABLE users VALIDATE CONSTRAINT users_org_fk\`);
    }

    public async down(queryRunner: QueryRunner): Promise<void> {
        // Nothing to undo.
    }
}
`,
    },
  },
};

function knex(up: string, down: string): string {
  return `exports.up = async (knex) => {\n  await knex.raw(\`${up}\`);\n};\n\nexports.down = async (knex) => {\n  await knex.raw(\`${down}\`);\n};\n`;
}

function kysely(up: string, down: string): string {
  const fn = (name: string, statement: string): string => `export async function ${name}(db: Kysely<any>): Promise<void> {\n  await sql\`${statement}\`.execute(db);\n}\n`;
  return `import { type Kysely, sql } from 'kysely';\n\n${fn('up', up)}\n${fn('down', down)}`;
}

function mikro(version: string, up: string, down: string): string {
  const method = (name: string, sql: string): string => `  override async ${name}(): Promise<void> {\n    this.addSql(\`${sql}\`);\n  }\n`;
  return `import { Migration } from '@mikro-orm/migrations';\n\nexport class Migration${version} extends Migration {\n${method('up', up)}\n${method('down', down)}}\n`;
}

function sequelize(up: string, down: string): string {
  return `module.exports = {\n  async up(queryInterface) {\n    await queryInterface.sequelize.query(\`${up}\`);\n  },\n\n  async down(queryInterface) {\n    await queryInterface.sequelize.query(\`${down}\`);\n  },\n};\n`;
}

function typeorm(name: string, up: string, down: string): string {
  const method = (direction: string, sql: string): string => `    public async ${direction}(queryRunner: QueryRunner): Promise<void> {\n        await queryRunner.query(\`${sql}\`);\n    }\n`;
  return `import { MigrationInterface, QueryRunner } from 'typeorm';\n\nexport class ${name} implements MigrationInterface {\n${method('up', up)}\n${method('down', down)}}\n`;
}

function journal(...tags: readonly string[]): string {
  return `${JSON.stringify({ version: '7', dialect: 'postgresql', entries: tags.map((tag, idx) => ({ idx, version: '7', when: idx + 1, tag, breakpoints: true })) }, null, 2)}\n`;
}

const RULES = ['no-blocking-index-build', 'no-validating-foreign-key'];

describe('new migrations in the form of each tool', () => {
  for (const [name, { before, after, refused = {} }] of Object.entries(CASES)) {
    it(`${name}: what is written where`, async () => {
      expect(discover('', memoryTree(before)).histories.map(({ framework }) => framework)).toEqual([name]);
      const result = await fixFiles(before);
      expect(Object.fromEntries(result.files.map(({ path, text }) => [path, text] as const))).toEqual(after);
      const reasons = Object.fromEntries(result.refused.filter(({ finding }) => RULES.includes(finding.rule)).map((one) => [one.finding.rule, one.refused]));
      expect(Object.keys(reasons).sort()).toEqual(Object.keys(refused).sort());
      for (const [rule, reason] of Object.entries(refused)) expect(reasons[rule]).toMatch(reason);
    });

    it(`${name}: the result is clean and stays as it is`, async () => {
      const fixed = fixedFiles(before, await fixFiles(before));
      const left = (await lintFiles(fixed)).findings.filter(({ rule, direction }) => RULES.includes(rule) && direction === 'up').map(({ rule }) => rule);
      expect(left.sort()).toEqual(Object.keys(refused).sort());
      expect((await fixFiles(fixed)).files).toEqual([]);
    });
  }

  it('there is a case for every tool', () => {
    expect(Object.keys(CASES).sort()).toEqual(frameworks.map(({ name }) => name).sort());
  });
});

describe('a step that is one transaction, where the tool begins none', () => {
  const TABLES = 'CREATE TABLE users (id int PRIMARY KEY);\nCREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users);\n';
  const TYPE = 'ALTER TABLE users ALTER COLUMN id TYPE bigint';
  const program = (up: string): string => `module.exports = {\n  async up(queryInterface) {\n    await queryInterface.sequelize.query(${up});\n  },\n  async down() {},\n};\n`;

  const switched = async (before: Files): Promise<readonly [path: string, text: string]> => {
    const { files } = await planFor(await workshopOf(before), ({ severity }) => severity !== 'info', new Set(Object.keys(before)));
    const [file, ...more] = files.filter(({ text }) => /id_swap/.test(text));
    if (file === undefined || more.length > 0) throw new Error(`Not one file of ${files.map(({ path }) => path).join(', ')}`);
    return [file.path, file.text];
  };

  it('begins and ends it in a plain folder', async () => {
    const [, text] = await switched({ 'sql/001_tables.sql': TABLES, 'sql/002_type.sql': `${TYPE};\n` });
    expect(text).toMatch(/^(?:--.*\n)+BEGIN;\nDO \$locks\$[^]+;\nCOMMIT;\n$/);
  });

  it('is sent by one call of a program, on one connection', async () => {
    const before = { 'package.json': '{ "dependencies": { "sequelize": "6" } }', 'migrations/20240101000000-tables.js': program(`\`${TABLES}\``), 'migrations/20240102000000-type.js': program(`'${TYPE}'`) };
    const [path, text] = await switched(before);
    expect(text).not.toMatch(/\bBEGIN;|COMMIT/);
    const source = discover('', memoryTree({ ...before, [path]: text })).histories[0]?.migrations.find(({ up }) => up.path === path);
    if (source === undefined) throw new Error(`${path} is not found again`);
    const { statements } = readScript(source.up, { dialect: postgres, version: 17 }, { read: () => text });
    expect(statements.length).toBeGreaterThan(5);
    expect(new Set(statements.map(({ together }) => together)).size).toBe(1);
    expect(statements[0]?.together).toBeDefined();
  });
});

it.each([
  ['exports.up', (body: string) => `exports.up = ${body};\n\nexports.down = (knex) => knex.raw('DROP INDEX users_email_idx');\n`],
  ['module.exports', (body: string) => `const up = ${body};\nconst down = (knex) => knex.raw('DROP INDEX users_email_idx');\n\nmodule.exports = { up, down };\n`],
])('Knex: Node sees that a migration leaves the transaction (%s)', async (_name, migration) => {
  const path = 'm/20240102000000_index.js';
  const before = { 'm/20240101000000_init.js': knex(INIT, INIT_DOWN), [path]: migration("(knex) => knex.raw('CREATE INDEX users_email_idx ON users (email)')") };
  const text = fixedFiles(before, await fixFiles(before))[path] ?? '';
  expect(text).toContain('CREATE INDEX CONCURRENTLY');
  const module = { exports: {} };
  runInNewContext(text, { module, exports: module.exports });
  expect(module.exports).toMatchObject({ config: { transaction: false } });
});

it.each([
  ['goose', '-- +goose Up\n', '\n-- +goose StatementBegin\n', '\n-- +goose StatementEnd'],
  ['sql-migrate', '-- +migrate Up\n', '\n-- +migrate StatementBegin\n', '\n-- +migrate StatementEnd'],
])('%s: a body in a file that is edited is marked, so that it is not cut at its first line that ends', async (framework, up, begin, end) => {
  const before = { 'm/00001_init.sql': `${up}CREATE TABLE users (id int PRIMARY KEY, code text);\n`, 'm/00002_type.sql': `${up}SELECT 1;\nALTER TABLE users ALTER COLUMN code TYPE int USING length(code);\nSELECT 2;\n` };
  const { files } = await planFor(await workshopOf(before, { framework, sync: 'trigger' }), ({ rule }) => rule === 'no-column-type-rewrite', new Set(['m/00002_type.sql']));
  const text = files.find(({ path }) => path === 'm/00002_type.sql')?.text ?? '';
  const [open, close] = [text.indexOf(begin), text.indexOf(end)];
  expect(open).toBeGreaterThan(0);
  expect(text.slice(open + begin.length)).toMatch(/^CREATE OR REPLACE FUNCTION/);
  expect(text.slice(0, close)).toMatch(/\$sync\$;$/);
  expect(text.slice(close)).toContain('CREATE TRIGGER');
  expect([...text.matchAll(/StatementBegin/g)]).toHaveLength(1);
  const { findings } = await lintFiles(fixedFiles(before, { files }), { framework });
  expect(findings.filter(({ rule }) => rule === 'no-bad-annotation')).toEqual([]);
});

it('Knex: where no step opts out of the transaction by itself, one of them does, as all pending migrations are one transaction else', async () => {
  const before = { 'm/20240101000000_init.js': knex(INIT, INIT_DOWN), 'm/20240102000000_fk.js': knex('ALTER TABLE users ADD CONSTRAINT users_org_fk FOREIGN KEY (org_id) REFERENCES orgs (id)', 'ALTER TABLE users DROP CONSTRAINT users_org_fk') };
  const { files } = await fixFiles(before);
  expect(files.filter(({ text }) => text.includes('transaction: false')).map(({ path }) => path)).toEqual(['m/20240102000001_validate_users_org_fk.js']);
});

it('Kysely: what would need a migration outside of the one transaction is refused with that reason', async () => {
  const before = { 'm/2024-01-01_init.ts': kysely(INIT, INIT_DOWN), 'm/2024-01-02_mix.ts': kysely('CREATE INDEX users_email_idx ON users (email)`.execute(db);\n  await sql`ALTER TABLE users ADD COLUMN name text', 'SELECT 1') };
  expect((await fixFiles(before)).refused.map(({ refused }) => refused)).toContainEqual(expect.stringMatching(/^Kysely's migrator runs all migrations in one transaction/));
});

it('what is handed its values beside it is not written anew', async () => {
  const before = {
    'migrations/20240101000000-init.js': sequelize(INIT, INIT_DOWN),
    'migrations/20240102000000-fill.js': `module.exports = {\n  async up(queryInterface) {\n    await queryInterface.bulkUpdate('users', { email: 'x' }, { email: null });\n  },\n  async down() {},\n};\n`,
  };
  const result = await fixFiles(before, { suggestions: true });
  expect([result.files, result.refused.map(({ refused }) => refused)]).toEqual([[], [expect.stringMatching(/is handed its values beside it/)]]);
});

it('what has to be deployed before the first step stands above its call, so that a column that is NOT NULL can go', async () => {
  const before = {
    'package.json': '{"dependencies":{"sequelize":"6","pg":"8"}}',
    'migrations/20240101000000-users.js': sequelize('CREATE TABLE users (id bigint PRIMARY KEY, nick text NOT NULL)', 'DROP TABLE users'),
    'migrations/20240102000000-nick.js': `module.exports = {
  up(queryInterface) {
    return queryInterface.sequelize.transaction((t) =>
      Promise.all([
        queryInterface.removeColumn('users', 'nick', { transaction: t }),
      ]),
    );
  },
  down(queryInterface, Sequelize) {
    return queryInterface.addColumn('users', 'nick', { type: Sequelize.TEXT, allowNull: false });
  },
};
`,
  };
  const after = fixedFiles(before, await fixFiles(before, { suggestions: true }));
  expect(after['migrations/20240102000000-nick.js']).toContain("      Promise.all([\n        // Deploy first: All code that still reads nick can read NULL in it.\n        queryInterface.sequelize.query(");
  expect(after['migrations/20240102000001-drop-users-nick.js']).toContain('// Deploy first: No code reads or writes nick of users any more');
  expect((await lintFiles(after)).findings.filter(({ severity, direction, suppressed }) => severity !== 'info' && direction === 'up' && suppressed === null)).toEqual([]);
});

it('Drizzle: each new migration has a snapshot that continues the one before', async () => {
  const snapshot = (id: string, prevId: string): string => JSON.stringify({ id, prevId, dialect: 'postgresql', tables: {} }, null, 2);
  const entry = (idx: number, tag: string): object => ({ idx, version: '7', when: 1_700_000_000_000 + idx, tag, breakpoints: true });
  const before: Files = {
    'drizzle/0000_init.sql': INIT,
    'drizzle/0001_link.sql': 'ALTER TABLE users ADD CONSTRAINT users_org_fk FOREIGN KEY (org_id) REFERENCES orgs (id);\n',
    'drizzle/meta/_journal.json': JSON.stringify({ version: '7', dialect: 'postgresql', entries: [entry(0, '0000_init'), entry(1, '0001_link')] }, null, 2),
    'drizzle/meta/0000_snapshot.json': snapshot('11111111-1111-4111-8111-111111111111', '00000000-0000-0000-0000-000000000000'),
    'drizzle/meta/0001_snapshot.json': snapshot('22222222-2222-4222-8222-222222222222', '11111111-1111-4111-8111-111111111111'),
  };
  const after = fixedFiles(before, await planFor(await workshopOf(before), ({ rule }) => rule === 'no-validating-foreign-key', new Set(Object.keys(before))));
  expect(Object.keys(after).filter((path) => before[path] === undefined)).toEqual(['drizzle/0002_validate_users_org_fk.sql', 'drizzle/meta/0002_snapshot.json']);
  expect(JSON.parse(after['drizzle/meta/0002_snapshot.json'] ?? '')).toMatchObject({ prevId: '22222222-2222-4222-8222-222222222222', dialect: 'postgresql' });
  expect((await lintFiles(after)).findings.filter(({ rule }) => rule === 'no-broken-record')).toEqual([]);
});

describe('what goes with a step that leaves a program', () => {
  const migration = (name: string, up: readonly string[], down: readonly string[]): string => {
    const method = (called: string, sent: readonly string[]): string => `    public async ${called}(queryRunner: QueryRunner): Promise<void> {\n${sent.map((sql) => `        await queryRunner.query(\`${sql}\`);\n`).join('')}    }\n`;
    return `import { MigrationInterface, QueryRunner } from "typeorm";\n\nexport class ${name} implements MigrationInterface {\n    name = '${name}'\n\n${method('up', up)}\n${method('down', down)}}\n`;
  };
  const swap = (from: string, to: string, values: string): readonly string[] => [
    `CREATE TYPE "${to}" AS ENUM(${values})`,
    `ALTER TABLE "users" ALTER COLUMN "role" DROP DEFAULT`,
    `ALTER TABLE "users" ALTER COLUMN "role" TYPE "${to}" USING "role"::"text"::"${to}"`,
    `ALTER TABLE "users" ALTER COLUMN "role" SET DEFAULT 'member'`,
    `DROP TYPE "${from}"`,
  ];

  it('is taken out of it: the default stays until the columns change places', async () => {
    const before = {
      'data-source.ts': `import { DataSource } from 'typeorm';\n\nexport default new DataSource({ type: 'postgres', migrations: ['m/*.ts'], migrationsTransactionMode: 'each' });\n`,
      'm/1700000000000-Init.ts': migration('Init1700000000000', [`CREATE TYPE "user_role" AS ENUM('member', 'admin')`, `CREATE TABLE "users" ("id" SERIAL PRIMARY KEY, "role" "user_role" NOT NULL DEFAULT 'member')`], ['DROP TABLE "users"', 'DROP TYPE "user_role"']),
      'm/1710000000000-NewRole.ts': migration('NewRole1710000000000', ['ALTER TYPE "user_role" RENAME TO "user_role_old"', ...swap('user_role_old', 'user_role', "'member', 'admin', 'guest'")], [...swap('user_role', 'user_role_old', "'member', 'admin'"), 'ALTER TYPE "user_role_old" RENAME TO "user_role"']),
    };
    const files = (await fixFiles(before, { suggestions: true })).files;
    const withDefault = files.filter(({ text }) => text.includes('DROP DEFAULT')).map(({ path }) => path.replace(/^.*-/, ''));
    expect(withDefault).toEqual(['SwitchUsersRole.ts']);
    expect(files.at(-1)?.path).toMatch(/-RestOfNewRole\.ts$/);
  });
});

describe('node-pg-migrate: steps of several transactions', () => {
  const program = (up: string, down: string): string => `exports.up = (pgm) => {\n  ${up}\n};\n\nexports.down = (pgm) => {\n  ${down}\n};\n`;
  const INIT = program(`pgm.createTable('orgs', { id: 'id' });\n  pgm.createTable('users', { id: 'id', org_id: 'integer', email: 'text' });`, `pgm.dropTable('users');\n  pgm.dropTable('orgs');`);

  it('end the transaction of the run between them', async () => {
    const before = { 'migrations/1700000000000_init.js': INIT, 'migrations/1710000000000_key.js': program(`pgm.addConstraint('users', 'users_org', { foreignKeys: { columns: 'org_id', references: 'orgs(id)' } });`, `pgm.dropConstraint('users', 'users_org');`) };
    const [, validated] = (await fixFiles(before)).files;
    expect(validated?.text).toMatch(/up = \(pgm\) => \{\n {2}(?:\/\/.*\n {2})?pgm\.noTransaction\(\);\n[^]*VALIDATE CONSTRAINT users_org/);
  });

  it('leave it in both directions where both are refused in one', async () => {
    const path = 'migrations/1710000000000_email.js';
    const before = { 'migrations/1700000000000_init.js': INIT, [path]: program(`pgm.addConstraint('users', 'users_email_key', { unique: 'email' });`, `pgm.dropConstraint('users', 'users_email_key');`) };
    const text = fixedFiles(before, await fixFiles(before))[path] ?? '';
    expect([...text.matchAll(/(up|down) = \(pgm\) => \{\n {2}pgm\.noTransaction\(\);/g)].map(([, direction]) => direction)).toEqual(['up', 'down']);
  });
});

it('Liquibase: a body in a changeset that is edited is not cut at its semicolons', async () => {
  const before = { 'db/001.sql': `--liquibase formatted sql\n\n--changeset a:1\nCREATE TABLE users (id int PRIMARY KEY, code text);\n--rollback DROP TABLE users\n\n--changeset a:2\nUPDATE users SET code = '' WHERE code IS NULL;\n--rollback empty\n` };
  const text = fixedFiles(before, await fixFiles(before, { suggestions: true }))['db/001.sql'] ?? '';
  expect(text).toMatch(/^--changeset a:1\n/m);
  expect(text).toMatch(/^--changeset a:2 splitStatements:false runInTransaction:false\nDO \$batches\$/m);
});

describe('tern', () => {
  const SEPARATOR = '\n---- create above / drop below ----\n\n';
  const init = upDown(INIT, INIT_DOWN, ['', SEPARATOR]);
  const created = async (text: string, options = {}): Promise<readonly string[]> => {
    const before = { 'm/001_init.sql': init, 'm/002_change.sql': text };
    return (await fixFiles(before, options)).files.filter((file) => file.before === null).map((file) => file.text);
  };

  it('the mark by which it leaves a transaction is not seen at the end of a line with CRLF', async () => {
    const [build] = await created(upDown('CREATE INDEX users_email_idx ON users (email);\nINSERT INTO orgs VALUES (1);\n', DROP, ['', SEPARATOR]).replaceAll('\n', '\r\n'));
    expect(build).toMatch(/^---- tern: disable-tx ----\n[^\r]+$/);
    const { findings } = await lintFiles({ 'm/001_init.sql': init, 'm/002_index.sql': `---- tern: disable-tx ----\r\n${BUILD}` });
    expect(findings.map(({ rule }) => rule)).toContain('no-concurrently-in-transaction');
  });

  it('every way forward has a statement', async () => {
    const texts = await created(upDown('ALTER TABLE users RENAME COLUMN email TO mail;\n', 'ALTER TABLE users RENAME COLUMN mail TO email;\n', ['', SEPARATOR]), { suggestions: true });
    expect(texts.length).toBeGreaterThan(3);
    expect(texts.filter((text) => /^(?:--.*\n|\s)*$/.test(text.split(SEPARATOR)[0] ?? ''))).toEqual([]);
  });
});
