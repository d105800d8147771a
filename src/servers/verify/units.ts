import type { Server } from '../server.ts';
import { literal } from './candidates.ts';
import type { Tried, Unit } from './pools.ts';
import { allowedBy, poolFor } from './pools.ts';
import type { FillColumn, FillForeignKey, FillTable } from './tables.ts';

/** Groups the columns of a table into units: those of a foreign key, those that a condition ties together, the others alone. */
export async function unitsOf(server: Server, table: FillTable, tried: Tried): Promise<readonly Unit[]> {
  const fillable = table.columns.filter(({ generated, numbered }) => !generated && !numbered);
  let units: Unit[] = [];
  // Wide ones first: what they share with narrow ones they decide.
  for (const key of [...table.foreignKeys].sort((a, b) => b.columns.length - a.columns.length)) {
    if (key.columns.every((name) => units.some((unit) => unit.columns.some((column) => column.name === name)))) continue;
    units = join(units, await references(server, key, table));
  }
  const taken = new Set(units.flatMap(({ columns }) => columns.map(({ name }) => name)));
  for (const column of fillable.filter(({ name }) => !taken.has(name))) {
    const pool = await poolFor(server, column, table, tried);
    units.push({ columns: [column], tuples: pool.map((value) => [value]) });
  }
  for (const check of table.checks.filter(({ columns }) => columns.length > 1)) {
    const touched = units.filter((unit) => unit.columns.some(({ name }) => check.columns.includes(name)));
    const columns = touched.flatMap((unit) => unit.columns);
    if (!check.columns.every((name) => columns.some((column) => column.name === name))) continue;
    const tuples = await allowedBy(server, product(touched), columns, [check]);
    units = [...units.filter((unit) => !touched.includes(unit)), { columns, tuples: spread(tuples) }];
  }
  return units;
}

const MOST_REFERENCES = 8;

/** What the foreign key may point at: rows that are there now, and nothing where that is allowed. */
async function references(server: Server, key: FillForeignKey, table: FillTable): Promise<Unit> {
  const columns = key.columns.flatMap((name) => table.columns.filter((column) => column.name === name));
  const names = key.targetColumns.map((name) => `"${name.replaceAll('"', '""')}"`);
  const rows = await server.query(`SELECT DISTINCT ${names.map((name, index) => `${name}::text AS c${String(index)}`).join(', ')} FROM ${key.targetSql} WHERE ${names.map((name) => `${name} IS NOT NULL`).join(' AND ')} ORDER BY 1 LIMIT ${String(MOST_REFERENCES)}`);
  const tuples = rows.map((row) => columns.map(({ type }, index) => `${literal(String(row[`c${String(index)}`]))}::${type}`));
  const nullable = columns.some(({ notNull }) => !notNull);
  const nothing = columns.map(({ type, notNull }, index) => (notNull ? (tuples[0]?.[index] ?? `NULL::${type}`) : `NULL::${type}`));
  // A row may well point at nothing, but the first one does not.
  return { columns, tuples: nullable ? [...tuples.slice(0, 1), nothing, ...tuples.slice(1)] : tuples };
}

/** Puts two units with common columns together: tuples that agree on them. */
function join(units: readonly Unit[], added: Unit): Unit[] {
  const shares = (unit: Unit): boolean => unit.columns.some(({ name }) => added.columns.some((column) => column.name === name));
  let joined = added;
  for (const unit of units.filter(shares)) {
    const fresh = joined.columns.filter(({ name }) => !unit.columns.some((column) => column.name === name));
    const at = (columns: readonly FillColumn[], name: string): number => columns.findIndex((column) => column.name === name);
    const common = unit.columns.filter(({ name }) => at(joined.columns, name) >= 0);
    const tuples = unit.tuples.flatMap((tuple) =>
      joined.tuples
        .filter((other) => common.every(({ name }) => value(tuple, at(unit.columns, name)) === value(other, at(joined.columns, name))))
        .map((other) => [...tuple, ...fresh.map(({ name }) => value(other, at(joined.columns, name)))]),
    );
    joined = { columns: [...unit.columns, ...fresh], tuples };
  }
  return [...units.filter((unit) => !shares(unit)), joined];
}

const value = (tuple: readonly string[], index: number): string => tuple[index] ?? 'NULL';

const MOST_COMBINATIONS = 600;

/** All combinations, or as many as are bearable: everyday values first. */
function product(units: readonly Unit[]): readonly (readonly string[])[] {
  const each = Math.max(2, Math.floor(MOST_COMBINATIONS ** (1 / Math.max(1, units.length))));
  return units.reduce<readonly (readonly string[])[]>((combined, { tuples }) => combined.flatMap((left) => tuples.slice(0, each).map((right) => [...left, ...right])), [[]]).slice(0, 2 * MOST_COMBINATIONS);
}

const MOST_TUPLES = 12;

/** The first, and others from all over the list. */
function spread<Item>(items: readonly Item[]): readonly Item[] {
  if (items.length <= MOST_TUPLES) return items;
  return Array.from({ length: MOST_TUPLES }, (_, index) => items[Math.floor((index * items.length) / MOST_TUPLES)] as Item);
}
