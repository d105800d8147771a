import type { Scratch } from './scratch.ts';
import type { Row, Server } from './server.ts';
import { serverError } from './server.ts';

/** The first relation for which a statement has to wait, and the mode in which it wants it. */
export interface Wait {
  readonly oid: string;
  readonly mode: string;
}

/** A copy of a database on which a statement is made to wait, again and again. */
export interface Stage {
  /** Runs the statement while another session holds what `takes` takes; cancelled as soon as it waits. Undefined: it does not wait for a relation. */
  waitAgainst(takes: readonly string[]): Promise<Wait | undefined>;
  end(): Promise<void>;
}

export function stageFor(scratch: Scratch, statement: string, prelude: string): Stage {
  let open: Open | undefined;
  const end = async (): Promise<void> => {
    const closing = open;
    open = undefined;
    if (closing === undefined) return;
    await Promise.all([closing.session.close(), closing.blocker.close(), closing.watcher.close()]);
    await closing.clone.drop();
  };
  return {
    end,
    async waitAgainst(takes) {
      open ??= await openOn(await scratch.clone(), prelude);
      const wait = await runAgainst(open, statement, takes);
      // A cancelled statement of several transactions can leave traces, and one that did not wait has done its work.
      if ((await stateOf(open.blocker)) !== open.state) await end();
      return wait;
    },
  };
}

interface Open {
  readonly clone: Scratch;
  readonly session: Server;
  readonly blocker: Server;
  readonly watcher: Server;
  readonly pid: number;
  readonly blockerPid: number;
  readonly state: string;
}

async function openOn(clone: Scratch, prelude: string): Promise<Open> {
  const [session, blocker, watcher] = [await clone.connect(), await clone.connect(), await clone.watch()];
  if (prelude !== '') await session.exec(prelude);
  return { clone, session, blocker, watcher, pid: await pidOf(session), blockerPid: await pidOf(blocker), state: await stateOf(blocker) };
}

async function runAgainst({ session, blocker, watcher, pid, blockerPid }: Open, statement: string, takes: readonly string[]): Promise<Wait | undefined> {
  await blocker.exec(['BEGIN', ...takes].join('; '));
  let running = true;
  const done = session.exec(statement).catch((error: unknown) => {
    // Cancelled, or refused because of what is held; the wait is what counts.
    if (serverError(error) === undefined) throw error;
  }).finally(() => (running = false));
  let waiting: Row | undefined;
  while (running && waiting === undefined) waiting = await waitsFor(watcher, pid, blockerPid);
  if (waiting !== undefined) await watcher.query('SELECT pg_catalog.pg_cancel_backend($1)', [pid]);
  await done;
  await blocker.exec('ROLLBACK');
  // Without a relation it waits for the holder's transaction rather than for a lock, and takes nothing more while that lasts.
  return typeof waiting?.['relation'] === 'string' ? { oid: waiting['relation'], mode: String(waiting['mode']) } : undefined;
}

async function waitsFor(watcher: Server, pid: number, blocker: number): Promise<Row | undefined> {
  const rows = await watcher.query(
    'SELECT relation::text AS relation, mode FROM pg_catalog.pg_locks WHERE NOT granted AND pid = $1 AND $2 = ANY (pg_catalog.pg_blocking_pids(pid))',
    [pid, blocker],
  );
  return rows[0];
}

/** What statements outside a transaction change: relations and their storage, the validity of indexes, partitions. */
async function stateOf(session: Server): Promise<string> {
  const [row] = await session.query(`
    SELECT md5(string_agg(line, ',' ORDER BY line)) AS state FROM (
      SELECT c.oid || ' ' || c.relname || ' ' || coalesce(pg_catalog.pg_relation_filenode(c.oid), 0) AS line
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname !~ '^(pg_|information_schema$)'
      UNION ALL SELECT i::text FROM pg_catalog.pg_index i
      UNION ALL SELECT i::text FROM pg_catalog.pg_inherits i
    ) AS lines`);
  return String(row?.['state']);
}

const pidOf = async (session: Server): Promise<number> => Number((await session.query('SELECT pg_catalog.pg_backend_pid() AS pid'))[0]?.['pid']);
