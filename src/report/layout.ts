/** Text on a terminal: widths, wrapping, and nothing that the terminal would obey. */

/** Keeps escape sequences and other control characters of the linted files from reaching the terminal. */
export const harmless = (text: string): string => text.replace(/[\0-\x08\v-\x1F\x7F-\x9F\u2028-\u202E\u2066-\u2069]/g, '\uFFFD');

/** Columns that the text takes, wide (CJK, emoji) and combining characters counted as terminals do. */
export function columns(text: string): number {
  if (/^[\x20-\x7E]*$/.test(text)) return text.length;
  let total = 0;
  for (const char of text) total += columnsOf(char.codePointAt(0) ?? 0);
  return total;
}

export function columnsOf(code: number): number {
  if (code < 0x300) return 1;
  if ((code <= 0x36f || (code >= 0x200b && code <= 0x200f) || (code >= 0xfe00 && code <= 0xfe0f) || code === 0x20e3) && code !== 0x2010) return 0;
  const wide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd);
  return wide ? 2 : 1;
}

export const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - columns(text)));

/** Breaks at spaces; a word that is longer than the width stands alone, whole. Line breaks of the text stay. */
export function wrap(text: string, width: number): readonly string[] {
  return text.split(/\r\n|\r|\n/).flatMap((line) => wrapLine(harmless(line).trimEnd(), width));
}

function wrapLine(line: string, width: number): readonly string[] {
  if (columns(line) <= width) return [line];
  const indent = /^ */.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let current: string[] = [];
  let used = 0;
  for (const word of line.trimStart().split(' ')) {
    const more = columns(word);
    if (used > 0 && used + 1 + more > width) lines.push(indent + current.join(' '));
    if (used === 0 || used + 1 + more > width) current = [];
    used = current.length === 0 ? indent.length + more : used + 1 + more;
    current.push(word);
  }
  return [...lines, indent + current.join(' ')];
}
