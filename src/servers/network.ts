import type pg from 'pg';
import type { ConnectionOptions, Row, Server } from './server.ts';
import { VERSION_QUERY, missingPackage, versionOf } from './server.ts';

/** A session on a server reached through the network. */
export async function connect(options: ConnectionOptions | string): Promise<Server> {
  const { Client } = await loadPg();
  const client = new Client(typeof options === 'string' ? { connectionString: options } : { ...options });
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

async function loadPg(): Promise<typeof pg> {
  try {
    return (await import('pg')).default;
  } catch {
    throw missingPackage('pg', 'connect to a PostgreSQL server');
  }
}
