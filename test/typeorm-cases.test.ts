import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { postgres } from '../src/dialects/postgres/index.ts';
import { migrationClasses } from '../src/frameworks/typeorm/classes.ts';
import { program } from '../src/frameworks/typeorm/program.ts';
import { operationsOf } from './support/operations.ts';
import { recorded } from './support/programs.ts';
import { sendWithOther, sendWithTypeOrm } from './support/real-typeorm.ts';

const CASES = 'fixtures/frameworks/typeorm/cases';
const files = readdirSync(CASES).filter((name) => /\.(?:[cm]?js|ts)$/.test(name));

beforeAll(() => postgres.load());

function read(name: string): readonly string[] {
  const text = readFileSync(join(CASES, name), 'utf8');
  const [own] = migrationClasses(text);
  const emissions = program({ path: name, text, read: () => undefined }, own?.className ?? '', 'up', { wrap: 'script' })?.emissions ?? [];
  return emissions.map((emission) => ('opaque' in emission ? `? ${emission.detail}` : emission.sql));
}

const bare = (sql: string): string => sql.replace(/\s+/g, ' ').trim();

describe('what is read of a migration is what the real library sends', () => {
  for (const name of files) {
    it(name, async () => {
      const { sent } = await sendWithTypeOrm(resolve(CASES, name));
      expect(read(name).map(bare)).toEqual(sent.map(bare));
      expect(read(name).flatMap((sql) => operationsOf(sql))).toEqual(sent.flatMap((sql) => operationsOf(sql)));
    });
  }
});

describe('the same migrations for other engines, as the library writes them', () => {
  for (const [engine, type] of [['mysql', 'mysql'], ['sqlite', 'better-sqlite3']] as const) {
    it(engine, async () => {
      const real: Record<string, readonly string[]> = {};
      for (const name of files) real[name] = (await sendWithOther(resolve(CASES, name), type)).map(bare);
      expect(recorded(join(CASES, `${engine}.json`), real)).toEqual(real);
    });
  }
});
