import { isWordPart, isWordStart } from './characters.ts';

/** Where templates put values into a script before the server sees it. */
export interface Placeholders {
  /** Offset after the placeholder that starts here, or -1. */
  end(at: number): number;
  /** Offset after a control tag (`{% if %}`, `{# note #}`, a comment of Go or Handlebars) that starts here and stands for nothing, or -1. */
  controlEnd(at: number): number;
  /** True for one behind which stands what may be left out or written several times: `{{if}}`, `{{range}}`, `{{#each}}`. */
  opensBranch(at: number): boolean;
  /** True for the placeholders that bring their own quotes, so that no name continues after them. */
  standsAlone(at: number): boolean;
  /** False when nothing in the range looks like a placeholder or a control tag, whether quoted or not. */
  mayBeIn(from: number, to: number): boolean;
}

const HINT = /\$[{(]|\{[{%#]|<%|%\((?=\w)|(?<!:):(?=["'A-Za-z_])/g;
const LONGEST = 500;
const LONGEST_OPENING = 40;

/** Undefined when the text has no placeholders, which is cheaper for the lexer. */
export function findPlaceholders(text: string, custom: readonly RegExp[] = []): Placeholders | undefined {
  const ranges = customRanges(text, custom);
  const hints = hintsIn(text, ranges);
  if (hints.length === 0) return undefined;
  return {
    mayBeIn(from, to) {
      let low = 0;
      let high = hints.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((hints[middle] ?? 0) < from) low = middle + 1;
        else high = middle;
      }
      return (hints[low] ?? to) < to;
    },
    end: (at) => ranges.get(at) ?? placeholderEnd(text, at),
    controlEnd: (at) => (text.charCodeAt(at) === 123 || text.charCodeAt(at) === 60 ? controlEnd(text, at) : -1),
    opensBranch: (at) => /^\{\{-?\s*(?:[#^]|(?:if|else|range|with)\b|(?:block|define)\s+")/.test(text.slice(at, at + LONGEST_OPENING)),
    standsAlone: (at) => text.charCodeAt(at) === 58 && (text.charCodeAt(at + 1) === 39 || text.charCodeAt(at + 1) === 34),
  };
}

/** Where a placeholder may start, in order. */
function hintsIn(text: string, ranges: ReadonlyMap<number, number>): readonly number[] {
  const hints = [...ranges.keys()];
  for (const match of text.matchAll(HINT)) hints.push(match.index);
  return ranges.size === 0 ? hints : hints.sort((a, b) => a - b);
}

function customRanges(text: string, custom: readonly RegExp[]): ReadonlyMap<number, number> {
  const ranges = new Map<number, number>();
  for (const pattern of custom) {
    const global = pattern.global ? pattern : new RegExp(pattern.source, `${pattern.flags}g`);
    for (const match of text.matchAll(global)) if (match[0] !== '') ranges.set(match.index, match.index + match[0].length);
  }
  return ranges;
}

function placeholderEnd(text: string, at: number): number {
  const code = text.charCodeAt(at);
  const following = text.charCodeAt(at + 1);
  if (code === 36 && following === 123) return closing(text, at + 2, '}');
  if (code === 36 && following === 40) return closing(text, at + 2, ')');
  if (code === 123 && following === 123) return closing(text, at + 2, '}}');
  if (code === 60 && following === 37) return closing(text, at + 2, '%>');
  if (code === 37 && following === 40) return pythonEnd(text, at);
  if (code === 58) return variableEnd(text, at);
  return -1;
}

function controlEnd(text: string, at: number): number {
  const following = text.charCodeAt(at + 1);
  if (text.charCodeAt(at) === 60) {
    // `<%= x %>` puts a value in, `<% if x %>` does not.
    return following === 37 && /^<%-?\s*(?:if|unless|else|elsif|elseif|end|for|while|\}|[\w.]+\.each)\b/.test(text.slice(at, at + LONGEST_OPENING)) ? closing(text, at + 2, '%>') : -1;
  }
  if (following === 123) return /^\{\{-?\s*(?:\/\*|!)/.test(text.slice(at, at + LONGEST_OPENING)) ? closing(text, at + 2, '}}') : -1;
  if (following === 37) return closing(text, at + 2, '%}');
  if (following === 35) return closing(text, at + 2, '#}');
  return -1;
}

function closing(text: string, from: number, close: string): number {
  const end = text.slice(from, from + LONGEST).indexOf(close);
  return end === -1 ? -1 : from + end + close.length;
}

/** `%(name)s` */
function pythonEnd(text: string, at: number): number {
  let i = at + 2;
  while (i < text.length && isWordPart(text.charCodeAt(i))) i++;
  if (i === at + 2 || text.charCodeAt(i) !== 41) return -1;
  const conversion = text.charCodeAt(i + 1);
  return (conversion === 115 || conversion === 100) && !isWordPart(text.charCodeAt(i + 2)) ? i + 2 : -1;
}

/** psql's `:name`, `:'name'`, `:"name"`; not the casts, assignments and array slices that look like it. */
function variableEnd(text: string, at: number): number {
  if (text.charCodeAt(at - 1) === 58) return -1;
  let i = at + 1;
  const quote = text.charCodeAt(i);
  if (quote === 39 || quote === 34) {
    i++;
    const name = i;
    while (i < text.length && isWordPart(text.charCodeAt(i))) i++;
    return i > name && text.charCodeAt(i) === quote ? i + 1 : -1;
  }
  if (i >= text.length || !isWordStart(quote) || quote > 127) return -1;
  while (i < text.length && isWordPart(text.charCodeAt(i))) i++;
  return inBrackets(text, at) ? -1 : i;
}

/** Whether the nearest bracket before it on the same line is an opening `[`. */
function inBrackets(text: string, at: number): boolean {
  for (let i = at - 1; i >= 0 && i > at - LONGEST; i--) {
    const code = text.charCodeAt(i);
    if (code === 91) return true;
    if (code === 93 || code === 10 || code === 59) return false;
  }
  return false;
}
