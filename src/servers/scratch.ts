import type { EmbeddedServer } from './embedded.ts';
import type { Server } from './server.ts';

/** A database of our own on an embedded server. */
export interface Scratch {
  readonly version: number;
  /** A new session; closed by whoever asked for it. */
  connect(): Promise<Server>;
  /** A session beside the database, on the same server: its snapshots hold nobody up. */
  watch(): Promise<Server>;
  /** A copy as it is now. No session may be open on it. */
  clone(): Promise<Scratch>;
  drop(): Promise<void>;
}

export async function createScratch(server: EmbeddedServer, template = 'template0'): Promise<Scratch> {
  const name = `lockkeeper_${String(++counter)}`;
  await administer(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  return {
    version: server.version,
    connect: () => server.connect(name),
    watch: () => server.connect(),
    clone: () => createScratch(server, name),
    drop: () => administer(server, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

let counter = 0;

async function administer(server: EmbeddedServer, sql: string): Promise<void> {
  const session = await server.connect();
  try {
    await session.exec(sql);
  } finally {
    await session.close();
  }
}
