import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { postgres } from '../src/dialects/postgres/index.ts';
import { migrationClasses } from '../src/frameworks/typeorm/classes.ts';
import { program } from '../src/frameworks/typeorm/program.ts';
import { settings } from '../src/frameworks/typeorm/settings.ts';
import type { FileTree } from '../src/frameworks/framework.ts';
import type { Emission } from '../src/hosts/program.ts';
import { strategyOf } from '../src/frameworks/typeorm/entities/names.ts';
import { operationsOf } from './support/operations.ts';
import { sendWithTypeOrm } from './support/real-typeorm.ts';

const CASES = 'fixtures/frameworks/typeorm/entities';
const files = readdirSync(CASES).filter((name) => name.endsWith('.ts'));
const bare = (sql: string): string => sql.replace(/\s+/g, ' ').trim();
const isRead = (sql: string): boolean => /^\s*SELECT "/.test(sql);

beforeAll(() => postgres.load());

function read(name: string): readonly Emission[] {
  const text = readFileSync(join(CASES, name), 'utf8');
  const [own] = migrationClasses(text);
  const at = (path: string): string | undefined => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  };
  return program({ path: join(CASES, name), text, read: at }, own?.className ?? '', 'up', { wrap: 'script' })?.emissions ?? [];
}

describe('what is done with entities is what the real library sends', () => {
  for (const name of files) {
    it(name, async () => {
      const modules = await Promise.all(['token', 'organization', 'content'].map((file) => import(pathToFileURL(resolve(CASES, 'entities', `${file}.ts`)).href) as Promise<Record<string, unknown>>));
      const entities = modules.flatMap((module) => Object.values(module)).filter((value) => typeof value === 'function');
      const { sent } = await sendWithTypeOrm(resolve(CASES, name), undefined, entities);
      const emissions = read(name);
      expect(emissions.flatMap((emission) => ('opaque' in emission ? emission.detail : []))).toEqual([]);
      // A row that may be there is inserted or changed: here it never is, and what was read is changed.
      const own = emissions.flatMap((emission) => ('sql' in emission && !isRead(emission.sql) ? [{ sql: bare(emission.sql), perhaps: emission.within !== undefined }] : []));
      const real = sent.filter((sql) => !isRead(sql)).map(bare);
      const expected = own.filter(({ sql, perhaps }) => !perhaps || real.includes(sql)).map(({ sql }) => sql);
      expect(expected).toEqual(real);
      expect(expected.flatMap((sql) => operationsOf(sql))).toEqual(real.flatMap((sql) => operationsOf(sql)));
    });
  }
});

it('names that every object has are no methods of it', () => {
  const calls = ['constructor', 'toString', 'hasOwnProperty', 'valueOf'].flatMap((name) => [`users.${name}('x');`, `row.${name}('x');`, `User.${name}('x');`, `new User().${name}('x');`]);
  const text = `import { BaseEntity, Column, Entity, PrimaryColumn, toString } from 'typeorm';
@Entity() class User extends BaseEntity { @PrimaryColumn() id: number; @Column() name: string; }
export class A1700000000000 {
  async up(queryRunner) {
    const users = queryRunner.manager.getRepository(User);
    const row = await users.findOneBy({ name: toString('x') });
    ${calls.join('\n    ')}
    await queryRunner.query('SELECT 1');
  }
}`;
  const emissions = program({ path: '1700000000000-A.ts', text, read: () => undefined }, 'A1700000000000', 'up', { wrap: 'script' })?.emissions ?? [];
  expect(emissions.at(-1)).toMatchObject({ sql: 'SELECT 1' });
});

describe('classes that share a table', () => {
  const told = (entities: string, body: string): readonly string[] => {
    const text = `import { ChildEntity, Column, Entity, PrimaryColumn, TableInheritance } from 'typeorm';\n${entities}\nexport class A1700000000000 { async up({ manager }) { ${body} } }`;
    return (program({ path: '1700000000000-A.ts', text, read: () => undefined }, 'A1700000000000', 'up', { wrap: 'script' })?.emissions ?? []).map((emission) => ('sql' in emission ? emission.sql : `? ${emission.detail}`));
  };
  const ROOT = "@Entity() @TableInheritance({ column: 'kind' }) class Root { @PrimaryColumn() id; @Column() name; }";
  it.each([
    ['a row of the class above them all', ROOT, "manager.insert(Root, { id: 1 });", ['? insert: the table of Root has columns of all classes that extend it, and nobody says which there are']],
    ['one of them', `${ROOT}\n@ChildEntity() class One extends Root { @Column() own; }`, "manager.update(One, 1, { own: 2 });", ['UPDATE "root" SET "own" = $1 WHERE ( "id" = $2 ) AND ( "kind" IN ($3) )']],
    ['without a column that tells them apart', "@Entity() @TableInheritance() class Root { @PrimaryColumn() id; }\n@ChildEntity() class One extends Root { @Column() own; }", "manager.insert(One, { id: 1, own: 2 });", ['INSERT INTO "root"("id", "own") VALUES ($1, $2)']],
    ['one that is not marked', `${ROOT}\n@Entity() class One extends Root {}`, 'manager.delete(One, 1);', ['? delete: One extends an entity with @TableInheritance and is not marked as @ChildEntity']],
    ['one of no table', '@Entity() class Root { @PrimaryColumn() id; }\n@ChildEntity() class One extends Root {}', 'manager.delete(One, 1);', ['? delete: no class above One has @TableInheritance']],
  ])('%s', (_name, entities, body, expected) => {
    expect(told(entities, body)).toEqual(expected);
  });
});

describe('names are made as the packages make them', () => {
  const recorded = JSON.parse(readFileSync(join(CASES, 'naming.json'), 'utf8')) as { readonly names: readonly string[] } & Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  it.each(['DefaultNamingStrategy', 'SnakeNamingStrategy'])('%s', (strategy) => {
    const { table, column, join: joinName } = strategyOf({ strategy }) ?? expect.fail('it is not known');
    const of = (make: (name: string) => string): readonly string[] => recorded.names.map(make);
    expect({
      table: of(table),
      column: of((name) => column(name, undefined, [])),
      told: of((name) => column(name, 'toldName', [])),
      embedded: of((name) => column(name, undefined, ['homeAddress'])),
      embeddedTwice: of((name) => column(name, undefined, [name, 'innerPart'])),
      embeddedTold: of((name) => column(name, 'toldName', ['homeAddress', name])),
      join: of((name) => joinName(name, 'id')),
      joinTo: of((name) => joinName('theOwner', name)),
    }).toEqual(recorded[strategy]);
  });
});

it.each([
  ["import { SnakeNamingStrategy } from 'typeorm-naming-strategies';", 'SnakeNamingStrategy'],
  ["import { SnakeNamingStrategy } from './snake-naming.strategy';", 'SnakeNamingStrategy of the project'],
])('whose strategy it is: %s', (line, strategy) => {
  const files: Readonly<Record<string, string>> = { 'data-source.ts': `${line}\nexport default new DataSource({ type: 'postgres', namingStrategy: new SnakeNamingStrategy() });` };
  const tree: FileTree = { list: (folder) => (folder === '' ? Object.keys(files).map((name) => ({ name, type: 'file' as const })) : []), read: (path) => files[path] };
  expect(settings('migrations', tree).naming).toEqual({ strategy });
});
