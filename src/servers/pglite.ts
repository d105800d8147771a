import type { PGliteOptions } from '@electric-sql/pglite';
import type * as pglite from '@electric-sql/pglite';
import { optionalPackage } from './optional-package.ts';
import type { Row, Server } from './server.ts';
import { VERSION_QUERY, versionOf } from './server.ts';

/** An in-process PostgreSQL. It has one session only. */
export interface PgliteServer extends Server {
  /** Everything that is in it now, to open another one with. Nothing may be running. */
  dump(): Promise<PgliteData>;
}
export type PgliteData = NonNullable<PGliteOptions['loadDataDir']>;

export interface PgliteContents {
  /** Extensions that CREATE EXTENSION may name; those that there is no build of are left out. */
  readonly extensions?: readonly string[];
  /** Instead of an empty database. */
  readonly data?: PgliteData;
}

/** A fresh in-process PostgreSQL, in memory; empty unless `data` is given. */
export async function openPglite({ extensions = [], data }: PgliteContents = {}): Promise<PgliteServer> {
  const { PGlite } = await optionalPackage('@electric-sql/pglite', 'run migrations on an in-process PostgreSQL', () => import('@electric-sql/pglite'));
  const database = await PGlite.create({ extensions: await builds(extensions), ...(data === undefined ? {} : { loadDataDir: data }) });
  const { rows } = await database.query<Row>(VERSION_QUERY);
  return {
    ...versionOf(rows),
    query: async (sql, parameters) => (await database.query<Record<string, unknown>>(sql, parameters && [...parameters])).rows,
    exec: async (sql) => {
      await database.exec(sql);
    },
    dump: () => database.dumpDataDir('none'),
    close: () => database.close(),
  };
}

/** The extensions that PGlite brings along, each a module of its own. */
async function builds(names: readonly string[]): Promise<pglite.Extensions> {
  const found: pglite.Extensions = {};
  for (const name of new Set(names)) {
    const key = name.replaceAll('-', '_');
    if (!/^[a-z_0-9]+$/.test(key)) continue;
    const module = `@electric-sql/pglite/contrib/${key}`;
    try {
      const loaded = await optionalPackage<Readonly<Record<string, pglite.Extension>>>(module, 'use this extension', () => import(module) as Promise<Readonly<Record<string, pglite.Extension>>>);
      const extension = loaded[key];
      if (extension !== undefined) found[key] = extension;
    } catch {
      // CREATE EXTENSION will say that there is none.
    }
  }
  return found;
}
