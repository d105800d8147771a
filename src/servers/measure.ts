import type { Row, Server, ServerError } from './server.ts';
import { serverError } from './server.ts';

export type ObservedKind = 'table' | 'partitionedTable' | 'view' | 'materializedView' | 'sequence' | 'foreignTable' | 'compositeType' | 'index';

export interface ObservedLock {
  /** `schema.name`, as before the statement. Temporary relations are in `pg_temp`. */
  readonly relation: string;
  readonly kind: ObservedKind;
  /** The strongest mode that the statement's session holds on it. */
  readonly mode: string;
}

/** What one statement did to the relations that existed before it. Sorted, each relation once. */
export interface Observation {
  /** Indexes aside. */
  readonly locks: readonly ObservedLock[];
  readonly indexLocks: readonly ObservedLock[];
  /** Relations read from end to end, by the server's own counters. */
  readonly scans: readonly string[];
  /** Relations whose storage was replaced, indexes aside. */
  readonly rewrites: readonly string[];
  readonly indexRewrites: readonly string[];
  readonly error?: ServerError;
}

export const NOTHING_OBSERVED: Observation = { locks: [], indexLocks: [], scans: [], rewrites: [], indexRewrites: [] };

/** Table lock modes, weakest first. */
export const LOCK_MODES: readonly string[] = [
  'AccessShareLock',
  'RowShareLock',
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
];

export interface MeasureOptions {
  /** What becomes of the transaction; `rollback` unless said otherwise. */
  readonly end?: 'rollback' | 'commit';
}

/** Runs one statement in a transaction of its own and says what it did. The session must be idle. */
export async function measure(server: Server, statement: string, options: MeasureOptions = {}): Promise<Observation> {
  const before = await relationsOf(server);
  await server.exec('BEGIN');
  try {
    const scansBefore = await scanCounts(server);
    await server.exec(statement);
    const held = await heldLocks(server);
    const scansAfter = await scanCounts(server);
    const after = await relationsOf(server);
    await server.exec(options.end === 'commit' ? 'COMMIT' : 'ROLLBACK');
    return observation(before, { held, scans: scanned(scansBefore, scansAfter), after });
  } catch (error) {
    const answered = serverError(error);
    if (answered === undefined) throw error;
    await server.exec('ROLLBACK');
    return { ...NOTHING_OBSERVED, error: answered };
  }
}

/** Runs one statement outside a transaction: what stays afterwards (rewrites, the error) is seen, locks and scans are not. */
export async function measureAlone(server: Server, statement: string): Promise<Observation> {
  const before = await relationsOf(server);
  try {
    await server.exec(statement);
  } catch (error) {
    const answered = serverError(error);
    if (answered === undefined) throw error;
    return { ...NOTHING_OBSERVED, error: answered };
  }
  return observation(before, { held: new Map(), scans: [], after: await relationsOf(server) });
}

export interface KnownRelation {
  readonly name: string;
  readonly kind: ObservedKind;
  /** Null for what has no storage. */
  readonly storage: string | null;
}

/** Every user relation by OID. Takes no lock on any of them. */
export async function relationsOf(server: Server): Promise<ReadonlyMap<string, KnownRelation>> {
  const rows = await server.query(`
    SELECT c.oid::text AS oid, c.relkind::text AS kind, c.relname::text AS name, n.nspname::text AS schema,
           pg_catalog.pg_relation_filenode(c.oid)::text AS storage
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname !~ '^pg_toast_temp_'`);
  const known = new Map<string, KnownRelation>();
  for (const row of rows) {
    const kind = KINDS[text(row, 'kind')];
    if (kind === undefined) continue;
    const storage = row['storage'];
    known.set(text(row, 'oid'), { name: qualified(row), kind, storage: typeof storage === 'string' ? storage : null });
  }
  return known;
}

/** OID → strongest mode, of what the session itself holds. */
async function heldLocks(server: Server): Promise<ReadonlyMap<string, string>> {
  const rows = await server.query(`
    SELECT relation::text AS oid, mode FROM pg_catalog.pg_locks
    WHERE locktype = 'relation' AND granted AND pid = pg_catalog.pg_backend_pid()
      AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())`);
  return strongest(rows.map((row) => [text(row, 'oid'), text(row, 'mode')]));
}

export function strongest(locks: readonly (readonly [oid: string, mode: string])[]): ReadonlyMap<string, string> {
  const modes = new Map<string, string>();
  for (const [oid, mode] of locks) {
    const known = modes.get(oid);
    if (known === undefined || LOCK_MODES.indexOf(mode) > LOCK_MODES.indexOf(known)) modes.set(oid, mode);
  }
  return modes;
}

/** OID → number of sequential scans, as this transaction has counted them. */
export async function scanCounts(server: Server): Promise<ReadonlyMap<string, number>> {
  const rows = await server.query('SELECT relid::text AS oid, seq_scan AS scans FROM pg_catalog.pg_stat_xact_user_tables WHERE seq_scan > 0');
  return new Map(rows.map((row) => [text(row, 'oid'), Number(row['scans'])]));
}

export function scanned(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): readonly string[] {
  return [...after].filter(([oid, count]) => count > (before.get(oid) ?? 0)).map(([oid]) => oid);
}

export interface Raw {
  readonly held: ReadonlyMap<string, string>;
  /** OIDs. */
  readonly scans: readonly string[];
  readonly after: ReadonlyMap<string, KnownRelation>;
}

export function observation(before: ReadonlyMap<string, KnownRelation>, raw: Raw): Observation {
  const locks = [...before].flatMap(([oid, { name, kind }]): ObservedLock[] => {
    const mode = raw.held.get(oid);
    return mode === undefined ? [] : [{ relation: name, kind, mode }];
  });
  const rewritten = [...before].filter(([oid, { storage }]) => {
    const now = raw.after.get(oid);
    return storage !== null && now !== undefined && now.storage !== storage;
  });
  const isIndex = ({ kind }: { readonly kind: ObservedKind }): boolean => kind === 'index';
  const names = (relations: readonly KnownRelation[]): readonly string[] => relations.map(({ name }) => name).sort();
  const sorted = (list: readonly ObservedLock[]): readonly ObservedLock[] => [...list].sort((a, b) => (a.relation < b.relation ? -1 : 1));
  const changed = rewritten.map(([, relation]) => relation);
  return {
    locks: sorted(locks.filter((lock) => !isIndex(lock))),
    indexLocks: sorted(locks.filter(isIndex)),
    scans: names(raw.scans.flatMap((oid) => before.get(oid) ?? [])),
    rewrites: names(changed.filter((relation) => !isIndex(relation))),
    indexRewrites: names(changed.filter(isIndex)),
  };
}

const KINDS: Readonly<Record<string, ObservedKind>> = {
  r: 'table',
  p: 'partitionedTable',
  v: 'view',
  m: 'materializedView',
  S: 'sequence',
  f: 'foreignTable',
  c: 'compositeType',
  i: 'index',
  I: 'index',
};

function qualified(row: Row): string {
  return `${text(row, 'schema').replace(/^pg_temp_\d+$/, 'pg_temp')}.${text(row, 'name')}`;
}

function text(row: Row, column: string): string {
  const value = row[column];
  return typeof value === 'string' ? value : String(value);
}
