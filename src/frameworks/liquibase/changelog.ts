import type { TransactionPolicy } from '../../ir/migration.ts';
import type { Span } from '../../source/text.ts';
import type { HistoryProblem } from '../framework.ts';
import { dialectNamed } from '../shared/dialects.ts';
import type { Draft } from '../shared/history.ts';
import { twoWay } from '../shared/history.ts';
import { hasSql } from '../shared/text.ts';

export interface Changeset {
  readonly path: string;
  readonly author: string;
  readonly id: string;
  /** The line that opens it. */
  readonly line: Span;
  readonly up: readonly Span[];
  /** Text of its rollback lines; absent: it says nothing about a way back. */
  readonly rollback?: readonly Span[];
  /** A rollback line that says there is nothing to do. */
  readonly noRollback: boolean;
  readonly transaction: TransactionPolicy;
  /** Engines it is meant for, by our names; absent: all. */
  readonly dbms?: readonly string[];
}

const OPT_OUT = 'Add `runInTransaction:false` after author and id on the changeset line.';
const DIRECTIVE = /^[ \t]*--[ \t]*(changeset|rollback)\b([^\r\n]*)/gim;
const IGNORED_LINES = /^--[ \t]*ignoreLines:(\w+)\r?$/gim;
const BLOCK_ROLLBACK = /\/\*[ \t]*liquibase[ \t]+rollback[ \t]*\r?\n([\s\S]*?)\*\//gi;
const PARAMETERS = [/\$\{[^{}\n]+\}/g];

export function readChangelog(path: string, text: string): { changesets: readonly Changeset[]; problems: readonly HistoryProblem[] } {
  const changesets: Changeset[] = [];
  const problems: HistoryProblem[] = [];
  const ignored = ignoredLines(text);
  const directives = [...text.matchAll(DIRECTIVE)]
    .map((match) => ({ kind: (match[1] ?? '').toLowerCase(), rest: match[2] ?? '', start: match.index, end: match.index + match[0].length }))
    .filter(({ start }) => (ignored[firstEndingAfter(ignored, start)]?.start ?? text.length) > start);
  const opens = directives.flatMap((directive, index) => (directive.kind === 'changeset' ? [{ ...directive, index }] : []));
  opens.forEach((open, index) => {
    const next = opens[index + 1];
    const end = next?.start ?? text.length;
    const own = directives.slice(open.index + 1, next?.index);
    const line = { start: open.start, end: open.end };
    const identity = /^\s+("[^"]+"|[^:\s"][^:]*):\s*("[^"]+"|\S+)(.*)$/.exec(open.rest);
    if (identity === null) {
      problems.push({ problem: 'bad-annotation', path, span: line, detail: 'Liquibase refuses a changeset line without <author>:<id>.' });
      return;
    }
    const [author, id, attributes] = [unquote(identity[1]), unquote(identity[2]), identity[3] ?? ''];
    if (/^runInTransaction$/i.test(author)) {
      problems.push({ problem: 'bad-annotation', path, span: line, detail: 'Author and id come first: Liquibase takes `runInTransaction` to be the author here and runs the changeset in a transaction.' });
    }
    // As if it did not exist.
    if (attribute(attributes, 'ignore')?.toLowerCase() === 'true') return;
    const dbms = attribute(attributes, 'dbms')?.split(',');
    const body = { start: Math.min(open.end + 1, end), end };
    const lines = own.filter(({ kind }) => kind === 'rollback');
    const rollback = [...lines.map((one) => ({ start: one.end - one.rest.length, end: one.end })), ...blockRollbacks(text, body)].sort((a, b) => a.start - b.start);
    const isNothing = (span: Span): boolean => /^\s*(?:not required|empty)?\s*;?\s*$/i.test(text.slice(span.start, span.end));
    changesets.push({
      path,
      author,
      id,
      line,
      up: split(text, without(body, ignored), attribute(attributes, 'endDelimiter')),
      ...(rollback.length === 0 ? {} : { rollback: rollback.filter((span) => !isNothing(span)) }),
      noRollback: rollback.length > 0 && rollback.every(isNothing),
      transaction: policy(attributes),
      ...(dbms === undefined ? {} : { dbms: dbms.map((name) => (name.startsWith('!') ? `!${dialectNamed(name.slice(1)) ?? name.slice(1)}` : dialectNamed(name) ?? name)) }),
    });
  });
  const first = opens[0]?.start ?? text.length;
  if (hasSql(text, { start: 0, end: first })) problems.push({ problem: 'bad-annotation', path, span: { start: 0, end: first }, detail: 'SQL before the first changeset line belongs to no changeset.' });
  return { changesets, problems };
}

export function draftOf({ path, author, id, up, rollback, noRollback, transaction }: Changeset, text: string): Draft {
  const sql = rollback?.filter((span) => hasSql(text, span)) ?? [];
  const draft = twoWay({ path, version: `${author}:${id}`, name: id, text, up, ...(sql.length === 0 ? {} : { down: sql }), transaction: { up: transaction, down: transaction }, placeholders: PARAMETERS });
  return { ...draft, ...(draft.down === undefined ? {} : { down: { ...draft.down, joined: true } }), ...(noRollback ? { irreversible: true } : {}) };
}

export function runsOnPostgres({ dbms }: Changeset): boolean {
  if (dbms === undefined) return true;
  const taken = dbms.filter((name) => !name.startsWith('!'));
  return taken.length > 0 ? taken.includes('postgres') : !dbms.includes('!postgres');
}

function policy(attributes: string): TransactionPolicy {
  if (attribute(attributes, 'runInTransaction')?.toLowerCase() !== 'false') return { wrap: 'script', optOut: OPT_OUT };
  return { wrap: attribute(attributes, 'splitStatements')?.toLowerCase() === 'false' ? 'implicit' : 'none', optOut: OPT_OUT };
}

const attribute = (attributes: string, name: string): string | undefined => new RegExp(`\\b${name}:(?:"([^"]*)"|(\\S*))`, 'i').exec(attributes)?.slice(1).find((value) => value !== undefined);

const unquote = (text = ''): string => text.replace(/^"(.*)"$/, '$1').trim();

function* pieces(text: string, { start, end }: Span, delimiter: string): Generator<Span> {
  let from = start;
  for (let at = text.indexOf(delimiter, from); at >= 0 && at < end; at = text.indexOf(delimiter, from)) {
    yield { start: from, end: at };
    from = at + delimiter.length;
  }
  yield { start: from, end };
}

/** A delimiter other than the semicolon is no SQL: statements are what stands between. */
function split(text: string, spans: readonly Span[], delimiter: string | undefined): readonly Span[] {
  const plain = delimiter?.replace(/\\n/g, '').replace(/[\\^$]/g, '');
  if (plain === undefined || plain === '' || plain === ';') return spans;
  return spans.flatMap((span) => [...pieces(text, span, plain)].filter((piece) => hasSql(text, piece)));
}

function blockRollbacks(text: string, { start, end }: Span): readonly Span[] {
  return [...text.slice(start, end).matchAll(BLOCK_ROLLBACK)].map((match) => {
    const from = start + match.index + match[0].indexOf('\n') + 1;
    return { start: from, end: from + (match[1] ?? '').length };
  });
}

/** What stands between `--ignoreLines:start` and `--ignoreLines:end`, and as many lines as `--ignoreLines:<count>` says, whatever they hold. */
function ignoredLines(text: string): readonly Span[] {
  const spans: Span[] = [];
  const marks = new RegExp(IGNORED_LINES);
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    const start = mark.index;
    if (mark[1] === 'start') {
      while (mark !== null && mark[1] !== 'end') mark = marks.exec(text);
      marks.lastIndex = mark === null ? text.length : mark.index + mark[0].length;
    } else {
      for (let left = Number(mark[1]); left >= 0 && marks.lastIndex < text.length; left--) marks.lastIndex = lineEnd(text, marks.lastIndex);
    }
    spans.push({ start, end: marks.lastIndex });
  }
  return spans;
}

/** Where the next line begins. */
function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

function without(body: Span, ignored: readonly Span[]): readonly Span[] {
  const spans: Span[] = [];
  let from = body.start;
  for (let index = firstEndingAfter(ignored, body.start); index < ignored.length; index++) {
    const { start, end } = ignored[index] ?? body;
    if (start >= body.end) break;
    if (start > from) spans.push({ start: from, end: start });
    from = end;
  }
  return from < body.end ? [...spans, { start: from, end: body.end }] : spans;
}

function firstEndingAfter(sorted: readonly Span[], offset: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.end ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
