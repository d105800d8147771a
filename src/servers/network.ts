import type pg from 'pg';
import { reason, userError } from '../config/errors.ts';
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
    query: async (sql, parameters) => (await answered(client.query<Record<string, unknown>>(sql, parameters && [...parameters]))).rows,
    exec: async (sql) => {
      await answered(client.query(sql));
    },
    close: () => client.end(),
  };
}

/** A session that is over is no answer to a statement. */
async function answered<Result>(result: Promise<Result>): Promise<Result> {
  try {
    return await result;
  } catch (error) {
    if (!isLost(error)) throw error;
    throw userError(`The server has ended the connection: ${reason(error).replace(/\.$/, '')}.`);
  }
}

function isLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code: unknown = (error as { code?: unknown }).code;
  if (typeof code === 'string') return /^(?:57P0[1-5]|08...|ECONNRESET|EPIPE|ETIMEDOUT)$/.test(code);
  return /^(?:Connection terminated|Client was closed|Client has encountered a connection error)/.test(error.message);
}

/** Milliseconds until a server that does not answer is given up. */
const PATIENCE = 15_000;

/** The driver. */
export async function loadPg(): Promise<typeof pg> {
  const loaded: { readonly default?: typeof pg } & typeof pg = await optionalPackage('pg', 'connect to a PostgreSQL server', () => import('pg'));
  return loaded.default ?? loaded;
}
