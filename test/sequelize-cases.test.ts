import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { postgres } from '../src/dialects/postgres/index.ts';
import { program } from '../src/frameworks/sequelize/program.ts';
import type { Emission } from '../src/hosts/program.ts';
import { operationsOf } from './support/operations.ts';
import type { RealQuery } from './support/real-sequelize.ts';
import { sendWithSequelize } from './support/real-sequelize.ts';

const CASES = 'fixtures/frameworks/sequelize/cases';
const files = readdirSync(CASES).filter((name) => /\.(?:[cm]?js|ts)$/.test(name));

beforeAll(() => postgres.load());

const emissions = (name: string): readonly Emission[] => {
  const text = readFileSync(join(CASES, name), 'utf8');
  return program({ path: name, text, dialect: 'postgres', version: 17, read: () => undefined }, 'up')?.emissions ?? [];
};

async function sendWithPostgres(name: string): Promise<readonly RealQuery[]> {
  const { sent, failed } = await sendWithSequelize(resolve(CASES, name), 'postgres');
  if (failed !== undefined) throw new Error(failed);
  return sent;
}

/** Points in time of the library's own making stand for when it runs. */
const bare = (sql: string): string => sql.trim().replace(/'(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{3} \+00:00)?)'/g, (text, time: string) => (Math.abs(Date.now() - Date.parse(time)) < 172_800_000 ? '${now}' : text)).replace(/;$/, '').replace(/"[0-9a-f-]{36}-sp-(\d+)"/, '"sp-$1"');

describe('what is read of a migration is what the real library sends', () => {
  for (const name of files) {
    it(name, async () => {
      const real = await sendWithPostgres(name);
      const read = emissions(name).map((emission) => ('opaque' in emission ? `? ${emission.detail}` : emission.sql));
      expect(read.map(bare)).toEqual(real.map(({ sql }) => bare(sql)));
      expect(read.flatMap((sql) => operationsOf(bare(sql)))).toEqual(real.flatMap(({ sql }) => operationsOf(bare(sql))));
    });
  }

  it('calls that forget the transaction go over another connection', async () => {
    const real = await sendWithPostgres('transactions.cjs');
    let open: number | undefined;
    const apart = real.map(({ sql, connection }) => {
      if (sql.startsWith('START')) open = connection;
      const away = open !== undefined && connection !== open;
      if (sql.startsWith('COMMIT')) open = undefined;
      return away;
    });
    expect(emissions('transactions.cjs').map((emission) => 'sql' in emission && emission.apart === true)).toEqual(apart);
    expect(apart.filter((away) => away)).toHaveLength(3);
  });
});

describe('the same migrations for other dialects, as the library writes them', () => {
  for (const dialect of ['mysql', 'sqlite'] as const) {
    it(dialect, async () => {
      const recorded = join(CASES, `${dialect}.json`);
      const real: Record<string, unknown> = {};
      for (const name of files) {
        const { sent, failed } = await sendWithSequelize(resolve(CASES, name), dialect);
        real[name] = { sent: sent.map(({ sql }) => bare(sql)), ...(failed === undefined ? {} : { failed }) };
      }
      if (!existsSync(recorded) && process.env.CI === undefined) writeFileSync(recorded, `${JSON.stringify(real, null, 2)}\n`);
      expect(JSON.parse(readFileSync(recorded, 'utf8'))).toEqual(real);
    });
  }
});
