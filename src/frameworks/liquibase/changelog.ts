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
const DIRECTIVE = /^[ \t]*--[ \t]*(changeset|rollback|ignoreLines)\b([^\r\n]*)/gim;
const BLOCK_ROLLBACK = /\/\*[ \t]*liquibase[ \t]+rollback[ \t]*\r?\n([\s\S]*?)\*\//gi;
const PARAMETERS = [/\$\{[^{}\n]+\}/g];

export function readChangelog(path: string, text: string): { changesets: readonly Changeset[]; problems: readonly HistoryProblem[] } {
  const changesets: Changeset[] = [];
  const problems: HistoryProblem[] = [];
  const directives = [...text.matchAll(DIRECTIVE)].map((match) => ({ kind: (match[1] ?? '').toLowerCase(), rest: match[2] ?? '', start: match.index, end: match.index + match[0].length }));
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
      up: split(text, withoutIgnored(body, own), attribute(attributes, 'endDelimiter')),
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

/** `--ignoreLines:start … end` and `--ignoreLines:<count>` take lines out of a changeset. */
function withoutIgnored(body: Span, directives: readonly { kind: string; rest: string; start: number; end: number }[]): readonly Span[] {
  const marks = directives.filter(({ kind }) => kind === 'ignorelines');
  const spans: Span[] = [];
  let from = body.start;
  let off = false;
  for (const mark of marks) {
    if (/^:start/i.test(mark.rest) && !off) {
      spans.push({ start: from, end: mark.start });
      off = true;
    } else if (/^:end/i.test(mark.rest) && off) {
      from = mark.end;
      off = false;
    }
  }
  return off ? spans : [...spans, { start: from, end: body.end }];
}
