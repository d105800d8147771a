import type { Span } from '../source/text.ts';

/** Puts a text in the place of a range; an empty range inserts. */
export interface Edit extends Span {
  readonly text: string;
  /** What a comment above the call of a program says. */
  readonly above?: string;
}

/** Applies edits that do not overlap; those at the same place in the given order. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const ordered = edits.map((edit, order) => ({ edit, order })).sort((a, b) => a.edit.start - b.edit.start || a.edit.end - b.edit.end || a.order - b.order);
  let result = '';
  let from = 0;
  for (const { edit } of ordered) {
    if (edit.start < from) throw new RangeError(`edits overlap at ${String(edit.start)}`);
    result += text.slice(from, edit.start) + edit.text;
    from = edit.end;
  }
  return result + text.slice(from);
}

export const overlaps = (edits: readonly Edit[]): boolean => {
  const ordered = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  return ordered.some((edit, index) => edit.start < (ordered[index - 1]?.end ?? 0));
};

/** Deletions that touch or overlap are one. */
export function joinDeletions(edits: readonly Edit[]): readonly Edit[] {
  const joined: Edit[] = [];
  for (const edit of edits.filter(({ text, start, end }) => text === '' && start < end).sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = joined.at(-1);
    if (last !== undefined && edit.start <= last.end) joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, edit.end), text: '' };
    else joined.push(edit);
  }
  return [...joined, ...edits.filter(({ text, start, end }) => text !== '' || start === end)];
}

/** Gives a text the line breaks of the file that it goes into. */
export const withLineBreaks = (text: string, line: '\n' | '\r\n'): string => (line === '\n' ? text : text.replace(/(?<!\r)\n/g, '\r\n'));
