import type { Token } from '../../catalog/text.ts';
import { identifier, tokens, unwrap } from '../../catalog/text.ts';

/**
 * The name that the server gives to an unnamed expression column (`lower(email)` is `lower`, `(a + b)` has none),
 * as far as the text alone tells.
 */
export function expressionName(text: string): string | undefined {
  const list = tokens(text);
  return list.length > MOST_TOKENS ? undefined : figure(unwrap(list))?.name;
}

/** Longer expressions are not looked into: the search goes through them once per cast. */
const MOST_TOKENS = 2_000;

interface Name {
  readonly name: string;
  /** A cast's type or CASE gives way to a better name further in. */
  readonly weak: boolean;
}

function figure(list: readonly Token[]): Name | undefined {
  const cast = topLevelCast(list);
  if (cast !== undefined) return castName(unwrap(list.slice(0, cast)), list.slice(cast + 2));
  const first = list[0];
  const word = first?.kind === 'word' ? first.text.toLowerCase() : undefined;
  if (word === 'cast' && spansAll(list, 1)) {
    const inner = list.slice(2, -1);
    const as = lastTopLevel(inner, 'as');
    return as === -1 ? undefined : castName(unwrap(inner.slice(0, as)), inner.slice(as + 1));
  }
  if (word === 'case' && list.at(-1)?.text.toLowerCase() === 'end') return caseName(list);
  if (word === 'array' && list[1]?.text === '[' && groupEnd(list, 1) === list.length - 1) return { name: 'array', weak: false };
  const collate = lastTopLevel(list, 'collate');
  if (collate > 0) return figure(unwrap(list.slice(0, collate)));
  if (list.at(-1)?.text === ']') return figure(unwrap(list.slice(0, groupStart(list))));
  return reference(list) ?? literalName(list) ?? zoned(list);
}

/** A column, possibly qualified, or one function call and nothing else. */
function reference(list: readonly Token[]): Name | undefined {
  let at = 0;
  while (identifier(list[at]) !== undefined && list[at + 1]?.text === '.') at += 2;
  const name = identifier(list[at]);
  if (name === undefined) return undefined;
  if (at === list.length - 1) return { name, weak: false };
  if (list[at + 1]?.text !== '(' || groupEnd(list, at + 1) !== list.length - 1) return undefined;
  if (at === 0 && NOT_CALLS.has(name)) return undefined;
  return { name: name === 'trim' ? trimName(list) : name, weak: false };
}

const NOT_CALLS: ReadonlySet<string> = new Set(['not', 'exists', 'any', 'all', 'some', 'in']);

function trimName(list: readonly Token[]): string {
  const side = list[2]?.text.toLowerCase();
  if (side === 'leading') return 'ltrim';
  return side === 'trailing' ? 'rtrim' : 'btrim';
}

/** `interval '1 day'`, `date '2020-01-01'`: a literal cast to a type. */
function literalName(list: readonly Token[]): Name | undefined {
  if (list.length < 2 || list.at(-1)?.kind !== 'string' || list[0]?.kind !== 'word') return undefined;
  const type = list.slice(0, -1);
  return type.every((token) => token.kind === 'word' && !isOperator(token)) ? { name: typeName(type), weak: true } : undefined;
}

/** `x AT TIME ZONE z` is a call of timezone(). */
function zoned(list: readonly Token[]): Name | undefined {
  const at = lastTopLevel(list, 'at');
  const others = list.filter((_, index) => index !== at);
  return at > 0 && list[at + 1]?.text.toLowerCase() === 'time' && !hasTopLevelOperator(others) ? { name: 'timezone', weak: false } : undefined;
}

function castName(operand: readonly Token[], type: readonly Token[]): Name {
  const inner = figure(operand);
  return inner === undefined || inner.weak ? { name: typeName(type), weak: true } : inner;
}

function caseName(list: readonly Token[]): Name {
  const otherwise = lastTopLevel(list.slice(1, -1), 'else') + 1;
  const inner = otherwise === 0 ? undefined : figure(unwrap(list.slice(otherwise + 1, -1)));
  return inner === undefined || inner.weak ? { name: 'case', weak: true } : inner;
}

/** Position of the `::` that the whole expression is cast with, if that is what it is. */
function topLevelCast(list: readonly Token[]): number | undefined {
  const { cast, operator } = scanTopLevel(list);
  return operator ? undefined : cast;
}

const hasTopLevelOperator = (list: readonly Token[]): boolean => scanTopLevel(list).operator;

function scanTopLevel(list: readonly Token[]): { readonly cast: number | undefined; readonly operator: boolean } {
  let depth = 0;
  let nested = 0;
  let cast: number | undefined;
  for (let i = 0; i < list.length; i++) {
    const text = list[i]?.text.toLowerCase() ?? '';
    if (text === '(' || text === '[') depth++;
    else if (text === ')' || text === ']') depth--;
    else if (text === 'case') nested++;
    else if (text === 'end') nested--;
    else if (depth === 0 && nested === 0) {
      if (text === ':' && list[i + 1]?.text === ':') {
        cast = i;
        i++;
      } else if (isOperator(list[i])) {
        return { cast, operator: true };
      }
    }
  }
  return { cast, operator: false };
}

const OPERATOR_WORDS: ReadonlySet<string> = new Set(['and', 'or', 'not', 'is', 'in', 'like', 'ilike', 'similar', 'between', 'isnull', 'notnull', 'at', 'operator', 'overlaps']);

function isOperator(token: Token | undefined): boolean {
  if (token?.kind === 'word') return OPERATOR_WORDS.has(token.text.toLowerCase());
  return token?.kind === 'symbol' && !'.,()[]:'.includes(token.text);
}

function lastTopLevel(list: readonly Token[], word: string): number {
  let depth = 0;
  for (let i = list.length - 1; i >= 0; i--) {
    const text = list[i]?.text.toLowerCase();
    if (text === ')' || text === ']' || (text === 'end' && list[i]?.kind === 'word')) depth++;
    else if (text === '(' || text === '[' || (text === 'case' && list[i]?.kind === 'word')) depth--;
    else if (depth === 0 && text === word) return i;
  }
  return -1;
}

const spansAll = (list: readonly Token[], open: number): boolean => list[open]?.text === '(' && groupEnd(list, open) === list.length - 1;

function groupEnd(list: readonly Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < list.length; i++) {
    const text = list[i]?.text;
    if (text === '(' || text === '[') depth++;
    else if (text === ')' || text === ']') depth--;
    if (depth === 0) return i;
  }
  return list.length;
}

function groupStart(list: readonly Token[]): number {
  let depth = 0;
  for (let i = list.length - 1; i >= 0; i--) {
    const text = list[i]?.text;
    if (text === ')' || text === ']') depth++;
    else if (text === '(' || text === '[') depth--;
    if (depth === 0) return i;
  }
  return 0;
}

/** The server's internal name of a type written in SQL. */
function typeName(type: readonly Token[]): string {
  const words: string[] = [];
  let depth = 0;
  for (const token of type) {
    if (token.text === '(' || token.text === '[') depth++;
    else if (token.text === ')' || token.text === ']') depth--;
    else if (depth === 0) {
      const name = identifier(token);
      if (name !== undefined) words.push(name);
    }
  }
  const qualified = type.some((token) => token.text === '.');
  const spelled = qualified ? (words.at(-1) ?? '') : words.join(' ');
  return INTERNAL_NAMES[spelled] ?? words.at(-1) ?? spelled;
}

const INTERNAL_NAMES: Readonly<Record<string, string>> = {
  int: 'int4',
  integer: 'int4',
  bigint: 'int8',
  smallint: 'int2',
  real: 'float4',
  float: 'float8',
  'double precision': 'float8',
  boolean: 'bool',
  decimal: 'numeric',
  dec: 'numeric',
  char: 'bpchar',
  character: 'bpchar',
  'character varying': 'varchar',
  'char varying': 'varchar',
  'bit varying': 'varbit',
  'timestamp with time zone': 'timestamptz',
  'timestamp without time zone': 'timestamp',
  'time with time zone': 'timetz',
  'time without time zone': 'time',
};
