import { roughStatements } from './statements.ts';

/** Puts the tool's block marks around statements that it would otherwise cut at the end of a line inside them. */
export function withBlocks(text: string, { begin, end }: { readonly begin: string; readonly end: string }): string {
  let result = '';
  let from = 0;
  for (const statement of roughStatements(text)) {
    if (!/;[ \t]*(?:--[^\n]*)?\r?\n/.test(text.slice(statement.start, statement.end))) continue;
    const stop = text.charAt(statement.end) === ';' ? statement.end + 1 : statement.end;
    result += `${text.slice(from, statement.start)}${begin}\n${text.slice(statement.start, stop)}\n${end}`;
    from = stop;
  }
  return result + text.slice(from);
}
