import type { Comment } from '../../../ir/migration.ts';
import { isDigit, isOperator, isSpace, isSpecial, isWordPart, isWordStart, lineEnd } from './characters.ts';
import type { Placeholders } from './placeholders.ts';

/** What a token is. Offsets everywhere are UTF-16 offsets into the text that is lexed. */
export const TokenKind = {
  /** No more tokens. */
  end: 0,
  /** Keyword or plain name; may contain placeholders. */
  word: 1,
  /** `"name"`, `U&"name"` */
  quotedName: 2,
  /** `'…'` with any prefix; several pieces on consecutive lines are one token each. */
  string: 3,
  /** `$$…$$`, `$tag$…$tag$` */
  dollarString: 4,
  number: 5,
  /** `$1` */
  parameter: 6,
  operator: 7,
  /** One of `( ) [ ] , ; . :`, `::`, `:=`, `..` */
  punctuation: 8,
  /** A backslash outside quotes: psql takes over. */
  backslash: 9,
  /** A template value that stands alone, such as `:'name'`. */
  placeholder: 10,
  /** A character that the server's lexer refuses. */
  unknown: 11,
} as const;
export type TokenKind = (typeof TokenKind)[keyof typeof TokenKind];

/** Reads one token after another; `kind`, `start` and `end` describe the last one read. */
export interface Lexer {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  /** True when the token, or the comment before the end of the text, is never closed; `start` is where it opens. */
  readonly unterminated: boolean;
  /** Reads the first token at or after the offset. Comments passed on the way are reported. */
  next(from: number): TokenKind;
}

/** The rest of a word: matching it natively is faster than looking at each character, above all in a short run. */
const WORD = /[\w$\x80-\uffff]*/y;

export function lexer(text: string, placeholders?: Placeholders, comment?: (comment: Comment) => void): Lexer {
  const length = text.length;
  const state = { kind: TokenKind.end as TokenKind, start: 0, end: 0, unterminated: false, next };
  let operatorsEnd = 0;

  function token(kind: TokenKind, start: number, end: number): TokenKind {
    state.kind = kind;
    state.start = start;
    state.end = end;
    return kind;
  }

  function open(kind: TokenKind, start: number): TokenKind {
    state.unterminated = true;
    return token(kind, start, length);
  }

  function next(from: number): TokenKind {
    let i = from;
    state.unterminated = false;
    for (;;) {
      if (i >= length) return token(TokenKind.end, length, length);
      const code = text.charCodeAt(i);
      if (isSpace(code) || (code === 0xfeff && i === 0)) {
        i++;
      } else if (code === 45 && text.charCodeAt(i + 1) === 45) {
        const end = lineEnd(text, i);
        comment?.({ span: { start: i, end } });
        i = end;
      } else if (code === 47 && text.charCodeAt(i + 1) === 42) {
        const end = blockCommentEnd(text, i);
        if (end === -1) return open(TokenKind.end, i);
        comment?.({ span: { start: i, end } });
        i = end;
      } else {
        const control = placeholders === undefined ? -1 : placeholders.controlEnd(i);
        if (control === -1) return read(i, code);
        i = control;
      }
    }
  }

  function read(i: number, code: number): TokenKind {
    if (placeholders !== undefined) {
      const end = placeholders.end(i);
      if (end !== -1) return placeholders.standsAlone(i) ? token(TokenKind.placeholder, i, end) : token(TokenKind.word, i, wordEnd(end));
    }
    if (isWordStart(code)) return readWord(i, code);
    if (code === 39) return quoted(TokenKind.string, i, i, false);
    if (code === 34) return quoted(TokenKind.quotedName, i, i, false);
    if (isDigit(code) || (code === 46 && isDigit(text.charCodeAt(i + 1)))) return token(TokenKind.number, i, numberEnd(text, i));
    if (code === 36) return readDollar(i);
    if (isOperator(code)) return readOperator(i);
    if (code === 46 && text.charCodeAt(i + 1) === 46) return token(TokenKind.punctuation, i, i + 2);
    if (code === 58) {
      const following = text.charCodeAt(i + 1);
      return token(TokenKind.punctuation, i, following === 58 || following === 61 ? i + 2 : i + 1);
    }
    if (code === 92) return token(TokenKind.backslash, i, i + 1);
    if (code === 40 || code === 41 || code === 44 || code === 46 || code === 59 || code === 91 || code === 93) return token(TokenKind.punctuation, i, i + 1);
    return token(TokenKind.unknown, i, i + 1);
  }

  function readWord(i: number, code: number): TokenKind {
    const following = text.charCodeAt(i + 1);
    if (following === 39) {
      const lower = code | 32;
      if (lower === 101) return quoted(TokenKind.string, i, i + 1, true);
      if (lower === 98 || lower === 120 || lower === 110) return quoted(TokenKind.string, i, i + 1, false);
    }
    if ((code | 32) === 117 && following === 38) {
      const quote = text.charCodeAt(i + 2);
      if (quote === 39) return quoted(TokenKind.string, i, i + 2, false);
      if (quote === 34) return quoted(TokenKind.quotedName, i, i + 2, false);
    }
    return token(TokenKind.word, i, wordEnd(i));
  }

  function wordEnd(from: number): number {
    if (placeholders === undefined) {
      WORD.lastIndex = from;
      WORD.test(text);
      return WORD.lastIndex;
    }
    let i = from;
    while (i < length) {
      const code = text.charCodeAt(i);
      const end = isWordPart(code) && code !== 36 ? -1 : placeholders.standsAlone(i) ? -1 : placeholders.end(i);
      if (end !== -1) i = end;
      else if (isWordPart(code)) i++;
      else break;
    }
    return i;
  }

  function quoted(kind: TokenKind, start: number, quoteAt: number, escapes: boolean): TokenKind {
    if (!escapes && placeholders === undefined) return plainQuoted(kind, start, quoteAt);
    const quote = text.charCodeAt(quoteAt);
    let i = quoteAt + 1;
    for (;;) {
      if (i >= length) return open(kind, start);
      const code = text.charCodeAt(i);
      const inside = placeholders !== undefined && (code === 123 || code === 36 || code === 60) ? placeholders.end(i) : -1;
      if (inside !== -1) i = inside;
      else if (code === quote) {
        if (text.charCodeAt(i + 1) === quote) {
          i += 2;
          continue;
        }
        const more = escapes ? continuation(text, i + 1) : -1;
        if (more === -1) return token(kind, start, i + 1);
        i = more;
      } else if (escapes && code === 92) i += 2;
      else i++;
    }
  }

  function plainQuoted(kind: TokenKind, start: number, quoteAt: number): TokenKind {
    const quote = text.charAt(quoteAt);
    for (let at = text.indexOf(quote, quoteAt + 1); at !== -1; at = text.indexOf(quote, at + 2)) {
      if (text.charAt(at + 1) !== quote) return token(kind, start, at + 1);
    }
    return open(kind, start);
  }

  function readDollar(i: number): TokenKind {
    const following = text.charCodeAt(i + 1);
    if (isDigit(following)) {
      let end = i + 2;
      while (isDigit(text.charCodeAt(end))) end++;
      return token(TokenKind.parameter, i, end);
    }
    const opened = dollarTagEnd(text, i);
    if (opened === -1) return token(TokenKind.unknown, i, i + 1);
    const close = text.indexOf(text.slice(i, opened), opened);
    return close === -1 ? open(TokenKind.dollarString, i) : token(TokenKind.dollarString, i, close + opened - i);
  }

  function readOperator(i: number): TokenKind {
    // Remembering where the run ends keeps long runs of + and - linear.
    if (i >= operatorsEnd) operatorsEnd = operatorRunEnd(text, i);
    let end = operatorsEnd;
    if (end - i > MAX_OPERATOR) return token(TokenKind.operator, i, end);
    let last = text.charCodeAt(end - 1);
    if (end - i > 1 && (last === 43 || last === 45)) {
      let special = false;
      for (let k = i; k < end && !special; k++) special = isSpecial(text.charCodeAt(k));
      while (!special && end - i > 1 && (last === 43 || last === 45)) {
        end--;
        last = text.charCodeAt(end - 1);
      }
    }
    return token(TokenKind.operator, i, end);
  }

  return state;
}

/** Longer runs of operator characters are one token here; the server would refuse or choke on them. */
export const MAX_OPERATOR = 64;

function operatorRunEnd(text: string, from: number): number {
  let i = from;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if (!isOperator(code)) break;
    const following = text.charCodeAt(i + 1);
    if (i > from && ((code === 45 && following === 45) || (code === 47 && following === 42))) break;
    i++;
  }
  return i;
}

/** Block comments nest. -1 when it is never closed. */
export function blockCommentEnd(text: string, from: number): number {
  let depth = 1;
  let i = from + 2;
  for (;;) {
    const star = text.indexOf('*', i);
    if (star === -1) return -1;
    if (star > i && text.charCodeAt(star - 1) === 47) {
      depth++;
      i = star + 1;
    } else if (text.charCodeAt(star + 1) === 47) {
      depth--;
      i = star + 2;
      if (depth === 0) return i;
    } else i = star + 1;
  }
}

function numberEnd(text: string, from: number): number {
  let i = from;
  const second = text.charCodeAt(i + 1) | 32;
  if (text.charCodeAt(i) === 48 && (second === 120 || second === 111 || second === 98)) {
    i += 2;
    while (isWordPart(text.charCodeAt(i)) && text.charCodeAt(i) < 128) i++;
    return i;
  }
  i = digitsEnd(text, i);
  if (text.charCodeAt(i) === 46 && text.charCodeAt(i + 1) !== 46) i = digitsEnd(text, i + 1);
  if ((text.charCodeAt(i) | 32) === 101) {
    const sign = text.charCodeAt(i + 1);
    const exponent = sign === 43 || sign === 45 ? i + 2 : i + 1;
    if (isDigit(text.charCodeAt(exponent))) i = digitsEnd(text, exponent);
  }
  return i;
}

function digitsEnd(text: string, from: number): number {
  let i = from;
  while (isDigit(text.charCodeAt(i)) || (text.charCodeAt(i) === 95 && isDigit(text.charCodeAt(i + 1)))) i++;
  return i;
}

/** Offset after the opening `$tag$`, or -1 when it is none. */
function dollarTagEnd(text: string, from: number): number {
  let i = from + 1;
  if (text.charCodeAt(i) === 36) return i + 1;
  if (!isWordStart(text.charCodeAt(i)) || i >= text.length) return -1;
  i++;
  while (i < text.length && isWordPart(text.charCodeAt(i)) && text.charCodeAt(i) !== 36) i++;
  return text.charCodeAt(i) === 36 ? i + 1 : -1;
}

/** Offset after the quote of a string that goes on after a line break, or -1. */
function continuation(text: string, from: number): number {
  let i = from;
  let broken = false;
  while (i < text.length && isSpace(text.charCodeAt(i))) {
    const code = text.charCodeAt(i);
    broken ||= code === 10 || code === 13;
    i++;
  }
  return broken && text.charCodeAt(i) === 39 ? i + 1 : -1;
}
