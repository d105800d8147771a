import type { Server } from '../server.ts';
import type { Contents, TableContents, Values } from './contents.ts';
import { MOST_ROWS, countRows, quoted, readBack, readRows } from './contents.ts';
import type { FillColumn, FillTable } from './tables.ts';
import { readTables } from './tables.ts';

/** Something that was there before and is not any more. */
export interface DataLoss {
  readonly what: 'table' | 'column' | 'rows' | 'values' | 'sequence';
  /** `schema.name`, as before. */
  readonly relation: string;
  readonly column?: string;
  /** Rows or values concerned, of how many. */
  readonly count: number;
  readonly of: number;
  /** One value of them, before and now. */
  readonly example?: { readonly before: string; readonly after: string | null };
}

/** What the database now lacks of what it held then. Tables and columns are followed through renames. */
export async function lossesSince(server: Server, before: Contents): Promise<readonly DataLoss[]> {
  const now = await readTables(server);
  const known = new Set(before.tables.map(({ table }) => table.oid));
  const losses: DataLoss[] = [];
  for (const then of before.tables) {
    if (then.count === 0) continue;
    const live = now.find(({ oid }) => oid === then.table.oid) ?? now.find(({ schema, name }) => schema === then.table.schema && name === then.table.name) ?? (await heir(server, then, now.filter(({ oid }) => !known.has(oid))));
    if (live === undefined) losses.push({ what: 'table', relation: nameOf(then.table), count: then.count, of: then.count });
    else losses.push(...(await inTable(server, then, live, now.filter(({ oid }) => !known.has(oid) && oid !== live.oid))));
  }
  return losses;
}

/** Sequences that would give out numbers once more. */
export async function rewoundSequences(server: Server, before: Contents): Promise<readonly DataLoss[]> {
  const rows = await server.query("SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename) AS name, last_value::text AS value FROM pg_catalog.pg_sequences");
  return rows.flatMap(({ name, value }): DataLoss[] => {
    const then = before.sequences.get(String(name));
    const back = then !== undefined && (typeof value !== 'string' || BigInt(value) < then);
    return back ? [{ what: 'sequence', relation: String(name), count: 1, of: 1, example: { before: String(then), after: typeof value === 'string' ? value : null } }] : [];
  });
}

/** A new table that has taken over the rows. */
async function heir(server: Server, then: TableContents, candidates: readonly FillTable[]): Promise<FillTable | undefined> {
  const shared = (table: FillTable): number => then.columns.filter(({ name }) => table.columns.some((column) => column.name === name)).length;
  const [best] = [...candidates].sort((a, b) => shared(b) - shared(a));
  return best !== undefined && shared(best) > 0 && (await countRows(server, best)) >= then.count ? best : undefined;
}

async function inTable(server: Server, then: TableContents, live: FillTable, others: readonly FillTable[]): Promise<readonly DataLoss[]> {
  const relation = nameOf(then.table);
  const same = live.oid === then.table.oid;
  const pairs = then.columns.flatMap((before) => {
    const now = (same ? live.columns.find(({ number }) => number === before.number) : undefined) ?? live.columns.find(({ name }) => name === before.name);
    return now === undefined ? [] : [{ before, now }];
  });
  const gone = then.columns.filter((column) => !pairs.some(({ before }) => before === column));
  const count = await countRows(server, live);
  if (then.rows === undefined) return count < then.count ? [{ what: 'rows', relation, count: then.count - count, of: then.count }] : [];

  const after = await readBack(server, live, pairs);
  const fresh: readonly Place[] = [
    ...live.columns.filter((column) => !pairs.some(({ now }) => now === column)).map((column) => ({ table: live, column })),
    ...others.flatMap((table) => table.columns.map((column) => ({ table, column }))),
  ];
  const losses: DataLoss[] = [];
  for (const column of gone) {
    const values = valuesOf(then, column).filter((value) => value !== null);
    if (values.length === 0 || (await movedInto(server, fresh, values))) continue;
    losses.push({ what: 'column', relation, column: column.name, count: values.length, of: then.count, example: { before: values[0] ?? '', after: null } });
  }
  const kept = then.rows.map((row) => pairs.map(({ before }) => row[then.columns.indexOf(before)] ?? null));
  const key = then.key?.map((name) => pairs.findIndex(({ before }) => before.name === name)) ?? [];
  const found = key.length > 0 && !key.includes(-1) ? keyed(kept, after, key) : unkeyed(kept, after);
  if (found.missing > 0) losses.push({ what: 'rows', relation, count: found.missing, of: then.count });
  for (const [index, change] of found.changed) {
    const column = pairs[index]?.before.name;
    if (column === undefined || (await movedInto(server, fresh, change.values))) continue;
    losses.push({ what: 'values', relation, column, count: change.values.length, of: then.count, example: change.example });
  }
  return losses;
}

const nameOf = ({ schema, name }: FillTable): string => `${schema}.${name}`;

const valuesOf = ({ columns, rows = [] }: TableContents, column: FillColumn): Values => {
  const index = columns.indexOf(column);
  return rows.map((row) => row[index] ?? null);
};

interface Place {
  readonly table: FillTable;
  readonly column: FillColumn;
}

/** Whether a new column, here or in a new table, holds all of the values; a single one can be there by chance. */
async function movedInto(server: Server, fresh: readonly Place[], values: readonly string[]): Promise<boolean> {
  if (new Set(values).size < 2) return false;
  for (const { table, column } of fresh) {
    if ((await countRows(server, table)) > MOST_ROWS) continue;
    const held = counted((await readRows(server, table, [`${quoted(column.name)}::text`])).map(([value]) => value ?? null));
    if ([...counted(values)].every(([value, times]) => (held.get(value) ?? 0) >= times)) return true;
  }
  return false;
}

interface Found {
  readonly missing: number;
  /** By position of the column. */
  readonly changed: ReadonlyMap<number, Change>;
}
interface Change {
  /** What they were; grows. */
  readonly values: string[];
  readonly example: { readonly before: string; readonly after: string | null };
}

function keyed(before: readonly Values[], after: readonly Values[], key: readonly number[]): Found {
  const name = (row: Values): string => JSON.stringify(key.map((index) => row[index]));
  const rows = new Map(after.map((row) => [name(row), row]));
  const changed = new Map<number, Change>();
  let missing = 0;
  for (const row of before) {
    const now = rows.get(name(row));
    if (now === undefined) missing++;
    else row.forEach((value, index) => note(changed, index, value, now[index] ?? null));
  }
  return { missing, changed };
}

/** Without a key rows are compared as a whole; where only some columns have other values, it is those. */
function unkeyed(before: readonly Values[], after: readonly Values[]): Found {
  const left = counted(after.map((row) => JSON.stringify(row)));
  const unmatched = before.filter((row) => !take(left, JSON.stringify(row)));
  if (unmatched.length === 0 || after.length < before.length) return { missing: after.length < before.length ? before.length - after.length : 0, changed: new Map() };
  const changed = new Map<number, Change>();
  const width = before[0]?.length ?? 0;
  for (let index = 0; index < width; index++) {
    const values = counted(after.map((row) => row[index] ?? null));
    for (const row of before) {
      const value = row[index] ?? null;
      if (!take(values, value)) note(changed, index, value, null);
    }
  }
  return { missing: changed.size === 0 ? unmatched.length : 0, changed };
}

function note(changed: Map<number, Change>, index: number, before: string | null, after: string | null): void {
  if (before === null || before === after || (after !== null && plainNumber(before) === plainNumber(after))) return;
  const known = changed.get(index);
  if (known === undefined) changed.set(index, { values: [before], example: { before, after } });
  else known.values.push(before);
}

/** A number without zeros that say nothing, so that 1 and 1.00 are the same; other text as it is. */
function plainNumber(text: string): string {
  const [, whole, fraction] = /^(-?\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined) return text;
  const rest = fraction?.replace(/0+$/, '') ?? '';
  return rest === '' ? whole : `${whole}.${rest}`;
}

function counted<Item>(items: readonly Item[]): Map<Item, number> {
  const counts = new Map<Item, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

function take<Item>(counts: Map<Item, number>, item: Item): boolean {
  const count = counts.get(item) ?? 0;
  if (count === 0) return false;
  counts.set(item, count - 1);
  return true;
}
