import type { Span } from '../../source/text.ts';
import { locate } from './around.ts';
import type { Piece } from './body.ts';
import { linesFor } from './body.ts';
import { directionsOf } from './directions.ts';
import type { FunctionNode, Node } from './nodes.ts';
import type { Style } from './style.ts';
import type { TextEdit } from './text-edits.ts';
import { indentAt } from './text-edits.ts';

/** What a call stands in, among others: a statement, the whole body of an arrow function, or an element of an array. */
export interface Holder extends Span {
  readonly form: 'statement' | 'return' | 'body' | 'element';
  /** The function around it. */
  readonly function: FunctionNode;
}

/** Where the calls of a file stand; a string says why nothing can be put beside one. */
export function holders(text: string, path: string): (call: Span) => Holder | string {
  const places = locate(text, path);
  return (call) => {
    const around = places(call);
    const index = around.findLastIndex((node, at) => /^(?:ExpressionStatement|ReturnStatement|VariableDeclaration|ArrayExpression)$/.test(node.type) || (node.type === 'ArrowFunctionExpression' && around[at + 1] !== undefined && node.body?.type !== 'BlockStatement'));
    const node = around[index];
    const own = around.slice(0, index + 1).findLast((one): one is FunctionNode => /Function/.test(one.type));
    if (node === undefined || own === undefined) return 'What the way back does stands outside of its function.';
    if (around.some(({ type }) => /^(?:If|For|While|DoWhile|Switch|Conditional|CatchClause)/.test(type))) return 'The way back has branches or loops: complete it by hand.';
    const [start, end] = node.type === 'ArrayExpression' ? (around[index + 1]?.range ?? node.range) : node.type === 'ArrowFunctionExpression' ? (node.body?.range ?? node.range) : node.range;
    return { start, end, form: FORMS[node.type] ?? 'statement', function: own };
  };
}

const FORMS: Readonly<Partial<Record<Node['type'], Holder['form']>>> = { ReturnStatement: 'return', ArrowFunctionExpression: 'body', ArrayExpression: 'element' };

/** Calls that are to stand right before and right behind what a holder holds. */
export interface Addition {
  readonly holder: Holder;
  readonly before: readonly Piece[];
  readonly after: readonly Piece[];
  /** Names that the calls use, as of the parameters of a direction. */
  readonly names: readonly string[];
}

/** The file with calls put between those that are there; a function that then has to wait becomes `async`. */
export function withBeside(text: string, path: string, additions: readonly Addition[], style: Style, waits: boolean): string | { readonly refused: string } {
  const edits: TextEdit[] = [];
  for (const { holder, before, after, names } of additions) {
    const indent = indentAt(text, holder.start);
    const inner = holder.form === 'body' ? indent + style.indent : indent;
    const linesOf = (pieces: readonly Piece[], isElement: boolean): string => linesFor(pieces, { names, isAsync: true, waits: waits && !isElement, indent: inner, style }).text;
    const elements = (pieces: readonly Piece[]): string => pieces.map((piece) => `${linesOf([piece], true).trimEnd().replace(/;$/, '')},${style.line}`).join('');
    const lines = (pieces: readonly Piece[]): string => (holder.form === 'element' ? elements(pieces) : linesOf(pieces, false));
    edits.push(...EDITS[holder.form]({ text, holder, indent, inner, style, waits, before: lines(before), after: lines(after) }));
    const { function: own } = holder;
    if (!waits || own.async === true || holder.form === 'element') continue;
    const direction = Object.values(directionsOf(text, path) ?? {}).find((place): place is { function: FunctionNode; head: number; names: readonly string[] } => typeof place === 'object' && 'function' in place && place.function.range[0] === own.range[0]);
    if (direction?.names.some((name) => /^(?:callback|cb|done|next)$/.test(name)) === true) return { refused: 'The way back tells its end to a callback: complete it by hand.' };
    const head = direction?.head ?? own.range[0];
    if (!edits.some((edit) => edit.start === head && edit.text === 'async ')) edits.push({ start: head, end: head, text: 'async ' });
  }
  return edits.toSorted((a, b) => b.start - a.start || b.end - a.end).reduce((file, edit) => file.slice(0, edit.start) + edit.text + file.slice(edit.end), text);
}

interface At {
  readonly text: string;
  readonly holder: Holder;
  readonly indent: string;
  readonly inner: string;
  readonly style: Style;
  readonly waits: boolean;
  /** Whole lines, of elements with their commas; empty where there is nothing. */
  readonly before: string;
  readonly after: string;
}

const insert = (at: number, text: string): readonly TextEdit[] => (text === '' ? [] : [{ start: at, end: at, text }]);

/** Lines in front of a statement, above the comments that belong to it. */
function above({ text, holder: { start }, indent, style, before }: At): readonly TextEdit[] {
  if (before === '') return [];
  const from = text.lastIndexOf('\n', start - 1) + 1;
  if (text.slice(from, start).trim() !== '') return insert(start, `${before.trim()}${style.semicolon === '' ? ';' : ''} `);
  const comments = /(?:^[^\S\n]*(?:\/\/[^\n]*|\/\*[^\n]*\*\/[^\S\n]*)\n)+$/m.exec(text.slice(0, from))?.[0].length ?? 0;
  return insert(from - comments, before.replace(/^\s*/, indent));
}

function below({ text, holder: { end }, inner, style, after }: At): readonly TextEdit[] {
  if (after === '') return [];
  const rest = /^[^\S\n]*(?:\/\/[^\n]*)?(?=\r?\n)/.exec(text.slice(end))?.[0].length;
  return rest === undefined ? insert(end, ` ${after.trim()}`) : insert(end + rest, `${style.line}${inner}${after.trim()}`);
}

const EDITS: { readonly [Form in Holder['form']]: (at: At) => readonly TextEdit[] } = {
  statement: (at) => [...above(at), ...below(at)],
  return(at) {
    const { holder, waits, after } = at;
    const word: TextEdit = { start: holder.start, end: holder.start + 'return'.length, text: waits ? 'await' : '' };
    const isAwaited = /^return\s+await\b/.test(at.text.slice(holder.start));
    return [...above(at), ...(after === '' ? [] : isAwaited ? [{ ...word, end: word.end + 1, text: '' }] : [word]), ...below(at)];
  },
  body({ holder: { start, end }, text, indent, inner, style, waits, before, after }) {
    const wait = waits && !/^await\b/.test(text.slice(start)) ? 'await ' : '';
    return [
      { start, end: start, text: `{${style.line}${before}${inner}${wait}` },
      { start: end, end, text: `${style.semicolon}${style.line}${after}${indent}}` },
    ];
  },
  element(at) {
    const { text, holder: { start, end }, before, after } = at;
    const isAlone = text.slice(text.lastIndexOf('\n', start - 1) + 1, start).trim() === '';
    const behind = after.trim().replace(/,$/, '');
    const inFront = isAlone ? above(at) : insert(start, before === '' ? '' : `${inOneLine(before)} `);
    return [...inFront, ...insert(end, after === '' ? '' : isAlone ? `,${at.style.line}${at.indent}${behind}` : `, ${inOneLine(behind)}`)];
  },
};

const inOneLine = (lines: string): string => lines.trim().replace(/,\r?\n\s*/g, ', ');
