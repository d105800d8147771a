import { closing, find, indexAt, OPEN_PARENTHESIS, SEMICOLON, tokenize } from '../parse/tokens.ts';
import type { Tokens } from '../parse/tokens.ts';
import type { PatternInput } from '../../../remedy/step.ts';
import { insertAfter } from './clause.ts';

/**
 * A DO block with these words behind the constraint that it adds; undefined where it does anything else, or where the constraint may
 * be missing behind it: its guard must be about a constraint of that name.
 */
export function blockWith({ operation, script, statement }: PatternInput, name: string, words: string): string | undefined {
  const { within } = operation;
  if (within?.kind !== 'do' || within.loop || statement.operations.some((one) => one !== operation && one.kind !== 'select')) return undefined;
  const block = script.text.slice(statement.span.start, statement.span.end);
  const quote = /\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/u.exec(block)?.[0];
  if (quote === undefined) return undefined;
  const start = block.indexOf(quote) + quote.length;
  const body = block.slice(start, block.lastIndexOf(quote));
  const { tokens } = tokenize(body);
  const at = operation.span.end - statement.span.start - start;
  const last = indexAt(tokens, at) - 1;
  if (tokens.end(last) !== at || tokens.code(last + 1) !== SEMICOLON || !isAllBehind(tokens, last + 2) || !isAllBefore(tokens, last, name)) return undefined;
  return block.slice(0, start) + insertAfter({ text: body, tokens }, last, words) + block.slice(start + body.length);
}

/** `EXCEPTION WHEN duplicate_object THEN NULL; END`, after the END of a condition. */
function isAllBehind(tokens: Tokens, from: number): boolean {
  const rest = wordsOf(tokens, from, tokens.count);
  return /^(?:end if ; )?(?:exception when duplicate_object then (?:null|raise notice \S+(?: , \w+)*) ; )?end(?: ;)?$/.test(rest);
}

/** `BEGIN`, and behind it the condition that there is no such constraint, if any. */
function isAllBefore(tokens: Tokens, last: number, name: string): boolean {
  const alter = find(tokens, 0, last, 'alter');
  if (alter === 1) return tokens.is(0, 'begin');
  const open = 4;
  if (!/^begin if not exists$/.test(wordsOf(tokens, 0, open)) || tokens.code(open) !== OPEN_PARENTHESIS) return false;
  const close = closing(tokens, open, last);
  const literals = Array.from({ length: Math.max(0, close - open) }, (_, index) => tokens.source(open + index));
  return close + 2 === alter && tokens.is(close + 1, 'then') && literals.includes(`'${name.replaceAll("'", "''")}'`);
}

const wordsOf = (tokens: Tokens, from: number, to: number): string => Array.from({ length: Math.max(0, to - from) }, (_, index) => tokens.source(from + index).toLowerCase()).join(' ');
