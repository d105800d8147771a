// Histories of 1,000 migrations, and the commands that judge them: ESLint with the plugin, in both majors, and `lockkeeper lint`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

const COUNT = 1000;
const TABLES = 170;
const MAJORS = { 'ESLint 10': 'eslint', 'ESLint 9': 'eslint-9' };
const dist = resolve(import.meta.dirname, '../dist');
const require = createRequire(import.meta.url);

/** Name → program, arguments and folder of each run; `pairs` are the names whose times are compared. */
export function eslintRuns(work) {
  const runs = {};
  const pairs = [];
  for (const [kind, files] of Object.entries({ Knex: knexFiles(), Sequelize: sequelizeFiles(), SQL: sqlFiles() })) {
    const folder = join(work, kind);
    for (const [path, text] of Object.entries(files)) write(join(folder, path), text);
    mkdirSync(join(folder, '.git'));
    write(join(folder, 'eslint.config.mjs'), `import lockkeeper from ${JSON.stringify(join(dist, 'eslint.mjs'))};\nexport default [...lockkeeper.configs.recommended];\n`);
    const cli = `lockkeeper lint, ${kind}`;
    runs[cli] = [process.execPath, [join(dist, 'cli.js'), 'lint', '--no-cache', '--format', 'json'], folder];
    for (const [major, name] of Object.entries(MAJORS)) {
      runs[`${major}, ${kind}`] = [process.execPath, [join(dirname(require.resolve(`${name}/package.json`)), 'bin', 'eslint.js'), '--format', 'json', '.'], folder];
      pairs.push([`${major}, ${kind}`, cli]);
    }
  }
  return { runs, pairs };
}

const stamp = (i) => String(20200101000000 + i);

/** What a step does: a table with a reference for the first ones, later columns, an index that blocks, and a constraint for each third. */
const table = (i) => `accounts_${String(i % TABLES)}`;

function knexFiles() {
  return made({ 'package.json': '{ "dependencies": { "knex": "3", "pg": "8" } }' }, (i) => [
    `migrations/${stamp(i)}_step.js`,
    i < TABLES
      ? `exports.up = async function (knex) {
  await knex.schema.createTable('${table(i)}', (table) => {
    table.bigIncrements('id');
    table.string('email').notNullable().unique();
    table.bigInteger('tenant_id').notNullable().index();
    table.timestamps(true, true);
  });
};

exports.down = (knex) => knex.schema.dropTable('${table(i)}');
`
      : `exports.up = async function (knex) {
  await knex.schema.alterTable('${table(i)}', (table) => {
    table.decimal('billing_${i}', 12, 2).notNullable().defaultTo(0);
    table.text('note_${i}');
  });
  await knex.raw(\`UPDATE ${table(i)} SET note_${i} = 'migrated' WHERE tenant_id = ${i}\`);
  await knex.schema.alterTable('${table(i)}', (table) => {
    table.index(['billing_${i}'], '${table(i)}_billing_${i}_idx');
  });
};

exports.down = async function (knex) {
  await knex.schema.alterTable('${table(i)}', (table) => {
    table.dropColumn('billing_${i}');
    table.dropColumn('note_${i}');
  });
};
`,
  ]);
}

function sequelizeFiles() {
  return made({ 'package.json': '{ "dependencies": { "sequelize": "6", "pg": "8" } }' }, (i) => [
    `migrations/${stamp(i)}-step.js`,
    i < TABLES
      ? `'use strict';

module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.createTable('${table(i)}', {
      id: { type: Sequelize.BIGINT, primaryKey: true, autoIncrement: true },
      email: { type: Sequelize.STRING, allowNull: false, unique: true },
      tenantId: { type: Sequelize.BIGINT, allowNull: false },
      createdAt: { type: Sequelize.DATE, allowNull: false },
    });
  },

  async down(queryInterface) {
    await queryInterface.dropTable('${table(i)}');
  },
};
`
      : `'use strict';

module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.addColumn('${table(i)}', 'billing${i}', { type: Sequelize.DECIMAL(12, 2), allowNull: false, defaultValue: 0 });
    await queryInterface.addColumn('${table(i)}', 'note${i}', { type: Sequelize.TEXT });
    await queryInterface.sequelize.query(\`UPDATE ${table(i)} SET note${i} = 'migrated' WHERE "tenantId" = ${i}\`);
    await queryInterface.addIndex('${table(i)}', ['billing${i}']);
  },

  async down(queryInterface) {
    await queryInterface.removeIndex('${table(i)}', ['billing${i}']);
    await queryInterface.removeColumn('${table(i)}', 'note${i}');
    await queryInterface.removeColumn('${table(i)}', 'billing${i}');
  },
};
`,
  ]);
}

function sqlFiles() {
  return made({}, (i) => [
    `migrations/${String(i + 1).padStart(6, '0')}_step.up.sql`,
    i < TABLES
      ? `CREATE TABLE ${table(i)} (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id bigint NOT NULL,
  email varchar(255) NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ${table(i)}_tenant_idx ON ${table(i)} (tenant_id);
`
      : `ALTER TABLE ${table(i)}
  ADD COLUMN billing_${i} numeric(12, 2) NOT NULL DEFAULT 0,
  ADD COLUMN note_${i} text;
UPDATE ${table(i)} SET note_${i} = 'migrated' WHERE tenant_id = ${i};
CREATE INDEX ${table(i)}_billing_${i}_idx ON ${table(i)} (billing_${i});
`,
  ]);
}

function made(files, fileOf) {
  return { ...files, ...Object.fromEntries(Array.from({ length: COUNT }, (_, i) => fileOf(i))) };
}

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
