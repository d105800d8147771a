const WORD_START = 1;
const WORD = 2;
const DIGIT = 4;
const OPERATOR = 8;
const SPACE = 16;
/** Operator characters that allow a multi-character operator to end in + or -. */
const SPECIAL = 32;

const classes = new Uint8Array(128);

const mark = (characters: string, flag: number): void => {
  for (let i = 0; i < characters.length; i++) {
    const code = characters.charCodeAt(i);
    classes[code] = (classes[code] ?? 0) | flag;
  }
};
mark('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_', WORD_START | WORD);
mark('0123456789', DIGIT | WORD);
mark('$', WORD);
mark('~!@#^&|`?+-*/%<>=', OPERATOR);
mark('~!@#^&|`?%', SPECIAL);
mark(' \t\n\r\f\v', SPACE);

// The server lexes bytes: every byte above 127 may start or continue a name.
export const isWordStart = (code: number): boolean => code > 127 || ((classes[code] ?? 0) & WORD_START) !== 0;
export const isWordPart = (code: number): boolean => code > 127 || ((classes[code] ?? 0) & WORD) !== 0;
export const isDigit = (code: number): boolean => code < 128 && ((classes[code] ?? 0) & DIGIT) !== 0;
export const isOperator = (code: number): boolean => code < 128 && ((classes[code] ?? 0) & OPERATOR) !== 0;
export const isSpecial = (code: number): boolean => code < 128 && ((classes[code] ?? 0) & SPECIAL) !== 0;
export const isSpace = (code: number): boolean => code < 128 && ((classes[code] ?? 0) & SPACE) !== 0;
export const isLineEnd = (code: number): boolean => code === 10 || code === 13;

export function lineEnd(text: string, from: number, to = text.length): number {
  let i = from;
  while (i < to && !isLineEnd(text.charCodeAt(i))) i++;
  return i;
}

/** Offset just after the line break that ends the line. */
export function nextLine(text: string, from: number): number {
  const end = lineEnd(text, from);
  if (end >= text.length) return text.length;
  return text.charCodeAt(end) === 13 && text.charCodeAt(end + 1) === 10 ? end + 2 : end + 1;
}
