import type { Server } from '../server.ts';
import { serverError } from '../server.ts';
import { candidatesFor, literal } from './candidates.ts';
import type { FillCheck, FillColumn, FillTable } from './tables.ts';

/** Columns that get their values together, and the values that they may have, as SQL. The first tuple is an everyday one. */
export interface Unit {
  readonly columns: readonly FillColumn[];
  readonly tuples: readonly (readonly string[])[];
}

const MOST_VALUES = 9;

/** Types that were tried, so that each is tried once. */
export type Tried = Map<string, readonly string[]>;

/** Values for one column that its type accepts and its own conditions allow. */
export async function poolFor(server: Server, column: FillColumn, table: FillTable, tried: Tried): Promise<readonly string[]> {
  const checks = table.checks.filter(({ columns }) => columns.length === 1 && columns[0] === column.name);
  const around = table.checks.filter(({ columns }) => columns.includes(column.name));
  const { usual, special } = candidatesFor(column);
  const empty = column.notNull ? [] : [`NULL::${column.type}`];
  const cast = (values: readonly string[]): Promise<readonly string[]> => readable(server, [...new Set(values)].map((value) => `${literal(value)}::${column.type}`), column, tried);
  const everyday = await cast(usual);
  if (around.length === 0) return [...everyday.slice(0, 1), ...empty, ...everyday.slice(1)].slice(0, MOST_VALUES);
  const wanted = await cast(around.flatMap(({ expression }) => harvest(expression, column)));
  const all = [...new Set([...everyday, ...wanted, ...(await cast(special))])];
  const allowed = await allowedBy(server, [...all, ...empty].map((value) => [value]), [column], checks);
  const fine = allowed.map(([value = 'NULL']) => value);
  // Conditions over several columns will pick among more.
  return fine.slice(0, around.length > checks.length ? 2 * MOST_VALUES : MOST_VALUES);
}

/** Constants of a condition and what lies next to them. */
function harvest(expression: string, column: FillColumn): readonly string[] {
  const strings = [...expression.matchAll(/'((?:[^']|'')*)'/g)].map(([, value = '']) => value.replaceAll("''", "'"));
  const numbers = [...expression.replace(/'(?:[^']|'')*'/g, '').matchAll(/(?<![\w.])\d{1,15}(?:\.\d{1,15})?/g)].map(([value]) => Number(value));
  const near = numbers.flatMap((number) => [number, number + 1, number - 1, -number].map((each) => String(each)));
  if (!/length\s*\(/i.test(expression)) return [...strings, ...near].slice(0, MOST_CONSTANTS);
  const lengths = numbers.filter((number) => number > 0 && number <= 5000).flatMap((number) => [number, number - 1, number + 1]);
  const long = column.length;
  return [...strings, ...lengths.filter((length) => long === undefined || length <= long).map((length) => 'x'.repeat(length))].slice(0, MOST_CONSTANTS);
}

const MOST_CONSTANTS = 60;

async function readable(server: Server, values: readonly string[], column: FillColumn, tried: Tried): Promise<readonly string[]> {
  const key = `${column.type}\0${values.join('\0')}`;
  const known = tried.get(key);
  if (known !== undefined) return known;
  const fine = values.length === 0 || (await works(server, `SELECT ${values.join(', ')}`)) ? values : await onlyThose(values, (value) => works(server, `SELECT ${value}`));
  tried.set(key, fine);
  return fine;
}

/** The tuples that none of the conditions refuses; a condition that cannot be evaluated refuses. */
export async function allowedBy(server: Server, tuples: readonly (readonly string[])[], columns: readonly FillColumn[], checks: readonly FillCheck[]): Promise<readonly (readonly string[])[]> {
  if (checks.length === 0 || tuples.length === 0) return tuples;
  const names = columns.map(({ name }) => `"${name.replaceAll('"', '""')}"`).join(', ');
  const conditions = checks.map(({ expression }) => `(${expression}) IS NOT FALSE`).join(' AND ');
  const question = (part: readonly (readonly string[])[]): string =>
    `SELECT number FROM (VALUES ${part.map((tuple, number) => `(${String(number)}, ${tuple.join(', ')})`).join(', ')}) AS candidate (number, ${names}) WHERE ${conditions} ORDER BY number`;
  try {
    const rows = await server.query(question(tuples));
    return rows.flatMap(({ number }) => tuples.slice(Number(number), Number(number) + 1));
  } catch (error) {
    if (serverError(error) === undefined) throw error;
  }
  return onlyThose(tuples.slice(0, MOST_SINGLY), async (tuple) => {
    try {
      return (await server.query(question([tuple]))).length > 0;
    } catch (error) {
      if (serverError(error) === undefined) throw error;
      return false;
    }
  });
}

const MOST_SINGLY = 80;

export async function works(server: Server, sql: string): Promise<boolean> {
  try {
    await server.exec(sql);
    return true;
  } catch (error) {
    if (serverError(error) === undefined) throw error;
    return false;
  }
}

async function onlyThose<Item>(items: readonly Item[], test: (item: Item) => Promise<boolean>): Promise<readonly Item[]> {
  const kept: Item[] = [];
  for (const item of items) if (await test(item)) kept.push(item);
  return kept;
}
