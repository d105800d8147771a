import type { Observation } from './measure.ts';
import { NOTHING_OBSERVED, observation, relationsOf, scanCounts, scanned, strongest } from './measure.ts';
import type { Server } from './server.ts';

/** What one statement did, seen from inside the transaction that it ran in. */
export interface Step {
  readonly observed: Observation;
  /** Modes that the transaction held before, by relation: taking one of them again shows nowhere. */
  readonly held: ReadonlyMap<string, ReadonlySet<string>>;
  readonly milliseconds: number;
}

/** Measures a statement in the transaction that is open. What the statement throws goes on to the caller. */
export async function measureWithin(server: Server, send: () => Promise<void>): Promise<Step> {
  const before = await relationsOf(server);
  const [locks, scans] = [await heldPairs(server), await scanCounts(server)];
  const milliseconds = await timed(send);
  const taken = [...(await heldPairs(server))].filter(([key]) => !locks.has(key)).map(([, pair]) => pair);
  const raw = { held: strongest(taken), scans: scanned(scans, await scanCounts(server)), after: await relationsOf(server) };
  const held = new Map<string, Set<string>>();
  for (const [oid, mode] of locks.values()) {
    const name = before.get(oid)?.name;
    if (name === undefined) continue;
    const known = held.get(name);
    if (known === undefined) held.set(name, new Set([mode]));
    else known.add(mode);
  }
  return { observed: observation(before, raw), held, milliseconds };
}

/** The same of a statement that refuses transactions: only what stays afterwards is seen. */
export async function measureOutside(server: Server, send: () => Promise<void>): Promise<Step> {
  const before = await relationsOf(server);
  const milliseconds = await timed(send);
  const { rewrites, indexRewrites } = observation(before, { held: new Map(), scans: [], after: await relationsOf(server) });
  return { observed: { ...NOTHING_OBSERVED, rewrites, indexRewrites }, held: new Map(), milliseconds };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

type Pair = readonly [oid: string, mode: string];

async function heldPairs(server: Server): Promise<ReadonlyMap<string, Pair>> {
  const rows = await server.query(`
    SELECT relation::text AS oid, mode FROM pg_catalog.pg_locks
    WHERE locktype = 'relation' AND granted AND pid = pg_catalog.pg_backend_pid()
      AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())`);
  return new Map(rows.map((row): [string, Pair] => [`${String(row['oid'])} ${String(row['mode'])}`, [String(row['oid']), String(row['mode'])]]));
}
