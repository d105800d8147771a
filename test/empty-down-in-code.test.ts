import { describe, expect, it } from 'vitest';
import type { Files } from './support/fix.ts';
import { fixedFiles, fixFiles } from './support/fix.ts';
import { lintFiles } from './support/lint.ts';

const MAKE = 'CREATE TABLE users (id bigint PRIMARY KEY, age int)';

interface Tool {
  readonly files: (one: string, up: string, down: string) => string;
  readonly path: (number: string) => string;
  readonly send: (sql: string) => string;
}

/** Each tool's usual file, with the bodies of both directions. */
const TOOLS: Readonly<Record<string, Tool>> = {
  Knex: { path: (n) => `migrations/2024010${n}000000_step.js`, send: (sql) => `await knex.raw('${sql}');`, files: (_, up, down) => `exports.up = async (knex) => {\n  ${up}\n};\n\nexports.down = async (knex) => {\n  ${down}\n};\n` },
  Kysely: { path: (n) => `migrations/2024-01-0${n}_step.ts`, send: (sql) => `await sql\`${sql}\`.execute(db);`, files: (_, up, down) => `import { Kysely, sql } from 'kysely';\n\nexport async function up(db: Kysely<any>) {\n  ${up}\n}\n\nexport async function down(db: Kysely<any>) {\n  ${down}\n}\n` },
  MikroORM: { path: (n) => `migrations/Migration2024010${n}000000.ts`, send: (sql) => `this.addSql('${sql}');`, files: (n, up, down) => `import { Migration } from '@mikro-orm/migrations';\n\nexport class Migration2024010${n}000000 extends Migration {\n  async up(): Promise<void> {\n    ${up}\n  }\n\n  async down(): Promise<void> {\n    ${down}\n  }\n}\n` },
  'node-pg-migrate': { path: (n) => `migrations/170000000000${n}_step.js`, send: (sql) => `pgm.sql('${sql}');`, files: (_, up, down) => `exports.up = (pgm) => {\n  ${up}\n};\n\nexports.down = (pgm) => {\n  ${down}\n};\n` },
  Sequelize: { path: (n) => `migrations/2024010${n}000000-step.js`, send: (sql) => `await queryInterface.sequelize.query('${sql}');`, files: (_, up, down) => `module.exports = {\n  async up(queryInterface) {\n    ${up}\n  },\n\n  async down(queryInterface) {\n    ${down}\n  },\n};\n` },
  TypeORM: { path: (n) => `migrations/170000000000${n}-Step.ts`, send: (sql) => `await queryRunner.query('${sql}');`, files: (n, up, down) => `import { MigrationInterface, QueryRunner } from 'typeorm';\n\nexport class Step170000000000${n} implements MigrationInterface {\n  public async up(queryRunner: QueryRunner): Promise<void> {\n    ${up}\n  }\n\n  public async down(queryRunner: QueryRunner): Promise<void> {\n    ${down}\n  }\n}\n` },
  'db-migrate': { path: (n) => `migrations/2024010${n}000000-step.js`, send: (sql) => `await db.runSql('${sql}');`, files: (_, up, down) => `exports.up = async function (db) {\n  ${up}\n};\n\nexports.down = async function (db) {\n  ${down}\n};\n\nexports._meta = { version: 1 };\n` },
};

const project = ({ files, path, send }: Tool, up: string, down: string): Files => ({
  [path('1')]: files('1', send(MAKE), send('DROP TABLE users')),
  [path('2')]: files('2', send(up), down),
});

describe.each(Object.entries(TOOLS))('%s', (_, tool) => {
  const COLUMN = 'ALTER TABLE users ADD COLUMN name text';
  const rules = async (down: string): Promise<readonly string[]> => (await lintFiles(project(tool, COLUMN, down))).findings.filter(({ category }) => category === 'reversibility').map(({ rule }) => rule);

  it('a way back that does nothing is told, unless a comment in it says that there is none', async () => {
    expect(await rules('')).toEqual(['no-empty-down']);
    expect(await rules('// Nothing to undo.')).toEqual([]);
  });
});

// The others run all pending migrations in one transaction, so that fix writes no batches for them.
describe.each(['Knex', 'Sequelize'])('%s', (name) => {
  const tool = TOOLS[name] as Tool;

  it.each([
    ['does nothing', () => '', true],
    ['takes the change back', ({ send }: Tool) => send('UPDATE users SET age = age - 1'), true],
    ['only throws', () => `throw new Error('There is no way back.');`, false],
  ])('batches whose progress is kept beside a way back that %s', async (__, downOf, isSwept) => {
    const before = project(tool, 'UPDATE users SET age = age + 1', downOf(tool));
    const after = fixedFiles(before, await fixFiles(before, { suggestions: true }));
    const [edited, fresh] = [after[tool.path('2')] ?? '', Object.keys(after).filter((path) => before[path] === undefined)];
    const down = edited.slice(edited.search(/\bdown\b/));
    expect(edited).toContain('CREATE TABLE IF NOT EXISTS users_batches');
    expect(down.includes('DROP TABLE IF EXISTS users_batches')).toBe(isSwept);
    expect(fresh.map((path) => after[path])).toEqual([expect.stringContaining('DROP TABLE IF EXISTS users_batches')]);
    expect((await lintFiles(after)).findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });
});
