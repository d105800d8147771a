import type { ParsedText } from '../../dialect.ts';
import { lineEnd, nextLine } from './characters.ts';
import { leadingWord } from './splitter.ts';

/** See `Dialect.parts`. */
export function cut(text: string, every: number): readonly number[] {
  const cuts: number[] = [];
  // Where the rows of a COPY end, only the whole text can tell.
  if (text.includes('\\.')) return cuts;
  for (let at = nextLine(text, every); at < text.length; ) {
    const begins = beginsStatement(text, at);
    if (begins) cuts.push(at);
    at = nextLine(text, begins ? at + every : at);
  }
  return cuts;
}

/** The line before ends in a semicolon, not in a comment of its own; in a string, a body or a longer comment the part before the cut cannot be read. */
function beginsStatement(text: string, at: number): boolean {
  const before = text.slice(text.lastIndexOf('\n', at - 2) + 1, at);
  return before.trimEnd().endsWith(';') && !before.includes('--') && BEGINNINGS.has(leadingWord(text, at, lineEnd(text, at)));
}

/** What hardly ever stands at the beginning of a line inside a body. */
const BEGINNINGS = new Set(['alter', 'comment', 'create', 'drop', 'grant', 'insert', 'revoke']);

/** See `Dialect.parts`: whoever could not read a statement may have met a cut inside it. */
export const isSure = ({ statements }: ParsedText): boolean =>
  statements.every(({ operations }) => operations.every((operation) => operation.kind !== 'opaque' || (operation.reason !== 'syntax' && operation.reason !== 'template')));
