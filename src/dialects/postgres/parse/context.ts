import type { Comment } from '../../../ir/migration.ts';
import type { Block } from '../../../ir/operations/base.ts';
import type { Span } from '../../../source/text.ts';
import type { Placeholders } from './placeholders.ts';
import type { Shortening } from './shortening.ts';
import type { Source } from './source.ts';
import type { Range, Tokens } from './tokens.ts';
import { closing, find, indexAt, split } from './tokens.ts';

/** What all statements of a text share. */
export interface Reading {
  readonly source: Source;
  /** Set while a text is read as a template: most are none, and reading plain text is cheaper. */
  readonly placeholders: Placeholders | undefined;
  /** The placeholder syntaxes of the framework. */
  readonly patterns: readonly RegExp[];
  readonly within?: Block;
  readonly variables?: ReadonlySet<string>;
  /** Computed statements are read even where parts of their names are open. */
  readonly open?: boolean;
  /** How many bodies the text stands in. */
  readonly depth: number;
  /** Receives the comments of bodies. */
  comment(comment: Comment): void;
}

/** One statement while it is lowered: its tokens, and what translates the syntax tree's places into the file's. */
export interface Context {
  readonly source: Source;
  readonly tokens: Tokens;
  /** The statement's tokens. */
  readonly first: number;
  readonly last: number;
  /** Offset into the source's text of a place in the syntax tree; undefined when the parser gave none. */
  offset(location: number | undefined): number | undefined;
  /** The statement, or the clause that is being lowered. */
  readonly span: Span;
  /** Schema that new objects without one get: inside CREATE SCHEMA. */
  readonly schema?: string;
  readonly within?: Block;
  /** Names that are variables here, in PL/pgSQL. */
  readonly variables?: ReadonlySet<string>;
  /** How many bodies this statement stands in. */
  readonly depth: number;
  /** What was kept from the parser. */
  readonly shortening?: Shortening;
  /** What the statement's text has in common with bodies inside it. */
  readonly reading: Reading;
}

/** File span of a range of tokens; empty ranges give an empty span. */
export function spanOf(context: Context, range: Range): Span {
  const { source, tokens } = context;
  if (range.from >= range.to) {
    const at = source.at(tokens.start(Math.min(range.from, context.last - 1)));
    return { start: at, end: at };
  }
  return { start: source.at(tokens.start(range.from)), end: source.at(tokens.end(range.to - 1)) };
}

export function textOf(context: Context, range: Range): string {
  return range.from >= range.to ? '' : context.source.text.slice(context.tokens.start(range.from), context.tokens.end(range.to - 1));
}

/** Index of the token at a place of the syntax tree; the statement's first when there is none. */
export function tokenAt(context: Context, location: number | undefined): number {
  const offset = context.offset(location);
  return offset === undefined ? context.first : indexAt(context.tokens, offset, context.first, context.last);
}

export const whole = (context: Context): Range => ({ from: context.first, to: context.last });

/** What stands between the parentheses that open at the token. */
export function inner(context: Context, open: number, limit = context.last): Range {
  return { from: open + 1, to: closing(context.tokens, open, limit) };
}

/** From the token after the keyword, outside parentheses, to the end of the range; undefined without it. */
export function after(context: Context, range: Range, word: string): Range | undefined {
  const at = find(context.tokens, range.from, range.to, word);
  return at === range.to ? undefined : { from: at + 1, to: range.to };
}

/** First opening parenthesis of the range, outside any other; the range's end when there is none. */
export function firstParenthesis(context: Context, range: Range): number {
  for (let i = range.from; i < range.to; i++) if (context.tokens.code(i) === 40) return i;
  return range.to;
}

/** The parts of a parenthesised list that opens at the token. */
export function items(context: Context, open: number, limit = context.last): Range[] {
  const list = inner(context, open, limit);
  return split(context.tokens, list.from, list.to);
}

/** The same context for one clause of the statement. */
export function clause(context: Context, range: Range): Context {
  return { ...context, first: range.from, last: range.to, span: spanOf(context, range) };
}
