import type { Operation } from '../../../ir/operation.ts';
import type { PatternHandler, PatternInput, Patterns } from '../../../remedy/step.ts';
import type { Span } from '../../../source/text.ts';
import { parse } from '../parse/parse.ts';
import { SEMICOLON, tokenize } from '../parse/tokens.ts';
import { around } from './around.ts';
import { insideBlock } from './clause.ts';

/** Steps for what stands in a DO block, as if it stood alone: it has to be taken out of the block by hand before they can take its place. */
export const outOfBlocks = (patterns: Patterns): Patterns => around(patterns, lifting);

const lifting =
  (handler: PatternHandler): PatternHandler =>
  (input) => {
    const result = handler(input);
    if (!('refused' in result) || result.refused !== insideBlock(input)?.refused) return result;
    const alone = takenOut(input);
    const found = alone === undefined ? result : handler(alone);
    if ('refused' in found) return alone === undefined ? result : found;
    const [first, ...rest] = found.steps;
    if (first === undefined) return result;
    const condition = input.operation.within?.conditional === true ? ' What the block asks before it is for the migrations to ask then: IF NOT EXISTS, or a look before they are sent.' : '';
    const caught = input.operation.within?.caught === true ? ' What its EXCEPTION passes over, the migrations have to ask first: whether there is one of that name already.' : '';
    if (isAllOf(input)) return { ...found, covers: input.statement.operations, whole: true, steps: [{ ...first, notes: ['It takes the place of the call, which comes to no more than this.', ...first.notes] }, ...rest] };
    const note = `A block runs as one statement, in which nothing can wait, be committed or leave the transaction: take this out of it first, with what comes behind it and counts on it.${condition}${caught}`;
    return { ...found, covers: [input.operation], steps: [{ ...first, notes: [note, ...first.notes] }, ...rest] };
  };

/** Whether the statement is the call of a routine that does this and nothing else, whatever it finds. */
const isAllOf = ({ operation, statement: { operations } }: PatternInput): boolean =>
  operation.within?.kind === 'routine' && operation.within.sql !== undefined && !operation.within.conditional && operation.within.caught !== true && operations.every((one) => one === operation || one.kind === 'select');

/** The statement of the block as a script of its own; undefined where its text is not all there is to it. */
function takenOut(input: PatternInput): PatternInput | undefined {
  const { operation, script, statement } = input;
  const { within } = operation;
  // Rows that are not changed after all are for the block to say.
  if (within?.sql !== undefined && !within.loop && within.caught !== true) return sent(input, within.sql);
  if (within?.kind !== 'do' || within.loop || (within.caught === true && operation.kind !== 'addConstraint' && operation.kind !== 'createIndex')) return undefined;
  const block = script.text.slice(statement.span.start, statement.span.end);
  const span = statementAround(block, operation.span.start - statement.span.start);
  if (span === undefined) return undefined;
  const text = block.slice(span.start, span.end);
  const { statements, comments } = parse(text);
  const [own, ...more] = statements;
  const from = statement.span.start + span.start;
  const found = own?.operations.find((one) => isAt(one, operation, from));
  if (own === undefined || found === undefined || more.length > 0 || usesVariables(block, text)) return undefined;
  return { ...input, operation: found, statement: own, script: { ...script, text, statements, comments, transaction: { wrap: 'none' } } };
}

/** What is sent as a script of its own. */
function sent(input: PatternInput, text: string): PatternInput | undefined {
  const { statements, comments } = parse(text);
  const [own, ...more] = statements;
  const [found, ...others] = own?.operations.filter(({ kind }) => kind === input.operation.kind) ?? [];
  if (own === undefined || found === undefined || others.length + more.length > 0) return undefined;
  return { ...input, operation: found, statement: own, script: { ...input.script, text, statements, comments, transaction: { wrap: 'none' } } };
}

const isAt = (one: Operation, { kind, span }: Operation, from: number): boolean => one.kind === kind && one.span.start + from === span.start && one.span.end + from === span.end;

const BEFORE: ReadonlySet<string> = new Set(['begin', 'then', 'else', 'loop']);

/** From behind the keyword or semicolon before the place to the semicolon after it. */
function statementAround(block: string, at: number): Span | undefined {
  const quote = /\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/u.exec(block);
  const end = quote === null ? -1 : block.lastIndexOf(quote[0]);
  const start = (quote?.index ?? 0) + (quote?.[0].length ?? 0);
  if (end <= start || at < start || at >= end) return undefined;
  const { tokens } = tokenize(block.slice(start, end));
  let first = 0;
  for (let i = 0; i < tokens.count && tokens.start(i) + start <= at; i++) if (tokens.code(i) === SEMICOLON || BEFORE.has(tokens.word(i))) first = i + 1;
  let last = first;
  while (last < tokens.count && tokens.code(last) !== SEMICOLON) last++;
  return first >= last ? undefined : { start: start + tokens.start(first), end: start + tokens.end(last - 1) };
}

/** Whether the statement says a name that the block declares. */
function usesVariables(block: string, text: string): boolean {
  const declared = /\bDECLARE\b([^]*?)\bBEGIN\b/i.exec(block)?.[1] ?? '';
  const names = declared.split(';').map((one) => /^\s*(?:--[^\n]*\n\s*)*([\p{L}_][\p{L}\p{N}_]*)/u.exec(one)?.[1]?.toLowerCase());
  const words = new Set(text.toLowerCase().match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? []);
  return names.some((name) => name !== undefined && words.has(name)) || words.has('found');
}
