import { MAX_OPERATOR, TokenKind } from './lexer.ts';
import type { Shortening } from './shortening.ts';
import type { Tokens } from './tokens.ts';
import { COMMA, nesting } from './tokens.ts';

// The parser and what walks its answer recurse; a cold WebAssembly stack gives out at about 900 nested subqueries,
// 2,000 nested brackets or 5,000 chained operators. A parse that runs into it leaks the parser's memory.
const MOST_DEPTH = 2_000;
const SHALLOW = 500;
/** Larger statements would take the parser a second and hundreds of megabytes. */
const MOST_TOKENS = 500_000;

/** Why the statement is kept away from the parser, if it must be. */
export function refusal(tokens: Tokens, first: number, last: number, shortening: Shortening | undefined): string | undefined {
  const left = shortening === undefined ? 0 : shortening.to - shortening.from;
  if (last - first - left > MOST_TOKENS) return 'too large to be parsed';
  for (let i = first; i < last; i++) {
    if (tokens.kind(i) === TokenKind.operator && tokens.end(i) - tokens.start(i) > MAX_OPERATOR) return 'operator too long';
  }
  return last - first > SHALLOW && deepest(tokens, first, last) > MOST_DEPTH ? 'nested too deeply to be parsed' : undefined;
}

/** Words that nest or chain syntax nodes. */
const CHAINING = new Set('select union intersect except join not case when is collate at isnull notnull between like in'.split(' '));
const LONGEST_WORD = 9;

/** An upper estimate of the depth of the syntax tree: nesting, and what is chained between two commas. */
function deepest(tokens: Tokens, first: number, last: number): number {
  const levels: number[] = [];
  let chained = 0;
  let below = 0;
  let most = 0;
  for (let i = first; i < last; i++) {
    const nested = nesting(tokens, i);
    const code = tokens.code(i);
    if (nested > 0) {
      levels.push(chained);
      below += chained + 1;
      chained = 0;
    } else if (nested < 0) {
      chained = levels.pop() ?? 0;
      below = Math.max(0, below - chained - 1);
      chained++;
    } else if (code === COMMA) chained = 0;
    else chained += weight(tokens, i);
    if (below + chained > most) most = below + chained;
  }
  return most;
}

function weight(tokens: Tokens, index: number): number {
  const kind = tokens.kind(index);
  if (kind === TokenKind.operator) return 1;
  if (kind === TokenKind.punctuation) return tokens.end(index) - tokens.start(index) === 2 ? 1 : 0;
  if (kind !== TokenKind.word || tokens.end(index) - tokens.start(index) > LONGEST_WORD) return 0;
  return CHAINING.has(tokens.word(index)) ? 1 : 0;
}
