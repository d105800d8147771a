import type { Plan, Step } from '../../../src/remedy/step.ts';
import type { Server } from '../../../src/servers/server.ts';
import { statementTexts } from '../replay-sql.ts';
import { differences, schemaOf } from './snapshot.ts';
import type { Bystanders } from './watch.ts';
import { tablesWithRows, watched } from './watch.ts';

/** Empties the database. */
export async function clear(server: Server): Promise<void> {
  for (const { name } of await server.query('SELECT quote_ident(pubname) AS name FROM pg_publication')) await server.exec(`DROP PUBLICATION ${String(name)}`);
  await server.exec('DROP SCHEMA IF EXISTS app, public CASCADE; CREATE SCHEMA public; SET search_path = public;');
}

/** Sends statements as a runner without a transaction would: one by one. */
export async function send(server: Server, sql: string): Promise<void> {
  for (const text of statementTexts(sql)) await server.exec(text);
}

/** What a step did while it held a strong lock on a table that had rows; empty when all is well. */
export async function carryOut(server: Server, step: Step, statements: readonly string[] = step.up, bystanders?: Bystanders): Promise<readonly string[]> {
  if (step.transaction === 'outside') {
    const run = async (): Promise<void> => {
      for (const sql of statements) await server.exec(sql);
    };
    if (bystanders !== undefined) return watched(server, bystanders, step.title, run);
    await run();
    return [];
  }
  const before = await filesOf(server);
  await server.exec('BEGIN');
  try {
    // The counters hold what earlier transactions read as well.
    const counted = await readsOf(server);
    let first: ReadonlyMap<string, string> | undefined;
    for (const sql of statements) {
      await server.exec(sql);
      first ??= new Map((await server.query(STRONG_LOCKS)).map(({ oid, mode }) => [String(oid), String(mode)]));
    }
    const locks = await server.query(STRONG_LOCKS);
    const after = await filesOf(server);
    const reads = await readsOf(server);
    const offences = locks.flatMap(({ oid, name, mode }) => {
      const read = (reads.get(String(oid)) ?? 0) - (counted.get(String(oid)) ?? 0);
      const known = before.get(String(oid));
      if (known === undefined || known.size === 0) return [];
      const found: string[] = [];
      if (read > 0) found.push(`${step.title}: reads ${String(read)} rows of ${String(name)} under ${String(mode)}`);
      if (after.get(String(oid))?.file !== undefined && after.get(String(oid))?.file !== known.file) found.push(`${step.title}: writes ${String(name)} anew under ${String(mode)}`);
      return found;
    });
    const used = locks.filter(({ oid }) => (before.get(String(oid))?.size ?? 0) > 0);
    if (new Set(used.map(({ root }) => root)).size > 1) {
      // Whoever waits for one table while holding another can deadlock with the writers of both.
      if (!(statements[0] ?? '').includes('LOCK TABLE')) offences.push(`${step.title}: locks ${used.map(({ name }) => String(name)).join(' and ')} one after the other`);
      else for (const { oid, name, mode } of used) if (first?.get(String(oid)) !== String(mode) && first?.get(String(oid))?.includes('AccessExclusiveLock') !== true) offences.push(`${step.title}: takes ${String(mode)} on ${String(name)} after the other locks`);
    }
    await server.exec('COMMIT');
    return offences;
  } catch (error) {
    await server.exec('ROLLBACK');
    throw error;
  }
}

const STRONG_LOCKS = `
SELECT l.relation::text AS oid, l.relation::regclass::text AS name, coalesce(pg_partition_root(l.relation), l.relation)::text AS root, string_agg(l.mode, ', ' ORDER BY l.mode) AS mode
  FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
  WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND c.relkind IN ('r', 'p') AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
  GROUP BY l.relation`;

async function readsOf(server: Server): Promise<ReadonlyMap<string, number>> {
  const rows = await server.query('SELECT relid::text AS oid, seq_tup_read::int AS read FROM pg_stat_xact_user_tables');
  return new Map(rows.map(({ oid, read }) => [String(oid), Number(read)]));
}

async function filesOf(server: Server): Promise<ReadonlyMap<string, { readonly file: string; readonly size: number }>> {
  const rows = await server.query(`SELECT c.oid::text AS oid, pg_relation_filenode(c.oid)::text AS file, pg_relation_size(c.oid)::int AS size FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)'`);
  return new Map(rows.map(({ oid, file, size }) => [String(oid), { file: String(file), size: Number(size) }]));
}

export interface Walk {
  readonly offences: readonly string[];
  /** What the ways back did not put back, or left behind. */
  readonly residues: readonly string[];
}

export interface WalkOptions {
  readonly bystanders?: Bystanders;
  /** Batches draw numbers, which stay drawn. */
  readonly numbers?: true;
}

/** Carries out the steps that can be taken back, each of them twice, takes them back, last one first, and then carries out all. */
export async function walk(server: Server, { steps }: Plan, { bystanders, numbers }: WalkOptions = {}): Promise<Walk> {
  const offences: string[] = [];
  const start = await schemaOf(server);
  const last = steps.findIndex(({ down }) => down === null);
  const reversible = last < 0 ? steps : steps.slice(0, last);
  // Ways back may come back to empty tables: what locks are held how long shows in the first pass already.
  for (const step of reversible) {
    offences.push(...(await carryOut(server, step)));
    if ((step.down ?? []).length === 0) continue;
    // Whoever has gone back by one step goes forward again from there, unless it is said that more is needed.
    if (NEEDS_MORE.test([...step.notes, step.downLoses].join())) continue;
    await carryOut(server, step, step.down ?? []);
    await carryOut(server, step);
  }
  for (const step of reversible.toReversed()) await carryOut(server, step, step.down ?? []);
  const residues = reversible.length === 0 ? [] : differences(start, await schemaOf(server));
  for (const step of steps) {
    await asked(server, step, 'preconditions');
    const before = new Set(await tablesWithRows(server));
    if (step.transaction === 'outside') for (const sql of step.up) await breakOff(server, sql, numbers);
    const ours = new Set((await tablesWithRows(server)).filter((name) => !before.has(name)));
    offences.push(...(await carryOut(server, step, step.up, bystanders && { ...bystanders, ours })));
    // As when the tool that ran them ends before it has recorded them.
    if (step.transaction === 'outside') for (const sql of step.up) if (isBatches(sql)) await server.exec(sql);
    await asked(server, step, 'verification');
  }
  return { offences: [...new Set(offences)], residues };
}

const isBatches = (sql: string): boolean => sql.startsWith('DO ') && sql.includes('COMMIT');

const NEEDS_MORE = /builds it again first|find nothing left to drop/;

const BATCH_END = /^ {4,6}COMMIT;\n {4,6}(?:IF \w+\.changed > 0 THEN )?PERFORM pg_sleep\([\d.]+\);(?: END IF;)?$/m;
const BROKEN_OFF = "RAISE EXCEPTION 'broken off';";

/** Begins batches and has them killed: before the first of them is committed, right after it, and again after the next. Nothing that is carried out later may show it. */
async function breakOff(server: Server, sql: string, numbers?: true): Promise<void> {
  if (!isBatches(sql)) return;
  for (const end of [...(numbers === undefined ? [BROKEN_OFF] : []), `COMMIT; ${BROKEN_OFF}`, `COMMIT; ${BROKEN_OFF}`]) {
    if (!BATCH_END.test(sql)) throw new Error(`These batches cannot be broken off:\n${sql}`);
    const answer = await server.exec(sql.replace(BATCH_END, end)).then(() => 'it went through', String);
    if (!answer.includes('broken off')) throw new Error(`Batches were to be broken off, but ${answer}:\n${sql}`);
  }
}

/** The step's questions must run and find nothing. */
async function asked(server: Server, step: Step, which: 'preconditions' | 'verification'): Promise<void> {
  for (const { title, sql } of step[which]) {
    const rows = await server.query(sql);
    if (rows.length > 0) throw new Error(`${step.title}: ${title}: ${JSON.stringify(rows[0])}`);
  }
}
