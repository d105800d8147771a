import type { Span } from '../source/text.ts';

/** Line comments inside of a statement where the parser sees none, as in the body of a block: dollar quotes are read through, strings and names are not. */
export function innerComments(text: string, { start, end }: Span): readonly Span[] {
  const found: Span[] = [];
  const past = (mark: string, from: number): number => {
    const at = text.indexOf(mark, from);
    return at < 0 ? end : at + mark.length;
  };
  for (let at = start; at < end; ) {
    const two = text.slice(at, at + 2);
    if (two === '--') {
      const line = text.indexOf('\n', at);
      const stop = line < 0 ? end : Math.min(line, end);
      found.push({ start: at, end: stop });
      at = stop;
    } else if (two === '/*') at = past('*/', at + 2);
    else if (two.startsWith("'") || two.startsWith('"')) at = past(two.charAt(0), at + 1);
    else at++;
  }
  return found;
}
