import type { Span } from '../source/text.ts';
import { columnsOf, harmless } from './layout.ts';
import type { Places } from './places.ts';

/** Colours by role; the identity on a plain terminal. */
export interface Paint {
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
  readonly mark: (text: string) => string;
}

const MOST_LINES = 8;

/** The lines of a span with their numbers, one more on either side, and carets under a span that stays on one line. */
export function codeFrame(path: string, span: Span, places: Places, width: number, paint: Paint): readonly string[] {
  const { line, column, endLine, endColumn } = places.at(path, span);
  const lines = places.lines(path);
  const text = places.text(path);
  const lineText = (number: number): string =>
    text.slice(lines.lineStart(number), number < lines.lineCount ? lines.lineStart(number + 1) : text.length).replace(/[\r\n]+$/, '');

  const shown: number[] = [];
  if (line > 1 && lineText(line - 1).trim() !== '') shown.push(line - 1);
  for (let number = line; number <= endLine; number++) {
    if (endLine - line < MOST_LINES || number < line + MOST_LINES - 2 || number === endLine) shown.push(number);
  }
  if (endLine < lines.lineCount && lineText(endLine + 1).trim() !== '') shown.push(endLine + 1);

  const gutter = String(shown.at(-1) ?? line).length;
  const room = Math.max(20, width - gutter - 7);
  const single = line === endLine;
  const output: string[] = [];
  let previous = shown[0] ?? line;
  for (const number of shown) {
    if (number > previous + 1) output.push(paint.dim(`  ${' '.repeat(gutter)} ⋮`));
    previous = number;
    const marked = number >= line && number <= endLine;
    const focus = number === line ? column - 1 : 0;
    const slice = visible(lineText(number), focus, number === line && single ? Math.max(column, endColumn - 1) : undefined, room);
    const label = String(number).padStart(gutter);
    output.push(`${marked ? paint.mark('▸') : ' '} ${marked ? paint.bold(label) : paint.dim(label)} ${paint.dim('│')} ${marked ? slice.text : paint.dim(slice.text)}`.trimEnd());
    if (number === line && single) {
      output.push(`  ${' '.repeat(gutter)} ${paint.dim('│')} ${' '.repeat(slice.before)}${paint.mark('^'.repeat(Math.max(1, slice.under)))}`);
    }
  }
  return output;
}

interface Visible {
  readonly text: string;
  /** Columns before the span and under it. */
  readonly before: number;
  readonly under: number;
}

/** The part of a line around `from` that fits, tabs expanded. `to` is the offset after the span. */
function visible(line: string, from: number, to: number | undefined, room: number): Visible {
  if (line.length < room && /^[\x20-\x7E]*$/.test(line)) return { text: line, before: Math.min(from, line.length), under: Math.max(0, Math.min(to ?? from, line.length) - from) };
  const start = line.length <= room || from < room - 10 ? 0 : from - 10;
  let text = start > 0 ? '…' : '';
  let used = text.length;
  let before = used;
  let under = 0;
  for (let i = start; i < line.length; ) {
    const code = line.codePointAt(i) ?? 0;
    const char = String.fromCodePoint(code);
    const cells = char === '\t' ? 2 : columnsOf(code);
    if (used + cells > room - 1 && i + char.length < line.length) {
      text += '…';
      break;
    }
    if (i < from) before += cells;
    else if (to !== undefined && i < to) under += cells;
    text += char === '\t' ? '  ' : harmless(char);
    used += cells;
    i += char.length;
  }
  return { text, before, under };
}
