import type { Run, Traced } from '../program.ts';
import type { Literal, TemplateLiteral } from './nodes.ts';

/** A string literal's text with the place of each stretch; an escape is a run of its own. */
export function literalText(node: Literal, source: string): Traced {
  const [start, end] = node.range;
  return traced(String(node.value), source, start + 1, end - 1);
}

/** The texts between the holes of a template. */
export function templateTexts(node: TemplateLiteral, source: string): readonly Traced[] {
  // Parsers differ in whether a part's range has its delimiters in it.
  const delimited = node.quasis[0]?.range[0] === node.range[0];
  return node.quasis.map(({ range: [start, end], value: { cooked, raw }, tail }) => {
    const own = delimited ? { start: start + 1, end: end - (tail ? 1 : 2) } : { start, end };
    return traced(cooked ?? raw, source, own.start, own.end);
  });
}

const ESCAPE = /\\(?:u\{[\da-fA-F]+\}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|\r\n|[0-7]{1,3}|[\s\S])|\r\n/g;

/** Walks the characters as written beside the characters as meant. */
function traced(text: string, source: string, start: number, end: number): Traced {
  const raw = source.slice(start, end);
  if (raw === text) return { text, runs: text === '' ? [] : [{ at: 0, length: text.length, span: { start, end } }] };
  const runs: Run[] = [];
  let at = 0;
  let from = 0;
  const plain = (to: number): void => {
    if (to > from) runs.push({ at, length: to - from, span: { start: start + from, end: start + to } });
    at += to - from;
  };
  for (const match of raw.matchAll(ESCAPE)) {
    plain(match.index);
    const length = meant(match[0]);
    from = match.index + match[0].length;
    if (length > 0) runs.push({ at, length, span: { start: start + match.index, end: start + from } });
    at += length;
  }
  plain(raw.length);
  return at === text.length ? { text, runs } : { text, runs: [{ at: 0, length: text.length, span: { start, end } }] };
}

/** How many characters an escape stands for. */
function meant(escape: string): number {
  if (escape.startsWith('\\u{')) return Number.parseInt(escape.slice(3, -1), 16) > 0xffff ? 2 : 1;
  if (/^\\(?:\r\n|[\n\r\u2028\u2029])$/.test(escape)) return 0;
  // Up to three octal digits, yet no more than 255.
  const octal = /^\\([0-7]{3})$/.exec(escape)?.[1];
  return octal !== undefined && Number.parseInt(octal, 8) > 255 ? 2 : 1;
}
