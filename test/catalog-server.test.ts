import { readFileSync, readdirSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { catalogFacts, factDifferences, serverFacts } from './support/compare-catalog.ts';
import { emptyCatalog, history, replayInto, statementTexts } from './support/replay-sql.ts';

const FOLDER = 'fixtures/catalog';
const SHOP = 'fixtures/projects/webshop/migrations';

const server = new PGlite();
const serverState = (): Promise<readonly string[]> => serverFacts(async (query) => (await server.query<Record<string, unknown>>(query)).rows);

afterAll(() => server.close());
beforeEach(async () => {
  await server.exec('DISCARD ALL');
  const { rows } = await server.query<{ name: string }>("SELECT quote_ident(nspname) AS name FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'");
  for (const { name } of rows) await server.exec(`DROP SCHEMA ${name} CASCADE`);
  await server.exec('CREATE SCHEMA public');
});

async function run(sql: string): Promise<void> {
  for (const statement of statementTexts(sql)) await server.exec(statement);
}

/** Every fixture, replayed in the catalog and on a real server, must end in the same schema. */
test.each(readdirSync(FOLDER).filter((name) => name.endsWith('.sql')))('%s ends in the schema that the server has', async (file) => {
  const sql = readFileSync(`${FOLDER}/${file}`, 'utf8');
  await run(sql);
  const facts = await serverState();
  expect(factDifferences(facts, catalogFacts(history(sql)))).toEqual([]);
});

test('the webshop, up and all the way down again, is what the server has at every step', async () => {
  const ups = readdirSync(SHOP).filter((name) => name.endsWith('.up.sql'));
  const downs = readdirSync(SHOP).filter((name) => name.endsWith('.down.sql')).toReversed();
  const catalog = emptyCatalog();
  const steps = [...ups, ...downs];
  const differences: string[] = [];
  for (const [number, file] of steps.entries()) {
    const sql = readFileSync(`${SHOP}/${file}`, 'utf8');
    await run(sql);
    replayInto(catalog, sql, number);
    differences.push(...factDifferences(await serverState(), catalogFacts(catalog)).map((difference) => `${file}: ${difference}`));
  }
  expect(differences).toEqual([]);
});
