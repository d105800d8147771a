import { describe, expect, test } from 'vitest';
import { program as typeorm } from '../src/frameworks/typeorm/program.ts';
import { program as sequelize } from '../src/frameworks/sequelize/program.ts';
import type { Program } from '../src/hosts/program.ts';

type Files = Readonly<Record<string, string>>;

const file = (path: string, text: string, files: Files = {}) => ({ path, text, dialect: 'postgres', version: 17, read: (name: string) => files[name], setting: (name: string) => (/^postgres(?:ql)?$/i.test(name) ? true : /^(?:mysql|better-?sqlite3?|sqlite)$/i.test(name) ? false : undefined) });

const told = (program: Program | undefined): readonly string[] => program?.emissions.map((emission) => ('sql' in emission ? emission.sql : `? ${emission.detail}`)) ?? [];

const inTypeorm = (head: string, body: string, files?: Files): readonly string[] =>
  told(typeorm(file('api/src/migrations/1.ts', `${head}\nexport class A1 { name = 'A1'; async up(queryRunner) {\n${body}\n}\nasync mysql(queryRunner) { await queryRunner.query('mysql'); }\nasync pg(queryRunner) { await queryRunner.query('pg'); } }\n`, files), 'A1', 'up', { wrap: 'batch' }));

const inSequelize = (head: string, body: string, files?: Files): readonly string[] => told(sequelize(file('api/src/migrations/1.js', `${head}\nmodule.exports = { up: async (queryInterface, Sequelize) => {\n${body}\n} };\n`, files), 'up'));

describe('names that lead to files', () => {
  const constants = "export const TABLE = 'users';";
  test.each<[string, Files, string]>([
    ['paths of the compiler', { 'api/tsconfig.json': '{\n  // base\n  "compilerOptions": { "baseUrl": "./src", "paths": { "@core/*": ["core/*"], }, },\n}', 'api/src/core/names.ts': constants }, '@core/names'],
    ['paths of a repository', { 'tsconfig.base.json': '{ "compilerOptions": { "paths": { "@acme/names": ["libs/names/src/index.ts"] } } }', 'libs/names/src/index.ts': constants }, '@acme/names'],
    ['its base', { 'api/tsconfig.json': '{ "compilerOptions": { "baseUrl": "./" } }', 'api/src/names.ts': constants }, 'src/names'],
    ['aliases of the manifest', { 'api/package.json': '{ "_moduleAliases": { "@core": "build/core" } }', 'api/src/core/names.js': constants }, '@core/names'],
    ['imports of the manifest', { 'api/package.json': '{ "imports": { "#core/*": "./dist/core/*.js" } }', 'api/src/core/names.ts': constants }, '#core/names'],
  ])('%s', (_name, files, from) => {
    expect(inTypeorm(`import { TABLE } from '${from}';`, 'await queryRunner.query(`DROP TABLE ${TABLE}`);', files)).toEqual(['DROP TABLE users']);
  });

  test('only what is asked for is read: an index of a large package, in rings', () => {
    const many = Array.from({ length: 200 }, (_, index) => `part-${String(index)}`);
    const files: Files = {
      ...Object.fromEntries(many.map((name) => [`api/src/parts/${name}.ts`, `import './more'; export const of_${name.replace('-', '_')} = run();\nwhile (true) {}`])),
      'api/src/parts/index.ts': `${many.map((name) => `export * from './${name}';`).join('\n')}\nexport * from './last';\nexport { LATE as late, default as named } from './late';\nexport * as all from './last';`,
      'api/src/parts/last.ts': "export * from './index';\nexport const TABLE = 'users';",
      'api/src/parts/late.ts': "export const LATE = 'x'; export default 'y';",
    };
    expect(inTypeorm("import { TABLE, late, named, all, missing } from '../parts';", 'await queryRunner.query([TABLE, late, named, all.TABLE, typeof missing].join(" "));', files)).toEqual(['users x y users undefined']);
  });

  test('what another file throws at its top, or sets there, is not the migration\'s', () => {
    const files: Files = { 'api/src/a.ts': "let t = 'a'; t = 'b'; export const T = t; throw new Error('no');" };
    expect(inTypeorm("import { T } from '../a';", 'if (process.env.X) await queryRunner.query(T); await queryRunner.query(T);', files)).toEqual(['b', 'b']);
  });
});

describe('migrations for several engines', () => {
  const branches = (value: string, prefix: string): string => `switch (${value}) { case ${prefix}.sqlite: case ${prefix}.betterSqlite3: break; case ${prefix}.postgres: await this.pg(queryRunner); break; case ${prefix}.mysql: await this.mysql(queryRunner); break; default: throw Error('no'); }`;
  test.each([
    ['an enum of a file', "import { DatabaseTypeEnum } from '../types';", branches('queryRunner.connection.options.type as DatabaseTypeEnum', 'DatabaseTypeEnum')],
    ['an enum of a file that is not there', "import { DatabaseTypeEnum } from '../elsewhere';", branches('queryRunner.dataSource.options.type', 'DatabaseTypeEnum')],
    ['an enum of a package', "import { DatabaseTypeEnum } from '@acme/config';", branches('queryRunner.connection.driver.options.type', 'DatabaseTypeEnum')],
    ['a setting', "import { DatabaseTypeEnum } from '@acme/config';", branches('process.env.DB', 'DatabaseTypeEnum')],
    ['texts', '', "if (queryRunner.connection.options.type === 'mysql') await this.mysql(queryRunner); else await this.pg(queryRunner);"],
    ['a comparison with a member', "import { Db } from '../elsewhere';", 'if (config.type === Db.Postgres) await this.pg(queryRunner); else await this.mysql(queryRunner);'],
  ])('%s', (_name, head, body) => {
    expect(inTypeorm(head, body, { 'api/src/types.ts': "export enum DatabaseTypeEnum { sqlite = 'sqlite', betterSqlite3 = 'better-sqlite3', postgres = 'postgres', mysql = 'mysql' }" })).toEqual(['pg']);
  });

  test('two others may be the same', () => {
    expect(inTypeorm("import { Db } from '../elsewhere';", "if (config.mysql === Db.MySQL) await this.mysql(queryRunner);")).toEqual(['mysql']);
  });
});

describe('values that are known in part', () => {
  test('a class of a list', () => {
    const files: Files = { 'api/src/enums.js': 'class Enum extends Array { constructor(...args) { super(...args); for (const k of args) this[k] = k; } first() { return this[0]; } }\nclass Loud extends Enum { static of2 = 2; }\nmodule.exports = { Status: new Loud(\'new\', \'old\') };' };
    expect(inSequelize("const { Status } = require('../enums');", "await queryInterface.addColumn('users', 'status', { type: Sequelize.ENUM(Status), defaultValue: Status.old }); await queryInterface.sequelize.query(Status.first() + Status.length + Status.map((x) => x + '!').join());", files)).toEqual([
      `DO 'BEGIN CREATE TYPE "public"."enum_users_status" AS ENUM(''new'', ''old''); EXCEPTION WHEN duplicate_object THEN null; END';ALTER TABLE "public"."users" ADD COLUMN "status" "public"."enum_users_status" DEFAULT 'old';`,
      'new2new!,old!',
    ]);
  });

  test('values of replacements, and their names', () => {
    const insert = 'const insert = (entry) => queryInterface.sequelize.query(`INSERT INTO users (${Object.keys(entry).join(",")}) VALUES (:${Object.keys(entry).join(",:")})`, { replacements: entry });';
    expect(inSequelize("import { crypto } from '../crypto-box'; const uuid = require('uuid');", `${insert} for (const row of await rows()) await insert(row); await queryInterface.sequelize.query('UPDATE users SET a = :a, b = :b', { replacements: { a: crypto.encrypt('x'), b: uuid.v4() } });`)).toEqual([
      'INSERT INTO users (${Object.keys(entry).join(,)}) VALUES (${Object.keys(entry).join(,:)})',
      'UPDATE users SET a = ${crypto.encrypt(x)}, b = ${v4}',
    ]);
  });

  test('what bluebird taps', () => {
    expect(inSequelize('', "return queryInterface.renameTable('a', 'b').tap(() => queryInterface.renameTable('c', 'd')).then(() => queryInterface.renameTable('e', 'f'));")).toEqual(['a b', 'c d', 'e f'].map((pair) => `ALTER TABLE "${pair.charAt(0)}" RENAME TO "${pair.charAt(2)}";`));
  });
});
