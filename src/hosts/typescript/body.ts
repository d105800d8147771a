import type { DirectionPlace } from './directions.ts';
import type { Style } from './style.ts';
import { indentAt } from './text-edits.ts';
import type { TextEdit } from './text-edits.ts';

/** One call of a direction with the comments before it, or comments alone. */
export interface Piece {
  readonly comments: readonly string[];
  readonly call?: (at: CallPlace) => string;
  /** A whole statement, without its semicolon. */
  readonly statement?: string;
}

/** Where a call is written down. */
export interface CallPlace {
  /** Names of the function's parameters. */
  readonly names: readonly string[];
  readonly style: Style;
  readonly indent: string;
  /** Characters before the call on its line. */
  readonly taken: number;
}

export interface Lines {
  readonly text: string;
  /** The function has to be `async` for it. */
  readonly async: boolean;
}

/** The lines of a direction's body. A function that is not `async` returns its only call. */
export function linesFor(pieces: readonly Piece[], { names, isAsync, waits, indent, style }: { readonly names: readonly string[]; readonly isAsync: boolean; readonly waits: boolean; readonly indent: string; readonly style: Style }): Lines {
  const calls = pieces.filter(({ call }) => call !== undefined).length;
  const throws = pieces.some(({ statement }) => statement !== undefined);
  const returns = waits && !isAsync && calls === 1;
  const word = !waits ? '' : returns ? 'return ' : 'await ';
  const lines = pieces.flatMap(({ comments, call, statement }) => [
    ...comments.map((said) => `${indent}// ${said}`.trimEnd()),
    ...(call === undefined ? [] : [`${indent}${word}${call({ names, style, indent, taken: word.length })}${style.semicolon}`]),
    ...(statement === undefined ? [] : [`${indent}${statement}${style.semicolon}`]),
  ]);
  return { text: lines.map((line) => `${line}${style.line}`).join(''), async: waits && !isAsync && !returns && !throws };
}

/** The edits that give a direction another body. */
export function bodyEdits(text: string, place: DirectionPlace, pieces: readonly Piece[], style: Style, { waits, names = place.names }: { readonly waits: boolean; readonly names?: readonly string[] }): readonly TextEdit[] {
  const outer = indentAt(text, place.owner.start);
  const indent = outer + style.indent;
  const isAsync = place.function.async === true;
  const lines = linesFor(pieces, { names, isAsync, waits, indent, style });
  const head: readonly TextEdit[] = lines.async ? [{ start: place.head, end: place.head, text: 'async ' }] : [];
  const body = `${style.line}${lines.text}${outer}`;
  return [...head, { ...place.body, text: place.isBlock ? body : `{${body}}` }];
}
