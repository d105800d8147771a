import { describe, expect, it } from 'vitest';
import { fixedFiles, fixFiles } from './support/fix.ts';

const migration = (up: string, down = ''): string => `"use strict";\n\nmodule.exports = {\n  async up(queryInterface, Sequelize) {\n${up}  },\n\n  async down(queryInterface, Sequelize) {\n${down}  },\n};\n`;

const TABLES = migration(
  '    await queryInterface.sequelize.query(`CREATE TABLE users (id bigint PRIMARY KEY, email text, age int)`);\n',
  '    await queryInterface.sequelize.query(`DROP TABLE users`);\n',
);

/** Bodies of `up` by file after everything was put right, or why it was not. */
async function fixed(up: string, down: string): Promise<{ readonly ups: readonly string[]; readonly reasons: readonly string[] }> {
  const files = { 'package.json': '{ "dependencies": { "sequelize": "6" } }', 'migrations/20240101000000-tables.js': TABLES, 'migrations/20240102000000-change.js': migration(up, down) };
  const result = await fixFiles(files, { suggestions: true });
  const after = Object.entries(fixedFiles(files, result)).filter(([path]) => path.startsWith('migrations/') && !path.endsWith('tables.js'));
  return { ups: after.map(([, text]) => /async up\(.*\n([\s\S]*?) {2}\},/.exec(text)?.[1] ?? ''), reasons: result.refused.map(({ refused }) => refused) };
}

const inTransaction = (body: string): string => `    await queryInterface.sequelize.transaction(async (transaction) => {\n${body}    });\n`;
const DOWN = inTransaction('      await queryInterface.removeIndex("users", ["email"], { transaction });\n');

describe('a transaction that the program begins itself', () => {
  it('goes when nothing else needs it, with the option that hands it on', async () => {
    const { ups, reasons } = await fixed(inTransaction('      // for the login page\n      await queryInterface.addIndex("users", ["email"], { transaction });\n'), DOWN);
    expect([ups, reasons]).toEqual([['    // for the login page\n    await queryInterface.addIndex("users", ["email"], { concurrently: true });\n'], []]);
  });

  it('among other options, over several lines', async () => {
    const { ups } = await fixed(inTransaction('      await queryInterface.addIndex("users", ["email"], {\n        where: { age: 1 },\n        transaction,\n      });\n'), DOWN);
    expect(ups).toEqual(['    await queryInterface.addIndex("users", ["email"], {\n      where: { age: 1 },\n      concurrently: true,\n    });\n']);
  });

  it('stays when something else needs it; what cannot run in it leaves', async () => {
    const { ups } = await fixed(inTransaction('      await queryInterface.addColumn("users", "b", { type: Sequelize.TEXT }, { transaction });\n      await queryInterface.addIndex("users", ["email"], { transaction });\n'), inTransaction('      await queryInterface.removeIndex("users", ["email"], { transaction });\n      await queryInterface.removeColumn("users", "b", { transaction });\n'));
    expect(ups[0]).toBe(inTransaction('      await queryInterface.addColumn("users", "b", { type: Sequelize.TEXT }, { transaction });\n'));
    expect(ups[1]).toContain('concurrently: true');
  });

  it('lines of a text keep their blanks', async () => {
    const { ups } = await fixed(inTransaction('      await queryInterface.sequelize.query(`\n        CREATE INDEX users_email ON users (email)\n      `, { transaction });\n'), DOWN);
    expect(ups).toEqual(['    await queryInterface.sequelize.query(`\n        CREATE INDEX CONCURRENTLY users_email ON users (email)\n      `);\n']);
  });

  it('is left where the program does more with it', async () => {
    const { ups, reasons } = await fixed(inTransaction('      await queryInterface.addIndex("users", ["email"], { transaction });\n      console.log(transaction);\n'), DOWN);
    expect(ups).toHaveLength(1);
    expect(ups[0]).toContain('console.log(transaction)');
    expect(reasons).toEqual(['The calls are made on the transaction itself.']);
  });

  /** The whole change file after everything was put right, with `up` and `down` written out by the author. */
  async function whole(text: string): Promise<string> {
    const files = { 'package.json': '{ "dependencies": { "sequelize": "6" } }', 'migrations/20240101000000-tables.js': TABLES, 'migrations/20240102000000-change.js': text };
    return fixedFiles(files, await fixFiles(files, { suggestions: true }))['migrations/20240102000000-change.js'] ?? '';
  }

  const BUILD = 'queryInterface.addIndex("users", ["email"], { transaction })';
  const BUILT = 'queryInterface.addIndex("users", ["email"], { concurrently: true })';
  const COLUMN = 'queryInterface.addColumn("users", "b", Sequelize.TEXT, { transaction })';
  const BACK = '  down: (queryInterface) => queryInterface.removeIndex("users", ["email"]),\n};\n';

  it.each([
    ['a function that only handed it on waits by itself', `  up: (queryInterface, Sequelize) => {\n    return queryInterface.sequelize.transaction(async (transaction) => {\n      await ${BUILD};\n    });\n  },\n`, `  up: async (queryInterface, Sequelize) => {\n    await ${BUILT};\n  },\n`],
    ['a method too', `  up(queryInterface, Sequelize) {\n    return queryInterface.sequelize.transaction(async (transaction) => {\n      await ${BUILD};\n    });\n  },\n`, `  async up(queryInterface, Sequelize) {\n    await ${BUILT};\n  },\n`],
    ['an arrow function gets its block', `  up: (queryInterface, Sequelize) =>\n    queryInterface.sequelize.transaction(async (transaction) => {\n      await ${BUILD};\n    }),\n`, `  up: async (queryInterface, Sequelize) => {\n    await ${BUILT};\n  },\n`],
    ['one expression takes the place of another', `  up: (queryInterface) => queryInterface.sequelize.transaction((transaction) => ${BUILD}),\n`, `  up: (queryInterface) => ${BUILT},\n`],
    ['held by a variable, with its try', `  async up(queryInterface) {\n    const transaction = await queryInterface.sequelize.transaction();\n\n    try {\n      await ${BUILD};\n      await transaction.commit();\n    } catch (error) {\n      await transaction.rollback();\n      throw error;\n    }\n  },\n`, `  async up(queryInterface) {\n    await ${BUILT};\n  },\n`],
    ['a try that does more stays', `  async up(queryInterface) {\n    const transaction = await queryInterface.sequelize.transaction();\n    try {\n      await ${BUILD};\n      await transaction.commit();\n    } catch (error) {\n      console.error(error);\n      await transaction.rollback();\n      throw error;\n    }\n  },\n`, `  async up(queryInterface) {\n    try {\n      await ${BUILT};\n    } catch (error) {\n      console.error(error);\n      throw error;\n    }\n  },\n`],
  ])('%s', async (_name, up, expected) => expect(await whole(`module.exports = {\n${up}${BACK}`)).toBe(`module.exports = {\n${expected}${BACK}`));

  const both = (up: string, down: string): string => `module.exports = {\n  up: (queryInterface, Sequelize) => queryInterface.sequelize.transaction((transaction) => ${up}),\n  down: (queryInterface) => queryInterface.sequelize.transaction((transaction) => ${down}),\n};\n`;
  const UNBUILD = 'queryInterface.removeIndex("users", ["email"], { transaction })';
  const UNCOLUMN = 'queryInterface.removeColumn("users", "b", { transaction })';

  it.each([
    ['one of a list', both(`Promise.all([${COLUMN}, ${BUILD}])`, `Promise.all([${UNBUILD}, ${UNCOLUMN}])`), both(`Promise.all([${COLUMN}])`, `Promise.all([${UNCOLUMN}])`)],
    ['one that follows by then', both(`${COLUMN}.then(() => ${BUILD})`, `${UNBUILD}.then(() => ${UNCOLUMN})`), both(COLUMN, UNCOLUMN)],
  ])('%s leaves', async (_name, before, expected) => expect(await whole(before)).toBe(expected));

  it('a way back that cannot run in one leaves it', async () => {
    const text = await whole(`module.exports = {\n  async up(queryInterface) {\n${inTransaction('      await queryInterface.addConstraint("users", { fields: ["email"], type: "unique", name: "k", transaction });\n')}  },\n  async down(queryInterface) {\n${inTransaction('      await queryInterface.removeConstraint("users", "k", { transaction });\n')}  },\n};\n`);
    expect(text).toContain('concurrently: true');
    expect(text).toContain("async down(queryInterface) {\n    await queryInterface.sequelize.query(\"DROP INDEX CONCURRENTLY IF EXISTS k\");\n  },".replaceAll("'", '"'));
  });

  it('what is returned and becomes several calls follows by then', async () => {
    const change = (where: string): string => `queryInterface.changeColumn("users", "age", { type: Sequelize.INTEGER, allowNull: ${where} })`;
    const text = await whole(`module.exports = {\n  up: (queryInterface, Sequelize) => ${change('false')},\n  down: (queryInterface, Sequelize) => ${change('true')},\n};\n`);
    expect(text).toMatch(/up: .* NOT VALID"\)\n {4}\.then\(\(\) => queryInterface\.sequelize\.query\(.* VALIDATE CONSTRAINT .*\)\)\n/);
  });
});
