import { TokenKind } from '../parse/lexer.ts';
import { DOT, OPEN_PARENTHESIS, tokenize } from '../parse/tokens.ts';
import { quote } from '../quote.ts';

/** The text with a column called by another name. What is called like it but is a function, a qualifier or a type's part stays. */
export function renameColumnIn(text: string, from: string, to: string): string {
  return replaced(text, from, quote(to));
}

/** The text with a bare word, as in VALUE of a domain's condition, replaced. */
export const replaceWord = (text: string, word: string, by: string): string => replaced(text, word, by);

function replaced(text: string, from: string, by: string): string {
  const { tokens } = tokenize(text);
  let result = '';
  let done = 0;
  for (let i = 0; i < tokens.count; i++) {
    const kind = tokens.kind(i);
    const source = tokens.source(i);
    const name = kind === TokenKind.word ? source.toLowerCase() : kind === TokenKind.quotedName && source.startsWith('"') ? source.slice(1, -1).replaceAll('""', '"') : undefined;
    if (name !== from || tokens.code(i + 1) === DOT || tokens.code(i + 1) === OPEN_PARENTHESIS || tokens.source(i - 1) === '::') continue;
    result += text.slice(done, tokens.start(i)) + by;
    done = tokens.end(i);
  }
  return result + text.slice(done);
}

/** Whether the text names the column in any way that `renameColumnIn` would change. */
export const mentions = (text: string, column: string): boolean => replaced(text, column, '\0') !== text;

/** A name as the server has it, of one as written. */
export const unquoted = (source: string): string => (source.startsWith('"') ? source.slice(1, -1).replaceAll('""', '"') : source.toLowerCase());
