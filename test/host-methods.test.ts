import { readFileSync } from 'node:fs';
import knexLibrary from 'knex';
import * as kyselyLibrary from 'kysely';
import { Sequelize } from 'sequelize';
import { describe, expect, it } from 'vitest';
import { program as knex } from '../src/frameworks/knex/program.ts';
import { program as kysely } from '../src/frameworks/kysely/program.ts';
import { program as sequelize } from '../src/frameworks/sequelize/program.ts';
import { program as typeorm } from '../src/frameworks/typeorm/program.ts';
import type { Program } from '../src/hosts/program.ts';

/** Names of the functions of an object, those of what it inherits from included. */
function methodsOf(object: object): readonly string[] {
  const names = new Set<string>();
  for (let at = object; at !== Object.prototype && at !== null; at = Object.getPrototypeOf(at) as object) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) if (typeof value === 'function' && !/^(?:_|#|constructor$)/.test(name)) names.add(name);
  }
  return [...names].sort();
}

const file = (text: string) => ({ path: 'migrations/1.ts', text, dialect: 'postgres', version: 16, read: () => undefined });

/** Methods of which the reader says that it does not know them. */
const strange = (names: readonly string[], read: (name: string) => Program | undefined): readonly string[] =>
  names.filter((name) => read(name)?.emissions.some((emission) => 'opaque' in emission && new RegExp(`\`${name.replaceAll('$', '\\$')}\` of|${name} is not (?:a function|known|read)`).test(emission.detail)));

/** Methods that send nothing by themselves, or nothing that anybody could read, and why. */
const EXCUSED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  sequelize: {
    startTransaction: 'it is handed a transaction of the library’s inside, which `sequelize.transaction` makes',
    commitTransaction: 'the same',
    rollbackTransaction: 'the same',
    setIsolationLevel: 'the same',
    deferConstraints: 'the same',
    ensureEnums: 'createTable and addColumn call it; alone it makes the types of a model of the application',
  },
  typeorm: {
    executeMemoryUpSql: 'it sends what the runner has kept in its memory, which a migration fills only for the library itself',
    executeMemoryDownSql: 'the same',
  },
  'schema builder': { pipe: 'it streams what the statement answers, and there is no answer', stream: 'the same' },
  'table builder': { setSchema: 'the schema builder calls it', toSQL: 'the schema builder calls it' },
  column: { check: 'the library has a name for it and nothing behind it: it throws' },
  knex: { fromJS: 'it says the methods of a query by their names in an object', disableProcessing: 'it is about identifiers of answers', enableProcessing: 'the same', initialize: 'it makes the connection', as: 'it names a query inside of another' },
  alterTable: { addIndex: 'a clause of MySQL, which PostgreSQL refuses', dropIndex: 'the same', modifyColumn: 'the same' },
  'a column of alterTable': { modifyColumn: 'the same' },
};
const excused = (names: readonly string[], of: string): readonly string[] => names.filter((name) => EXCUSED[of]?.[name] === undefined);

/** They are known and say nothing about the schema: what makes, listens to or runs the builder itself. */
const OF_EMITTERS = ['addListener', 'emit', 'eventNames', 'getMaxListeners', 'listenerCount', 'listeners', 'off', 'on', 'once', 'prependListener', 'prependOnceListener', 'rawListeners', 'removeAllListeners', 'removeListener', 'setMaxListeners'];
const except = (names: readonly string[], others: readonly string[]): readonly string[] => names.filter((name) => !others.includes(name));

describe('every method of the migration API is known', () => {
  it("Sequelize's query interface", () => {
    const methods = methodsOf(new Sequelize({ dialect: 'postgres', logging: false }).getQueryInterface());
    expect(methods.length).toBeGreaterThan(50);
    expect(strange(methods, (name) => sequelize(file(`module.exports = { up: async (queryInterface, Sequelize) => { await queryInterface.${name}('a', 'b', {}); } };`), 'up'))).toEqual(Object.keys(EXCUSED['sequelize'] ?? {}).sort());
  });

  it("TypeORM's query runner, as its interface has it", () => {
    const declared = readFileSync('node_modules/typeorm/query-runner/QueryRunner.d.ts', 'utf8');
    const methods = [...new Set([...declared.matchAll(/^ {4}(\w+)\s*(?:<[^>]*>)?\(/gm)].map(([, name = '']) => name))];
    expect(methods.length).toBeGreaterThan(50);
    expect(strange(methods, (name) => typeorm(file(`export class A1 { async up(queryRunner) { await queryRunner.${name}('a', 'b', {}); } }`), 'A1', 'up', { wrap: 'batch' })).toSorted()).toEqual(Object.keys(EXCUSED['typeorm'] ?? {}).sort());
  });

  describe('Knex', () => {
    const db = knexLibrary({ client: 'pg' });
    const made: Record<string, object> = {};
    db.schema.createTable('t', (table) => { Object.assign(made, { table, column: table.string('a'), reference: table.foreign('a') }); }).toString();
    db.schema.createView('v', (view) => { Object.assign(made, { view }); view.as(db.select(1)); }).toString();
    const up = (body: string): Program | undefined => knex(file(`exports.up = async (knex) => { ${body} };`), 'up');

    it('its schema builder', () => {
      const methods = except(methodsOf(db.schema), OF_EMITTERS);
      expect(methods.length).toBeGreaterThan(30);
      expect(strange(excused(methods, 'schema builder'), (name) => up(`await knex.schema.${name}('a', (t) => t.integer('b'));`))).toEqual([]);
    });

    it('its table builder', () => {
      const methods = methodsOf(made['table'] ?? {});
      expect(methods.length).toBeGreaterThan(60);
      expect(strange(excused(methods, 'table builder'), (name) => up(`await knex.schema.alterTable('a', (t) => { t.${name}('b'); });`))).toEqual([]);
    });

    it('its column builder and its references', () => {
      const methods = [...new Set([...methodsOf(made['column'] ?? {}), ...methodsOf(made['reference'] ?? {})])];
      expect(methods.length).toBeGreaterThan(20);
      expect(strange(excused(methods, 'column'), (name) => up(`await knex.schema.createTable('a', (t) => { t.integer('b').${name}('c'); });`))).toEqual([]);
    });

    it('its view builder', () => {
      expect(strange(excused(methodsOf(made['view'] ?? {}), 'table builder'), (name) => up(`await knex.schema.createView('a', (v) => { v.${name}('c'); });`))).toEqual([]);
    });

    it('knex itself', () => {
      const methods = except(methodsOf(db), [...OF_EMITTERS, ...Object.getOwnPropertyNames(Function.prototype)]);
      expect(strange(excused(methods, 'knex'), (name) => up(`await knex.${name}('a');`))).toEqual([]);
    });
  });

  describe('Kysely', () => {
    const db = new kyselyLibrary.Kysely<Record<string, Record<string, unknown>>>({ dialect: { createAdapter: () => new kyselyLibrary.PostgresAdapter(), createDriver: () => new kyselyLibrary.DummyDriver(), createIntrospector: (own) => new kyselyLibrary.PostgresIntrospector(own), createQueryCompiler: () => new kyselyLibrary.PostgresQueryCompiler() } });
    const up = (body: string): Program | undefined => kysely(file(`import { sql } from 'kysely';\nexport const up = async (db) => { ${body} };`), 'up');

    it.each([
      ['the schema module', db.schema, 'db.schema.'],
      ['createTable', db.schema.createTable('a'), "db.schema.createTable('a').addColumn('x', 'integer')."],
      ['alterTable', db.schema.alterTable('a'), "db.schema.alterTable('a')."],
      ['a column of alterTable', db.schema.alterTable('a').addColumn('b', 'integer'), "db.schema.alterTable('a').addColumn('b', 'integer')."],
      ['a key of alterTable', db.schema.alterTable('a').addForeignKeyConstraint('k', ['b'], 'c', ['d']), "db.schema.alterTable('a').addForeignKeyConstraint('k', ['b'], 'c', ['d'])."],
      ['dropTable', db.schema.dropTable('a'), "db.schema.dropTable('a')."],
      ['createIndex', db.schema.createIndex('a'), "db.schema.createIndex('a').on('t').column('c')."],
      ['dropIndex', db.schema.dropIndex('a'), "db.schema.dropIndex('a')."],
      ['createView', db.schema.createView('a'), "db.schema.createView('a')."],
      ['dropView', db.schema.dropView('a'), "db.schema.dropView('a')."],
      ['createSchema', db.schema.createSchema('a'), "db.schema.createSchema('a')."],
      ['dropSchema', db.schema.dropSchema('a'), "db.schema.dropSchema('a')."],
      ['createType', db.schema.createType('a'), "db.schema.createType('a').asEnum(['x'])."],
      ['dropType', db.schema.dropType('a'), "db.schema.dropType('a')."],
    ])('%s', (about, object, on) => {
      const methods = except(methodsOf(object), ['toOperationNode', 'compile', 'withPlugin', 'withoutPlugins', '$call']);
      expect(methods.length).toBeGreaterThan(0);
      expect(strange(excused(methods, about), (name) => up(`await ${on}${name}('b', 'integer')${name === 'execute' ? '' : '.execute()'};`))).toEqual([]);
    });

    it('the definition of a column', () => {
      const made: object[] = [];
      db.schema.createTable('a').addColumn('b', 'integer', (column) => { made.push(column); return column; }).compile();
      const methods = except(methodsOf(made[0] ?? {}), ['toOperationNode', '$call']);
      expect(methods.length).toBeGreaterThan(10);
      expect(strange(methods, (name) => up(`await db.schema.createTable('a').addColumn('b', 'integer', (c) => c.${name}('c.d')).execute();`))).toEqual([]);
    });
  });
});
