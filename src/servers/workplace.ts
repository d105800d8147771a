import { randomBytes } from 'node:crypto';
import { reason, userError } from '../config/errors.ts';
import type { DatabaseUrl } from './database-url.ts';
import { readDatabaseUrl } from './database-url.ts';
import { connect } from './network.ts';
import type { PgliteData, PgliteServer } from './pglite.ts';
import { openPglite } from './pglite.ts';
import { suspiciousAddress, suspiciousServer } from './production.ts';
import type { Scratch } from './scratch.ts';
import type { Server } from './server.ts';
import { serverError } from './server.ts';

/** A database of our own, empty at first, in which migrations are run. */
export interface Workplace {
  /** As in `PGlite in this process` or `a scratch database on localhost:5432`. */
  readonly title: string;
  readonly version: number;
  readonly minor: number;
  /** Others use this server too: what reaches beyond the database must not be run. */
  readonly shared: boolean;
  /** The one session that works here. */
  session(): Promise<Server>;
  /** The same with nothing set, as after connecting anew. */
  freshSession(): Promise<Server>;
  /** What is there now, kept. Ends the session; nothing may be running. */
  keep(): Promise<Kept>;
  /** For observing statements from other sessions; absent where there is only one. The session is ended first. */
  copies?(): Promise<Scratch>;
  close(): Promise<void>;
}
export interface Kept {
  open(): Promise<Workplace>;
  discard(): Promise<void>;
}

export interface WorkplaceOptions {
  /** Undefined: PGlite. */
  readonly databaseUrl: string | undefined;
  /** The user has said that the server may look like production. */
  readonly knows: boolean;
  /** What CREATE EXTENSION will name. */
  readonly extensions: readonly string[];
}

/** Closed, with everything that was made, by whoever asked for it. */
export async function openWorkplace({ databaseUrl, knows, extensions }: WorkplaceOptions): Promise<Workplace> {
  return databaseUrl === undefined ? inProcess(await openPglite({ extensions }), extensions) : onServer(await readDatabaseUrl(databaseUrl), knows);
}

function inProcess(database: PgliteServer, extensions: readonly string[]): Workplace {
  const freshSession = async (): Promise<Server> => {
    await database.exec('ROLLBACK');
    await database.exec('DISCARD ALL');
    return database;
  };
  return {
    title: 'PGlite in this process',
    version: database.version,
    minor: database.minor,
    shared: false,
    session: () => Promise.resolve(database),
    freshSession,
    async keep() {
      await freshSession();
      let data: PgliteData | undefined = await database.dump();
      return {
        async open() {
          if (data === undefined) throw new Error('Opened after it was discarded');
          return inProcess(await openPglite({ extensions, data }), extensions);
        },
        discard() {
          data = undefined;
          return Promise.resolve();
        },
      };
    },
    close: () => database.close(),
  };
}

async function onServer(target: DatabaseUrl, knows: boolean): Promise<Workplace> {
  const signs = knows ? [] : [...(await suspiciousAddress(target))];
  if (signs.length === 0) {
    const session = await connectTo(target, target.url);
    try {
      if (!knows) signs.push(...(await suspiciousServer(session)));
    } finally {
      await session.close();
    }
  }
  if (signs.length > 0) {
    throw userError([`This looks like a production server: ${signs.join('; ')}.`, 'Nothing was done. Name a server for development or tests, or give --i-know: all work is done in a database of its own, which is dropped afterwards.']);
  }
  return opened(target, 'template0');
}

async function connectTo(target: DatabaseUrl, url: string): Promise<Server> {
  try {
    return await connect(url);
  } catch (error) {
    if (error instanceof Error && error.name === 'UserError') throw error;
    throw userError(`Cannot connect to ${target.shown}: ${target.redact(reason(error) || String((error as { code?: unknown }).code))}.`);
  }
}

async function createDatabase(target: DatabaseUrl, template: string): Promise<string> {
  const name = `lockkeeper_scratch_${randomBytes(6).toString('hex')}`;
  remember(name, () => dropDatabase(target, name));
  try {
    await administer(target, () => `CREATE DATABASE ${name} TEMPLATE ${template}`);
  } catch (error) {
    forget(name);
    throw template === 'template0' && serverError(error) !== undefined ? userError(`Cannot create a scratch database on ${target.shown}: ${target.redact(reason(error))}.`) : error;
  }
  return name;
}

async function dropDatabase(target: DatabaseUrl, name: string): Promise<void> {
  await administer(target, (version) =>
    version >= 13 ? `DROP DATABASE IF EXISTS ${name} WITH (FORCE)` : `SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE datname = '${name}'`,
    (version) => (version >= 13 ? undefined : `DROP DATABASE IF EXISTS ${name}`),
  );
  forget(name);
}

async function administer(target: DatabaseUrl, ...statements: readonly ((version: number) => string | undefined)[]): Promise<void> {
  const session = await connectTo(target, target.url);
  try {
    for (const statement of statements) {
      const sql = statement(session.version);
      if (sql !== undefined) await session.exec(sql);
    }
  } finally {
    await session.close();
  }
}

async function opened(target: DatabaseUrl, template: string): Promise<Workplace> {
  const name = await createDatabase(target, template);
  try {
    return await scratchOn(target, name);
  } catch (error) {
    await dropDatabase(target, name);
    throw error;
  }
}

async function scratchOn(target: DatabaseUrl, name: string): Promise<Workplace> {
  let session: Server | undefined;
  const end = async (): Promise<void> => {
    const ended = session;
    session = undefined;
    await ended?.close();
  };
  const current = async (): Promise<Server> => (session ??= await connectTo(target, target.withDatabase(name)));
  const { version, minor } = await current();
  const copies = (own: string): Scratch => ({
    version,
    connect: () => connectTo(target, target.withDatabase(own)),
    watch: () => connectTo(target, target.url),
    clone: async () => copies(await createDatabase(target, own)),
    drop: () => dropDatabase(target, own),
  });
  return {
    title: `a scratch database on ${target.host}:${String(target.port)}`,
    version,
    minor,
    shared: true,
    session: current,
    async freshSession() {
      await end();
      return current();
    },
    async keep() {
      await end();
      const kept = await createDatabase(target, name);
      return { open: () => opened(target, kept), discard: () => dropDatabase(target, kept) };
    },
    async copies() {
      await end();
      return copies(name);
    },
    async close() {
      await end();
      await dropDatabase(target, name);
    },
  };
}

/** Databases of ours that are still there. A process that is told to end drops them first, then ends as it was told. */
const remaining = new Map<string, () => Promise<void>>();
const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

function remember(name: string, drop: () => Promise<void>): void {
  if (remaining.size === 0) for (const signal of SIGNALS) process.on(signal, tidyUp);
  remaining.set(name, drop);
}

function forget(name: string): void {
  remaining.delete(name);
  if (remaining.size === 0) for (const signal of SIGNALS) process.off(signal, tidyUp);
}

/** Drops whatever is left, after an error too. */
export async function dropRemaining(): Promise<void> {
  await Promise.allSettled([...remaining.values()].map((drop) => drop()));
}

function tidyUp(signal: NodeJS.Signals): void {
  for (const each of SIGNALS) process.off(each, tidyUp);
  void dropRemaining().then(() => process.kill(process.pid, signal));
}
