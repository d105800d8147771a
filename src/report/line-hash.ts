const WIDTH = 100;
const FACTOR = 37n;
const END_OF_FILE = 0xffff;

/**
 * The hash by which GitHub's code scanning knows a line again (`primaryLocationLineHash`), for 1-based lines of a text: of the next 100
 * characters from where the line begins, spaces and tabs left out and line ends made one, with the number of times that it came up so far.
 */
export function lineHashes(text: string): (line: number) => string | undefined {
  const packed = text.replace(/[ \t]|(?<=\r)\n/g, '').replaceAll('\r', '\n') + String.fromCharCode(END_OF_FILE);
  const windows: string[] = [];
  const seen = new Map<string, number>();
  const counts: number[] = [];
  for (let start = 0; start < packed.length; ) {
    const window = packed.slice(start, start + WIDTH);
    const count = (seen.get(window) ?? 0) + 1;
    seen.set(window, count);
    windows.push(window);
    counts.push(count);
    const end = packed.indexOf('\n', start);
    if (end < 0) break;
    start = end + 1;
  }
  return (line) => {
    const window = windows[line - 1];
    return window === undefined ? undefined : `${hash(window)}:${String(counts[line - 1])}`;
  };
}

/** A polynomial in 37 over the characters, the last one alone, modulo 2^64. */
function hash(window: string): string {
  let value = 0n;
  for (let i = 0; i < WIDTH; i++) value = BigInt.asUintN(64, value * FACTOR + BigInt(i < window.length ? window.charCodeAt(i) : 0));
  return value.toString(16);
}
