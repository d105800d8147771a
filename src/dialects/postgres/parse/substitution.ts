import { isLineEnd, isOperator } from './characters.ts';
import { TokenKind } from './lexer.ts';
import type { Masks, MaskStyle } from './masks.ts';
import type { Placeholders } from './placeholders.ts';
import type { Piece } from './statement.ts';

/** A range of tokens that the parser sees as something else of the same length. */
export interface Substitution {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  /** Of the length of the first token; what follows is blank. Undefined: all blank. */
  readonly text?: string;
}

/** How placeholders are masked in one attempt to parse. */
export interface Masked {
  /** By the offset where they stand; names, unless it says otherwise. */
  readonly styles: ReadonlyMap<number, MaskStyle>;
  readonly masks: Masks;
}

/** Undefined without placeholders; `certain` when it can be no SQL as it stands, which `a <% b` and `a %(b)s` can be. */
export function placeholdersIn({ tokens, first, last }: Piece, placeholders: Placeholders | undefined): 'certain' | 'possible' | undefined {
  if (placeholders === undefined || !placeholders.mayBeIn(tokens.start(first), tokens.end(last - 1))) return undefined;
  let found: 'possible' | undefined;
  for (let i = first; i < last; i++) {
    const kind = tokens.kind(i);
    if (kind === TokenKind.placeholder) return 'certain';
    if (kind === TokenKind.word || kind === TokenKind.quotedName || kind === TokenKind.string) {
      const end = tokens.end(i);
      for (let at = tokens.start(i); at < end; at++) {
        if (placeholders.end(at) === -1) continue;
        if (kind === TokenKind.word && !isOperator(tokens.text.charCodeAt(at))) return 'certain';
        found = 'possible';
      }
    }
    if (i > first && controlBetween(tokens.text, tokens.end(i - 1), tokens.start(i), placeholders)) found = 'possible';
  }
  return found;
}

function controlBetween(text: string, from: number, to: number, placeholders: Placeholders): boolean {
  for (let at = from; at < to; at++) if (placeholders.controlEnd(at) !== -1) return true;
  return false;
}

/** Whether a comment inside opens comments of its own: the parser takes quadratic time for those. */
export function nestsComments(sql: string): boolean {
  const opened = sql.indexOf('/*');
  return opened !== -1 && sql.includes('/*', opened + 2);
}

/** The statement with placeholders masked, some tokens replaced and everything between tokens blank; offsets stay. */
export function substituted({ tokens, first, last, substitutions = [] }: Piece, placeholders: Placeholders | undefined, masked: Masked | undefined): string {
  const { text } = tokens;
  const parts: string[] = [];
  let next = 0;
  let at = tokens.start(first);
  for (let i = first; i < last; ) {
    const start = tokens.start(i);
    parts.push(blank(text, at, start));
    const substitution = substitutions[next];
    if (substitution?.from === i) {
      const end = tokens.end(substitution.to - 1);
      const shown = substitution.text ?? '';
      parts.push(shown, blank(text, start + shown.length, end));
      at = end;
      i = substitution.to;
      next++;
    } else {
      at = tokens.end(i);
      parts.push(masked === undefined || placeholders === undefined ? text.slice(start, at) : maskedToken(text, start, at, tokens.kind(i), placeholders, masked));
      i++;
    }
  }
  return parts.join('');
}

/** Line breaks stay: strings go on after them. */
function blank(text: string, from: number, to: number): string {
  if (to - from === 1) return isLineEnd(text.charCodeAt(from)) ? text.charAt(from) : ' ';
  return text.slice(from, to).replace(/[^\n\r]/g, ' ');
}

function maskedToken(text: string, start: number, end: number, kind: TokenKind, placeholders: Placeholders, { styles, masks }: Masked): string {
  const quoted = kind === TokenKind.quotedName || kind === TokenKind.string;
  if (kind !== TokenKind.word && kind !== TokenKind.placeholder && !quoted) return text.slice(start, end);
  const quote = quoted ? text.charAt(end - 1) : '';
  let shown = '';
  for (let at = start; at < end; ) {
    const stop = placeholders.end(at);
    const found = stop === -1 || stop > end ? '' : text.slice(at, stop);
    if (found === '' || (quoted && !found.includes(quote))) {
      shown += text.charAt(at);
      at++;
      continue;
    }
    // Part of a name can only be a name.
    shown += quoted ? masks.bare(found) : masks.hide(found, (start === at && stop === end ? styles.get(at) : undefined) ?? 'name');
    at = stop;
  }
  return shown;
}
