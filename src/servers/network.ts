import type pg from 'pg';
import { optionalPackage } from './optional-package.ts';
import type { ConnectionOptions, Row, Server } from './server.ts';
import { VERSION_QUERY, versionOf } from './server.ts';

/** A session on a server reached through the network. */
export async function connect(options: ConnectionOptions | string): Promise<Server> {
  const { Client } = await loadPg();
  const client = new Client({ ...(typeof options === 'string' ? { connectionString: options } : options), connectionTimeoutMillis: PATIENCE, application_name: 'lockkeeper' });
  // A session that the server ends reports through the next query; without a listener the process would die instead.
  client.on('error', () => undefined);
  await client.connect();
  return { ...(await sessionOf(client)), another: () => connect(options) };
}

async function sessionOf(client: pg.Client): Promise<Server> {
  const { rows } = await client.query<Row>(VERSION_QUERY);
  return {
    ...versionOf(rows),
    query: async (sql, parameters) => (await client.query<Record<string, unknown>>(sql, parameters && [...parameters])).rows,
    exec: async (sql) => {
      await client.query(sql);
    },
    close: () => client.end(),
  };
}

/** Milliseconds until a server that does not answer is given up. */
const PATIENCE = 15_000;

/** The driver. */
export async function loadPg(): Promise<typeof pg> {
  const loaded: { readonly default?: typeof pg } & typeof pg = await optionalPackage('pg', 'connect to a PostgreSQL server', () => import('pg'));
  return loaded.default ?? loaded;
}
