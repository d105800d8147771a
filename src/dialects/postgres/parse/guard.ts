import { MAX_OPERATOR, TokenKind } from './lexer.ts';
import type { Shortening } from './shortening.ts';
import type { Tokens } from './tokens.ts';
import { CLOSE_BRACKET, COMMA, nesting } from './tokens.ts';

// The parser and what walks its answer recurse. How far the stack reaches depends on how warm the WebAssembly is: it has given out at
// 1,000 nested subqueries and 2,000 nested brackets or chained NOTs, never at half of that. A parse that runs into it leaks the parser's memory.
const MOST_DEPTH = 1_000;
const SUBQUERY = 3;
const SHALLOW = 500;
/** Larger statements would take the parser a second and hundreds of megabytes. */
const MOST_TOKENS = 500_000;
/** What each name of a query can be of is looked for among all relations of its FROM. Joins are bounded by their depth. */
const MOST_RELATIONS = 3_000;

/** Why the statement is kept away from the parser, if it must be. */
export function refusal(tokens: Tokens, first: number, last: number, shortening: Shortening | undefined): string | undefined {
  const left = shortening === undefined ? 0 : shortening.to - shortening.from;
  if (last - first - left > MOST_TOKENS) return 'too large to be parsed';
  for (let i = first; i < last; i++) {
    if (tokens.kind(i) === TokenKind.operator && tokens.end(i) - tokens.start(i) > MAX_OPERATOR) return 'operator too long';
  }
  if (last - first <= SHALLOW) return undefined;
  if (longestFrom(tokens, first, last) > MOST_RELATIONS) return 'too many relations in FROM to be parsed';
  return deepest(tokens, first, last) > MOST_DEPTH ? 'nested too deeply to be parsed' : undefined;
}

const AFTER_FROM = new Set('where group having window order limit offset fetch for union intersect except returning select set values'.split(' '));

/** Most items between commas in one FROM or USING. */
function longestFrom(tokens: Tokens, first: number, last: number): number {
  const outer: number[] = [];
  let items = 0;
  let most = 0;
  for (let i = first; i < last; i++) {
    const nested = nesting(tokens, i);
    if (nested > 0) {
      outer.push(items);
      items = 0;
    } else if (nested < 0) items = outer.pop() ?? 0;
    else if (items > 0 && tokens.code(i) === COMMA) items++;
    else if (tokens.kind(i) === TokenKind.word) {
      if (tokens.is(i, 'from') || tokens.is(i, 'using')) items = 1;
      else if (items > 0 && AFTER_FROM.has(tokens.word(i))) items = 0;
    }
    if (items > most) most = items;
  }
  return most;
}

const SETS = new Set(['union', 'intersect', 'except']);
/** Words that chain expressions. */
const CHAINING = new Set('not case when is collate at isnull notnull between like in'.split(' '));
const LONGEST_WORD = 9;

/** What is chained between two parentheses: each of it makes the syntax tree one level deeper. */
interface Level {
  /** Up to the next comma: AND and OR make lists of their own, too. */
  expressions: number;
  /** Up to the next set operation. */
  joins: number;
  sets: number;
}

/** An upper estimate of the depth of the syntax tree. */
function deepest(tokens: Tokens, first: number, last: number): number {
  const levels: Level[] = [];
  let level: Level = { expressions: 0, joins: 0, sets: 0 };
  let below = 0;
  let most = 0;
  for (let i = first; i < last; i++) {
    const nested = nesting(tokens, i);
    if (nested > 0) {
      level.expressions += tokens.is(i + 1, 'select') ? SUBQUERY : 1;
      below += total(level);
      levels.push(level);
      level = { expressions: 0, joins: 0, sets: 0 };
    } else if (nested < 0) {
      level = levels.pop() ?? { expressions: 0, joins: 0, sets: 0 };
      below = levels.length === 0 ? 0 : below - total(level);
      // Subscripts follow each other, as in a[1][1]; parentheses do not.
      if (tokens.code(i) !== CLOSE_BRACKET) level.expressions = Math.max(0, level.expressions - 1);
    } else chain(tokens, i, level);
    if (below + total(level) > most) most = below + total(level);
  }
  return most;
}

const total = (level: Level): number => level.expressions + level.joins + level.sets;

function chain(tokens: Tokens, index: number, level: Level): void {
  const kind = tokens.kind(index);
  if (kind === TokenKind.operator) level.expressions++;
  else if (kind === TokenKind.punctuation) {
    if (tokens.code(index) === COMMA) level.expressions = 0;
    else if (tokens.end(index) - tokens.start(index) === 2) level.expressions++;
  } else if (kind === TokenKind.word && tokens.end(index) - tokens.start(index) <= LONGEST_WORD) {
    const word = tokens.word(index);
    if (word === 'and' || word === 'or') level.expressions = 0;
    else if (word === 'join') level.joins++;
    else if (SETS.has(word)) {
      level.sets++;
      level.joins = 0;
      level.expressions = 0;
    } else if (CHAINING.has(word)) level.expressions++;
  }
}
