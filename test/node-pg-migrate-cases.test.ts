import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { postgres } from '../src/dialects/postgres/index.ts';
import { program } from '../src/frameworks/node-pg-migrate/program.ts';
import type { Program } from '../src/hosts/program.ts';
import { operationsOf } from './support/programs.ts';

const FOLDER = 'fixtures/programs/node-pg-migrate';
const require = createRequire(import.meta.url);

interface Builder {
  getSqlSteps(): string[];
  enableReverseMode(): void;
}

interface Migration {
  readonly shorthands?: object;
  readonly up: (pgm: Builder) => void;
  readonly down?: (pgm: Builder) => void;
}

/** The steps that the library's own builder collects. */
async function sentBy({ shorthands = {}, up, down }: Migration, direction: 'up' | 'down'): Promise<readonly string[]> {
  const { MigrationBuilder } = (await import(pathToFileURL(resolve('node_modules/node-pg-migrate/dist/legacy/migrationBuilder.js')).href)) as { MigrationBuilder: new (db: object, shorthands: object, decamelize: boolean, logger: object) => Builder };
  const pgm = new MigrationBuilder({}, shorthands, false, console);
  if (direction === 'down' && down === undefined) pgm.enableReverseMode();
  (direction === 'up' ? up : (down ?? up))(pgm);
  return pgm.getSqlSteps().map((step) => step.replace(/;\s*$/, ''));
}

const read = (path: string, text: string, direction: 'up' | 'down'): Program | undefined => program({ path, text, dialect: 'postgres', version: 17, read: () => undefined }, direction);

beforeAll(() => postgres.load());

describe('node-pg-migrate: what is read is what the library sends', () => {
  for (const name of readdirSync(FOLDER)) {
    for (const direction of ['up', 'down'] as const) {
      test(`${name} ${direction}`, async () => {
        const path = join(FOLDER, name);
        const truth = await sentBy(require(resolve(path)) as Migration, direction);
        const own = (read(path, readFileSync(path, 'utf8'), direction)?.emissions ?? []).map((emission) => ('sql' in emission ? emission.sql.replace(/;\s*$/, '') : `? ${emission.detail}`));
        expect(own).toEqual(truth);
        expect(operationsOf(own)).toEqual(operationsOf(truth));
      });
    }
  }
});

describe('node-pg-migrate: what a migration says of itself', () => {
  test('noTransaction', () => expect(read('1_a.js', 'exports.up = (pgm) => { pgm.noTransaction(); pgm.sql("a") }', 'up')).toMatchObject({ transaction: { wrap: 'none' } }));
  test('a way back that is switched off', () => expect(read('1_a.js', 'exports.up = (pgm) => { pgm.sql("a") }; exports.down = false;', 'down')).toMatchObject({ irreversible: 'refuses', emissions: [] }));
  test('an `up` that cannot be turned around', () => expect(read('1_a.js', 'exports.up = (pgm) => { pgm.createTable("t", {}); pgm.sql("a") }', 'down')).toMatchObject({ irreversible: 'refuses', emissions: [] }));
  test('an unknown method is told', () => expect(read('1_a.js', 'exports.up = (pgm) => { pgm.conjure("t", {}) }', 'up')?.emissions).toMatchObject([{ opaque: 'unsupported', detail: '`conjure` of pgm is not known' }]));
  test('every method of the library is known', async () => {
    const { MigrationBuilder } = (await import(pathToFileURL(resolve('node_modules/node-pg-migrate/dist/legacy/migrationBuilder.js')).href)) as { MigrationBuilder: new (db: object, shorthands: object, decamelize: boolean, logger: object) => object };
    const builder = Object.entries(new MigrationBuilder({}, {}, false, console));
    const methods = builder.filter(([name, value]) => typeof value === 'function' && !name.startsWith('_')).map(([name]) => name);
    const unknown = methods.filter((name) => read('1_a.js', `exports.up = (pgm) => { pgm.${name}('a', {}, {}) }`, 'up')?.emissions.some((emission) => 'opaque' in emission && emission.detail.endsWith('is not known')));
    expect(methods.length).toBeGreaterThan(80);
    expect(unknown).toEqual([]);
  });
  test('queries at once', () => expect(read('1_a.ts', 'export async function up(pgm: MigrationBuilder): Promise<void> { pgm.sql("b"); await pgm.db.query("a") }', 'up')?.emissions).toMatchObject([{ sql: 'a' }, { sql: 'b' }]));
});
