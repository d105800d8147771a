import type { Piece } from '../../hosts/typescript/body.ts';
import type { Need } from '../../hosts/typescript/imports.ts';
import { callSource, code } from '../../hosts/typescript/source.ts';
import { literal, sqlLiteral } from '../../hosts/typescript/style.ts';
import type { Style } from '../../hosts/typescript/style.ts';
import type { Operation } from '../../ir/operation.ts';
import type { SqlReader } from '../framework.ts';
import type { Known } from './code-calls.ts';
import { callFor, operationsIn } from './code-calls.ts';
import type { CodeTool } from './code-tool.ts';
import { sendables } from './statements.ts';

/** A script as calls. */
export interface Pieces {
  readonly pieces: readonly Piece[];
  readonly needs: readonly Need[];
}

/** How calls of the tool's own are come by. */
export interface Proof {
  /** Whether one, alone in a file, is proven to do what it is for. */
  readonly holds: (own: Pieces, operations: readonly Operation[]) => boolean;
  readonly known: Known;
}

/** Calls for a script, one for each statement or for several that belong together, with their comments; the tool's own where they are proven, else such as send the SQL as it is. */
export function piecesOf(sql: string, tool: CodeTool, { read }: SqlReader, proven?: Proof): Pieces {
  const pieces: Piece[] = [];
  const needs: Need[] = [];
  let from = 0;
  for (const { start, end, sql: statement, together } of sendables(sql)) {
    const comments = commentLines(sql.slice(from, start));
    const operations = operationsIn(statement, read);
    const own = proven === undefined || together ? undefined : ownPieces(operations, tool, proven.known);
    if (own !== undefined && proven?.holds(own, operations) === true) {
      pieces.push(...own.pieces.map((piece) => ({ ...piece, comments })));
      needs.push(...own.needs);
    } else {
      pieces.push({ comments, call: ({ names, style, indent, taken }) => rawCall(tool, runnerIn(names, tool), statement, style, indent, taken) });
      needs.push(...(tool.rawNeeds ?? []));
    }
    from = end + 1;
  }
  const rest = commentLines(sql.slice(from));
  return { pieces: rest.length === 0 ? pieces : [...pieces, { comments: rest }], needs };
}

/** The same for a way back, which may be none, or nothing to do. */
export function piecesBack(down: string | null, style: Style, tool: CodeTool, reader: SqlReader, proven?: Proof): Pieces {
  if (down === null) return { pieces: [{ comments: [], statement: `throw new Error(${literal('This migration cannot be undone.', style)})` }], needs: [] };
  return down.trim() === '' ? { pieces: [{ comments: ['Nothing to undo.'] }], needs: [] } : piecesOf(down, tool, reader, proven);
}

function ownPieces(operations: readonly Operation[], tool: CodeTool, known: Known): Pieces | undefined {
  const { calls } = tool.own ?? {};
  const made = calls === undefined ? undefined : callFor(calls, operations, { on: tool.runner, names: [tool.runner], known });
  if (calls === undefined || made === undefined) return undefined;
  const call: Piece['call'] = ({ names, style, indent, taken }) => callFor(calls, operations, { on: runnerIn(names, tool), names, known })?.source(style, indent, taken) ?? '';
  return { pieces: [{ comments: [], call }], needs: made.needs ?? [] };
}

const runnerIn = ([first = '']: readonly string[], { runner, runnerIsFixed }: CodeTool): string => (runnerIsFixed === true || first === '' ? runner : first);

/** A call that sends SQL as it is. */
export function rawCall(tool: CodeTool, on: string, sql: string, style: Style, indent: string, taken: number): string {
  const parts = tool.raw(on, sqlLiteral(tool.sql?.(inCase(sql)) ?? inCase(sql), style, indent));
  if (typeof parts === 'string') return parts;
  const [callee = '', ...args] = parts;
  return callSource(callee, args.map((arg) => code(arg)), style, indent, taken);
}

/** A word that was put into small letters is small. */
const inCase = (sql: string): string => sql.replace(/^(?:create|drop)(?: unique)? index CONCURRENTLY/, (words) => words.toLowerCase());

/** Comments of SQL between statements, as comments of the program. */
const commentLines = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => /^\s*--\s?(?<said>.*)$/.exec(line)?.groups?.['said'])
    .flatMap((said) => (said === undefined ? [] : [said]));
