import type { Span } from '../../source/text.ts';
import type { Node } from './nodes.ts';
import { parse, parsePiece } from './parse.ts';

/** Nodes around a place, the outermost first. */
export type Locate = (span: Span) => readonly Node[];

export const locate =
  (text: string, path: string): Locate =>
  (span) =>
    below(parse(text, path).program.body, span);

/** Those within a call, which is read without the rest of its file; undefined where it cannot be. */
export function within(text: string, path: string, call: Span): readonly Node[] | undefined {
  const [statement, ...others] = parsePiece(text, path, call);
  return statement?.type === 'ExpressionStatement' && others.length === 0 ? below([statement.expression], call) : undefined;
}

function below(nodes: readonly unknown[], span: Span): readonly Node[] {
  const chain: Node[] = [];
  for (let at = nodes; ; ) {
    const next = at.flatMap(nodesIn).find(({ range: [start, end] }) => start <= span.start && span.end <= end);
    if (next === undefined) return chain;
    chain.push(next);
    at = Object.values(next);
  }
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value && 'range' in value && Array.isArray(value.range);

/** The nodes that a part of a node holds. */
export const nodesIn = (value: unknown): readonly Node[] => (Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : typeof value === 'object' && value !== null && 'body' in value && Array.isArray(value.body) ? value.body.filter(isNode) : []);

/** Whether what stands there may run more than once, or not at all: in a loop, or in a function that is called elsewhere. */
export function mayRepeat(around: readonly Node[]): boolean {
  let functions = 0;
  for (const [index, node] of around.entries()) {
    if (/^(?:For|While|DoWhile)/.test(node.type)) return true;
    if (!/Function/.test(node.type)) continue;
    functions += 1;
    if (functions === 1) {
      if (!/^(?:up|down)$/.test(nameOf(around, index))) return true;
    } else {
      const call = around[index - 1];
      const callee = call?.type === 'CallExpression' ? call.callee : undefined;
      const name = callee?.type === 'MemberExpression' && callee.property.type === 'Identifier' ? callee.property.name : '';
      if (!/^(?:transaction|then)$/.test(name)) return true;
    }
  }
  return false;
}

/** What a function is called by: its own name, or that of the member, variable or export that it is given to. */
function nameOf(around: readonly Node[], index: number): string {
  const node = around[index] as { readonly id?: { readonly name?: string } | null };
  if (typeof node.id?.name === 'string') return node.id.name;
  for (const above of around.slice(Math.max(0, index - 3), index).reverse() as readonly { readonly [key: string]: unknown }[]) {
    for (const key of ['key', 'id'] as const) {
      const own = above[key] as { readonly name?: unknown } | undefined;
      if (typeof own?.name === 'string') return own.name;
    }
    const left = above['left'] as { readonly property?: { readonly name?: unknown } } | undefined;
    if (typeof left?.property?.name === 'string') return left.property.name;
  }
  return '';
}
