import { describe, expect, it } from 'vitest';
import { postgres } from '../src/dialects/postgres/index.ts';
import { planFor } from '../src/fix/planner.ts';
import { program } from '../src/frameworks/knex/program.ts';
import type { Files } from './support/fix.ts';
import { fixedFiles, fixFiles, workshopOf } from './support/fix.ts';

const INIT = `exports.up = async (knex) => {
  await knex.raw('CREATE TABLE keys (id bigint PRIMARY KEY, scope text, token uuid, org bigint)');
  await knex.raw('CREATE TABLE orgs (id bigint PRIMARY KEY, name text)');
  await knex.raw('CREATE UNIQUE INDEX keys_token ON keys (token)');
};

exports.down = async (knex) => {
  await knex.raw('DROP TABLE keys, orgs');
};
`;

const knex = (up: string, more: Files = {}): Files => ({
  'package.json': '{"dependencies":{"knex":"3","pg":"8"}}',
  'migrations/20240101000000_init.js': INIT,
  'migrations/20240102000000_change.js': up,
  ...more,
});

const planned = async (files: Files, path: string): Promise<Files> => fixedFiles(files, await planFor(await workshopOf(files), ({ direction }) => direction === 'up', new Set([path])));

describe('migrations that are programs', () => {
  it('what a function of another file sends is not written on that function', async () => {
    const files = knex(`const { fill } = require('../helpers/fill');\n\nexports.up = async (knex) => {\n  await fill(knex);\n};\n\nexports.down = async () => {};\n`, {
      'helpers/fill.js': "exports.fill = async (knex) => {\n  await knex.raw(\"UPDATE keys SET scope = 'a' WHERE scope = 'b'\");\n};\n",
    });
    const result = await fixFiles(files, { suggestions: true });
    expect(fixedFiles(files, result)['migrations/20240102000000_change.js']).toBe(files['migrations/20240102000000_change.js']);
    expect(JSON.stringify(result.refused)).toMatch(/change it there by hand/);
  });

  it('a class of TypeORM leaves the transaction once, though its way back does not', async () => {
    const path = 'src/migrations/1700000001000-Change.ts';
    const type = (name: string, up: string, down: string): string => `import { MigrationInterface, QueryRunner, TableIndex } from 'typeorm';\n\nexport class ${name} implements MigrationInterface {\n  public async up(queryRunner: QueryRunner): Promise<void> {\n    ${up}\n  }\n\n  public async down(queryRunner: QueryRunner): Promise<void> {\n    ${down}\n  }\n}\n`;
    const files = {
      'package.json': '{"dependencies":{"typeorm":"1","pg":"8"}}',
      'src/data-source.ts': "import { DataSource } from 'typeorm';\nexport default new DataSource({ type: 'postgres', migrations: ['src/migrations/*.ts'], migrationsTransactionMode: 'each' });\n",
      'src/migrations/1700000000000-Init.ts': type('Init1700000000000', "await queryRunner.query('CREATE TABLE keys (id bigint PRIMARY KEY, scope text)');", "await queryRunner.query('DROP TABLE keys');"),
      [path]: type('Change1700000001000', "await queryRunner.createIndex('keys', new TableIndex({ name: 'keys_scope', columnNames: ['scope'] }));", "await queryRunner.dropIndex('keys', 'keys_scope');"),
    };
    const after = fixedFiles(files, await fixFiles(files))[path];
    expect(after).toContain("  transaction = false;\n");
    expect(after).toContain("columnNames: ['scope'], isConcurrent: true }));");
    expect(after).toContain("await queryRunner.dropIndex('keys', 'keys_scope');");
  });

  it('rows that the program asks the server for stay with the question', async () => {
    const up = `exports.up = async (knex) => {
  const found = await knex('orgs').select('id').whereNull('name');
  await knex.schema.alterTable('keys', (table) => {
    table.unique(['org']);
  });
  await knex('keys').insert(found.map(({ id }) => ({ id, org: id })));
};

exports.down = async (knex) => {
  await knex.schema.alterTable('keys', (table) => {
    table.dropUnique(['org']);
  });
};
`;
    const files = knex(up);
    const after = fixedFiles(files, await fixFiles(files, { suggestions: true }));
    expect(Object.values(after).join('\n')).not.toMatch(/insert into|\$\{/i);
  });

  it('what no migration says the schema of is written without one: the connection says where it lies', async () => {
    const files = knex("exports.up = async (knex) => {\n  await knex.raw('ALTER TABLE keys ALTER COLUMN token TYPE text');\n};\n\nexports.down = async (knex) => {\n  await knex.raw('ALTER TABLE keys ALTER COLUMN token TYPE uuid USING token::uuid');\n};\n");
    const after = await planned(files, 'migrations/20240102000000_change.js');
    expect(Object.keys(after).length).toBeGreaterThan(Object.keys(files).length);
    expect(Object.values(after).join('\n')).toMatch(/CREATE UNIQUE INDEX CONCURRENTLY keys_token_new ON keys/);
    expect(Object.values(after).join('\n')).not.toContain('public.');
  });
});

it('a foreign key whose target only running tells is still a foreign key', async () => {
  await postgres.load();
  const sent = program({ path: 'm/1.js', text: "const { Users } = require('../nowhere');\nexports.up = async (knex) => {\n  await knex.schema.alterTable('notes', (table) => {\n    table.foreign('author').references(Users.col.id).onDelete('CASCADE');\n    table.foreign('owner').references(`${Users.name}.id`);\n  });\n};\n", dialect: 'postgres', version: 17, read: () => undefined }, 'up');
  const operations = sent?.emissions.flatMap((emission) => ('sql' in emission ? postgres.parse(emission.sql).statements.flatMap(({ operations: own }) => own) : []));
  expect(operations).toMatchObject([
    { kind: 'addConstraint', constraint: { type: 'foreignKey', name: 'notes_author_foreign', columns: ['author'] } },
    { kind: 'addConstraint', constraint: { type: 'foreignKey', name: 'notes_owner_foreign', columns: ['owner'], references: { name: '${Users.name}' } } },
  ]);
});
