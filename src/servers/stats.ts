import type { Stats, TableStats } from '../config/stats.ts';
import { STATS_SCHEMA_ID, STATS_VERSION } from '../config/stats.ts';
import type { Row, Server } from './server.ts';
import { serverError } from './server.ts';

export interface StatsOptions {
  /** The time, as the file shall say it. */
  readonly now: Date;
  /** Milliseconds to watch writes for, where the server does not say since when it counts. */
  readonly watch: number;
}

/**
 * Sizes and write rates, from the server's own statistics: no table is read, and locks are taken only for tables of which the
 * statistics know no size. The session is made read-only first.
 */
export async function collectStats(server: Server, { now, watch }: StatsOptions): Promise<Stats> {
  await server.exec("SET default_transaction_read_only = on; SET statement_timeout = '60s'; SET lock_timeout = '1s'");
  const tables = await readOnly(server, () => server.query(TABLES));
  const [about] = await readOnly(server, () => server.query(ABOUT));
  const since = Number(about?.['seconds'] ?? 0);
  const rates = since >= LEAST_SECONDS ? { seconds: since, writes: writesOf(tables) } : await watched(server, tables, watch);
  const entries: [string, TableStats][] = [];
  for (const row of tables) {
    const name = `${String(row['schema'])}.${String(row['name'])}`;
    const size = Number(row['pages']) === 0 && row['partitioned'] !== true ? await sizeOf(server, String(row['oid'])) : undefined;
    const [rows, bytes] = [whole(row['rows']), size?.bytes ?? whole(row['bytes'])];
    entries.push([
      name,
      {
        // No rows in many bytes: they have not been counted yet.
        ...((rows > 0 || bytes <= LEAST_BYTES) && { rows }),
        bytes,
        indexBytes: size?.indexBytes ?? whole(row['index_bytes']),
        writesPerSecond: rates.seconds > 0 ? Math.round((100 * (rates.writes.get(String(row['oid'])) ?? 0)) / rates.seconds) / 100 : 0,
      },
    ]);
  }
  const longest = about?.['longest'];
  return {
    $schema: STATS_SCHEMA_ID,
    schemaVersion: STATS_VERSION,
    collected: now.toISOString(),
    server: `${String(server.version)}.${String(server.minor)}`,
    seconds: Math.round(rates.seconds),
    transactions: { ...(longest !== null && longest !== undefined && { longest: Math.round(Number(longest)) }), overMinute: Number(about?.['old'] ?? 0) },
    tables: Object.fromEntries(entries),
  };
}

async function readOnly<Result>(server: Server, work: () => Promise<Result>): Promise<Result> {
  await server.exec('BEGIN READ ONLY');
  try {
    return await work();
  } finally {
    await server.exec('ROLLBACK');
  }
}

/** What an empty table takes, its TOAST table included. */
const LEAST_BYTES = 16_384;

/** Less says nothing about an ordinary day. */
const LEAST_SECONDS = 3600;

const writesOf = (rows: readonly Row[]): ReadonlyMap<string, number> => new Map(rows.map(({ oid, writes }) => [String(oid), Number(writes)]));

async function watched(server: Server, before: readonly Row[], milliseconds: number): Promise<{ readonly seconds: number; readonly writes: ReadonlyMap<string, number> }> {
  const start = performance.now();
  const then = writesOf(before);
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  const now = writesOf(await readOnly(server, () => server.query(TABLES)));
  const seconds = (performance.now() - start) / 1000;
  return { seconds, writes: new Map([...now].map(([oid, writes]) => [oid, Math.max(0, writes - (then.get(oid) ?? writes))])) };
}

/** Before the first VACUUM the catalog knows no size; asking the disk takes a weak lock for a moment. */
async function sizeOf(server: Server, oid: string): Promise<{ readonly bytes: number; readonly indexBytes: number } | undefined> {
  try {
    const [row] = await readOnly(server, () => server.query('SELECT pg_catalog.pg_table_size($1::oid)::text AS bytes, pg_catalog.pg_indexes_size($1::oid)::text AS index_bytes', [oid]));
    return { bytes: whole(row?.['bytes']), indexBytes: whole(row?.['index_bytes']) };
  } catch (error) {
    if (serverError(error) === undefined) throw error;
    return undefined;
  }
}

const whole = (value: unknown): number => Math.max(0, Math.round(Number(value ?? 0)) || 0);

/** Tables and materialized views; a partitioned table has what its partitions have. */
const TABLES = `
  WITH leaf AS (
    SELECT c.oid, n.nspname, c.relname, CASE WHEN c.relispartition THEN pg_catalog.pg_partition_root(c.oid) END AS root,
      greatest(c.reltuples, s.n_live_tup, 0) AS rows, c.relpages AS pages,
      coalesce(s.n_tup_ins + s.n_tup_upd + s.n_tup_del, 0) AS writes,
      (c.relpages::bigint + coalesce(t.relpages, 0)) * pg_catalog.current_setting('block_size')::bigint AS bytes,
      coalesce((SELECT sum(x.relpages::bigint) FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid), 0) * pg_catalog.current_setting('block_size')::bigint AS index_bytes
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid LEFT JOIN pg_catalog.pg_stat_user_tables s ON s.relid = c.oid
    WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema')
  SELECT oid::text AS oid, nspname::text AS schema, relname::text AS name, false AS partitioned, rows::text AS rows, pages::text AS pages, writes::text AS writes, bytes::text AS bytes, index_bytes::text AS index_bytes FROM leaf
  UNION ALL
  SELECT p.oid::text, n.nspname::text, p.relname::text, true, sum(l.rows)::text, sum(l.pages)::text, sum(l.writes)::text, sum(l.bytes)::text, sum(l.index_bytes)::text
  FROM leaf l JOIN pg_catalog.pg_class p ON p.oid = l.root JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace WHERE l.root <> l.oid GROUP BY p.oid, n.nspname, p.relname
  ORDER BY 2, 3`;

const ABOUT = `
  SELECT (SELECT extract(epoch FROM pg_catalog.now() - stats_reset)::text FROM pg_catalog.pg_stat_database WHERE datname = pg_catalog.current_database()) AS seconds,
    (SELECT max(extract(epoch FROM pg_catalog.clock_timestamp() - xact_start))::text FROM pg_catalog.pg_stat_activity WHERE pid <> pg_catalog.pg_backend_pid() AND backend_type = 'client backend') AS longest,
    (SELECT count(*)::text FROM pg_catalog.pg_stat_activity WHERE pid <> pg_catalog.pg_backend_pid() AND backend_type = 'client backend' AND xact_start < pg_catalog.clock_timestamp() - interval '1 minute') AS old`;
