import type { Server } from '../../../src/servers/server.ts';

/** Sessions beside the one that migrates. */
export interface Bystanders {
  /** Has written to every table that has rows, and has not committed yet. */
  readonly writer: Server;
  /** Looks at the locks, and writes while the step is under way. */
  readonly other: Server;
  /** Tables that batches have made for themselves and left behind when they were killed: nobody else writes to them. */
  readonly ours?: ReadonlySet<string>;
}

/**
 * Runs what takes no transaction while somebody writes to all tables. Some of it has to wait for that somebody, and then the locks
 * that it holds meanwhile can be seen, and others must be able to write all the same. Answers with what is not so.
 */
export async function watched(server: Server, { writer, other, ours }: Bystanders, title: string, run: () => Promise<void>): Promise<readonly string[]> {
  const tables = (await tablesWithRows(server)).filter((name) => ours?.has(name) !== true);
  const [own] = await server.query('SELECT pg_backend_pid()::int AS pid');
  const pid = Number(own?.['pid']);
  const offences: string[] = [];
  const write = tables.length === 0 ? 'SELECT' : `LOCK TABLE ${tables.map((name) => `ONLY ${name}`).join(', ')} IN ROW EXCLUSIVE MODE`;
  await writer.exec(`BEGIN; ${write}`);
  let ended = false;
  const running = run().finally(() => {
    ended = true;
  });
  running.catch(() => undefined);
  try {
    while (!ended) {
      const locks = await other.query(LOCKS, [pid]);
      for (const { name, mode } of locks) if (ours?.has(String(name)) !== true) offences.push(`${title}: holds ${String(mode)} on ${String(name)}`);
      const [state] = await other.query("SELECT wait_event_type = 'Lock' AS waits FROM pg_stat_activity WHERE pid = $1", [pid]);
      if (state?.['waits'] === true) {
        await other.exec("SET lock_timeout = '1s'");
        await other.exec(`BEGIN; ${write}; COMMIT`).catch((error: unknown) => {
          offences.push(`${title}: nobody can write meanwhile: ${String(error)}`);
        });
        await other.exec('ROLLBACK; RESET lock_timeout');
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  } finally {
    await writer.exec('ROLLBACK');
  }
  await running;
  return [...new Set(offences)];
}

export const tablesWithRows = async (server: Server): Promise<readonly string[]> => (await server.query(TABLES)).map(({ name }) => String(name));

const TABLES = `
SELECT c.oid::regclass::text AS name FROM pg_class c
  WHERE c.relkind IN ('r', 'p') AND c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)' AND NOT c.relispartition AND (c.relkind = 'p' OR pg_relation_size(c.oid) > 0)`;

/** SHARE UPDATE EXCLUSIVE keeps out schema changes and VACUUM only. Locks to extend a file are nobody's concern. */
const LOCKS = `
SELECT l.relation::regclass::text AS name, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
  WHERE l.pid = $1 AND l.locktype = 'relation' AND l.granted AND c.relkind IN ('r', 'p') AND pg_relation_size(c.oid) > 0 AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
    AND c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)'`;
