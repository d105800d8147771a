import { lineAt, skipBlank } from '../frameworks/shared/text.ts';
import type { Script, Statement } from '../ir/migration.ts';
import type { Span } from '../source/text.ts';

/** A statement with all that goes when it goes. */
export interface Removal extends Span {
  /** The comments above it and behind it, which go with it: one per line. */
  readonly comments: string;
}

/** Lines that speak to a tool or about the whole file. */
const ANNOTATION = /^(?:--+|\/\*+|#)\s*(?:\+|!|@|atlas:|migrate:|depends:|transactional:|no-transaction|changeset|rollback\b|liquibase|ignorelines|evolve|tern:|create above|up\b|down\b|lockkeeper-(?!disable-next-line)|squawk|eslint|prisma)/i;

/**
 * What is taken out with a statement: its semicolon, the comment behind it, and the comment lines right above it, unless they
 * speak to a tool or head a group of statements.
 */
export function removalOf(script: Script, statement: Statement, bounds: Span): Removal {
  const { text } = script;
  const stop = statementEnd(text, statement, bounds.end);
  const line = lineAt(text, stop);
  const behind = text.slice(stop, Math.min(line.end, bounds.end));
  const endsLine = /^[ \t]*(?:--.*)?$/.test(behind);
  const first = lineAt(text, statement.span.start);
  const startsLine = text.slice(Math.max(first.start, bounds.start), statement.span.start).trim() === '';
  if (!startsLine || !endsLine) return { start: statement.span.start, end: stop, comments: '' };
  const trailing = behind.trim();
  const shared = sharesComments(text, line.next, bounds.end);
  const top = shared ? Math.max(first.start, bounds.start) : commentsAbove(script, Math.max(first.start, bounds.start), bounds);
  const above = text.slice(top, Math.max(first.start, bounds.start)).split(/\r?\n/).map((one) => one.trim()).filter((one) => one !== '');
  const range = withBlock(text, { start: top, end: Math.min(line.next, bounds.end) }, bounds);
  return { ...withBlankLine(text, range, bounds), comments: [...above, ...(trailing === '' ? [] : [trailing])].join('\n') };
}

/** Offset after the statement's semicolon, or after its last token where it has none. */
export function statementEnd(text: string, { span }: Statement, limit: number): number {
  const at = skipBlank(text, span.end, limit);
  return text.charAt(at) === ';' && at < limit ? at + 1 : span.end;
}

/** Whether the next line is a statement too: comments above would then stand for both. */
function sharesComments(text: string, from: number, limit: number): boolean {
  if (from >= limit) return false;
  const next = lineAt(text, from).text.trim();
  return next !== '' && !/^(?:--|\/\*)/.test(next);
}

function commentsAbove({ text, comments }: Script, from: number, bounds: Span): number {
  let top = from;
  for (let index = comments.length - 1; index >= 0; index--) {
    const span = comments[index]?.span;
    if (span === undefined || span.start >= top) continue;
    const line = lineAt(text, span.start);
    const gap = text.slice(span.end, top);
    const alone = text.slice(line.start, span.start).trim() === '' && line.start >= bounds.start;
    if (!alone || !/^[ \t]*\r?\n?$/.test(gap) || ANNOTATION.test(text.slice(span.start, span.end))) break;
    top = line.start;
  }
  return top;
}

/** The marks of a block that holds nothing else go with it. */
function withBlock(text: string, range: Span, bounds: Span): Span {
  if (range.start <= bounds.start) return range;
  const begin = lineAt(text, range.start - 1);
  const end = lineAt(text, range.end);
  if (!/^--\s*\+\w+\s+StatementBegin\s*$/i.test(begin.text) || !/^--\s*\+\w+\s+StatementEnd\s*$/i.test(end.text)) return range;
  return { start: Math.max(begin.start, bounds.start), end: Math.min(end.next, bounds.end) };
}

/** One of the two blank lines that would meet goes, too, and the one before the end. */
function withBlankLine(text: string, { start, end }: Span, bounds: Span): Span {
  const before = start > bounds.start ? lineAt(text, start - 1) : undefined;
  const after = end < bounds.end ? lineAt(text, end) : undefined;
  const opens = before === undefined || before.text.trim() === '' || ANNOTATION.test(before.text.trim());
  if (after === undefined) return before?.text.trim() === '' && before.start > bounds.start ? { start: before.start, end } : { start, end };
  return opens && after.text.trim() === '' ? { start, end: Math.min(after.next, bounds.end) } : { start, end };
}
