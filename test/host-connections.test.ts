import { describe, expect, it } from 'vitest';
import { program as dbMigrate } from '../src/frameworks/db-migrate/program.ts';
import { program as knex } from '../src/frameworks/knex/program.ts';
import { program as sequelize } from '../src/frameworks/sequelize/program.ts';
import { program as typeorm } from '../src/frameworks/typeorm/program.ts';
import type { Program } from '../src/hosts/program.ts';

const FILES: Readonly<Record<string, string>> = {
  'pkg/migrations/sqls/a-up.sql': 'CREATE TABLE a (id int);',
  'pkg/sql/b.sql': 'SELECT 2',
  'pkg/models/user.js': "const { Model } = require('sequelize');\nclass User extends Model {}\nmodule.exports = User;\n",
};
const file = (text: string) => ({ path: 'pkg/migrations/1.ts', text, dialect: 'postgres', version: 16, read: (path: string) => FILES[path] });

/** What is sent, each with where it goes; what nobody knows, by its traps. */
const told = (program: Program | undefined): readonly string[] =>
  (program?.emissions ?? []).map((emission) => `${'sql' in emission ? `${emission.apart === true ? 'apart: ' : ''}${emission.sql}` : 'unknown'}${(emission.traps ?? []).map(({ trap }) => ` [${trap}]`).join('')}`);

const inKnex = (head: string, body: string): readonly string[] => told(knex(file(`${head}\nexports.up = async (knex) => {\n${body}\n};\n`), 'up'));
const inSequelize = (head: string, body: string): readonly string[] => told(sequelize(file(`${head}\nmodule.exports = { up: async (queryInterface, Sequelize) => {\n${body}\n} };\n`), 'up'));
const inTypeorm = (head: string, body: string): readonly string[] => told(typeorm(file(`${head}\nexport class A1 { async up(queryRunner) {\n${body}\n} }\n`), 'A1', 'up', { wrap: 'batch' }));

describe('connections that a migration opens itself', () => {
  it('Knex: its statements are apart from the transaction', () => {
    const sent = inKnex("const Knex = require('knex');\nconst db = Knex({ client: 'pg' });", `
      await db('users').update({ a: 1 });
      await db.schema.createTable('t', (t) => { t.integer('a'); });
      await db.transaction(async (trx) => { await trx('users').insert({ a: 2 }); });
      await db.destroy();
      await knex.raw('SELECT 1');`);
    expect(sent).toEqual(['apart: update "users" set "a" = 1', 'apart: create table "t" ("a" integer)', 'apart: insert into "users" ("a") values (2)', 'SELECT 1']);
  });

  it('Sequelize: what a project puts beside the query interface into the context of umzug is none', () => {
    const up = (names: string): readonly string[] => told(sequelize(file(`export async function up({ context }) {\n  const { ${names} } = context;\n  logger.info('x');\n  await queryInterface.sequelize.query('SELECT 1');\n}\n`), 'up'));
    expect([up('queryInterface, logger'), up('logger, queryInterface')]).toEqual([['SELECT 1'], ['SELECT 1']]);
    expect(told(sequelize(file("export async function up({ context }) {\n  await context.dropWhatever('x');\n}\n"), 'up'))).toEqual(['unknown']);
  });

  it('Sequelize: the instance has no types', () => {
    expect(inSequelize('', "await queryInterface.addColumn('users', 'b', { type: 'uuid', defaultValue: queryInterface.sequelize.UUIDV4 });")).toEqual(['ALTER TABLE "public"."users" ADD COLUMN "b" uuid;']);
  });

  it('Sequelize: those of another instance are', () => {
    const sent = inSequelize("const { Sequelize: Own } = require('sequelize');\nconst own = new Own(process.env.DATABASE_URL);", `
      await own.query('UPDATE users SET a = 1');
      await own.getQueryInterface().addColumn('users', 'b', { type: 'int' });
      await queryInterface.addColumn('users', 'c', { type: 'int' });`);
    expect(sent).toEqual(['apart: UPDATE users SET a = 1', 'apart: ALTER TABLE "public"."users" ADD COLUMN "b" int;', 'ALTER TABLE "public"."users" ADD COLUMN "c" int;']);
  });

  it('TypeORM: those of another data source, and of the global functions, are', () => {
    const sent = inTypeorm("import { DataSource, getConnection, getManager, getRepository } from 'typeorm';", `
      const own = new DataSource({ type: 'postgres' });
      await own.initialize();
      await own.query('SELECT 1');
      await getConnection().query('SELECT 2');
      await getManager().query('SELECT 3');
      await getRepository('users').find();
      await queryRunner.query('SELECT 4');`);
    expect(sent).toEqual(['apart: SELECT 1 [forgotten-transaction]', 'apart: SELECT 2 [forgotten-transaction]', 'apart: SELECT 3 [forgotten-transaction]', 'unknown [live-code]', 'SELECT 4']);
  });

  it('the driver itself: its queries are', () => {
    expect(inKnex("const { Client } = require('pg');", "const client = new Client();\nawait client.connect();\nawait client.query('UPDATE users SET a = 1');\nawait client.end();")).toEqual(['apart: UPDATE users SET a = 1']);
  });
});

describe('models', () => {
  const LIVE = 'unknown [live-code]';

  it('those of Sequelize, made in the file or imported, are told call by call', () => {
    const made = inSequelize("const { Model, DataTypes } = require('sequelize');\nclass User extends Model {}", `
      User.init({ name: DataTypes.STRING }, { sequelize: queryInterface.sequelize });
      await User.update({ name: 'x' }, { where: { id: 3 } });
      await User.findAll();
      await User.bulkCreate([{ id: 1 }]);`);
    expect(made).toEqual([LIVE, LIVE, LIVE]);
    expect(inSequelize("const User = require('../models/user');\nconst { Team } = require('../models');", "await User.destroy({ where: { id: 3 } });\nawait Team.findAll();")).toEqual([LIVE, LIVE]);
  });

  it('those of Objection are told once each query', () => {
    const sent = inKnex("const { Model } = require('objection');\nclass User extends Model { static get tableName() { return 'users'; } }", `
      await User.query(knex).patch({ name: 'x' }).where('id', 3);
      await User.bindKnex(knex).query().delete();
      await knex('users').where('id', 3).update({ name: User.tableName });`);
    expect(sent).toEqual([LIVE, LIVE, 'update "users" set "name" = \'users\' where "id" = 3']);
  });

  it('those of TypeORM are told', () => {
    const sent = inTypeorm("import { BaseEntity } from 'typeorm';\nclass User extends BaseEntity {}", `
      await User.update({ id: 3 }, { name: 'y' });
      await queryRunner.manager.getRepository('users').update({ id: 1 }, { name: 'x' });
      await queryRunner.manager.createQueryBuilder().update('users').set({ name: 'x' }).where('id = :id', { id: 3 }).execute();`);
    expect(sent).toEqual([LIVE, LIVE, 'UPDATE "users" SET "name" = $1 WHERE id = $2']);
  });
});

describe('lists that the server answers', () => {
  it.each(['map', 'each', 'mapSeries', 'forEach'])('%s: what is done with each row is told, whatever stands before', (name) => {
    const sent = inSequelize('', `return queryInterface.sequelize.query('SELECT id FROM users WHERE name IS NOT NULL AND created_at IS NOT NULL ORDER BY id').then((rows) => rows).${name}((row) => queryInterface.sequelize.query('UPDATE users SET a = 1 WHERE id = :id', { replacements: { id: row.id } }));`);
    expect(sent).toEqual(['SELECT id FROM users WHERE name IS NOT NULL AND created_at IS NOT NULL ORDER BY id', expect.stringMatching(/^UPDATE users SET a = 1 WHERE id = /)]);
  });
});

describe('files that a migration reads', () => {
  it.each([
    ['beside it', "const fs = require('fs');\nconst path = require('path');", "await knex.raw(fs.readFileSync(path.join(__dirname, 'sqls', 'a-up.sql'), 'utf8'));"],
    ['with a promise', "const { readFile } = require('node:fs/promises');", "await knex.raw((await readFile(`${__dirname}/sqls/a-up.sql`)).toString());"],
    ['made a promise', "const { promisify } = require('util');\nconst fs = require('fs');\nconst read = promisify(fs.readFile);", "await knex.raw(await read(__dirname + '/sqls/a-up.sql', 'utf8'));"],
    ['by its address', "import { readFileSync } from 'fs';", "await knex.raw(readFileSync(new URL('./sqls/a-up.sql', import.meta.url)).toString());"],
    ['from where the tool runs', "const fs = require('fs');", "await knex.raw(await fs.promises.readFile(require('path').resolve('migrations/sqls/a-up.sql'), { encoding: 'utf8' }));"],
    ['if it is there', "const fs = require('fs');", "const name = `${process.cwd()}/migrations/sqls/a-up.sql`;\nif (!fs.existsSync(name)) throw new Error('gone');\nawait knex.raw(fs.readFileSync(name, 'utf8'));"],
  ])('%s', (_name, head, body) => expect(inKnex(head, body)).toEqual(['CREATE TABLE a (id int);']));

  it.each([
    ['one that is not there', "await knex.raw(fs.readFileSync(__dirname + '/none.sql', 'utf8'));"],
    ['one outside of the project', "await knex.raw(fs.readFileSync(__dirname + '/../../../sql/b.sql', 'utf8'));"],
    ['all of a folder', 'for (const name of fs.readdirSync(__dirname)) await knex.raw(fs.readFileSync(name));'],
  ])('not known: %s', (_name, body) => expect(inKnex("const fs = require('fs');", body)).toEqual(['unknown']));

  it("what db-migrate's generated files read is what the folder of SQL says", () => {
    const text = `var fs = require('fs');
      var path = require('path');
      var Promise;
      exports.setup = function (options) { Promise = options.Promise; };
      exports.up = function (db) {
        var filePath = path.join(__dirname, 'sqls', 'a-up.sql');
        return new Promise(function (resolve, reject) {
          fs.readFile(filePath, { encoding: 'utf-8' }, function (err, data) {
            if (err) return reject(err);
            resolve(data);
          });
        }).then(function (data) {
          return db.runSql(data);
        });
      };`;
    expect(told(dbMigrate(file(text), 'up'))).toEqual(['CREATE TABLE a (id int);']);
  });
});
