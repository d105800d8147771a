import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { postgres } from '../src/dialects/postgres/index.ts';
import { discover } from '../src/discovery/discover.ts';
import { frameworks } from '../src/frameworks/registry.ts';
import { readerOf } from '../src/fix/world.ts';
import type { Files } from './support/fix.ts';
import { workshopOf } from './support/fix.ts';

/** A migration of each tool that makes calls of its own, after which others are written. */
const TOOLS: Readonly<Record<string, Files>> = {
  knex: { 'package.json': '{"dependencies":{"knex":"3","pg":"8"}}', 'migrations/20240101000000_a.ts': "import type { Knex } from 'knex';\n\nexport async function up(knex: Knex): Promise<void> {\n  await knex.schema.alterTable('users', (table) => {\n    table.text('a');\n  });\n}\n\nexport async function down(knex: Knex): Promise<void> {\n  await knex.schema.alterTable('users', (table) => {\n    table.dropColumn('a');\n  });\n}\n" },
  sequelize: { 'package.json': '{"dependencies":{"sequelize":"6","pg":"8"}}', 'migrations/20240101000000-a.ts': "import { QueryInterface, DataTypes } from 'sequelize';\n\nexport default {\n  async up(queryInterface: QueryInterface): Promise<void> {\n    await queryInterface.addColumn('users', 'a', { type: DataTypes.TEXT });\n  },\n\n  async down(queryInterface: QueryInterface): Promise<void> {\n    await queryInterface.removeColumn('users', 'a');\n  },\n};\n" },
  kysely: { 'package.json': '{"dependencies":{"kysely":"0.28","pg":"8"}}', 'src/migrate.ts': "import { Migrator, FileMigrationProvider } from 'kysely';\nexport const migrator = (db) => new Migrator({ db, provider: new FileMigrationProvider({ migrationFolder: 'migrations' }) });\n", 'migrations/2024-01-01_a.ts': "import type { Kysely } from 'kysely';\n\nexport async function up(db: Kysely<any>): Promise<void> {\n  await db.schema.alterTable('users').addColumn('a', 'text').execute();\n}\n\nexport async function down(db: Kysely<any>): Promise<void> {\n  await db.schema.alterTable('users').dropColumn('a').execute();\n}\n" },
  'node-pg-migrate': { 'package.json': '{"dependencies":{"node-pg-migrate":"9","pg":"8"}}', 'migrations/1700000000000_a.ts': "import type { MigrationBuilder } from 'node-pg-migrate';\n\nexport async function up(pgm: MigrationBuilder): Promise<void> {\n  pgm.addColumn('users', { a: { type: 'text' } });\n}\n\nexport async function down(pgm: MigrationBuilder): Promise<void> {\n  pgm.dropColumn('users', 'a');\n}\n" },
  typeorm: { 'package.json': '{"dependencies":{"typeorm":"1","pg":"8"}}', 'src/data-source.ts': "import { DataSource } from 'typeorm';\nexport default new DataSource({ type: 'postgres', migrations: ['migrations/*.ts'] });\n", 'migrations/1700000000000-A.ts': "import { MigrationInterface, QueryRunner, TableColumn } from 'typeorm';\n\nexport class A1700000000000 implements MigrationInterface {\n  public async up(queryRunner: QueryRunner): Promise<void> {\n    await queryRunner.addColumn('users', new TableColumn({ name: 'a', type: 'text', isNullable: true }));\n  }\n\n  public async down(queryRunner: QueryRunner): Promise<void> {\n    await queryRunner.dropColumn('users', 'a');\n  }\n}\n" },
};

/** Each with what undoes it. */
const CHANGES: readonly (readonly [string, string])[] = [
  ...['email', 'email, "createdAt" DESC', 'email text_pattern_ops', 'email COLLATE "C"', 'lower(email)'].map((keys) => [`CREATE INDEX CONCURRENTLY ix ON users (${keys}) WHERE gone IS NULL`, 'DROP INDEX CONCURRENTLY ix'] as const),
  ...['email DESC', 'email'].map((keys) => [`CREATE UNIQUE INDEX ix ON app.users (${keys})`, 'DROP INDEX app.ix'] as const),
  ...['gin (data jsonb_path_ops)', 'brin (at)', 'hash (email)'].map((using) => [`CREATE INDEX ix ON users USING ${using}`, 'DROP INDEX ix'] as const),
  ...['(org_id) REFERENCES orgs (id)', '(org_id) REFERENCES orgs (id) ON DELETE CASCADE', '(org_id, b) REFERENCES orgs (id, b)'].map((key) => [`ALTER TABLE users ADD CONSTRAINT fk FOREIGN KEY ${key}`, 'ALTER TABLE users DROP CONSTRAINT fk'] as const),
  ...['UNIQUE (email)', 'PRIMARY KEY (id, x)', 'CHECK (a > 1)'].map((what) => [`ALTER TABLE users ADD CONSTRAINT c ${what}`, 'ALTER TABLE users DROP CONSTRAINT c'] as const),
  ...['citext', 'text[]', '"Mood"', 'varchar(20)', 'timestamp(3)', 'numeric(10)', 'numeric(10, 2) NOT NULL', 'jsonb NOT NULL DEFAULT \'{}\'', 'timestamptz DEFAULT now()', 'bigint REFERENCES orgs (id)'].map((column) => [`ALTER TABLE users ADD COLUMN c ${column}`, 'ALTER TABLE users DROP COLUMN c'] as const),
  ['ALTER TABLE users ALTER COLUMN a SET NOT NULL', 'ALTER TABLE users ALTER COLUMN a DROP NOT NULL'],
  ['ALTER TABLE users ALTER COLUMN a TYPE bigint', 'ALTER TABLE users ALTER COLUMN a TYPE integer'],
  ['ALTER TABLE users RENAME COLUMN a TO "bC"', 'ALTER TABLE users RENAME COLUMN "bC" TO a'],
  ['DROP TABLE IF EXISTS old CASCADE', ''],
];

it('what is written in TypeScript has the types of the libraries', { timeout: 120_000 }, async () => {
  const written = new Map<string, string>();
  for (const [name, files] of Object.entries(TOOLS)) {
    const { tree } = await workshopOf(files);
    const history = discover('', tree, {}).histories.find(({ framework }) => framework === name);
    const [last] = history?.migrations ?? [];
    const writer = frameworks.find((one) => one.name === name)?.writer;
    if (history === undefined || last === undefined || writer === undefined) throw new Error(name);
    const reader = readerOf({ dialect: postgres, version: 17 });
    const both = CHANGES.flatMap(([up, down]) => [[up, down], ...(down === '' ? [] : [[down, up]])] as const);
    for (const [index, [up = '', down = '']] of both.entries()) {
      const made = writer.create([{ slug: 'step', up: `${up};\n`, down: down === '' ? '' : `${down};\n`, outsideTransaction: false }], last, history, tree, reader);
      if ('refused' in made) throw new Error(made.refused);
      for (const { text } of made) written.set(join(import.meta.dirname, 'written', `${name}-${String(index)}.ts`), text);
    }
  }
  expect(wrongIn(written)).toEqual([]);
});

/** What the compiler says of files that are not on the disk. */
function wrongIn(files: ReadonlyMap<string, string>): readonly string[] {
  const options: ts.CompilerOptions = { noEmit: true, strict: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, types: [] };
  const host = ts.createCompilerHost(options);
  const own = { ...host, fileExists: (path: string) => files.has(path) || host.fileExists(path), readFile: (path: string) => files.get(path) ?? host.readFile(path), getSourceFile: (path: string, version: ts.ScriptTarget | ts.CreateSourceFileOptions) => { const text = files.get(path); return text === undefined ? host.getSourceFile(path, version) : ts.createSourceFile(path, text, version); } };
  const program = ts.createProgram([...files.keys()], options, own);
  return [...files].flatMap(([path, text]) => { const source = program.getSourceFile(path); return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(({ messageText }) => `${ts.flattenDiagnosticMessageText(messageText, ' ')}\n${text}`); });
}
