import type { KnownRelation, Observation } from './measure.ts';
import { LOCK_MODES, NOTHING_OBSERVED, observation, relationsOf } from './measure.ts';
import type { Scratch } from './scratch.ts';
import type { Row, Server } from './server.ts';
import { serverError } from './server.ts';

/**
 * What a statement does that refuses to run in a transaction (VACUUM, CREATE INDEX CONCURRENTLY, …), seen from other sessions.
 *
 * A free run tells scans, rewrites and the error. Then, for every relation, the statement runs again on a copy while
 * another session holds a lock on that relation: the mode for which it waits is a mode that it takes. Weaker and weaker
 * holders, which only stronger modes wait for, find the strongest. Nothing here depends on catching a short moment.
 */
export async function observe(scratch: Scratch, statement: string): Promise<Observation> {
  const free = await withClone(scratch, (clone) => freeRun(clone, statement));
  if (free.error !== undefined) return { ...NOTHING_OBSERVED, error: free.error };
  const held = new Map<string, string>();
  for (const [oid, relation] of free.before) {
    const mode = await strongestMode(scratch, statement, oid, relation);
    if (mode !== undefined) held.set(oid, mode);
  }
  return observation(free.before, { held, scans: free.scans, after: free.after });
}

/** What other sessions can hold, and which modes then have to wait. */
const HOLDERS: readonly { readonly holder: string; readonly conflicts: readonly string[] }[] = [
  { holder: 'ACCESS EXCLUSIVE', conflicts: LOCK_MODES },
  { holder: 'EXCLUSIVE', conflicts: LOCK_MODES.slice(1) },
  { holder: 'SHARE', conflicts: [...LOCK_MODES.slice(2, 4), ...LOCK_MODES.slice(5)] },
  { holder: 'SHARE UPDATE EXCLUSIVE', conflicts: LOCK_MODES.slice(3) },
  { holder: 'ROW EXCLUSIVE', conflicts: LOCK_MODES.slice(4) },
  { holder: 'ROW SHARE', conflicts: LOCK_MODES.slice(6) },
  { holder: 'ACCESS SHARE', conflicts: LOCK_MODES.slice(7) },
];

async function strongestMode(scratch: Scratch, statement: string, oid: string, relation: KnownRelation): Promise<string | undefined> {
  let known = -1;
  for (;;) {
    // The holder that as many stronger modes as possible wait for, and none up to the known one.
    const take = HOLDERS.filter(({ conflicts }) => conflicts.every((mode) => LOCK_MODES.indexOf(mode) > known))
      .map(({ holder }) => takeLock(relation, holder))
      .find((sql) => sql !== undefined);
    const waited = take === undefined ? undefined : await withClone(scratch, (clone) => runAgainst(clone, statement, oid, take));
    if (waited === undefined || LOCK_MODES.indexOf(waited) <= known) return LOCK_MODES[known];
    known = LOCK_MODES.indexOf(waited);
  }
}

/** SQL that makes a session hold the lock; undefined where that cannot be had. */
function takeLock({ kind, name }: KnownRelation, mode: string): string | undefined {
  const quoted = name.split('.').map((part) => `"${part.replaceAll('"', '""')}"`).join('.');
  if (kind === 'table' || kind === 'partitionedTable' || kind === 'foreignTable') return `LOCK TABLE ONLY ${quoted} IN ${mode} MODE`;
  if (kind === 'materializedView') return MATERIALIZED_VIEW_HOLDERS[mode]?.(quoted);
  return kind === 'sequence' && mode === 'ACCESS EXCLUSIVE' ? `DROP SEQUENCE ${quoted} CASCADE` : undefined;
}

/** LOCK TABLE refuses materialized views. */
const MATERIALIZED_VIEW_HOLDERS: Readonly<Record<string, (name: string) => string>> = {
  'ACCESS EXCLUSIVE': (name) => `DROP MATERIALIZED VIEW ${name} CASCADE`,
  SHARE: (name) => `CREATE INDEX ON ${name} ((1))`,
  'ACCESS SHARE': (name) => `SELECT FROM ${name} LIMIT 0`,
};

/** Runs the statement while another session holds a lock; the mode on that relation for which it has to wait. */
async function runAgainst(clone: Scratch, statement: string, oid: string, take: string): Promise<string | undefined> {
  const [session, blocker, watcher] = [await clone.connect(), await clone.connect(), await clone.watch()];
  try {
    const [pid, blockerPid] = [await pidOf(session), await pidOf(blocker)];
    await blocker.exec(`BEGIN; ${take}`);
    let running = true;
    const done = session.exec(statement).catch((error: unknown) => {
      // A lock that was held can turn the statement into an error (its relation is gone); the wait is what counts.
      if (serverError(error) === undefined) throw error;
    }).finally(() => (running = false));
    let waited: string | undefined;
    while (running && waited === undefined) {
      const waiting = await waitsFor(watcher, pid, blockerPid);
      if (waiting === undefined) continue;
      // Otherwise it waits for the holder's transaction rather than for a lock, and takes nothing more while we hold on.
      if (waiting['relation'] !== oid) break;
      waited = String(waiting['mode']);
    }
    await blocker.exec('ROLLBACK');
    await done;
    return waited;
  } finally {
    await Promise.all([session.close(), blocker.close(), watcher.close()]);
  }
}

async function waitsFor(watcher: Server, pid: number, blocker: number): Promise<Row | undefined> {
  const rows = await watcher.query(
    'SELECT relation::text AS relation, mode FROM pg_catalog.pg_locks WHERE NOT granted AND pid = $1 AND $2 = ANY (pg_catalog.pg_blocking_pids(pid))',
    [pid, blocker],
  );
  return rows[0];
}

const pidOf = async (session: Server): Promise<number> => Number((await session.query('SELECT pg_catalog.pg_backend_pid() AS pid'))[0]?.['pid']);

interface FreeRun {
  readonly before: ReadonlyMap<string, KnownRelation>;
  readonly after: ReadonlyMap<string, KnownRelation>;
  readonly scans: readonly string[];
  readonly error?: Observation['error'];
}

async function freeRun(clone: Scratch, statement: string): Promise<FreeRun> {
  const watcher = await clone.connect();
  try {
    const before = await relationsOf(watcher);
    const session = await clone.connect();
    try {
      await session.exec(statement);
      // Marks the end of what this session will report, on a catalog that nothing else reads.
      await session.exec('SELECT count(*) FROM pg_catalog.pg_ts_parser');
    } catch (error) {
      const answered = serverError(error);
      if (answered === undefined) throw error;
      return { before, after: before, scans: [], error: answered };
    } finally {
      // The end of a session flushes its counters.
      await session.close();
    }
    return { before, after: await relationsOf(watcher), scans: await reportedScans(watcher) };
  } finally {
    await watcher.close();
  }
}

/** A database's counters start at zero, so what they hold is what the statement did. */
async function reportedScans(watcher: Server): Promise<readonly string[]> {
  for (let tries = 0; tries < 500; tries++) {
    const [marker] = await watcher.query("SELECT seq_scan AS scans FROM pg_catalog.pg_stat_sys_tables WHERE relname = 'pg_ts_parser'");
    if (Number(marker?.['scans']) > 0) {
      const rows = await watcher.query('SELECT relid::text AS oid FROM pg_catalog.pg_stat_user_tables WHERE seq_scan > 0');
      return rows.map((row) => String(row['oid']));
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('The server did not report its counters within ten seconds');
}

async function withClone<Result>(scratch: Scratch, work: (clone: Scratch) => Promise<Result>): Promise<Result> {
  const clone = await scratch.clone();
  try {
    return await work(clone);
  } finally {
    await clone.drop();
  }
}
