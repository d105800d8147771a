import { nodesIn } from './around.ts';
import type { BlockStatement, CallExpression, FunctionNode, Node, Range } from './nodes.ts';
import { edited, indentAt, linesOf } from './text-edits.ts';
import type { TextEdit } from './text-edits.ts';

/**
 * The edits that put what a callback does in a transaction in the place of the call that begins it; a string says why it cannot be.
 * `around` are the nodes around the call, the outermost first.
 */
export function unwrapped(file: string, around: readonly Node[]): readonly TextEdit[] | string {
  const call = around.findLast(isTransaction);
  const [callback, ...others] = call?.arguments ?? [];
  if (call === undefined || callback === undefined || others.length > 0 || !isFunction(callback)) return CANNOT;
  const { params: [parameter], body } = callback;
  if (body === null || (parameter !== undefined && parameter.type !== 'Identifier')) return CANNOT;
  const options = parameter === undefined ? [] : withoutUses(file, body, parameter.name);
  if (typeof options === 'string') return options;
  if (body.type !== 'BlockStatement') return [{ start: call.range[0], end: call.range[1], text: part(file, (body.type === 'AwaitExpression' ? body.argument : body).range, options) }];
  const above = around.slice(0, around.indexOf(call)).filter(({ type }) => type !== 'AwaitExpression');
  const holder = above.at(-1);
  if (holder?.type !== 'ExpressionStatement' && holder?.type !== 'ReturnStatement' && holder?.type !== 'ArrowFunctionExpression') return CANNOT;
  if (holder.type === 'ExpressionStatement' && body.body.some(returns)) return 'What runs in the transaction is left halfway.';
  const outer = holder.type === 'ArrowFunctionExpression' ? holder : above.findLast(isFunction);
  const waits = callback.async !== true || outer?.async === true ? [] : outer === undefined || holder.type === 'ExpressionStatement' ? undefined : madeAsync(file, outer, above[above.indexOf(outer) - 1]);
  if (waits === undefined) return 'The transaction stands in a function that waits for nothing, unlike what it holds.';
  if (holder.type !== 'ArrowFunctionExpression') return [...waits, inPlace(file, holder, body, options)];
  const flat = indentAt(file, holder.range[0]);
  const deep = indentAt(file, body.range[1] - 1);
  const less = deep.startsWith(flat) ? deep.slice(flat.length) : '';
  const arrow = file.lastIndexOf('=>', call.range[0]) + 2;
  return [...waits, { start: arrow, end: call.range[1], text: ` ${part(file, body.range, [...options, ...outdents(file, { start: body.range[0], end: body.range[1] }, flat, less, body)])}` }];
}

const CANNOT = 'The transaction that the program begins cannot be taken out of it.';

/** The statements of a block in the place of the statement that holds it. */
export function inPlace(file: string, holder: Node, body: BlockStatement, edits: readonly TextEdit[]): TextEdit {
  const kept = body.body.filter(({ range: [from, to] }) => !edits.some(({ start, end, text }) => text === '' && start <= from && end >= to));
  const [first] = kept;
  const last = kept.at(-1);
  if (first === undefined || last === undefined) return linesOf(file, { start: holder.range[0], end: holder.range[1] });
  // Comments above the first statement and behind the last one stay with them.
  const start = file.indexOf('\n', body.range[0]) + 1;
  const own = start > 0 && start <= first.range[0] ? start : first.range[0];
  const end = file.lastIndexOf('\n', body.range[1]) >= last.range[1] ? file.lastIndexOf('\n', body.range[1]) : last.range[1];
  const deep = indentAt(file, first.range[0]);
  const flat = indentAt(file, holder.range[0]);
  const less = deep.startsWith(flat) ? deep.slice(flat.length) : '';
  const text = part(file, [own, end], [...edits, ...outdents(file, { start: own, end }, flat, less, body)]).trimEnd();
  return { start: holder.range[0], end: holder.range[1], text: text.startsWith(flat) && own !== first.range[0] ? text.slice(flat.length) : text };
}

/** A part of the file after edits in it. */
const part = (file: string, [start, end]: Range, edits: readonly TextEdit[]): string =>
  edited(file.slice(start, end), edits.filter((edit) => edit.start >= start && edit.start <= end).map((edit) => ({ start: edit.start - start, end: Math.min(edit.end, end) - start, text: edit.text })));

/** Turns a function that hands on a promise into one that waits; undefined: it cannot be said. */
function madeAsync(file: string, outer: FunctionNode, holder: Node | undefined): readonly TextEdit[] | undefined {
  const head = file.slice(outer.range[0], outer.body?.range[0]);
  if (/^function\s*\*/.test(head) || /\)\s*:\s*(?!Promise\b)[\s\S]*$/.test(head)) return undefined;
  const isMethod = holder?.type === 'MethodDefinition' || (holder?.type === 'Property' && file.slice(holder.key.range[1], outer.range[0]).trim() === '');
  if (isMethod && (holder.computed || !/^(?:init|method)$/.test(holder.kind))) return undefined;
  const at = isMethod ? holder.key.range[0] : outer.range[0];
  return [{ start: at, end: at, text: 'async ' }];
}

const isFunction = (node: Node): node is FunctionNode => /Function/.test(node.type) && node.type !== 'Other';

const isTransaction = (node: Node): node is CallExpression => node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && node.callee.property.type === 'Identifier' && node.callee.property.name === 'transaction';

/** Whether it ends the function in which it stands. */
const returns = (node: Node): boolean => node.type === 'ReturnStatement' || (!isFunction(node) && Object.values(node).flatMap(nodesIn).some(returns));

/** The edits that take the transaction out of the options of calls, and what ends it, where it stands nowhere else. */
export function withoutUses(file: string, body: Node, name: string): readonly TextEdit[] | string {
  const edits: TextEdit[] = [];
  const visit = (node: Node, parents: readonly Node[]): boolean => {
    if (node.type === 'Identifier' && node.name === name) {
      const property = parents.at(-1);
      // A name that belongs to something else: `a.transaction`, `{ transaction: 1 }`.
      if (property?.type === 'MemberExpression' && property.property === node && !property.computed) return true;
      if (property?.type === 'Property' && property.key === node && !property.computed && property.value.range[0] !== node.range[0]) return true;
      const edit = optionEdit(file, parents) ?? endEdit(file, parents);
      if (edit === undefined) return false;
      edits.push(edit);
      return true;
    }
    return Object.values(node).flatMap(nodesIn).every((inner) => visit(inner, [...parents, node]));
  };
  return visit(body, []) ? edits : 'The calls are made on the transaction itself.';
}

/** `await t.commit();` */
function endEdit(file: string, parents: readonly Node[]): TextEdit | undefined {
  const [holder, , call, member] = parents.at(-3)?.type === 'AwaitExpression' ? parents.slice(-4) : [parents.at(-3), undefined, parents.at(-2), parents.at(-1)];
  const isEnd = member?.type === 'MemberExpression' && member.property.type === 'Identifier' && /^(?:commit|rollback)$/.test(member.property.name) && call?.type === 'CallExpression';
  return isEnd && (holder?.type === 'ExpressionStatement' || holder?.type === 'ReturnStatement') ? linesOf(file, { start: holder.range[0], end: holder.range[1] }) : undefined;
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
