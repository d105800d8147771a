import type { Value } from '../../hosts/typescript/value.ts';
import { TRUE } from '../../hosts/typescript/value.ts';
import { pieceOf } from '../shared/sql-text.ts';

/** Arguments of the builder without their places. A name that is unknown is its placeholder. */
export type Plain = string | number | bigint | boolean | null | undefined | readonly Plain[] | Fields | Literal;
export type Fields = ReadonlyMap<string, Plain>;
/** `pgm.func('…')`: SQL as it is. */
export interface Literal {
  readonly literal: string;
}

export const isList = (value: Plain): value is readonly Plain[] => Array.isArray(value);
export const isFields = (value: Plain): value is Fields => value instanceof Map;
export const isLiteral = (value: Plain): value is Literal => typeof value === 'object' && value !== null && 'literal' in value;

export function plain(value: Value | undefined): Plain {
  switch (value?.kind) {
    case undefined:
    case 'undefined':
      return undefined;
    case 'null':
      return null;
    case 'text':
      return value.text;
    case 'number':
    case 'boolean':
      return value.value;
    case 'list':
      return value.items.map(plain);
    case 'record':
      if (value.entries.get('literal') === TRUE) return { literal: pieceOf(value.entries.get('value')).text };
      return new Map([...value.entries].map(([name, own]) => [name, plain(own)]));
    case 'unknown':
    case 'chain':
      return pieceOf(value).text;
    default:
      return undefined;
  }
}

export const field = (of: Plain, name: string): Plain => (isFields(of) ? of.get(name) : undefined);
export const flag = (of: Plain, name: string): boolean => Boolean(field(of, name));
export const toList = (value: Plain): readonly Plain[] => (isList(value) ? value : value === undefined ? [] : [value]);
/** As a template of JavaScript prints it. */
export const shown = (value: Plain): string => (isLiteral(value) ? value.literal : isList(value) ? value.map(shown).join(',') : typeof value === 'object' && value !== null ? '[object Object]' : String(value));

/** A text, list or `{ schema, name }` as a quoted name. */
export function name(value: Plain): string {
  if (isLiteral(value)) return value.literal;
  if (isFields(value)) return `${flag(value, 'schema') ? `${quote(shown(field(value, 'schema')))}.` : ''}${quote(shown(field(value, 'name')))}`;
  return quote(shown(value));
}

const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** The name without its schema. */
export const bare = (value: Plain): string => (isFields(value) ? shown(field(value, 'name')) : shown(value));

/** Dollar-quoted, as the library writes texts. */
export function escaped(value: Plain): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') {
    let tag = '$pga$';
    for (let code = 98; value.includes(tag) && code < 123; code++) tag = `$pg${String.fromCharCode(code)}$`;
    return `${tag}${value}${tag}`;
  }
  if (isList(value)) return `ARRAY[${value.map(escaped).join(',').replaceAll('ARRAY', '')}]`;
  if (isLiteral(value)) return value.literal;
  return typeof value === 'boolean' || typeof value === 'number' || typeof value === 'bigint' ? String(value) : '';
}

export const lines = (all: readonly string[], before = '  '): string => all.map((line) => line.replace(/(?:\r\n|\r|\n)+/g, ' ')).join(',\n').replace(/^/gm, before);

export const comment = (object: string, of: string, text: Plain): string => `COMMENT ON ${object} ${of} IS ${escaped(text ?? null)};`;

const ADAPTED: ReadonlyMap<string, string> = new Map([['int', 'integer'], ['string', 'text'], ['float', 'real'], ['double', 'double precision'], ['datetime', 'timestamp'], ['bool', 'boolean']]);
export const adapted = (type: Plain): string => ADAPTED.get(shown(type)) ?? shown(type);

const ID: Plain = new Map<string, Plain>([['type', 'serial'], ['primaryKey', true]]);

/** Options of a column with those of the shorthand that is its type. */
export function typed(type: Plain, shorthands: Fields): Fields {
  const options: Fields = isFields(type) ? type : new Map([['type', type]]);
  let all = new Map(options);
  const seen = new Set<string>();
  for (;;) {
    const own = shown(all.get('type'));
    const shorthand = shorthands.get(own) ?? (own === 'id' ? ID : undefined);
    if (shorthand === undefined || seen.has(own)) break;
    seen.add(own);
    const { type: next, rest } = parts(isFields(shorthand) ? shorthand : new Map([['type', shorthand]]));
    all = new Map([...rest, ...[...all].filter(([key]) => key !== 'type'), ['type', next]]);
  }
  all.set('type', isFields(all.get('type')) ? name(all.get('type')) : adapted(all.get('type')));
  return all;
}

const parts = (of: Fields): { readonly type: Plain; readonly rest: readonly (readonly [string, Plain])[] } => ({ type: of.get('type'), rest: [...of].filter(([key]) => key !== 'type') });
