import { TokenKind } from './lexer.ts';
import type { Range, Tokens } from './tokens.ts';
import { closing, nameEnd, OPEN_BRACKET, OPEN_PARENTHESIS } from './tokens.ts';

const FIELDS = ['year', 'month', 'day', 'hour', 'minute', 'second'];

/** The tokens of the type name that starts there. */
export function typeRange(tokens: Tokens, from: number, limit: number): Range {
  let i = tokens.is(from, 'setof') ? from + 1 : from;
  const time = tokens.is(i, 'time') || tokens.is(i, 'timestamp');
  if (tokens.is(i, 'double') && tokens.is(i + 1, 'precision')) i += 2;
  else if (tokens.is(i, 'interval')) i = intervalEnd(tokens, i + 1);
  else {
    if (tokens.is(i, 'national')) i++;
    i = nameEnd(tokens, i);
    if (tokens.is(i, 'varying')) i++;
  }
  i = argumentsEnd(tokens, i, limit);
  if (time && (tokens.is(i, 'with') || tokens.is(i, 'without')) && tokens.is(i + 1, 'time')) i += 3;
  if (tokens.kind(i) === TokenKind.operator && tokens.is(i + 1, 'type')) i += 2;
  if (tokens.is(i, 'array')) i++;
  while (tokens.code(i) === OPEN_BRACKET) i = closing(tokens, i, limit) + 1;
  return { from, to: Math.min(i, limit) };
}

function argumentsEnd(tokens: Tokens, index: number, limit: number): number {
  return tokens.code(index) === OPEN_PARENTHESIS ? closing(tokens, index, limit) + 1 : index;
}

function intervalEnd(tokens: Tokens, from: number): number {
  let i = from;
  if (!FIELDS.some((field) => tokens.is(i, field))) return i;
  i++;
  return tokens.is(i, 'to') ? i + 2 : i;
}
