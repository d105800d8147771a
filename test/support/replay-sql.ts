import { createCatalog } from '../../src/catalog/create.ts';
import type { Catalog } from '../../src/catalog/catalog.ts';
import { load, parse } from '../../src/dialects/postgres/parse/parse.ts';
import { postgresSemantics } from '../../src/dialects/postgres/semantics.ts';

await load();

export const emptyCatalog = (): Catalog => createCatalog(postgresSemantics);

/** Replays SQL as one migration; every statement is taken to stand in the same transaction. */
export function replayInto(catalog: Catalog, sql: string, migration: number): void {
  for (const statement of parse(sql).statements) {
    for (const operation of statement.operations) catalog.apply(operation, { migration, unit: `unit ${String(migration)}` });
  }
}

/** The catalog after a history of scripts, each a migration of its own. */
export function history(...scripts: readonly string[]): Catalog {
  const catalog = emptyCatalog();
  scripts.forEach((sql, migration) => {
    catalog.newSession();
    replayInto(catalog, sql, migration);
    catalog.endTransaction();
  });
  return catalog;
}

/** The texts of the statements, as the server gets them. */
export const statementTexts = (sql: string): readonly string[] => parse(sql).statements.map(({ span }) => sql.slice(span.start, span.end));
