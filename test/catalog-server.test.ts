import { readFileSync, readdirSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { expect, test } from 'vitest';
import { catalogFacts, factDifferences, serverFacts } from './support/compare-catalog.ts';
import { history, statementTexts } from './support/replay-sql.ts';

const FOLDER = 'fixtures/catalog';

/** Every fixture, replayed in the catalog and on a real server, must end in the same schema. */
test.each(readdirSync(FOLDER).filter((name) => name.endsWith('.sql')))('%s ends in the schema that the server has', async (file) => {
  const sql = readFileSync(`${FOLDER}/${file}`, 'utf8');
  const server = new PGlite();
  for (const statement of statementTexts(sql)) await server.exec(statement);
  const facts = await serverFacts(async (query) => (await server.query<Record<string, unknown>>(query)).rows);
  await server.close();
  expect(factDifferences(facts, catalogFacts(history(sql)))).toEqual([]);
});
