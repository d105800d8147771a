import { defineRule, sqlName, typeText } from '../src/rule.ts';

export default defineRule({
  name: 'no-narrowing-type-change',
  summary: 'a column gets a type that cannot hold all values of the old one',
  severity: 'error',
  category: 'data-loss',
  on: ['changeColumnType'],
  recommended: true,
  why: 'Values that do not fit either abort the migration half-way through a long lock, or are cut and rounded without a word: an explicit cast in USING truncates text, casts to integer drop the fraction, casts to date drop the time. Nothing can restore what was cut, and running code that still writes long values fails.',
  references: [{ title: 'PostgreSQL: ALTER TABLE, SET DATA TYPE', url: 'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DATA-TYPE' }],
  check(op, { before, isNew, madeHere, name }) {
    const table = before.table(op.table);
    const column = before.column(table, op.column);
    if (isNew(op.table) || table?.persistence === 'temporary' || (column !== undefined && madeHere(column.origin))) return undefined;
    const cuts = op.using?.calls.find((call) => CUTTING.has(call.name.name))?.name.name;
    const loses = column === undefined ? undefined : narrowing(column.type, op.type);
    if (loses === undefined && cuts === undefined) return undefined;
    return { relation: name(op.table), table: sqlName(op.table), column: op.column, from: column === undefined ? undefined : typeText(column.type), to: typeText(op.type), loses: loses ?? `${String(cuts)}() cuts values` };
  },
  message: ({ relation, column, from, to, loses }) => `Column ${column} of ${relation} is narrowed${from === undefined ? '' : ` from ${from}`} to ${to}: ${loses}.`,
  advice: ({ column, table }) =>
    `Count what does not fit first (SELECT count(*) FROM ${table} WHERE …). Keep the wide type and add CHECK (…) NOT VALID, then VALIDATE; or add a new column, copy in batches, switch the code over and drop ${column} later.`,
});

interface Type {
  readonly name: string;
  readonly modifiers: readonly (number | string)[];
  readonly dimensions: number;
}

const CUTTING = new Set(['left', 'right', 'substr', 'substring', 'trunc', 'floor', 'ceil', 'ceiling', 'round', 'split_part', 'date_trunc']);
const INTEGERS = ['smallint', 'integer', 'bigint'];
const FLOATS = ['real', 'double precision'];
const TEXTS = ['text', 'character varying', 'character', 'bpchar', 'citext', 'name'];
const STAMPS = ['timestamp without time zone', 'timestamp with time zone'];

/** What is lost or refused on the way from one type to the other; undefined when every value fits or nobody can tell. */
function narrowing(from: Type, to: Type): string | undefined {
  if (from.dimensions > to.dimensions) return 'all but one element of each array are lost';
  if (from.dimensions !== to.dimensions) return undefined;
  const [a, b] = [from.name, to.name];
  const inexact = FLOATS.includes(a) || a === 'numeric' || a === 'money';
  if (INTEGERS.includes(b)) {
    if (INTEGERS.indexOf(a) > INTEGERS.indexOf(b)) return 'larger values make it fail';
    return inexact && !(a === 'numeric' && Number(from.modifiers[1] ?? NaN) === 0) ? 'fractions are rounded away' : undefined;
  }
  if (FLOATS.includes(b) && (a === 'numeric' || FLOATS.indexOf(a) > FLOATS.indexOf(b))) return 'digits are lost';
  if (a === 'numeric' && b === 'numeric') return numeric(from, to);
  if (TEXTS.includes(a) && TEXTS.includes(b)) return width(to) < width(from) ? 'longer values are cut or make it fail' : undefined;
  if (STAMPS.includes(a) && b === 'date') return 'the time of day is lost';
  if (STAMPS.includes(a) && b.startsWith('time without')) return 'the date is lost';
  if (STAMPS.includes(a) && a === b) return precision(to) < precision(from) ? 'fractions of a second are rounded' : undefined;
  return undefined;
}

function numeric(from: Type, to: Type): string | undefined {
  if (to.modifiers.length === 0) return undefined;
  if (from.modifiers.length === 0) return 'digits are rounded and larger values make it fail';
  const [p, s] = [Number(from.modifiers[0]), Number(from.modifiers[1] ?? 0)];
  const [p2, s2] = [Number(to.modifiers[0]), Number(to.modifiers[1] ?? 0)];
  if (s2 < s) return 'digits are rounded away';
  return p2 - s2 < p - s ? 'larger values make it fail' : undefined;
}

const width = ({ name, modifiers }: Type): number => (name === 'character' ? Number(modifiers[0] ?? 1) : name === 'name' ? 63 : Number(modifiers[0] ?? Infinity));
const precision = ({ modifiers }: Type): number => Number(modifiers[0] ?? 6);
