import { nodesIn } from './around.ts';
import type { CallExpression, FunctionNode, Node } from './nodes.ts';
import { edited, indentAt, linesOf } from './text-edits.ts';
import type { TextEdit } from './text-edits.ts';

/**
 * The edit that puts the body of a callback that runs in a transaction in the place of the call that begins it; a string says why it cannot be.
 * `around` are the nodes around the call, the outermost first.
 */
export function unwrapped(file: string, around: readonly Node[]): TextEdit | string {
  const holder = around.findLast(({ type }) => type === 'ExpressionStatement' || type === 'ReturnStatement');
  const call = holder === undefined ? undefined : transactionIn(holder);
  const [callback, ...others] = call?.arguments ?? [];
  if (holder === undefined || call === undefined || callback === undefined || others.length > 0 || !isFunction(callback)) return 'The transaction that the program begins cannot be taken out of it.';
  const { params: [parameter], body } = callback;
  if (body?.type !== 'BlockStatement' || (parameter !== undefined && parameter.type !== 'Identifier')) return 'The transaction that the program begins cannot be taken out of it.';
  const outer = around.findLast((node) => isFunction(node) && node.range[0] < holder.range[0] && node.range[1] >= holder.range[1]);
  if (callback.async === true && (outer === undefined || !isFunction(outer) || outer.async !== true)) return 'The transaction stands in a function that waits for nothing, unlike what it holds.';
  if (holder.type === 'ExpressionStatement' && body.body.some(returns)) return 'What runs in the transaction is left halfway.';
  const options = parameter === undefined ? [] : withoutOption(file, body, parameter.name);
  if (typeof options === 'string') return options;
  const [first] = body.body;
  const last = body.body.at(-1);
  if (first === undefined || last === undefined) return linesOf(file, { start: holder.range[0], end: holder.range[1] });
  // Comments above the first statement and behind the last one stay with them.
  const start = file.indexOf('\n', body.range[0]) + 1;
  const own = start > 0 && start <= first.range[0] ? start : first.range[0];
  const end = file.lastIndexOf('\n', body.range[1]) >= last.range[1] ? file.lastIndexOf('\n', body.range[1]) : last.range[1];
  const deep = indentAt(file, first.range[0]);
  const flat = indentAt(file, holder.range[0]);
  const less = deep.startsWith(flat) ? deep.slice(flat.length) : '';
  const text = edited(file, [...options, ...outdents(file, { start: own, end }, flat, less, body)].filter((edit) => edit.start >= own && edit.end <= end).concat({ start: 0, end: own, text: '' }, { start: end, end: file.length, text: '' }));
  return { start: holder.range[0], end: holder.range[1], text: text.startsWith(flat) && own !== first.range[0] ? text.slice(flat.length) : text };
}

const isFunction = (node: Node): node is FunctionNode => /Function/.test(node.type) && node.type !== 'Other';

/** A statement that does nothing but begin a transaction for a callback. */
function transactionIn(holder: Node): CallExpression | undefined {
  const value = holder.type === 'ExpressionStatement' ? holder.expression : holder.type === 'ReturnStatement' ? holder.argument : undefined;
  const call = value?.type === 'AwaitExpression' ? value.argument : value;
  return call?.type === 'CallExpression' && call.callee.type === 'MemberExpression' && call.callee.property.type === 'Identifier' && call.callee.property.name === 'transaction' ? call : undefined;
}

/** Whether it ends the function in which it stands. */
const returns = (node: Node): boolean => node.type === 'ReturnStatement' || (!isFunction(node) && Object.values(node).flatMap(nodesIn).some(returns));

/** The edits that take the transaction out of the options of calls, where it stands nowhere else. */
function withoutOption(file: string, body: Node, name: string): readonly TextEdit[] | string {
  const edits: TextEdit[] = [];
  const visit = (node: Node, parents: readonly Node[]): boolean => {
    if (node.type === 'Identifier' && node.name === name) {
      const property = parents.at(-1);
      // A name that belongs to something else: `a.transaction`, `{ transaction: 1 }`.
      if (property?.type === 'MemberExpression' && property.property === node && !property.computed) return true;
      if (property?.type === 'Property' && property.key === node && !property.computed && property.value.range[0] !== node.range[0]) return true;
      const edit = optionEdit(file, parents);
      if (edit === undefined) return false;
      edits.push(edit);
      return true;
    }
    return Object.values(node).flatMap(nodesIn).every((inner) => visit(inner, [...parents, node]));
  };
  return visit(body, []) ? edits : 'The calls are made on the transaction itself.';
}

function optionEdit(file: string, parents: readonly Node[]): TextEdit | undefined {
  const property = parents.at(-1);
  const object = parents.at(-2);
  const call = parents.at(-3);
  if (property?.type !== 'Property' || object?.type !== 'ObjectExpression') return undefined;
  const { properties } = object;
  const index = properties.indexOf(property);
  const next = properties[index + 1];
  if (next !== undefined) return { start: property.range[0], end: next.range[0], text: '' };
  const before = properties[index - 1];
  if (before !== undefined) return { start: before.range[1], end: property.range[1], text: '' };
  if (call?.type !== 'CallExpression' || call.arguments.at(-1) !== object || call.arguments.length < 2) return { start: object.range[0], end: object.range[1], text: '{}' };
  const previous = call.arguments.at(-2);
  const comma = /^\s*,/.exec(file.slice(object.range[1], call.range[1]))?.[0].length ?? 0;
  const broken = file.slice(previous?.range[1] ?? 0, object.range[0]).includes('\n');
  return { start: previous?.range[1] ?? object.range[0], end: object.range[1] + (broken ? 0 : comma), text: '' };
}

/** Takes one level of indentation from each line, but for those within texts. */
function outdents(file: string, { start, end }: { readonly start: number; readonly end: number }, flat: string, less: string, body: Node): readonly TextEdit[] {
  const texts: (readonly [number, number])[] = [];
  const collect = (node: Node): void => {
    if (node.type === 'TemplateElement') texts.push(node.range);
    for (const inner of Object.values(node).flatMap(nodesIn)) collect(inner);
  };
  collect(body);
  const edits: TextEdit[] = [];
  for (let line = start; line < end; line = file.indexOf('\n', line) + 1) {
    const at = line;
    if (less !== '' && file.startsWith(flat + less, at) && !texts.some(([from, to]) => at > from && at <= to)) edits.push({ start: at + flat.length, end: at + flat.length + less.length, text: '' });
    if (!file.includes('\n', line)) break;
  }
  return edits;
}
