import { describe, expect, test } from 'vitest';
import { migrationClasses } from '../src/frameworks/typeorm/classes.ts';
import { program as dbMigrate } from '../src/frameworks/db-migrate/program.ts';
import { program as knex } from '../src/frameworks/knex/program.ts';
import { program as kysely } from '../src/frameworks/kysely/program.ts';
import { program as mikroOrm } from '../src/frameworks/mikro-orm/program.ts';
import { program as nodePgMigrate } from '../src/frameworks/node-pg-migrate/program.ts';
import { program as sequelize } from '../src/frameworks/sequelize/program.ts';
import { program as typeorm } from '../src/frameworks/typeorm/program.ts';
import type { Program } from '../src/hosts/program.ts';

type Files = Readonly<Record<string, string>>;

const PATH = 'm/migrations/20240101000000-a.ts';
const file = (text: string, files: Files = {}) => ({ path: PATH, text, dialect: 'postgres', version: 17, read: (name: string) => files[name] });

/** What is sent and from where; undefined: the file has no such direction. */
const told = (program: Program | undefined, text: string): readonly string[] | undefined => program?.emissions.map((emission) => `${'sql' in emission ? emission.sql : `? ${emission.detail}`} @ ${text.slice(emission.call.start, emission.call.end)}`);

const TOOLS = { sequelize, knex, kysely, 'db-migrate': dbMigrate, 'node-pg-migrate': nodePgMigrate } as const;

describe.each(Object.entries(TOOLS))('%s: a direction that is not where it is looked for', (_name, program) => {
  test.each([
    ['made by a package', "const { build } = require('@acme/migrations');\nmodule.exports = build({ table: 'users' });", "`build` of the package @acme/migrations makes it @ module.exports = build({ table: 'users' });"],
    ['made by a file that is not there', "const build = require('../elsewhere/build');\nmodule.exports = build('users');", "`../elsewhere/build` is not among the files that can be read @ module.exports = build('users');"],
    ['one of its own', "const { up } = require('../elsewhere');\nexports.down = () => {};\nexports.up = up;", '`../elsewhere` is not among the files that can be read @ exports.up = up;'],
    ['a function that gives it', 'module.exports = (options) => ({\n  up: async () => {},\n});', 'it is exported in a form in which the tool does not look for it @ module.exports = (options) => ({\n  up: async () => {},\n});'],
  ])('%s', (_case, text, expected) => {
    expect(told(program(file(text), 'up'), text)).toEqual([`? \`up\` of the migration cannot be found: ${expected}`]);
  });

  test.each([
    ['constants', "module.exports = { TABLE: 'users', COLUMNS: ['a', 'b'] };"],
    ['a helper', 'module.exports = function addIndexes(runner, table) { return runner; };'],
    ['helpers', "exports.addIndexes = (runner) => runner; exports.describe = 'what comes up';"],
    ['nothing', "const TABLE = 'users';"],
  ])('%s: no migration', (_case, text) => {
    expect(program(file(text), 'up')).toBeUndefined();
  });

  test('a way back that is not there is none', () => {
    expect(program(file('exports.up = async () => {};\nconst down = (a) => a;'), 'down')?.emissions ?? []).toEqual([]);
  });
});

describe('a migration that a function of another file makes', () => {
  const build = "module.exports = (table) => ({ up: (q) => q.sequelize.query(`DROP TABLE ${table}`), down: (q) => q.sequelize.query(`CREATE TABLE ${table} ()`) });";
  const text = "// users go\nconst build = require('../build');\nmodule.exports = build('users');\n";
  test.each(['up', 'down'] as const)('%s stands where it is exported', (direction) => {
    const sent = direction === 'up' ? 'DROP TABLE users' : 'CREATE TABLE users ()';
    expect(told(sequelize(file(text, { 'm/build.js': build }), direction), text)).toEqual([`${sent} @ module.exports = build('users');`]);
  });
});

describe('classes', () => {
  const inTypeorm = (text: string, files: Files = {}): readonly (readonly string[] | undefined)[] => migrationClasses(text).map(({ className }) => told(typeorm(file(text, files), className, 'up', { wrap: 'batch' }), text)?.map((one) => one.replace(/ @ .*/s, '')));
  const UP = "async up(queryRunner) { await queryRunner.query('DROP TABLE users'); }";
  test.each([
    ['without a name', `export default class implements MigrationInterface {\n  name = 'A1700000000000';\n  ${UP}\n}`],
    ['that extends one of the project', `import { Base } from '../base';\nexport class DropUsers extends Base {\n  name = 'A1700000000000';\n  ${UP}\n}`],
    ['with a helper class beside it', `class Names { list() { return ['users']; } }\nexport class DropUsers {\n  name = 'A1700000000000';\n  ${UP}\n}`],
    ['under another name', `class DropUsers1700000000000 {\n  ${UP}\n}\nexport { DropUsers1700000000000 as Migration };`],
  ])('TypeORM: one %s', (_case, text) => {
    expect(migrationClasses(text).map(({ timestamp }) => timestamp)).toEqual(['1700000000000']);
    expect(inTypeorm(text)).toEqual([['DROP TABLE users']]);
  });

  test.each([
    ['wrapped', `const { logged } = require('@acme/migrations');\nmodule.exports = logged(class A1700000000000 {\n  ${UP}\n});`, '`logged` of the package @acme/migrations makes it'],
    ['made by a function', "import { drop } from '@acme/migrations';\nexport const A1700000000000 = drop('users', { up: true });", 'it is exported in a form in which the tool does not look for it'],
    ['whose class above is not there', "import { Base } from '@acme/migrations';\nexport class A1700000000000 extends Base {}", 'its class extends one of the package @acme/migrations'],
  ])('TypeORM: one %s', (_case, text, why) => {
    expect(inTypeorm(text)).toEqual([[`? \`up\` of the migration cannot be found: ${why}`]]);
  });

  test('MikroORM: one that is wrapped', () => {
    const text = "import { Migration } from '@mikro-orm/migrations';\nimport { logged } from '@acme/migrations';\nexport default logged(class extends Migration { async up() { this.addSql('select 1'); } });";
    expect(told(mikroOrm(file(text), 'up'), text)?.map((one) => one.replace(/ @ .*/s, ''))).toEqual(['? `up` of the migration cannot be found: `logged` of the package @acme/migrations makes it']);
  });
});
