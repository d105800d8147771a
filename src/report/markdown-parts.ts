import { harmless } from './layout.ts';

/** A fence longer than any in the text, so that the text cannot close it. */
export function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}sql\n${text}\n${fence}`;
}

export function code(text: string): string {
  const clean = text.replace(/\s+/g, ' ');
  const longest = Math.max(0, ...[...clean.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `\`${clean}\`` : `${fence} ${clean} ${fence}`;
}

/** The same in a table, where a bar ends the cell even within code, and a backslash before it is lost. */
export const cellCode = (text: string): string =>
  text.includes('|') ? `<code>${harmless(text.replace(/\s+/g, ' ')).replace(/[^\p{L}\p{N} ]/gu, (char) => `&#${String(char.codePointAt(0))};`)}</code>` : code(text);

/** Keeps names from the migrations from becoming markup, also at the beginning of a line; what looks like code stays readable. */
export const escape = (text: string): string =>
  text.replace(/[\\`*_{}[\]<>#|@]/g, (char) => (char === '@' ? '&#64;' : char === '<' ? '&lt;' : char === '>' ? '&gt;' : `\\${char}`)).replace(/^\s+|(?<=[\r\n])[ \t]+/g, '').replace(/^(?=[-=+~])/gm, '\\');
