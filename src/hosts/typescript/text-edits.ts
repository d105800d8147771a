import type { Span } from '../../source/text.ts';

/** Replaces a range of a file. */
export interface TextEdit extends Span {
  readonly text: string;
}

/** The text after edits; one that lies in another is part of that. */
export function edited(text: string, edits: readonly TextEdit[]): string {
  const sorted = edits.toSorted((a, b) => a.start - b.start || b.end - a.end);
  let done = '';
  let at = 0;
  for (const { start, end, text: by } of sorted) {
    if (start < at) continue;
    done += text.slice(at, start) + by;
    at = end;
  }
  return done + text.slice(at);
}

/** The whole lines of something that stands alone on them, with the blank line above where nothing would be left to stand apart from; else its own characters. */
export function linesOf(text: string, { start, end }: Span): TextEdit {
  const before = /[^\S\n]*$/.exec(text.slice(0, start))?.[0] ?? '';
  const after = /^[^\S\n]*(?:\r?\n|$)/.exec(text.slice(end));
  const first = start - before.length;
  if (after === null || (first > 0 && text.charAt(first - 1) !== '\n')) return { start, end, text: '' };
  const stop = end + after[0].length;
  const blank = /(?<=\n)[^\S\n]*\n$/.exec(text.slice(0, first))?.[0] ?? '';
  return { start: /^[^\S\n]*(?:\r?\n|[})])/.test(text.slice(stop)) ? first - blank.length : first, end: stop, text: '' };
}

/** The blanks that the line of a place begins with. */
export const indentAt = (text: string, at: number): string => /^[^\S\n]*/.exec(text.slice(text.lastIndexOf('\n', at - 1) + 1, at))?.[0] ?? '';
