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
});
