import { TokenKind } from '../parse/lexer.ts';
import type { Range, Tokens } from '../parse/tokens.ts';
import { DOT, find, SEMICOLON, tokenize } from '../parse/tokens.ts';
import { unquoted } from './identifiers.ts';

/** Holds for a row in which an UPDATE changes nothing but the columns. */
export const changesOnly = (columns: readonly string[]): string => {
  const [only, ...more] = columns;
  const without = only !== undefined && more.length === 0 ? quoted(only) : `ARRAY[${columns.map(quoted).join(', ')}]`;
  return `to_jsonb(NEW) - ${without} = to_jsonb(OLD) - ${without}`;
};

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Whether the body of a trigger's function begins by letting an UPDATE through that changes nothing but the columns. */
export function passesOver(body: string, columns: readonly string[]): boolean {
  const { tokens } = tokenize(body);
  const begin = find(tokens, 0, tokens.count, 'begin');
  const then = find(tokens, begin, tokens.count, 'then');
  return tokens.is(begin + 1, 'if') && tokens.is(then + 1, 'return') && squeezed(tokens, { from: begin + 2, to: then }) === squeezed(tokenize(changesOnly(columns)).tokens);
}

/**
 * Whether the body of a trigger's function raises an exception, as far as is known, where an UPDATE changes nothing but the columns.
 * `onInsert`: each row has been through it before, so that what it only asks of the row itself has been answered.
 */
export function raises(body: string, columns: readonly string[], onInsert: boolean): boolean {
  const { tokens } = tokenize(body);
  // The conditions around the place, from without; undefined behind ELSE.
  const around: (Range | undefined)[] = [];
  let condition: number | undefined;
  for (let i = 0; i < tokens.count; i++) {
    const starts = startsStatement(tokens, i);
    if (starts && tokens.is(i, 'if')) {
      around.push(undefined);
      condition = i + 1;
    } else if (starts && (tokens.is(i, 'elsif') || tokens.is(i, 'elseif'))) condition = i + 1;
    else if (condition !== undefined && tokens.is(i, 'then')) {
      around[around.length - 1] = { from: condition, to: i };
      condition = undefined;
    } else if (starts && tokens.is(i, 'else')) around[around.length - 1] = undefined;
    else if (starts && tokens.is(i, 'end') && tokens.is(i + 1, 'if')) around.pop();
    else if (starts && tokens.is(i, 'raise') && tokens.code(i + 1) !== SEMICOLON && !HARMLESS.has(tokens.word(i + 1)) && !around.some((range) => range !== undefined && isFalse(tokens, range, columns))) {
      if (!onInsert || around.length === 0 || !around.every((range) => range !== undefined && asksOfRow(tokens, range))) return true;
    }
  }
  return false;
}

const HARMLESS: ReadonlySet<string> = new Set(['debug', 'log', 'info', 'notice', 'warning']);

const BEFORE: ReadonlySet<string> = new Set(['begin', 'then', 'else', 'loop']);

const startsStatement = (tokens: Tokens, at: number): boolean => at === 0 || tokens.code(at - 1) === SEMICOLON || tokens.source(at - 1) === '>>' || BEFORE.has(tokens.word(at - 1));

/** Whether a condition, such as one of WHEN, is known not to hold for an UPDATE that changes nothing but the columns. */
export function neverHolds(condition: string, columns: readonly string[]): boolean {
  const { tokens } = tokenize(condition);
  return isFalse(tokens, { from: 0, to: tokens.count }, columns);
}

/** It asks neither what the row was before nor what is done to it. */
function asksOfRow(tokens: Tokens, { from, to }: Range): boolean {
  let row = false;
  for (let i = from; i < to; i++) {
    if (tokens.is(i, 'old') || tokens.word(i).startsWith('tg_')) return false;
    row ||= tokens.is(i, 'new');
  }
  return row;
}

/** One part of a conjunction that cannot hold is enough. */
function isFalse(tokens: Tokens, { from, to }: Range, columns: readonly string[]): boolean {
  let found = false;
  for (let i = from; i < to; i++) {
    if (tokens.is(i, 'or') || tokens.is(i, 'case') || (tokens.is(i, 'not') && !tokens.is(i - 1, 'is'))) return false;
    found ||= isOtherEvent(tokens, i) || differsInOther(tokens, i, columns);
  }
  return found;
}

const isOtherEvent = (tokens: Tokens, at: number): boolean => tokens.is(at, 'tg_op') && tokens.source(at + 1) === '=' && tokens.kind(at + 2) === TokenKind.string && tokens.source(at + 2).toLowerCase() !== "'update'";

/** `NEW.x <> OLD.x` of a column that stays as it is. */
function differsInOther(tokens: Tokens, at: number, columns: readonly string[]): boolean {
  const one = rowColumn(tokens, at);
  if (one === undefined) return false;
  const operator = at + 3;
  const second = tokens.source(operator) === '<>' || tokens.source(operator) === '!=' ? operator + 1 : tokens.is(operator, 'is') && tokens.is(operator + 1, 'distinct') && tokens.is(operator + 2, 'from') ? operator + 3 : undefined;
  const other = second === undefined ? undefined : rowColumn(tokens, second);
  return other !== undefined && other.row !== one.row && other.column === one.column && !columns.includes(one.column);
}

function rowColumn(tokens: Tokens, at: number): { readonly row: string; readonly column: string } | undefined {
  const row = tokens.word(at);
  const kind = tokens.kind(at + 2);
  if ((row !== 'new' && row !== 'old') || tokens.code(at + 1) !== DOT || (kind !== TokenKind.word && kind !== TokenKind.quotedName)) return undefined;
  return { row, column: unquoted(tokens.source(at + 2)) };
}

function squeezed(tokens: Tokens, { from, to }: Range = { from: 0, to: tokens.count }): string {
  let text = '';
  for (let i = from; i < to; i++) text += tokens.kind(i) === TokenKind.word ? tokens.word(i) : tokens.source(i);
  return text;
}
