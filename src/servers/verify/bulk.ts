import type { Server } from '../server.ts';
import { serverError } from '../server.ts';
import { distinctValue } from './candidates.ts';
import { quoted } from './contents.ts';
import type { FillColumn, FillTable } from './tables.ts';
import { readTables } from './tables.ts';

/**
 * Multiplies the rows of some tables to about this many, for durations that mean something: copies of the rows that are
 * there, with other values where they have to differ. Answers with notes about tables that keep their few rows.
 */
export async function multiplyRows(server: Server, rows: number, only: (table: FillTable) => boolean): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const table of await readTables(server)) {
    if (!only(table)) continue;
    const problem = await multiply(server, table, rows);
    if (problem !== undefined) notes.push(`${table.sql} keeps its few rows: ${problem}.`);
  }
  return notes;
}

async function multiply(server: Server, table: FillTable, rows: number): Promise<string | undefined> {
  const columns = table.columns.filter(({ generated, numbered }) => !generated && !numbered);
  const different = new Map<FillColumn, string>();
  for (const names of table.uniques) {
    const own = table.columns.filter(({ name }) => names.includes(name));
    if (own.some((column) => column.numbered || different.has(column))) continue;
    const referring = (name: string): boolean => table.foreignKeys.some((key) => key.columns.includes(name));
    const column = own.find((candidate) => !referring(candidate.name) && distinctValue(candidate, '1') !== undefined);
    if (column === undefined) return `no other values are known for ${names.join(', ')}, which must be unique`;
    different.set(column, distinctValue(column, 'number') ?? '');
  }
  const [row] = await server.query(`SELECT count(*)::text AS count FROM (SELECT FROM ${table.sql} LIMIT ${String(SAMPLE)}) sample`);
  const sample = Number(row?.['count']);
  if (sample === 0) return 'it has none to copy';
  const values = columns.map((column) => different.get(column) ?? `sample.${quoted(column.name)}`);
  const names = columns.map(({ name }) => quoted(name)).join(', ');
  const source = `(SELECT *, row_number() OVER () AS place FROM (SELECT * FROM ${table.sql} LIMIT ${String(SAMPLE)}) few) sample CROSS JOIN generate_series(1, ${String(Math.ceil(rows / sample))}) AS turn CROSS JOIN LATERAL (SELECT 100000 + (turn - 1) * ${String(sample)} + place) AS numbers (number)`;
  try {
    if (columns.length > 0) await server.exec(`INSERT INTO ${table.sql} (${names}) SELECT ${values.join(', ')} FROM ${source} LIMIT ${String(rows)}`);
    await server.exec(`ANALYZE ${table.sql}`);
    return undefined;
  } catch (error) {
    const answered = serverError(error);
    if (answered === undefined) throw error;
    return answered.message;
  }
}

const SAMPLE = 12;
