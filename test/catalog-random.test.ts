import { PGlite } from '@electric-sql/pglite';
import { afterAll, expect, test } from 'vitest';
import type { Catalog } from '../src/catalog/catalog.ts';
import { catalogFacts, factDifferences, serverFacts } from './support/compare-catalog.ts';
import { RANDOM_DDL_START, randomDdl } from './support/random-ddl.ts';
import { emptyCatalog, replayInto, statementTexts } from './support/replay-sql.ts';

const server = new PGlite();
afterAll(() => server.close());

/** Whatever the server accepts, the catalog carries out alike. A seed that fails is a case for fixtures/catalog/. */
test.each(Array.from({ length: 24 }, (_, i) => 1 + i * 7_919))('random statements of seed %i end in the schema that the server has', async (seed) => {
  await server.exec('DISCARD ALL');
  await server.exec('DROP SCHEMA IF EXISTS other CASCADE; DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public');
  const catalog = emptyCatalog();
  const accepted: string[] = [];
  const run = async (statement: string): Promise<void> => {
    try {
      await server.exec(statement);
    } catch {
      return;
    }
    accepted.push(statement);
    replayInto(catalog, statement, 0);
  };
  for (const statement of statementTexts(RANDOM_DDL_START)) await run(statement);
  const next = randomDdl(seed);
  const runUntil = async (count: number): Promise<void> => {
    for (let tries = 0; tries < 120 && accepted.length < count; tries++) await run(next());
  };
  await runUntil(25);
  const middle = { moment: catalog.moment(), state: stateOf(catalog), facts: catalogFacts(catalog) };
  await runUntil(45);
  const facts = await serverFacts(async (query) => (await server.query<Record<string, unknown>>(query)).rows);
  expect(factDifferences(facts, catalogFacts(catalog)), accepted.join(';\n')).toEqual([]);

  const changed = factDifferences(middle.facts, catalogFacts(catalog)).length > 0;
  if (changed) expect(catalog.differencesSince(middle.moment)).not.toEqual([]);
  const end = { state: stateOf(catalog), differences: catalog.differencesSince(middle.moment) };
  const undone = catalog.returnTo(middle.moment);
  expect(stateOf(catalog)).toBe(middle.state);
  expect(catalog.differencesSince(middle.moment)).toEqual([]);
  catalog.redo(undone);
  expect(stateOf(catalog)).toBe(end.state);
  expect(catalog.differencesSince(middle.moment)).toEqual(end.differences);
});

/** Everything that the view shows, reverse lists included. */
const stateOf = (catalog: Catalog): string =>
  JSON.stringify([[...catalog.relations()].toSorted((a, b) => a.id - b.id), [...catalog.types()].toSorted((a, b) => a.id - b.id), catalog.searchPath]);
