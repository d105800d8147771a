import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { postgres } from '../src/dialects/postgres/index.ts';
import { effectsOf } from './support/effects-of.ts';

const TYPES = ['timestamptz', 'timestamp', 'date', 'time', 'timetz', 'interval', 'text', 'varchar', 'integer'];
const CASTS = [...TYPES, 'name', 'char(3)', 'varchar(9)', 'numeric'];
const CALLS = ["date_trunc('day', x)", "date_part('day', x)", 'extract(year from x)', 'EXTRACT(epoch FROM "x")', 'date(x)', 'CAST(x AS date)', 'x IS NULL', 'x'];
/** Said to be taken where nobody can tell without knowing the type of what is inside. */
const COMPOUND = ["date_trunc('day', x AT TIME ZONE 'UTC')", "(x AT TIME ZONE 'UTC')::date", "x + interval '1 day'", "(x - '2020-01-01')::text", "date_part('day', x - '2020-01-01')"];

let server: PGlite;
beforeAll(async () => {
  await postgres.load();
  server = new PGlite();
  for (const type of TYPES) await server.exec(`CREATE TABLE ${type}_table (id int, x ${type})`);
});
afterAll(() => server.close());

/** Undefined: the server refuses it for what it is, not for where it stands. */
async function isRefused(sql: string): Promise<boolean | undefined> {
  try {
    await server.exec(`BEGIN; ${sql}; ROLLBACK`);
    return false;
  } catch (error) {
    await server.exec('ROLLBACK');
    return (error as { code?: string }).code === '42P17' ? true : undefined;
  }
}

it.each(TYPES)('a column of %s in an index or a generated column: refused is what the server refuses', async (type) => {
  const table = `CREATE TABLE ${type}_table (id int, x ${type});`;
  const wrong: string[] = [];
  let asked = 0;
  for (const expression of [...CASTS.map((to) => `x::${to}`), ...CALLS, ...COMPOUND]) {
    const sql = `CREATE INDEX ON ${type}_table ((${expression}))`;
    const really = await isRefused(sql);
    if (really === undefined) continue;
    asked++;
    const { failures } = effectsOf(`${table} ${sql};`);
    if (failures.some(({ cause }) => cause === 'index-expression-not-immutable') !== really && !(really && COMPOUND.includes(expression))) wrong.push(`${expression}: ${really ? 'refused' : 'taken'}`);
  }
  expect(asked).toBeGreaterThan(5);
  expect(wrong).toEqual([]);
});

it.each([
  ['a date of a point in time', 'd date GENERATED ALWAYS AS (x::date) STORED', true],
  ['a date in a time zone that is named', "d date GENERATED ALWAYS AS ((x AT TIME ZONE 'UTC')::date) STORED", false],
])('a generated column: %s', async (_, column, refused) => {
  expect(await isRefused(`CREATE TABLE made (x timestamptz, ${column})`)).toBe(refused);
  expect(await isRefused(`ALTER TABLE timestamptz_table ADD COLUMN ${column}`)).toBe(refused);
  const said = ({ failures }: ReturnType<typeof effectsOf>): boolean => failures.some(({ cause }) => cause === 'generated-not-immutable');
  expect(said(effectsOf(`CREATE TABLE made (x timestamptz, ${column});`))).toBe(refused);
  expect(said(effectsOf(`CREATE TABLE timestamptz_table (x timestamptz); ALTER TABLE timestamptz_table ADD COLUMN ${column};`))).toBe(refused);
});
