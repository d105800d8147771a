/** Half-open range of UTF-16 offsets into one file. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** 1-based line and column (UTF-16 units), as editors count them. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Answers "which line is this offset on" in logarithmic time. */
export interface LineIndex {
  position(offset: number): Position;
  /** Offset of the first character of a 1-based line. */
  lineStart(line: number): number;
  readonly lineCount: number;
}

/** LF, CRLF and lone CR all end a line. */
export function lineIndex(text: string): LineIndex {
  const starts = [0];
  const end = /\r\n?|\n/g;
  while (end.test(text)) starts.push(end.lastIndex);
  return {
    lineCount: starts.length,
    lineStart: (line) => starts[Math.min(Math.max(line, 1), starts.length) - 1] ?? 0,
    position(offset) {
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((starts[middle] ?? 0) <= offset) low = middle;
        else high = middle - 1;
      }
      return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
    },
  };
}

export const shift = (span: Span, by: number): Span => ({ start: span.start + by, end: span.end + by });
