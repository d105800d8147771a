import type { CatalogView } from '../../catalog/view.ts';
import type { DataType, Expression } from '../../ir/expressions.ts';

const TEXTS = ['text', 'character varying', 'character', 'name'];
const READ_FROM_TEXT = ['timestamp with time zone', 'timestamp without time zone', 'date', 'time without time zone', 'time with time zone', 'interval'];

/** Casts that hang on the session's time zone, or on how it writes and reads dates. Measured: which of them an index refuses. */
const CASTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['timestamp with time zone', ['timestamp without time zone', 'date', 'time without time zone', 'time with time zone', ...TEXTS]],
  ['timestamp without time zone', ['timestamp with time zone', ...TEXTS]],
  ['date', ['timestamp with time zone', ...TEXTS]],
  ['time without time zone', ['time with time zone']],
  ['interval', TEXTS],
  ['text', READ_FROM_TEXT],
  ['character varying', READ_FROM_TEXT],
]);

/** Functions that are IMMUTABLE for some types and not for these. */
const CALLS: ReadonlyMap<string, readonly string[]> = new Map([
  ['date_trunc', ['timestamp with time zone', 'date']],
  ['date_part', ['timestamp with time zone']],
  ['extract', ['timestamp with time zone']],
  ['date', ['timestamp with time zone', 'text', 'character varying']],
]);

/**
 * Whether a column is cast or handed to a function in a way that the server does not count as IMMUTABLE for the column's type, as in
 * `created_at::date`. Only the plain forms are told; of others nobody says that they are.
 */
export function dependsOnSettings({ text, columns, calls, casts }: Expression, typeOf: (column: string) => DataType | undefined, before: CatalogView): boolean {
  const [column, ...others] = columns;
  const type = column === undefined || others.length > 0 ? undefined : typeOf(column);
  if (column === undefined || type === undefined || type.dimensions > 0 || type.schema !== undefined) return false;
  const shape = bare(text);
  const own = bare(column);
  const [cast, call] = [casts[0], calls[0]];
  if (cast !== undefined && casts.length === 1 && calls.length === 0) {
    return (shape.startsWith(`${own}::`) || shape.startsWith(`cast${own}as`)) && cast.dimensions === 0 && cast.schema === undefined && CASTS.get(type.name)?.includes(cast.name) === true;
  }
  if (call === undefined || calls.length > 1 || casts.length > 0 || CALLS.get(call.name.name)?.includes(type.name) !== true || before.routines(call.name).length > 0) return false;
  const head = /^(?:date_(?:trunc|part)'[a-z]+',|extract[a-z]+?from|date)/.exec(shape)?.[0];
  return head !== undefined && shape.slice(head.length) === own;
}

const bare = (text: string): string => text.replace(/[\s"()]|pg_catalog\./g, '').toLowerCase();
