import { skipBlank } from '../frameworks/shared/text.ts';
import type { Statement } from '../ir/migration.ts';
import type { Operation } from '../ir/operation.ts';
import type { Span } from '../source/text.ts';
import type { Edit } from './edits.ts';

/** The part of a statement that some of its operations make up. */
export interface Region {
  readonly statement: Statement;
  /** Clauses or list members to be taken out; undefined: the whole statement. */
  readonly clauses: readonly number[] | undefined;
  /** Constraints written in the definition of a column that stays, which alone are taken out of their clauses. */
  readonly inner: readonly Span[];
  /** All clauses or list members of the statement. */
  readonly all: readonly Span[];
}

/** Finds the clauses that are these operations and nothing else; a string says why there are none. */
export function regionOf(statement: Statement, operations: readonly Operation[]): Region | string {
  if (operations.some(({ within }) => within !== undefined)) return 'It stands inside a block of code, out of which it cannot be taken.';
  const groups = clausesOf(statement);
  const taken = new Set(operations);
  const whole = groups.map((group) => group.operations.filter((operation) => taken.has(operation)).length);
  const partly = groups.filter((group, index) => (whole[index] ?? 0) > 0 && whole[index] !== group.operations.length);
  const inner = partly.flatMap((group) => group.operations.filter((operation) => taken.has(operation)));
  if (!inner.every((operation) => operation.kind === 'addConstraint' && operation.inline)) return 'The same clause does something else besides, which cannot be taken apart from it.';
  const all = groups.map(({ start, end }) => ({ start, end }));
  const clauses = groups.flatMap((group, index) => ((whole[index] ?? 0) > 0 && !partly.includes(group) ? [index] : []));
  return { statement, all, inner: inner.map(({ span }) => span), clauses: clauses.length === groups.length ? undefined : clauses };
}

/** All of a statement, whatever it is. */
export const wholeOf = (statement: Statement): Region => ({ statement, clauses: undefined, inner: [], all: clausesOf(statement).map(({ start, end }) => ({ start, end })) });

interface Clause extends Span {
  readonly operations: Operation[];
}

/** Operations whose spans touch are one clause. */
function clausesOf({ operations }: Statement): readonly Clause[] {
  const found: Clause[] = [];
  for (const operation of [...operations].sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end)) {
    const last = found.at(-1);
    if (last !== undefined && operation.span.start < last.end) {
      last.operations.push(operation);
      found[found.length - 1] = { ...last, end: Math.max(last.end, operation.span.end) };
    } else found.push({ ...operation.span, operations: [operation] });
  }
  return found;
}

/** Cuts clauses out of their list, each with a comma and with the comments on lines of their own above it, and constraints out of definitions. */
export function cutClauses(text: string, { clauses = [], inner, all }: Region): readonly Edit[] | string {
  const own = inner.map(({ start, end }): Edit => ({ start: aboveInner(text, start).start, end, text: '' }));
  if (clauses.length === 0) return own;
  const commas = all.slice(1).map((next, index) => commaBetween(text, all[index]?.end ?? 0, next.start) ?? -1);
  if (commas.includes(-1)) return 'It is no member of a list, so that it cannot be cut out.';
  const whole = runsOf(clauses).flatMap(([first, last]) => {
    const start = all[first]?.start ?? 0;
    const end = all[last]?.end ?? 0;
    const before = commas[first - 1];
    const after = commas[last];
    const above = before === undefined ? undefined : lineEndAfter(text, before + 1, start);
    if (after === undefined) {
      const comma = before ?? start;
      return above === undefined ? [{ start: comma, end, text: '' }] : [{ start: comma, end: comma + 1, text: '' }, { start: above, end, text: '' }];
    }
    const next = all[last + 1]?.start ?? after + 1;
    const below = lineEndAfter(text, after + 1, next);
    if (above !== undefined && below !== undefined) return [{ start: above, end: below, text: '' }];
    return [{ start, end: skipSpaces(text, after + 1, next), text: '' }];
  });
  return [...own, ...whole];
}

/** Neighbours as first and last of each run. */
function runsOf(clauses: readonly number[]): readonly (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (const index of clauses) {
    const last = runs.at(-1);
    if (last?.[1] === index - 1) last[1] = index;
    else runs.push([index, index]);
  }
  return runs;
}

/** The comments that go with a clause: on lines of their own above it, and behind it on its line. */
export function commentsOfClause(text: string, { all }: Region, index: number): string {
  const own = all[index];
  const before = all[index - 1];
  if (own === undefined || before === undefined) return '';
  const from = lineEndAfter(text, before.end, own.start);
  return from === undefined ? '' : text.slice(from, own.start).split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '' && line !== ',').map((line) => line.replace(/^,\s*/, '')).filter((line) => line !== '').join('\n');
}

/** The comments on lines of their own above a constraint in the definition of a column, which go with it. */
export const commentsOfInner = (text: string, { start }: Span): string => aboveInner(text, start).comments.join('\n');

/** Where what goes with such a constraint begins. A comment that stays ends with its line. */
function aboveInner(text: string, from: number): { readonly start: number; readonly comments: readonly string[] } {
  const comments: string[] = [];
  for (let at = from; ; ) {
    const end = spacesBefore(text, at);
    const line = text.lastIndexOf('\n', end - 1) + 1;
    const comment = text.slice(line, end).trim();
    if (!text.slice(end, at).includes('\n') || !/(?:^|\s)--/.test(comment)) return { start: end, comments };
    if (!comment.startsWith('--')) return { start: text.indexOf('\n', end) + 1, comments };
    comments.unshift(comment);
    at = line;
  }
}

/** Offset of the comma between two members, comments passed over; undefined where anything else stands there. */
function commaBetween(text: string, from: number, to: number): number | undefined {
  const at = skipBlank(text, from, to);
  if (text.charAt(at) !== ',') return undefined;
  return skipBlank(text, at + 1, to) === to ? at : undefined;
}

/** Offset of the line break that ends the line of `from`, comments in it included; undefined when `to` is on that line. */
function lineEndAfter(text: string, from: number, to: number): number | undefined {
  const feed = text.indexOf('\n', from);
  if (feed < 0 || feed >= to) return undefined;
  // A block comment that runs over the line's end belongs to what comes before it.
  const open = text.slice(from, feed).lastIndexOf('/*');
  if (open >= 0 && !text.slice(from + open, feed).includes('*/')) return undefined;
  return text.charAt(feed - 1) === '\r' ? feed - 1 : feed;
}

function skipSpaces(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && /\s/.test(text.charAt(at))) at++;
  return at;
}

function spacesBefore(text: string, from: number): number {
  let at = from;
  while (at > 0 && /\s/.test(text.charAt(at - 1))) at--;
  return at;
}
