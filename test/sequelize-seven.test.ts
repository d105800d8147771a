import { expect, test } from 'vitest';
import { program } from '../src/frameworks/sequelize/program.ts';

/** What is sent by a migration that takes its types from the package of version 7. */
const sent = (call: string): readonly string[] =>
  (program({ path: 'migrations/1-a.js', text: `const { DataTypes, Op, sql } = require('@sequelize/core');\nmodule.exports = { async up(qi) { await qi.${call}; }, async down() {} };`, dialect: 'postgres', version: 17, read: () => undefined }, 'up')?.emissions ?? []).map((emission) => ('sql' in emission ? emission.sql.replace(/;\s*$/, '') : `? ${emission.detail}`));

// As @sequelize/core 7.0.0-alpha.48 sends it.
test.each([
  ["createTable('posts', { id: { type: DataTypes.INTEGER, primaryKey: true }, userId: { type: DataTypes.INTEGER, references: { table: 'users', key: 'id' }, onDelete: 'CASCADE' }, u: { type: DataTypes.STRING, unique: true } })", 'CREATE TABLE IF NOT EXISTS "posts" ("id" INTEGER , "userId" INTEGER REFERENCES "users" ("id") ON DELETE CASCADE, "u" VARCHAR(255) UNIQUE, PRIMARY KEY ("id"))'],
  ["addColumn('users', 'a', { type: DataTypes.STRING, allowNull: false, defaultValue: 'x' })", 'ALTER TABLE "users" ADD COLUMN "a" VARCHAR(255) NOT NULL DEFAULT \'x\''],
  ["addColumn('users', 'a', { type: DataTypes.STRING }, { ifNotExists: true })", 'ALTER TABLE "users" ADD COLUMN IF NOT EXISTS "a" VARCHAR(255)'],
  ["addColumn('users', 'a', { type: DataTypes.UUID, defaultValue: sql.uuidV4 })", 'ALTER TABLE "users" ADD COLUMN "a" UUID DEFAULT gen_random_uuid()'],
  ["addColumn('users', 'a', { type: DataTypes.INTEGER, references: { table: 'orgs', key: 'id' } })", 'ALTER TABLE "users" ADD COLUMN "a" INTEGER REFERENCES "orgs" ("id")'],
  ["removeColumn('users', 'a', { ifExists: true, cascade: true })", 'ALTER TABLE "users" DROP COLUMN IF EXISTS "a" CASCADE'],
  ["changeColumn('users', 'a', { type: DataTypes.STRING(50) })", 'ALTER TABLE "users" ALTER COLUMN "a" DROP NOT NULL;ALTER TABLE "users" ALTER COLUMN "a" DROP DEFAULT;ALTER TABLE "users" ALTER COLUMN "a" TYPE VARCHAR(50)'],
  ["addIndex('users', { fields: ['a', { name: 'b', order: 'DESC' }], using: 'gin', include: ['c'] })", 'CREATE INDEX "users_a_b" ON "users" USING gin ("a", "b" DESC) INCLUDE ("c")'],
  ["removeIndex('users', ['a', 'b'])", 'DROP INDEX "public"."users_a_b"'],
  ["addConstraint('users', { type: 'CHECK', fields: ['a'], where: { a: { [Op.gt]: 3 } } })", 'ALTER TABLE "users" ADD CONSTRAINT "users_a_ck" CHECK ("a" > 3)'],
  ["removeConstraint('users', 'pk', { ifExists: true, cascade: true })", 'ALTER TABLE "users" DROP CONSTRAINT IF EXISTS "pk" CASCADE'],
  ["renameTable({ tableName: 'users', schema: 'a' }, { tableName: 'users', schema: 'b' }, { changeSchema: true })", 'ALTER TABLE "a"."users" SET SCHEMA "b"'],
  ["truncate('users', { cascade: true, restartIdentity: true })", 'TRUNCATE "users" RESTART IDENTITY CASCADE'],
  ["bulkDelete('users', { where: { id: 1 } })", 'DELETE FROM "users" WHERE "id" = 1'],
  ["bulkDelete('users')", 'DELETE FROM "users"'],
  ["createSchema('app')", 'CREATE SCHEMA "app"'],
  ["dropSchema('app', { cascade: true, ifExists: true })", 'DROP SCHEMA IF EXISTS "app" CASCADE'],
])('version 7: %s', (call, expected) => expect(sent(call)).toEqual([expected]));
