import type * as pglite from '@electric-sql/pglite';
import type { Row, Server } from './server.ts';
import { VERSION_QUERY, missingPackage, versionOf } from './server.ts';

/** A fresh in-process PostgreSQL, empty, in memory. It has one session only. */
export async function openPglite(): Promise<Server> {
  const { PGlite } = await loadPglite();
  const database = await PGlite.create();
  const { rows } = await database.query<Row>(VERSION_QUERY);
  return {
    ...versionOf(rows),
    query: async (sql, parameters) => (await database.query<Record<string, unknown>>(sql, parameters && [...parameters])).rows,
    exec: async (sql) => {
      await database.exec(sql);
    },
    close: () => database.close(),
  };
}

async function loadPglite(): Promise<typeof pglite> {
  try {
    return await import('@electric-sql/pglite');
  } catch {
    throw missingPackage('@electric-sql/pglite', 'run migrations on an in-process PostgreSQL');
  }
}
