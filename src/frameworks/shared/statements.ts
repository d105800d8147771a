import type { Span } from '../../source/text.ts';
import { commentEnd, lineAt, skipBlank } from './text.ts';

/** A statement as a tool that splits SQL by itself sees it: enough to know what it is, not what it means. */
export interface RoughStatement extends Span {
  /** Its first words, upper case, one blank between. */
  readonly head: string;
  /** Dollar-quoted strings in it, delimiters included. */
  readonly dollars: readonly Span[];
}

const HEAD_WORDS = 8;

/** Heads of statements that PostgreSQL refuses inside a transaction and that migrations contain. */
export const OUTSIDE_ONLY = /^(?:CREATE(?: UNIQUE)? INDEX CONCURRENTLY|DROP INDEX CONCURRENTLY|REINDEX(?: \w+)? CONCURRENTLY|VACUUM|ALTER SYSTEM|(?:CREATE|DROP) DATABASE)\b/;

/** Splits at semicolons outside of quotes, comments and parentheses. Linear, never fails. */
export function roughStatements(text: string, { start, end }: Span = { start: 0, end: text.length }): readonly RoughStatement[] {
  const found: RoughStatement[] = [];
  let at = skipBlank(text, start, end);
  while (at < end) {
    const words: string[] = [];
    const dollars: Span[] = [];
    const from = at;
    let depth = 0;
    let atomic = 0;
    for (; at < end; ) {
      const char = text.charAt(at);
      if (char === ';' && depth <= 0 && atomic <= 0) break;
      const next = skipQuoted(text, at, end);
      if (next > at) {
        if (char === '$') dollars.push({ start: at, end: next });
        at = next;
      } else if (/[A-Za-z_]/.test(char)) {
        const word = wordAt(text, at);
        const upper = word.toUpperCase();
        if (words.length < HEAD_WORDS) words.push(upper);
        if (upper === 'ATOMIC' && /\bBEGIN\s+$/i.test(text.slice(Math.max(from, at - 12), at))) atomic++;
        else if (atomic > 0 && upper === 'CASE') atomic++;
        else if (atomic > 0 && upper === 'END') atomic--;
        at += word.length;
      } else {
        if (char === '(') depth++;
        else if (char === ')') depth--;
        at++;
      }
    }
    const head = words.join(' ');
    if (at > from) found.push({ start: from, end: Math.min(at, end), head, dollars });
    at = /^COPY\b/.test(head) && /\bFROM\s+STDIN\b/i.test(text.slice(from, at)) ? copyEnd(text, at, end) : at + 1;
    at = skipBlank(text, at, end);
  }
  return found;
}

/** What a program sends as one string. */
export interface Sendable extends Span {
  readonly sql: string;
  /** It holds several statements that belong together. */
  readonly together: boolean;
}

/**
 * The statements of a script, as programs send them: what stands between BEGIN and COMMIT in one string, which the server takes as a
 * transaction of its own. Sent one by one they could go over several connections of a pool.
 */
export function sendables(sql: string): readonly Sendable[] {
  const found: Sendable[] = [];
  const all = roughStatements(sql);
  for (let at = 0; at < all.length; at++) {
    const own = all[at];
    if (own === undefined) continue;
    const end = own.head === 'BEGIN' ? all.findIndex(({ head }, index) => index > at && /^(?:BEGIN|COMMIT|ROLLBACK)$/.test(head)) : -1;
    const [first, last, commit] = end > at + 1 ? [all[at + 1], all[end - 1], all[end]] : [];
    if (first !== undefined && last !== undefined && commit?.head === 'COMMIT') {
      found.push({ start: own.start, end: commit.end, sql: sql.slice(first.start, last.end).trim(), together: true });
      at = end;
    } else found.push({ start: own.start, end: own.end, sql: sql.slice(own.start, own.end).trim(), together: false });
  }
  return found;
}

/** The script as programs send it: without BEGIN and COMMIT around what goes in one string. */
export function asSent(sql: string): string {
  const all = sendables(sql);
  return all.some(({ together }) => together) ? all.map((one) => one.sql).join(';\n') : sql;
}

/** Offset after the quoted text or comment that starts here; `at` where none does. */
function skipQuoted(text: string, at: number, end: number): number {
  const char = text.charAt(at);
  if (char === "'") return quoteEnd(text, at, end, "'", /[eE]/.test(text.charAt(at - 1)) && !/[A-Za-z0-9_]/.test(text.charAt(at - 2)));
  if (char === '"') return quoteEnd(text, at, end, '"', false);
  if (char === '-' && text.charAt(at + 1) === '-') return Math.min(lineAt(text, at).next, end);
  if (char === '/' && text.charAt(at + 1) === '*') return Math.min(commentEnd(text, at), end);
  if (char !== '$' || /[A-Za-z0-9_]/.test(text.charAt(at - 1))) return at;
  const tag = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]{0,62})?\$/y;
  tag.lastIndex = at;
  const open = tag.exec(text)?.[0];
  if (open === undefined) return at;
  const close = text.indexOf(open, at + open.length);
  return close < 0 ? end : Math.min(close + open.length, end);
}

function quoteEnd(text: string, start: number, end: number, quote: string, escapes: boolean): number {
  for (let at = start + 1; at < end; at++) {
    const char = text.charAt(at);
    if (escapes && char === '\\') at++;
    else if (char === quote && text.charAt(at + 1) === quote) at++;
    else if (char === quote) return at + 1;
  }
  return end;
}

function wordAt(text: string, at: number): string {
  const word = /[A-Za-z_][A-Za-z0-9_$]*/y;
  word.lastIndex = at;
  return word.exec(text)?.[0] ?? text.charAt(at);
}

function copyEnd(text: string, at: number, end: number): number {
  const terminator = /^\\\.[ \t]*\r?$/gm;
  terminator.lastIndex = at;
  return terminator.exec(text) === null ? end : Math.min(terminator.lastIndex, end);
}
