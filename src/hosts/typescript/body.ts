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

/** The edits that give a direction another body; `keep`: after or before what it has. */
export function bodyEdits(text: string, place: DirectionPlace, pieces: readonly Piece[], style: Style, { waits, names = place.names, first = false }: { readonly waits: boolean; readonly names?: readonly string[]; readonly first?: boolean }): readonly TextEdit[] {
  const outer = indentAt(text, place.owner.start);
  const indent = outer + style.indent;
  const isAsync = place.function.async === true;
  const lines = linesFor(pieces, { names, isAsync: isAsync || (first && !returnsOnly(text, place)), waits, indent, style });
  const head: readonly TextEdit[] = lines.async ? [{ start: place.head, end: place.head, text: 'async ' }] : [];
  if (first) {
    const inside = text.slice(place.body.start, place.body.end);
    const blank = /^[^\S\n]*\r?\n/.exec(inside)?.[0].length ?? 0;
    const at = place.body.start + blank;
    return [...head, { start: at, end: at, text: `${blank === 0 ? style.line : ''}${lines.text}${blank === 0 ? indent : ''}` }];
  }
  const body = `${style.line}${lines.text}${outer}`;
  return [...head, { ...place.body, text: place.isBlock ? body : `{${body}}` }];
}

const returnsOnly = (text: string, { body }: DirectionPlace): boolean => /^\s*return\b/.test(text.slice(body.start, body.end));
