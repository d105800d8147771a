import type { KnownRelation, Observation } from './measure.ts';
import { LOCK_MODES, NOTHING_OBSERVED, observation, relationsOf } from './measure.ts';
import type { Scratch } from './scratch.ts';
import type { Server } from './server.ts';
import { serverError } from './server.ts';
import type { Stage, Wait } from './waiting.ts';
import { stageFor } from './waiting.ts';

export interface ObserveOptions {
  /** Sent first in every session that runs the statement, as a search path. */
  readonly prelude?: string;
}

/**
 * What a statement does that refuses to run in a transaction (VACUUM, CREATE INDEX CONCURRENTLY, …), seen from other sessions.
 * No session may be open on the database; it stays as it is, the statement runs on copies.
 *
 * A free run tells scans, rewrites and the error. Then the statement runs again and again while another session holds
 * locks: the relation and the mode for which it waits are what it takes. With every relation held but those known already,
 * the relations are found one by one; with weaker and weaker holders, which only stronger modes wait for, the strongest
 * mode on each. Nothing here depends on catching a short moment.
 */
export async function observe(scratch: Scratch, statement: string, { prelude = '' }: ObserveOptions = {}): Promise<Observation> {
  const free = await withClone(scratch, (clone) => freeRun(clone, statement, prelude));
  if (free.error !== undefined) return { ...NOTHING_OBSERVED, error: free.error };
  const stage = stageFor(scratch, statement, prelude);
  try {
    return observation(free.before, { held: await strongestModes(stage, free.before), scans: free.scans, after: free.after });
  } finally {
    await stage.end();
  }
}

async function strongestModes(stage: Stage, relations: ReadonlyMap<string, KnownRelation>): Promise<ReadonlyMap<string, string>> {
  const held = new Map<string, string>();
  for (;;) {
    const takes = [...relations].filter(([oid]) => !held.has(oid)).flatMap(([, relation]) => takeLock(relation, 'ACCESS EXCLUSIVE') ?? []);
    const wait = takes.length === 0 ? undefined : await stage.waitAgainst(takes);
    const relation = wait === undefined ? undefined : relations.get(wait.oid);
    if (wait === undefined || relation === undefined || held.has(wait.oid)) return held;
    held.set(wait.oid, await strongestMode(stage, relation, wait));
  }
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

async function strongestMode(stage: Stage, relation: KnownRelation, first: Wait): Promise<string> {
  let known = LOCK_MODES.indexOf(first.mode);
  for (;;) {
    // The holder that as many stronger modes as possible wait for, and none up to the known one.
    const take = HOLDERS.filter(({ conflicts }) => conflicts.every((mode) => LOCK_MODES.indexOf(mode) > known))
      .map(({ holder }) => takeLock(relation, holder))
      .find((sql) => sql !== undefined);
    const wait = take === undefined ? undefined : await stage.waitAgainst([take]);
    if (wait?.oid !== first.oid || LOCK_MODES.indexOf(wait.mode) <= known) return LOCK_MODES[known] ?? first.mode;
    known = LOCK_MODES.indexOf(wait.mode);
  }
}

/** SQL that makes a session hold the lock; undefined where that cannot be had (foreign tables refuse it; of views and sequences there is no statement outside a transaction). */
function takeLock({ kind, name }: KnownRelation, mode: string): string | undefined {
  const quoted = name.split('.').map((part) => `"${part.replaceAll('"', '""')}"`).join('.');
  if (kind === 'table' || kind === 'partitionedTable') return `LOCK TABLE ONLY ${quoted} IN ${mode} MODE`;
  if (kind === 'materializedView') return MATERIALIZED_VIEW_HOLDERS[mode]?.(quoted);
  return undefined;
}

/** LOCK TABLE refuses materialized views. */
const MATERIALIZED_VIEW_HOLDERS: Readonly<Record<string, (name: string) => string>> = {
  'ACCESS EXCLUSIVE': (name) => `DROP MATERIALIZED VIEW IF EXISTS ${name} CASCADE`,
  SHARE: (name) => `CREATE INDEX ON ${name} ((1))`,
  'ACCESS SHARE': (name) => `SELECT FROM ${name} LIMIT 0`,
};

interface FreeRun {
  readonly before: ReadonlyMap<string, KnownRelation>;
  readonly after: ReadonlyMap<string, KnownRelation>;
  readonly scans: readonly string[];
  readonly error?: Observation['error'];
}

async function freeRun(clone: Scratch, statement: string, prelude: string): Promise<FreeRun> {
  const watcher = await clone.connect();
  try {
    const before = await relationsOf(watcher);
    const session = await clone.connect();
    try {
      if (prelude !== '') await session.exec(prelude);
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
