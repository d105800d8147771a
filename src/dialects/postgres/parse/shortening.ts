import { TokenKind } from './lexer.ts';
import type { Source } from './source.ts';
import { stringContents } from './source.ts';
import type { Tokens } from './tokens.ts';
import { closing, COMMA, find, OPEN_PARENTHESIS } from './tokens.ts';

/** Rows of a long INSERT … VALUES that the parser need not see: constants only, so their number and values say all. */
export interface Shortening {
  /** First token left out. */
  readonly from: number;
  /** First token after what is left out. */
  readonly to: number;
  readonly rows: number;
  readonly literals: ReadonlySet<string>;
}

/** Longer strings are data, not names that anything else could mention. */
export const LONGEST_LITERAL = 200;

const LONG = 5_000;
const ROWS_KEPT = 100;
const MOST_LITERALS = 10_000;

export function shorteningOf(tokens: Tokens, first: number, last: number, source: Source): Shortening | undefined {
  if (last - first < LONG || !tokens.is(first, 'insert')) return undefined;
  let at = find(tokens, first, last, 'values') + 1;
  let from: number | undefined;
  let rows = 0;
  const literals = new Set<string>();
  for (let row = 1; tokens.code(at) === OPEN_PARENTHESIS; row++) {
    const close = closing(tokens, at, last);
    if (close >= last) return undefined;
    if (row > ROWS_KEPT) {
      // The comma in front goes with the row.
      from ??= at - 1;
      rows++;
      if (!collectConstants(tokens, at + 1, close, source, literals)) return undefined;
    }
    at = close + 1;
    if (tokens.code(at) !== COMMA) break;
    at++;
  }
  return from === undefined || tokens.code(at - 1) === COMMA ? undefined : { from, to: at, rows, literals };
}

/** False when the row contains more than constants. */
function collectConstants(tokens: Tokens, from: number, to: number, source: Source, literals: Set<string>): boolean {
  for (let i = from; i < to; i++) {
    const kind = tokens.kind(i);
    if (kind === TokenKind.word ? tokens.code(i + 1) === OPEN_PARENTHESIS || tokens.is(i, 'select') : !HARMLESS.has(kind)) return false;
    if (literals.size >= MOST_LITERALS) continue;
    const length = tokens.end(i) - tokens.start(i);
    if (kind === TokenKind.number && length <= LONGEST_LITERAL) literals.add(tokens.source(i));
    if (kind !== TokenKind.string || length > LONGEST_LITERAL) continue;
    const contents = stringContents(source, tokens.start(i), tokens.end(i));
    if (contents !== undefined) literals.add(contents.text);
  }
  return true;
}

const HARMLESS: ReadonlySet<TokenKind> = new Set([TokenKind.number, TokenKind.string, TokenKind.parameter, TokenKind.operator, TokenKind.punctuation]);
