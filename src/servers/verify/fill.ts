import type { Server } from '../server.ts';
import { serverError } from '../server.ts';
import { distinctValue } from './candidates.ts';
import type { Tried, Unit } from './pools.ts';
import { allowedBy, works } from './pools.ts';
import type { FillColumn, FillTable } from './tables.ts';
import { readTables } from './tables.ts';
import { unitsOf } from './units.ts';

export interface Filled {
  readonly rows: number;
  readonly tables: number;
  /** Tables that stay empty, and why, one sentence each. */
  readonly notes: readonly string[];
}

export interface FillOptions {
  /** Grows from call to call on one database, so that what has to be different is. */
  readonly round: number;
  readonly only?: (table: FillTable) => boolean;
  readonly progress?: (done: number) => void;
}

/**
 * Puts a dozen rows into every table, referenced tables first: everyday values, edges (nothing, empty, long, negative, far
 * dates, Unicode) and repetitions, as far as the constraints allow. The same schema gets the same rows. The session must be idle.
 */
export async function fillTables(server: Server, { round, only, progress }: FillOptions): Promise<Filled> {
  const all = await readTables(server);
  const tables = inOrder(all).filter((table) => only?.(table) ?? true);
  const tried: Tried = new Map();
  const notes: string[] = [];
  let rows = 0;
  let filled = 0;
  for (const [index, table] of tables.entries()) {
    const { inserted, problem } = await fillTable(server, table, round, tried);
    rows += inserted;
    if (inserted > 0) filled++;
    else if (problem !== undefined) notes.push(`${table.sql} got no rows: ${problem}.`);
    progress?.((index + 1) / tables.length);
  }
  for (const table of tables) await closeCycles(server, table);
  return { rows, tables: filled, notes };
}

/** Referenced tables first; where they refer to each other in a circle, a reference that may be empty is left for later. */
function inOrder(tables: readonly FillTable[]): readonly FillTable[] {
  const byOid = new Map(tables.map((table) => [table.oid, table]));
  const done = new Set<string>();
  const ordered: FillTable[] = [];
  for (const hard of [false, true]) {
    const open = new Set<string>();
    const visit = (table: FillTable): boolean => {
      if (done.has(table.oid)) return true;
      if (open.has(table.oid)) return false;
      open.add(table.oid);
      const ready = table.foreignKeys.every((key) => {
        const target = byOid.get(key.target);
        return target === undefined || target.oid === table.oid || visit(target) || (hard && mayBeNothing(key.columns, table));
      });
      open.delete(table.oid);
      if (!ready) return false;
      done.add(table.oid);
      ordered.push(table);
      return true;
    };
    for (const table of tables) visit(table);
  }
  return [...ordered, ...tables.filter(({ oid }) => !done.has(oid))];
}

const mayBeNothing = (columns: readonly string[], table: FillTable): boolean => columns.some((name) => table.columns.some((column) => column.name === name && !column.notNull));

const LEAST_ROWS = 8;
const MOST_ROWS = 13;

async function fillTable(server: Server, table: FillTable, round: number, tried: Tried): Promise<{ readonly inserted: number; readonly problem?: string }> {
  if (table.unfillable) return { inserted: 0, problem: 'it has no partitions' };
  const units = await unitsOf(server, table, tried);
  const stuck = units.find(({ tuples }) => tuples.length === 0);
  if (stuck !== undefined) return { inserted: 0, problem: `no value was found for ${stuck.columns.map(({ name }) => name).join(', ')}` };
  const breakers = await breakersOf(server, table, units);
  // Each value once between the first row and the last.
  const count = Math.min(MOST_ROWS, Math.max(LEAST_ROWS, ...units.map(({ tuples }) => tuples.length + 2)));
  let inserted = 0;
  let problem: string | undefined;
  const attempt = async (choose: (unit: Unit, ordinal: number) => number, turn: number): Promise<boolean> => {
    const values = new Map<string, string>();
    units.forEach((unit, ordinal) => {
      const tuple = unit.tuples[choose(unit, ordinal) % unit.tuples.length] ?? [];
      unit.columns.forEach(({ name }, index) => values.set(name, tuple[index] ?? 'NULL'));
    });
    for (const column of breakers) {
      const distinct = distinctValue(column, String(turn));
      // In the first round every value of the list is used once.
      const listed = round === 0 && turn < MOST_ROWS ? units.find((unit) => unit.columns.includes(column))?.tuples[turn] : undefined;
      if (distinct !== undefined && (listed === undefined || listed[0]?.startsWith('NULL') === true)) values.set(column.name, distinct);
      else if (listed !== undefined) values.set(column.name, listed[0] ?? 'NULL');
    }
    const big = turn % MOST_ROWS === 1 ? table.columns.find(({ numbered, base }) => numbered && base === 'bigint') : undefined;
    if (big !== undefined) values.set(big.name, String(5_000_000_000 + turn));
    try {
      await server.exec(insertion(table, values));
      inserted++;
      return true;
    } catch (error) {
      const answered = serverError(error);
      if (answered === undefined) throw error;
      problem ??= answered.message;
      return false;
    }
  };
  const base = round * 1000;
  // The last row repeats the first wherever it may.
  for (let row = 0; row < count; row++) {
    const last = row === count - 1;
    const done = await attempt((_, ordinal) => (row === 0 || last ? 0 : row + ordinal), base + row);
    if (!done && row > 0 && !last) await attempt((_, ordinal) => (ordinal === row % units.length ? row : 0), base + row + 100);
  }
  for (let row = 0; row < MOST_GUESSES && inserted === 0; row++) await attempt((_, ordinal) => scattered(row * 31 + ordinal), base + row + 200);
  return { inserted, ...(problem !== undefined && { problem }) };
}

const MOST_GUESSES = 60;

/** The same number for the same number, without a pattern that columns would share. */
const scattered = (seed: number): number => (Math.imul(seed + 1, 2_654_435_761) >>> 8) & 0xffff;

/** One column of each unique list that can be given any number of different values. */
async function breakersOf(server: Server, table: FillTable, units: readonly Unit[]): Promise<readonly FillColumn[]> {
  const breakers = new Set<FillColumn>();
  for (const names of table.uniques) {
    const columns = table.columns.filter(({ name }) => names.includes(name));
    if (columns.some((column) => column.numbered || breakers.has(column))) continue;
    for (const column of columns) {
      const alone = units.some((unit) => unit.columns.length === 1 && unit.columns[0] === column);
      const value = distinctValue(column, '1');
      const referring = table.foreignKeys.some((key) => key.columns.includes(column.name));
      if (!alone || referring || value === undefined) continue;
      const checks = table.checks.filter((check) => check.columns.includes(column.name));
      if (!(await works(server, `SELECT ${value}`)) || (await allowedBy(server, [[value]], [column], checks.filter((check) => check.columns.length === 1))).length === 0) continue;
      breakers.add(column);
      break;
    }
  }
  return [...breakers];
}

function insertion(table: FillTable, values: ReadonlyMap<string, string>): string {
  if (values.size === 0) return `INSERT INTO ${table.sql} DEFAULT VALUES`;
  const names = [...values.keys()].map((name) => `"${name.replaceAll('"', '""')}"`);
  const overriding = table.columns.some(({ always, name }) => always && values.has(name)) ? ' OVERRIDING SYSTEM VALUE' : '';
  return `INSERT INTO ${table.sql} (${names.join(', ')})${overriding} VALUES (${[...values.values()].join(', ')})`;
}

/** References that were left empty because their table was: one row gets each. */
async function closeCycles(server: Server, table: FillTable): Promise<void> {
  for (const { columns, targetColumns, targetSql } of table.foreignKeys) {
    if (!mayBeNothing(columns, table)) continue;
    const own = columns.map((name) => `"${name.replaceAll('"', '""')}"`);
    const theirs = targetColumns.map((name) => `t."${name.replaceAll('"', '""')}"`);
    const empty = `NOT EXISTS (SELECT FROM ${table.sql} WHERE ${own.map((name) => `${name} IS NOT NULL`).join(' AND ')})`;
    await works(
      server,
      `UPDATE ${table.sql} SET (${own.join(', ')}) = (SELECT ${theirs.join(', ')} FROM ${targetSql} t LIMIT 1) WHERE ${empty} AND (tableoid, ctid) = (SELECT tableoid, ctid FROM ${table.sql} LIMIT 1) AND EXISTS (SELECT FROM ${targetSql})`,
    );
  }
}
