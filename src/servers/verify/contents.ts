import type { Server } from '../server.ts';
import { serverError } from '../server.ts';
import type { FillColumn, FillTable } from './tables.ts';
import { readTables } from './tables.ts';

/** All rows of all tables at one moment, as text. */
export interface Contents {
  readonly tables: readonly TableContents[];
  /** Where each sequence stands, by name. */
  readonly sequences: ReadonlyMap<string, bigint>;
}

export interface TableContents {
  readonly table: FillTable;
  /** What of the table is compared: what is computed from other columns is not. */
  readonly columns: readonly FillColumn[];
  /** Names of the columns that tell rows apart. */
  readonly key: readonly string[] | undefined;
  readonly count: number;
  /** Undefined where there are too many to compare one by one. */
  readonly rows: readonly Values[] | undefined;
}
export type Values = readonly (string | null)[];

/** Tables with more are only counted. */
export const MOST_ROWS = 20_000;

export async function readContents(server: Server): Promise<Contents> {
  const tables: TableContents[] = [];
  for (const table of await readTables(server)) {
    const columns = table.columns.filter(({ generated }) => !generated);
    const count = await countRows(server, table);
    const rows = count > MOST_ROWS || columns.length === 0 ? undefined : await readRows(server, table, columns.map(({ name }) => `${quoted(name)}::text`));
    tables.push({ table, columns, key: keyOf(table), count, rows });
  }
  const sequences = await server.query("SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename) AS name, last_value::text AS value FROM pg_catalog.pg_sequences WHERE last_value IS NOT NULL");
  return { tables, sequences: new Map(sequences.map(({ name, value }) => [String(name), BigInt(String(value))])) };
}

export async function countRows(server: Server, table: FillTable): Promise<number> {
  const [row] = await server.query(`SELECT count(*)::text AS count FROM ${source(table)}`);
  return Number(row?.['count']);
}

export async function readRows(server: Server, table: FillTable, expressions: readonly string[]): Promise<readonly Values[]> {
  const rows = await server.query(`SELECT ARRAY[${expressions.join(', ')}]::text[] AS row FROM ${source(table)}`);
  return rows.map(({ row }) => (Array.isArray(row) ? row.map((value: unknown) => (typeof value === 'string' ? value : null)) : []));
}

const source = ({ sql, partitioned }: FillTable): string => (partitioned ? sql : `ONLY ${sql}`);

/** The primary key, or a unique list of columns that are never empty. */
function keyOf({ primaryKey, uniques, columns }: FillTable): readonly string[] | undefined {
  const solid = (names: readonly string[]): boolean => names.every((name) => columns.some((column) => column.name === name && column.notNull && !column.generated));
  return [...(primaryKey === undefined ? [] : [primaryKey]), ...uniques].find(solid);
}

/** Reads the column as it was: through the type that it had, where there is a way back to it. */
export async function readBack(server: Server, live: FillTable, pairs: readonly { readonly before: FillColumn; readonly now: FillColumn }[]): Promise<readonly Values[]> {
  const plain = pairs.map(({ now }) => `${quoted(now.name)}::text`);
  const back = pairs.map(({ before, now }) => (before.type === now.type ? `${quoted(now.name)}::text` : `(${quoted(now.name)}::${before.type})::text`));
  for (let index = 0; index < back.length; index++) {
    if (back[index] === plain[index]) continue;
    try {
      await readRows(server, live, [back[index] ?? '']);
    } catch (error) {
      if (serverError(error) === undefined) throw error;
      back[index] = plain[index] ?? '';
    }
  }
  return readRows(server, live, back);
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
