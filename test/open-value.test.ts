import { describe, expect, it } from 'vitest';
import { planFor } from '../src/fix/planner.ts';
import { OPEN_VALUE } from '../src/ir/open-value.ts';
import type { Files } from './support/fix.ts';
import { fixedFiles, workshopOf } from './support/fix.ts';
import { lintFiles } from './support/lint.ts';

const INIT = 'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL)';
const ADD = 'ALTER TABLE users ADD COLUMN country text NOT NULL';
const DROP = 'ALTER TABLE users DROP COLUMN country';

const knex = (up: string, down: string): string => `exports.up = async (knex) => {\n  await knex.raw('${up}');\n};\n\nexports.down = async (knex) => {\n  await knex.raw('${down}');\n};\n`;
const sequelize = (up: string, down: string): string =>
  `module.exports = {\n  async up(queryInterface) {\n    await queryInterface.sequelize.query('${up}');\n  },\n\n  async down(queryInterface) {\n    await queryInterface.sequelize.query('${down}');\n  },\n};\n`;
const typeorm = (name: string, up: string, down: string): string =>
  `import { MigrationInterface, QueryRunner } from 'typeorm';\n\nexport class ${name} implements MigrationInterface {\n  public async up(queryRunner: QueryRunner): Promise<void> {\n    await queryRunner.query('${up}');\n  }\n\n  public async down(queryRunner: QueryRunner): Promise<void> {\n    await queryRunner.query('${down}');\n  }\n}\n`;

const TOOLS: Readonly<Record<string, Files>> = {
  'golang-migrate': { 'db/1_init.up.sql': INIT, 'db/1_init.down.sql': 'DROP TABLE users', 'db/2_add.up.sql': ADD, 'db/2_add.down.sql': DROP },
  goose: { 'm/00001_init.sql': `-- +goose Up\n${INIT};\n-- +goose Down\nDROP TABLE users;\n`, 'm/00002_add.sql': `-- +goose Up\n${ADD};\n-- +goose Down\n${DROP};\n` },
  knex: { 'm/20240101000000_init.js': knex(INIT, 'DROP TABLE users'), 'm/20240102000000_add.js': knex(ADD, DROP) },
  sequelize: { 'migrations/20240101000000-init.js': sequelize(INIT, 'DROP TABLE users'), 'migrations/20240102000000-add.js': sequelize(ADD, DROP) },
  typeorm: { 'src/data-source.ts': `export default new DataSource({ type: 'postgres', migrationsTransactionMode: 'each', migrations: ['src/migrations/*.ts'] });\n`, 'src/migrations/1700000000000-Init.ts': typeorm('Init1700000000000', INIT, 'DROP TABLE users'), 'src/migrations/1700000001000-Add.ts': typeorm('Add1700000001000', ADD, DROP) },
};

const GUARD = / *IF EXISTS \(SELECT FROM users[^;]+;\s*END IF;\n/;

describe('a value that only the author of a migration knows', () => {
  const planned = async (before: Files, value?: string): Promise<Files> => {
    const path = Object.keys(before).findLast((name) => /add/i.test(name) && !name.includes('.down.')) ?? '';
    const result = await planFor(await workshopOf(before, value === undefined ? {} : { value }), ({ rule }) => rule === 'no-required-column-without-default', new Set([path]));
    expect(result.sets.map(({ set }) => typeof set)).toEqual(['object']);
    return fixedFiles(before, result);
  };
  const open = async (files: Files): Promise<readonly string[]> => {
    const report = await lintFiles(files);
    return report.findings.filter(({ rule }) => rule === 'no-value-left-open').map(({ path, span, severity }) => `${severity}: ${report.sources.get(path)?.slice(span.start, span.end) ?? ''}`);
  };
  const edited = (files: Files, edit: (text: string) => string): Files => Object.fromEntries(Object.entries(files).map(([path, text]) => [path, edit(text)]));

  it.each(Object.entries(TOOLS))('%s: is asked for where it is to be written, and then its guard is to go', async (_, before) => {
    const after = await planned(before);
    expect(await open(after)).toEqual([`error: ${OPEN_VALUE}`]);
    const given = edited(after, (text) => text.replace(OPEN_VALUE, "'de'"));
    expect(await open(given)).toEqual([expect.stringMatching(/^error: RAISE EXCEPTION \W*Write the value of country /)]);
    expect(await open(edited(given, (text) => text.replace(GUARD, '')))).toEqual([]);
  });

  it.each(Object.entries(TOOLS))('%s: is not asked for when it was given', async (_, before) => {
    expect(await open(await planned(before, "'de'"))).toEqual([]);
  });
});
