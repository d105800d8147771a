import { lexer, TokenKind } from './lexer.ts';
import type { Placeholders } from './placeholders.ts';
import type { Span } from '../../../source/text.ts';

/** The tokens of a stretch of text, comments left out. Offsets are those of the text. */
export interface Tokens {
  readonly text: string;
  readonly count: number;
  kind(index: number): TokenKind;
  /** `text.length` past the last token. */
  start(index: number): number;
  end(index: number): number;
  /** Whether the token is that keyword; the word is given in lower case. */
  is(index: number, word: string): boolean;
  /** Code of the character of a one-character token, 0 for others. */
  code(index: number): number;
  /** The word in lower case; empty for what is no word. */
  word(index: number): string;
  /** The token as written; empty past the last one. */
  source(index: number): string;
}

/** A list of tokens that can be emptied and filled again without new memory. */
export interface TokenBuffer extends Tokens {
  push(kind: TokenKind, start: number, end: number): void;
  clear(): void;
}

export function tokenBuffer(text: string): TokenBuffer {
  const kinds: TokenKind[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  let count = 0;

  const buffer: TokenBuffer & { count: number } = {
    text,
    // No getter: V8 makes each object that is written with one a shape of its own.
    count,
    kind: (index) => (index < count ? (kinds[index] ?? TokenKind.end) : TokenKind.end),
    start: (index) => (index < count ? (starts[index] ?? 0) : text.length),
    end: (index) => (index < count ? (ends[index] ?? 0) : text.length),
    is(index, word) {
      if (index < 0 || index >= count || kinds[index] !== TokenKind.word) return false;
      const from = starts[index] ?? 0;
      if ((ends[index] ?? 0) - from !== word.length) return false;
      for (let i = 0; i < word.length; i++) {
        const code = text.charCodeAt(from + i);
        if ((code >= 65 && code <= 90 ? code | 32 : code) !== word.charCodeAt(i)) return false;
      }
      return true;
    },
    code(index) {
      if (index < 0 || index >= count || kinds[index] !== TokenKind.punctuation) return 0;
      const from = starts[index] ?? 0;
      return (ends[index] ?? 0) - from === 1 ? text.charCodeAt(from) : 0;
    },
    word: (index) => (index >= 0 && index < count && kinds[index] === TokenKind.word ? text.slice(starts[index], ends[index]).toLowerCase() : ''),
    source: (index) => (index >= 0 && index < count ? text.slice(starts[index], ends[index]) : ''),
    push(kind, start, end) {
      kinds[count] = kind;
      starts[count] = start;
      ends[count] = end;
      buffer.count = ++count;
    },
    clear() {
      buffer.count = count = 0;
    },
  };
  return buffer;
}

/** All tokens and comments of a text; a token that is never closed reaches to its end. */
export function tokenize(text: string, placeholders?: Placeholders): { readonly tokens: Tokens; readonly comments: readonly Span[] } {
  const comments: Span[] = [];
  const reader = lexer(text, placeholders, (comment) => comments.push(comment.span));
  const tokens = tokenBuffer(text);
  for (let at = 0; reader.next(at) !== TokenKind.end; at = reader.end) tokens.push(reader.kind, reader.start, reader.end);
  return { tokens, comments };
}

export const OPEN_PARENTHESIS = 40;
export const CLOSE_PARENTHESIS = 41;
export const COMMA = 44;
export const DOT = 46;
export const SEMICOLON = 59;
export const OPEN_BRACKET = 91;
export const CLOSE_BRACKET = 93;

/** +1 for an opening parenthesis or bracket, -1 for a closing one. */
export function nesting(tokens: Tokens, index: number): number {
  const code = tokens.code(index);
  if (code === OPEN_PARENTHESIS || code === OPEN_BRACKET) return 1;
  return code === CLOSE_PARENTHESIS || code === CLOSE_BRACKET ? -1 : 0;
}

/** Index of the token that closes the one at `index`, or `limit` when it does not within it. */
export function closing(tokens: Tokens, index: number, limit: number): number {
  let depth = 0;
  for (let i = index; i < limit; i++) {
    depth += nesting(tokens, i);
    if (depth === 0) return i;
  }
  return limit;
}

/** First token from `from` on, outside parentheses, that is one of the keywords; `limit` when there is none. */
export function find(tokens: Tokens, from: number, limit: number, word: string, second?: string, third?: string): number {
  let depth = 0;
  for (let i = from; i < limit; i++) {
    if (tokens.kind(i) === TokenKind.word) {
      if (depth === 0 && (tokens.is(i, word) || (second !== undefined && tokens.is(i, second)) || (third !== undefined && tokens.is(i, third)))) return i;
      continue;
    }
    depth += nesting(tokens, i);
    if (depth < 0) return limit;
  }
  return limit;
}

export interface Range {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** Cuts a range of tokens at the commas outside parentheses. */
export function split(tokens: Tokens, from: number, to: number, separator: number = COMMA): Range[] {
  const parts: Range[] = [];
  let depth = 0;
  let start = from;
  for (let i = from; i < to; i++) {
    if (depth === 0 && tokens.code(i) === separator) {
      parts.push({ from: start, to: i });
      start = i + 1;
    } else depth += nesting(tokens, i);
  }
  if (start < to || parts.length > 0) parts.push({ from: start, to });
  return parts;
}

/** First token that starts at or after the offset, by halving. */
export function indexAt(tokens: Tokens, offset: number, from = 0, to = tokens.count): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tokens.start(middle) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index after the (qualified) name that starts there. */
export function nameEnd(tokens: Tokens, index: number): number {
  let i = index + 1;
  while (tokens.code(i) === DOT) i += 2;
  return i;
}
