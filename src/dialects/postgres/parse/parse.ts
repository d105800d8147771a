import type { ParsedText, ParseOptions } from '../../dialect.ts';
import type { Comment, Statement } from '../../../ir/migration.ts';
import type { Operation } from '../../../ir/operation.ts';
import { nextLine } from './characters.ts';
import type { Reading } from './context.ts';
import { loadEngine } from './engine.ts';
import { TokenKind } from './lexer.ts';
import type { Placeholders } from './placeholders.ts';
import { findPlaceholders } from './placeholders.ts';
import { fileSource } from './source.ts';
import type { Chunk, Cut, Splitter } from './splitter.ts';
import { evidentEnd, splitter, STARTERS } from './splitter.ts';
import type { Failure, Read } from './statement.ts';
import { opaqueFor, readPiece } from './statement.ts';
import type { Tokens } from './tokens.ts';

/** Loads the parser; `parse` needs it. */
export const load = (): Promise<void> => loadEngine();

/** Reads a script of PostgreSQL. Whatever the text, every statement of it is in the result. */
export function parse(text: string, options: ParseOptions = {}): ParsedText {
  const comments: Comment[] = [];
  const source = fileSource(text, options.offset ?? 0);
  const read = readText({ source, placeholders: undefined, patterns: options.placeholders ?? [], depth: 0, comment: (comment) => comments.push(comment) });
  const outer = read.comments.map(({ span }) => ({ span: { start: source.at(span.start), end: source.at(span.end) } }));
  if (comments.length === 0) return { statements: read.statements, comments: outer };
  return { statements: read.statements, comments: [...outer, ...comments].sort((a, b) => a.span.start - b.span.start) };
}

/** The statements of a text, with its comments in offsets of that text. */
export function readText(reading: Reading): ParsedText {
  const { source } = reading;
  const comments: Comment[] = [];
  const statements: Statement[] = [];
  const text: TextState = { plain: splitter(source.text, comments), comments, template: undefined, possible: undefined, budget: source.text.length * RELEX_FACTOR + RELEX_MINIMUM };
  for (let read = readNext(0, text, reading); read !== undefined; read = readNext(read.next, text, reading)) {
    const span = { start: source.at(read.start), end: source.at(read.end) };
    statements.push({ span, operations: 'operations' in read.result ? read.result.operations : [opaqueFor(read.result, span, reading, source.text.slice(read.start, read.end))] });
  }
  return { statements, comments };
}

interface TextState {
  readonly plain: Splitter;
  readonly comments: Comment[];
  /** Set once a statement has turned out to have placeholders. */
  template: { readonly cutter: Splitter; readonly reading: Reading } | undefined;
  /** What could be placeholders, once it has been asked. */
  possible: { readonly placeholders: Placeholders | undefined } | undefined;
  /** How many characters may still be read again. */
  budget: number;
}

interface Outcome {
  readonly result: Read;
  readonly start: number;
  readonly end: number;
  readonly next: number;
}

function readNext(at: number, text: TextState, reading: Reading): Outcome | undefined {
  if (text.template !== undefined) return readWith(at, text.template.cutter, text.template.reading, text);
  const plain = readWith(at, text.plain, reading, text);
  if (plain === undefined || 'operations' in plain.result) return plain;
  text.possible ??= { placeholders: findPlaceholders(reading.source.text, reading.patterns) };
  const { placeholders } = text.possible;
  if (placeholders?.mayBeIn(plain.start, plain.end) !== true) return plain;
  // Those before the statement stay as they are.
  const first = text.comments.findLastIndex(({ span }) => span.start < plain.start) + 1;
  const kept = text.comments.slice(first);
  const template = { cutter: splitter(reading.source.text, text.comments, placeholders), reading: { ...reading, placeholders } };
  const read = readWith(plain.start, template.cutter, template.reading, text);
  if (read !== undefined && ('operations' in read.result || read.result.template)) {
    text.template = template;
    return read;
  }
  text.comments.length = first;
  for (const comment of kept) text.comments.push(comment);
  return plain;
}

function readWith(at: number, cutter: Splitter, reading: Reading, text: TextState): Outcome | undefined {
  const chunk = cutter.next(at);
  return chunk === undefined ? undefined : readChunk(chunk, cutter, reading, text);
}

// A cut makes the rest of the text be read again. Hostile texts could ask for that at every statement.
const RELEX_FACTOR = 20;
const RELEX_MINIMUM = 10_000_000;

function readChunk(chunk: Chunk, cutter: Splitter, reading: Reading, text: TextState): Outcome {
  const { source } = reading;
  if (chunk.kind === 'command') return { result: { operations: [commandOperation(chunk, reading)] }, start: chunk.start, end: chunk.end, next: chunk.next };
  const result: Read =
    chunk.unterminated === undefined
      ? readPiece({ tokens: cutter.tokens, first: 0, last: cutter.tokens.count }, reading)
      : { error: unterminatedError(source.text, chunk.unterminated), at: chunk.unterminated, template: false };
  if ('operations' in result) return { result, start: chunk.start, end: chunk.end, next: chunk.next };
  const cut = text.budget > 0 ? (loneEnd(cutter.tokens, reading.placeholders) ?? cutOf(chunk, result, cutter)) : undefined;
  if (cut === undefined) return { result, start: chunk.start, end: chunk.end, next: chunk.next };
  text.budget -= chunk.next - cut.next;
  return { result, start: chunk.start, end: Math.max(cut.end, chunk.start + 1), next: Math.max(cut.next, chunk.start + 1) };
}

/** The end of placeholders that stand on lines of their own before a statement: they have swallowed it. */
function loneEnd(tokens: Tokens, placeholders: Placeholders | undefined): Cut | undefined {
  if (placeholders === undefined) return undefined;
  for (let i = 0; placeholders.end(tokens.start(i)) === tokens.end(i) && !placeholders.opensBranch(tokens.start(i)); i++) {
    const end = tokens.end(i);
    if (nextLine(tokens.text, end) > tokens.start(i + 1)) return undefined;
    if (STARTERS.has(tokens.word(i + 1))) return { end, next: end };
  }
  return undefined;
}

/** Where a statement that is none should have ended: it swallowed others in a quote, a comment or a body without end. */
function cutOf(chunk: Chunk, failure: Failure, { tokens }: Splitter): Cut | undefined {
  const { text } = tokens;
  for (let i = 0; i < tokens.count; i++) {
    const kind = tokens.kind(i);
    const open = chunk.unterminated === tokens.start(i);
    if (kind !== TokenKind.string && kind !== TokenKind.quotedName && !open) continue;
    // A string in front of which the error lies is not its cause.
    if (!open && chunk.unterminated === undefined && (failure.at === undefined || failure.at < tokens.end(i))) break;
    const cut = evidentEnd(text, tokens.start(i), tokens.end(i));
    if (cut !== undefined) return cut;
  }
  if (chunk.unterminated !== undefined && chunk.unterminated >= tokens.end(tokens.count - 1)) return evidentEnd(text, chunk.unterminated, text.length);
  return chunk.innerEnd === undefined ? undefined : { end: chunk.innerEnd - 1, next: chunk.innerEnd };
}

function unterminatedError(text: string, at: number): string {
  const code = text.charCodeAt(at);
  if (code === 47) return 'unterminated /* comment';
  if (code === 36) return 'unterminated dollar-quoted string';
  return code === 34 || text.charCodeAt(at + 2) === 34 ? 'unterminated quoted identifier' : 'unterminated quoted string';
}

/** psql's commands: most concern the client only. */
function commandOperation(chunk: Chunk, { source }: Reading): Operation {
  const text = source.text.slice(chunk.start, chunk.end);
  const span = { start: source.at(chunk.start), end: source.at(chunk.end) };
  if (/^\\(?:i|ir|include|include_relative)\b/.test(text)) return { kind: 'opaque', span, reason: 'include', detail: `includes another file: ${text.slice(0, LONGEST_TEXT)}` };
  if (/^\\gexec\b/.test(text)) return { kind: 'opaque', span, reason: 'dynamic', detail: 'runs the rows of the query before it as statements' };
  return { kind: 'clientCommand', span, text };
}

const LONGEST_TEXT = 200;
