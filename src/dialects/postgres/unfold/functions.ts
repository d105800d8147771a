import { formatted, quotedIdentifier, quotedLiteral } from '../parse/routines/format.ts';
import { HOLE } from '../parse/routines/hole.ts';
import type { Value } from './values.ts';
import { isUnknown, isWhole, listOf, scalar, textOf, UNKNOWN } from './values.ts';

/** Functions of values only, by name; undefined for all others. */
export function builtin(name: string, values: readonly Value[]): Value | undefined {
  return FUNCTIONS.get(name)?.(values.map(scalar));
}

type Build = (values: readonly Value[]) => Value;

/** Longer texts are left unknown. */
const LONGEST = 100_000;

const short = (text: string): Value => (text.length > LONGEST ? UNKNOWN : text);

/** NULL for any NULL argument, a hole for any that is not whole. */
const strict =
  (build: (...texts: readonly string[]) => Value): Build =>
  (values) => {
    const texts = values.map(textOf);
    if (texts.includes(null)) return null;
    const whole = texts.flatMap((text) => (text === null || !isWhole(text) ? [] : [text]));
    return whole.length < texts.length ? UNKNOWN : build(...whole);
  };

/** The same, but what is done to a text with holes is done around them. */
const around =
  (build: (text: string) => string): Build =>
  ([value = null]) => {
    const text = textOf(value);
    return text === null ? null : text.split(HOLE).map(build).join(HOLE);
  };

const overList =
  (build: (items: readonly Value[], ...rest: readonly Value[]) => Value): Build =>
  ([first = null, ...rest]) => {
    if (first === null) return null;
    const items = listOf(first);
    return items === undefined ? UNKNOWN : build(items, ...rest);
  };

const whole = (text: string): number => Number.parseInt(text, 10);

/** As the server counts: characters, from one. */
function part(text: string, from: number, length?: number): string {
  const characters = [...text];
  const start = Math.max(from - 1, 0);
  return characters.slice(start, length === undefined ? undefined : Math.max(start, from - 1 + length)).join('');
}

function trimmed(text: string, characters: string, start: boolean, end: boolean): string {
  let [from, to] = [0, text.length];
  while (start && from < to && characters.includes(text.charAt(from))) from++;
  while (end && to > from && characters.includes(text.charAt(to - 1))) to--;
  return text.slice(from, to);
}

const trim = (start: boolean, end: boolean): Build => strict((text = '', characters = ' ') => trimmed(text, characters, start, end));

function join(values: readonly Value[], separator: string): Value {
  return short(values.flatMap((value) => textOf(scalar(value)) ?? []).join(separator));
}

const FUNCTIONS = new Map<string, Build>(
  Object.entries<Build>({
    format: ([pattern = null, ...values]) => {
      const text = textOf(pattern);
      if (text === null) return null;
      return short(formatted(text, values.map((value) => textOf(value) ?? ''), HOLE));
    },
    concat: (values) => join(values, ''),
    concat_ws: ([separator = null, ...values]) => {
      const text = textOf(separator);
      return text === null ? null : join(values, text);
    },
    quote_ident: strict((text = '') => quotedIdentifier(text)),
    quote_literal: strict((text = '') => quotedLiteral(text)),
    quote_nullable: ([value = null]) => (value === null ? 'NULL' : strict((text = '') => quotedLiteral(text))([value])),
    lower: around((text) => text.toLowerCase()),
    upper: around((text) => text.toUpperCase()),
    replace: strict((text = '', from = '', to = '') => (from === '' ? text : short(text.replaceAll(from, () => to)))),
    left: strict((text = '', count = '0') => ([...text].slice(0, whole(count))).join('')),
    right: strict((text = '', count = '0') => (whole(count) === 0 ? '' : [...text].slice(-whole(count)).join(''))),
    substr: strict((text = '', from = '1', length) => part(text, whole(from), length === undefined ? undefined : whole(length))),
    substring: strict((text = '', from = '1', length) => (/^-?\d+$/.test(from) ? part(text, whole(from), length === undefined ? undefined : whole(length)) : UNKNOWN)),
    split_part: strict((text = '', separator = '', index = '1') => (separator === '' || whole(index) < 1 ? UNKNOWN : (text.split(separator)[whole(index) - 1] ?? ''))),
    btrim: trim(true, true),
    ltrim: trim(true, false),
    rtrim: trim(false, true),
    lpad: strict((text = '', length = '0', fill = ' ') => (whole(length) > LONGEST ? UNKNOWN : [...text.padStart(whole(length), fill)].slice(0, whole(length)).join(''))),
    length: strict((text = '') => [...text].length),
    char_length: strict((text = '') => [...text].length),
    strpos: strict((text = '', sought = '') => text.indexOf(sought) + 1),
    position: strict((text = '', sought = '') => text.indexOf(sought) + 1),
    md5: () => UNKNOWN,
    to_char: strict((value = '', pattern = '') => (/^\d+$/.test(value) && /^(?:FM)?0+$/.test(pattern) ? value.padStart(pattern.replace('FM', '').length, '0') : UNKNOWN)),
    array_length: overList((items) => (items.length === 0 ? null : items.length)),
    cardinality: overList((items) => items.length),
    array_upper: overList((items) => (items.length === 0 ? null : items.length)),
    array_lower: overList((items) => (items.length === 0 ? null : 1)),
    array_to_string: overList((items, separator = null) => join(items, textOf(separator) ?? '')),
    array_append: overList((items, value = null) => ({ kind: 'list', items: [...items, value] })),
    array_cat: overList((items, more = null) => {
      const others = listOf(more);
      return others === undefined ? UNKNOWN : { kind: 'list', items: [...items, ...others] };
    }),
    string_to_array: strict((text = '', separator = '') => (separator === '' ? UNKNOWN : { kind: 'list', items: text === '' ? [] : text.split(separator) })),
    now: () => UNKNOWN,
  }),
);

/** The aggregates that are worked out, over the values of all rows. */
export function aggregate(name: string, values: readonly (readonly Value[])[], star: boolean): Value | undefined {
  if (name === 'count') return star ? values.length : values.some(([value = null]) => isUnknown(value)) ? UNKNOWN : values.filter(([value = null]) => scalar(value) !== null).length;
  const first = values.map(([value = null]) => scalar(value));
  if (name === 'array_agg') return first.length === 0 ? null : { kind: 'list', items: first };
  if (name === 'string_agg') return first.every((value) => value === null) ? null : join(first, textOf(scalar(values[0]?.[1] ?? null)) ?? '');
  return undefined;
}

export const isAggregate = (name: string): boolean => name === 'count' || name === 'array_agg' || name === 'string_agg';
