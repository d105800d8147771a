import type { EmbeddedServer } from '../../../src/servers/embedded.ts';
import { startServer } from '../../../src/servers/embedded.ts';
import type { Observation } from '../../../src/servers/measure.ts';
import { measure, measureAlone } from '../../../src/servers/measure.ts';
import { observe } from '../../../src/servers/observe.ts';
import { openPglite } from '../../../src/servers/pglite.ts';
import { createScratch } from '../../../src/servers/scratch.ts';
import type { Server } from '../../../src/servers/server.ts';
import type { EffectCase, Section } from './fixture.ts';
import { includes, release } from './fixture.ts';

/** A place where cases can run. */
export interface Site {
  /** As the fixtures count: 1803 is 18.3. */
  readonly release: number;
  /** Runs the section's setup on an empty database and then each case, in order, none seeing another's traces. */
  run(section: Section, done: (one: EffectCase, result: Result) => void): Promise<void>;
  close(): Promise<void>;
}

/** `locks` and `scans` are not known of a statement that ran outside a transaction where only one session exists. */
export interface Result {
  readonly observation: Observation;
  readonly locksKnown: boolean;
}

/** Roles that the fixtures use. */
const ROLES = 'CREATE ROLE app_owner; CREATE ROLE app_reader;';

export async function realSite(version: number): Promise<Site> {
  const embedded = await startServer(version);
  const administrator = await embedded.connect();
  const at = release(administrator.version, administrator.minor);
  await administrator.exec(ROLES);
  await administrator.close();
  return { release: at, run: (section, done) => runOnReal(embedded, at, section, done), close: () => embedded.stop() };
}

async function runOnReal(embedded: EmbeddedServer, at: number, section: Section, done: (one: EffectCase, result: Result) => void): Promise<void> {
  const scratch = await createScratch(embedded);
  const cases = section.cases.filter(({ versions }) => includes(versions, at));
  const outside = cases.filter((one) => one.outside);
  try {
    const session = await scratch.connect();
    try {
      await session.exec(section.setup);
      for (const one of cases.filter((other) => !other.outside)) {
        await freshSession(session, one);
        done(one, { observation: await measure(session, one.statement), locksKnown: true });
      }
    } finally {
      await session.close();
    }
    for (const one of outside) done(one, { observation: await observe(scratch, one.statement, { prelude: one.session }), locksKnown: true });
  } finally {
    await scratch.drop();
  }
}

export async function pgliteSite(): Promise<Site> {
  const server = await openPglite();
  const at = release(server.version, server.minor);
  await server.exec(ROLES);
  return {
    release: at,
    async run(section, done) {
      const cases = section.cases.filter(({ versions }) => includes(versions, at));
      await reset(server);
      await server.exec(section.setup);
      for (const one of cases.filter((other) => !other.outside)) {
        await freshSession(server, one);
        done(one, { observation: await measure(server, one.statement), locksKnown: true });
      }
      for (const one of cases.filter((other) => other.outside)) {
        await reset(server);
        await server.exec(section.setup);
        await freshSession(server, one);
        done(one, { observation: await measureAlone(server, one.statement), locksKnown: false });
      }
    },
    close: () => server.close(),
  };
}

/**
 * Settings of an earlier case must not reach a later one; temporary tables of the setup stay.
 * Tables of five rows stand for large ones: where the server checks a constraint with a query of its own, the choice of an index is not left to the planner.
 */
async function freshSession(server: Server, { session }: EffectCase): Promise<void> {
  await server.exec(`RESET ALL; SET enable_indexscan = off; SET enable_indexonlyscan = off; SET enable_bitmapscan = off; ${session}`);
}

/** Empties a database that cannot be dropped. */
async function reset(server: Server): Promise<void> {
  await server.exec('DISCARD ALL');
  await server.exec(`DO $$
    DECLARE command text;
    BEGIN
      FOR command IN
        SELECT format('DROP EVENT TRIGGER %I', evtname) FROM pg_event_trigger
        UNION ALL SELECT format('DROP PUBLICATION %I', pubname) FROM pg_publication
        UNION ALL SELECT format('DROP FOREIGN DATA WRAPPER %I CASCADE', fdwname) FROM pg_foreign_data_wrapper
        UNION ALL SELECT format('DROP EXTENSION %I CASCADE', extname) FROM pg_extension WHERE extname <> 'plpgsql'
        UNION ALL SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
      LOOP EXECUTE command; END LOOP;
    END $$;
    CREATE SCHEMA public`);
}
