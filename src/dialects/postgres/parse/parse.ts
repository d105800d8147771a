import type { ParsedText, ParseOptions } from '../../dialect.ts';
import type { Comment, Statement } from '../../../ir/migration.ts';
import type { Operation } from '../../../ir/operation.ts';
import { loadEngine } from './engine.ts';
import { TokenKind } from './lexer.ts';
import { findPlaceholders } from './placeholders.ts';
import { fileSource } from './source.ts';
import type { Chunk, Cut, Splitter } from './splitter.ts';
import { evidentEnd, splitter } from './splitter.ts';
import type { Failure, Read, Reading } from './statement.ts';
import { opaqueFor, readPiece } from './statement.ts';

/** Loads the parser; `parse` needs it. */
export const load = (): Promise<void> => loadEngine();

/** Reads a script of PostgreSQL. Whatever the text, every statement of it is in the result. */
export function parse(text: string, options: ParseOptions = {}): ParsedText {
  const comments: Comment[] = [];
  const source = fileSource(text, options.offset ?? 0);
  const patterns = options.placeholders ?? [];
  const reading: Reading = { source, placeholders: findPlaceholders(text, patterns), patterns, depth: 0, comment: (comment) => comments.push(comment) };
  const statements = readText(reading);
  const outer = statements.comments.map(({ span }) => ({ span: { start: source.at(span.start), end: source.at(span.end) } }));
  if (comments.length === 0) return { statements: statements.statements, comments: outer };
  return { statements: statements.statements, comments: [...outer, ...comments].sort((a, b) => a.span.start - b.span.start) };
}

/** The statements of a text, with its comments in offsets of that text. */
export function readText(reading: Reading): ParsedText {
  const { source, placeholders } = reading;
  const cutter = splitter(source.text, placeholders);
  const statements: Statement[] = [];
  const budget = { left: source.text.length * RELEX_FACTOR + RELEX_MINIMUM };
  let at = 0;
  for (let chunk = cutter.next(at); chunk !== undefined; chunk = cutter.next(at)) {
    const read = readChunk(chunk, cutter, reading, budget);
    const span = { start: source.at(chunk.start), end: source.at(read.end) };
    statements.push({ span, operations: 'operations' in read.result ? read.result.operations : [opaqueFor(read.result, span, reading)] });
    at = read.next;
  }
  return { statements, comments: cutter.comments };
}

// A cut makes the rest of the text be read again. Hostile texts could ask for that at every statement.
const RELEX_FACTOR = 20;
const RELEX_MINIMUM = 100_000;

interface Outcome {
  readonly result: Read;
  readonly end: number;
  readonly next: number;
}

function readChunk(chunk: Chunk, cutter: Splitter, reading: Reading, budget: { left: number }): Outcome {
  const { source } = reading;
  if (chunk.kind === 'command') return { result: { operations: [commandOperation(chunk, reading)] }, end: chunk.end, next: chunk.next };
  const result: Read =
    chunk.unterminated === undefined
      ? readPiece({ tokens: cutter.tokens, first: 0, last: cutter.tokens.count }, reading)
      : { error: unterminatedError(source.text, chunk.unterminated), at: chunk.unterminated, template: false };
  if ('operations' in result) return { result, end: chunk.end, next: chunk.next };
  const cut = budget.left > 0 ? cutOf(chunk, result, cutter) : undefined;
  if (cut === undefined) return { result, end: chunk.end, next: chunk.next };
  budget.left -= chunk.next - cut.next;
  return { result, end: Math.max(cut.end, chunk.start + 1), next: Math.max(cut.next, chunk.start + 1) };
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
