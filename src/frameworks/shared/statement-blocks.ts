import type { Writer } from '../framework.ts';
import { roughStatements } from './statements.ts';

/**
 * Puts the tool's block marks around statements that it would otherwise cut at the end of a line inside them; those of `old`, which is
 * the file before its change, stay as they are.
 */
export function withBlocks(text: string, block: Writer['block'], old = ''): string {
  if (block === undefined) return text;
  const { begin, end } = block;
  let result = '';
  let from = 0;
  for (const statement of roughStatements(text)) {
    const sql = text.slice(statement.start, statement.end);
    if (!/;[ \t]*(?:--[^\n]*)?\r?\n/.test(sql) || old.includes(sql)) continue;
    const before = text.slice(0, statement.start);
    if (before.lastIndexOf(begin) > before.lastIndexOf(end)) continue;
    const stop = text.charAt(statement.end) === ';' ? statement.end + 1 : statement.end;
    result += `${text.slice(from, statement.start)}${begin}\n${text.slice(statement.start, stop)}\n${end}`;
    from = stop;
  }
  return result + text.slice(from);
}
