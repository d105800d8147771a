import type { Span } from '../../source/text.ts';

export interface Line extends Span {
  /** Without its line break. */
  readonly text: string;
  /** Offset of the next line. */
  readonly next: number;
}

/** The lines that contain the needle, which is found without looking at the others. */
export function linesWith(text: string, needle: string): readonly Line[] {
  const found: Line[] = [];
  for (let at = text.indexOf(needle); at >= 0; ) {
    const line = lineAt(text, at);
    found.push(line);
    at = text.indexOf(needle, line.next);
  }
  return found;
}

export function lineAt(text: string, offset: number): Line {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const feed = text.indexOf('\n', offset);
  const next = feed < 0 ? text.length : feed + 1;
  let end = feed < 0 ? text.length : feed;
  if (end > start && text.charCodeAt(end - 1) === 13) end--;
  return { start, end, next, text: text.slice(start, end) };
}

export const firstLine = (text: string): string => lineAt(text, 0).text;

/** The comments and blank lines before the first statement. */
export const header = (text: string): string => text.slice(0, skipBlank(text, 0, text.length));

/** Whether anything but blanks, comments and lone semicolons stands in the range. */
export function hasSql(text: string, { start, end }: Span = { start: 0, end: text.length }): boolean {
  let at = skipBlank(text, start, end);
  while (at < end && text.charCodeAt(at) === 59) at = skipBlank(text, at + 1, end);
  return at < end;
}

/** Offset of the first character that is neither blank nor in a comment. */
export function skipBlank(text: string, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code <= 32 || code === 160 || code === 0xfeff) at++;
    else if (code === 45 && text.charCodeAt(at + 1) === 45) at = lineAt(text, at).next;
    else if (code === 47 && text.charCodeAt(at + 1) === 42) at = commentEnd(text, at);
    else return at;
  }
  return end;
}

/** Block comments nest, as in PostgreSQL; an unterminated one runs to the end. */
export function commentEnd(text: string, start: number): number {
  const delimiter = /\/\*|\*\//g;
  delimiter.lastIndex = start;
  let depth = 0;
  for (let match = delimiter.exec(text); match !== null; match = delimiter.exec(text)) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth === 0) return delimiter.lastIndex;
  }
  return text.length;
}

const SAID = new RegExp(
  [
    String.raw`\birreversible\b`,
    String.raw`\b(?:not|non)[ -]?revers(?:ible|able)\b`,
    String.raw`\bcan(?:not|'t| not)(?: easily| safely)?(?: be)? (?:undo(?:ne)?|reverse[d]?|revert(?:ed)?|roll(?:ed)? ?back)`,
    String.raw`\bone[ -]way\b`,
    String.raw`\bno (?:way back|rollback|down|downgrade|revert|undo|reverse|reversal)\b`,
    String.raw`\bnothing to (?:do|undo|revert|roll ?back|reverse)\b`,
    String.raw`\bdoes nothing\b`,
    String.raw`\bno-?op\b`,
  ].join('|'),
  'i',
);

/** Whether a comment says that there is no way back, or nothing to take back. */
export const saysNothing = (comment: string): boolean => SAID.test(comment);

/** Whether the author of a way back wrote that there is none: a comment instead of statements, or nothing but a raise. */
export function saysIrreversible(text: string, sections: readonly Span[] = [{ start: 0, end: text.length }]): boolean {
  const own = (): string => sections.map(({ start, end }) => text.slice(start, end)).join('\n');
  if (!sections.some((section) => hasSql(text, section))) return SAID.test(own());
  const [{ start, end } = { start: 0, end: 0 }] = sections;
  if (end - start > 2000 || !/^DO\b/i.test(text.slice(skipBlank(text, start, end), end).slice(0, 3))) return false;
  return /\bRAISE\s+(?:EXCEPTION|SQLSTATE)\b/i.test(own()) && !/\b(?:ALTER|DROP|CREATE|IF)\b/i.test(own());
}
