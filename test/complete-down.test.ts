import { describe, expect, it } from 'vitest';
import type { Files } from './support/fix.ts';
import { fixedFiles, fixFiles } from './support/fix.ts';

/** A way back in code that forgets something, and what it is completed to; `refused`: why not. */
interface Case {
  readonly name: string;
  readonly path: string;
  readonly file: (down: string) => string;
  readonly down: string;
  readonly after: string;
}

const knex = (down: string): string => `exports.up = async function (knex) {
  await knex.schema.createTable('users', (t) => { t.increments('id'); t.text('email'); });
  await knex.schema.createTable('notes', (t) => { t.increments('id'); });
  await knex.schema.createTable('tags', (t) => { t.increments('id'); });
};

${down}
`;

const sequelize = (down: string): string => `module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.createTable('users', { id: { type: Sequelize.INTEGER, primaryKey: true } });
    await queryInterface.createTable('notes', { id: { type: Sequelize.INTEGER, primaryKey: true } });
    await queryInterface.createTable('tags', { id: { type: Sequelize.INTEGER, primaryKey: true } });
  },
${down}
};
`;

const typeorm = (down: string): string => `import { MigrationInterface, QueryRunner } from "typeorm";

export class Init1700000000000 implements MigrationInterface {
    name = "Init1700000000000";

    public async up(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.query(\`CREATE TABLE "users" ("id" int)\`);
        await queryRunner.query(\`CREATE TABLE "notes" ("id" int)\`);
        await queryRunner.query(\`CREATE INDEX "notes_id" ON "notes" ("id")\`);
    }

${down}
}
`;

const CASES: readonly Case[] = [
  {
    name: 'TypeORM, SQL as it is',
    path: 'src/migrations/1700000000000-Init.ts',
    file: typeorm,
    down: `    public async down(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.query(\`DROP TABLE "notes"\`); // and its index
    }`,
    after: `    public async down(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.query(\`DROP TABLE "notes"\`); // and its index
        await queryRunner.query(\`DROP TABLE users\`);
    }`,
  },
  {
    name: 'node-pg-migrate, which waits for nothing',
    path: 'migrations/1700000000000_init.js',
    file: (down) => `exports.up = (pgm) => {\n  pgm.createTable('users', { id: 'id' });\n  pgm.createTable('notes', { id: 'id' });\n};\n\n${down}\n`,
    down: `exports.down = (pgm) => {
  pgm.dropTable('users');
};`,
    after: `exports.down = (pgm) => {
  pgm.dropTable('notes');
  pgm.dropTable('users');
};`,
  },
  {
    name: 'Kysely, a chain that runs at its end',
    path: 'migrations/2024-01-01-init.ts',
    file: (down) => `import type { Kysely } from 'kysely';

export async function up(db: Kysely<any>): Promise<void> {
  await db.schema.createTable('users').addColumn('id', 'integer').execute();
  await db.schema.createTable('notes').addColumn('id', 'integer').execute();
}

${down}
`,
    down: `export async function down(db: Kysely<any>): Promise<void> {
  await db.schema.dropTable('notes').execute();
}`,
    after: `export async function down(db: Kysely<any>): Promise<void> {
  await db.schema.dropTable('notes').execute();
  await db.schema.dropTable('users').execute();
}`,
  },
  {
    name: 'MikroORM, whose statements are collected',
    path: 'migrations/Migration20240101000000.ts',
    file: (down) => `import { Migration } from '@mikro-orm/migrations';

export class Migration20240101000000 extends Migration {
  override async up(): Promise<void> {
    this.addSql('create table "users" ("id" int);');
    this.addSql('create table "notes" ("id" int);');
  }

${down}
}
`,
    down: `  override async down(): Promise<void> {
    this.addSql('drop table "users";');
  }`,
    after: `  override async down(): Promise<void> {
    this.addSql('DROP TABLE notes');
    this.addSql('drop table "users";');
  }`,
  },
  {
    name: 'db-migrate, which is given the promise',
    path: 'migrations/20240101000000-init.js',
    file: (down) => `exports.up = async function (db) {
  await db.createTable('users', { id: { type: 'int', primaryKey: true } });
  await db.createTable('notes', { id: { type: 'int', primaryKey: true } });
};

${down}

exports._meta = { version: 1 };
`,
    down: `exports.down = function (db) {
  return db.dropTable('notes');
};`,
    after: `exports.down = async function (db) {
  await db.dropTable('notes');
  await db.dropTable('users');
};`,
  },
  {
    name: 'Knex, calls one after the other, a comment before one of them',
    path: 'migrations/20240101000000_init.js',
    file: knex,
    down: `exports.down = async function (knex) {
  // The notes go last.
  await knex.schema.dropTable('notes');
};`,
    after: `exports.down = async function (knex) {
  await knex.schema.dropTable('tags');
  // The notes go last.
  await knex.schema.dropTable('notes');
  await knex.schema.dropTable('users');
};`,
  },
  {
    name: 'Knex, a chain that is returned',
    path: 'migrations/20240101000000_init.js',
    file: knex,
    down: `exports.down = (knex) => {
  return knex.schema.dropTable('tags').dropTable('notes');
};`,
    after: `exports.down = async (knex) => {
  await knex.schema.dropTable('tags').dropTable('notes');
  await knex.schema.dropTable('users');
};`,
  },
  {
    name: 'Knex, an arrow function without braces',
    path: 'migrations/20240101000000_init.js',
    file: knex,
    down: "exports.down = (knex) => knex.schema.dropTable('notes');",
    after: `exports.down = async (knex) => {
  await knex.schema.dropTable('tags');
  await knex.schema.dropTable('notes');
  await knex.schema.dropTable('users');
};`,
  },
  {
    name: 'Knex, promises in a row',
    path: 'migrations/20240101000000_init.js',
    file: knex,
    down: `exports.down = function (knex) {
  return knex.schema.dropTable('tags').then(() => knex.schema.dropTable('users'));
};`,
    after: `exports.down = function (knex) {
  return knex.schema.dropTable('tags').then(async () => {
    await knex.schema.dropTable('notes');
    await knex.schema.dropTable('users');
  });
};`,
  },
  {
    name: 'Sequelize, in a transaction that is handed on',
    path: 'migrations/20240101000000-init.js',
    file: sequelize,
    down: `  async down(queryInterface) {
    await queryInterface.sequelize.transaction(async (transaction) => {
      await queryInterface.dropTable('notes', { transaction });
    });
  },`,
    after: `  async down(queryInterface) {
    await queryInterface.sequelize.transaction(async (transaction) => {
      await queryInterface.dropTable('tags', { transaction });
      await queryInterface.dropTable('notes', { transaction });
      await queryInterface.dropTable('users', { transaction });
    });
  },`,
  },
  {
    name: 'Sequelize, all at once in a transaction',
    path: 'migrations/20240101000000-init.js',
    file: sequelize,
    down: `  down: (queryInterface) =>
    queryInterface.sequelize.transaction((t) =>
      Promise.all([
        queryInterface.dropTable('tags', { transaction: t }),
        queryInterface.dropTable('users', { transaction: t }),
      ]),
    ),`,
    after: `  down: (queryInterface) =>
    queryInterface.sequelize.transaction((t) =>
      Promise.all([
        queryInterface.dropTable('tags', { transaction: t }),
        queryInterface.dropTable('notes', { transaction: t }),
        queryInterface.dropTable('users', { transaction: t }),
      ]),
    ),`,
  },
];

const REFUSED: readonly (Omit<Case, 'after'> & { readonly why: RegExp })[] = [
  { name: 'branches', path: 'migrations/20240101000000_init.js', file: knex, down: "exports.down = async (knex) => {\n  if (await knex.schema.hasTable('notes')) {\n    await knex.schema.dropTable('notes');\n  }\n};", why: /branches or loops/ },
  { name: 'what only the run knows', path: 'migrations/20240101000000_init.js', file: knex, down: "exports.down = async (knex) => {\n  await knex.schema.dropTable('notes');\n  await require('left-pad')(knex);\n};", why: /cannot be read/ },
  { name: 'a callback', path: 'migrations/20240101000000-init.js', file: (down) => `exports.up = async function (db) {\n  await db.createTable('users', { id: 'int' });\n  await db.createTable('notes', { id: 'int' });\n};\n\n${down}\n\nexports._meta = { version: 1 };\n`, down: "exports.down = function (db, callback) {\n  db.dropTable('notes', callback);\n};", why: /callback/ },
  { name: 'statements over connections of their own', path: 'migrations/20240101000000-init.js', file: sequelize, down: "  down: (queryInterface) => Promise.all([queryInterface.dropTable('notes')]),", why: /connections of their own/ },
];

const completed = async (files: Files): Promise<{ readonly files: Files; readonly refused: readonly string[] }> => {
  const result = await fixFiles(files, { suggestions: true, rules: new Set(['no-incomplete-down']) });
  return { files: fixedFiles(files, result), refused: result.refused.map(({ refused }) => refused) };
};

describe('ways back in code that forget something', () => {
  for (const { name, path, file, down, after } of CASES) {
    it(name, async () => expect(await completed({ [path]: file(down) })).toEqual({ files: { [path]: file(after) }, refused: [] }));
  }

  for (const { name, path, file, down, why } of REFUSED) {
    it(`leaves alone ${name}`, async () => {
      const files = { [path]: file(down) };
      expect(await completed(files)).toEqual({ files, refused: [expect.stringMatching(why)] });
    });
  }
});

describe('a way back in SQL', () => {
  const sql = (up: string, down: string): Files => ({ 'm/000001_base.up.sql': 'CREATE TABLE kits (id bigint PRIMARY KEY, used_at timestamptz, idle boolean NOT NULL DEFAULT true);\n', 'm/000001_base.down.sql': 'DROP TABLE kits;\n', 'm/000002_change.up.sql': up, 'm/000002_change.down.sql': down });

  it('whose last statement has no semicolon gets one', async () => {
    const files = sql('CREATE TABLE a (id bigint);\nCREATE TABLE b (id bigint);\nCREATE TABLE c (id bigint);\n', 'DROP TABLE c');
    expect(fixedFiles(files, await fixFiles(files, { suggestions: true }))['m/000002_change.down.sql']).toBe('DROP TABLE c;\nDROP TABLE b;\nDROP TABLE a;');
  });

  it('that keeps the values of a column is not completed by one that loses them', async () => {
    const files = sql('ALTER TABLE kits DROP idle, ADD idle boolean NOT NULL GENERATED ALWAYS AS (used_at IS NULL) STORED;\n', 'ALTER TABLE kits ALTER idle DROP EXPRESSION;\n');
    const result = await fixFiles(files, { suggestions: true });
    expect(fixedFiles(files, result)['m/000002_change.down.sql']).toBe(files['m/000002_change.down.sql']);
    expect(JSON.stringify(result.refused)).toContain('It keeps the values of idle');
  });

  it('of a table that may be there already drops it where it still is', async () => {
    const files = sql('CREATE TABLE IF NOT EXISTS a (id bigint);\nCREATE TABLE b (id bigint);\n', 'DROP TABLE b;\n');
    expect(fixedFiles(files, await fixFiles(files, { suggestions: true }))['m/000002_change.down.sql']).toBe('DROP TABLE b;\nDROP TABLE IF EXISTS a;\n');
  });
});
