import type { Expression, Node, SpreadElement } from './nodes.ts';
import { flatSource } from './source.ts';
import type { Js } from './source.ts';
import type { Style } from './style.ts';
import { indentAt } from './text-edits.ts';
import type { TextEdit } from './text-edits.ts';

/** An option of a call. */
export interface CallOption {
  /** Methods that know it. */
  readonly methods: readonly string[];
  /** Which argument the options are; undefined: they cannot be told. */
  readonly argument: (args: readonly (Expression | SpreadElement)[]) => number | undefined;
  readonly name: string;
  readonly value: Js;
}

/** The edit that gives a call an option; undefined where its options are not written there. */
export function withOption(around: readonly Node[], file: string, { methods, argument, name, value }: CallOption, style: Style): TextEdit | undefined {
  const call = around.findLast((node) => node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && node.callee.property.type === 'Identifier' && methods.includes(node.callee.property.name));
  const known = call ?? awaited(around.at(-1), methods);
  if (known?.type !== 'CallExpression') return undefined;
  const args = known.arguments;
  const index = argument(args);
  if (index === undefined || index > args.length) return undefined;
  const given = args[index];
  if (given === undefined) {
    const last = args.at(-1);
    if (last === undefined) return undefined;
    const flat = flatSource({ [name]: value }, style);
    const [start, end] = known.range;
    const line = file.lastIndexOf('\n', start - 1) + 1;
    const indent = indentAt(file, start);
    const isLong = !file.slice(start, end).includes('\n') && end - line + flat.length + 3 > style.width;
    const comma = style.trailing === 'none' ? '' : ',';
    return { start: last.range[1], end: last.range[1], text: `, ${isLong ? `{${style.line}${indent}${style.indent}${name}: ${flatSource(value, style)}${comma}${style.line}${indent}}` : flat}` };
  }
  return intoObject(given.type === 'NewExpression' ? given.arguments[0] : given, file, name, value, style);
}

/** The call itself is the innermost node around its own place only without `await`. */
function awaited(node: Node | undefined, methods: readonly string[]): Node | undefined {
  const inner = node?.type === 'AwaitExpression' ? node.argument : node?.type === 'ReturnStatement' ? (node.argument ?? undefined) : node?.type === 'ExpressionStatement' ? node.expression : undefined;
  if (inner === undefined) return undefined;
  if (inner.type !== 'CallExpression') return awaited(inner, methods);
  return inner.callee.type === 'MemberExpression' && inner.callee.property.type === 'Identifier' && methods.includes(inner.callee.property.name) ? inner : undefined;
}

function intoObject(object: Expression | SpreadElement | undefined, file: string, name: string, value: Js, style: Style): TextEdit | undefined {
  if (object?.type !== 'ObjectExpression' || object.properties.some(({ type }) => type === 'SpreadElement')) return undefined;
  const said = object.properties.find((property) => property.type === 'Property' && property.key.type === 'Identifier' && property.key.name === name);
  const written = flatSource(value, style);
  if (said?.type === 'Property') return said.value.type === 'Literal' && said.value.value === false ? { start: said.value.range[0], end: said.value.range[1], text: written } : undefined;
  const last = object.properties.at(-1);
  if (last === undefined) return { start: object.range[0], end: object.range[1], text: flatSource({ [name]: value }, style) };
  const [start, end] = last.range;
  const broken = file.slice(object.range[0], start).includes('\n');
  const comma = /^\s*,/.test(file.slice(end, object.range[1]));
  const at = comma ? end + file.slice(end).indexOf(',') + 1 : end;
  if (!broken) return { start: end, end, text: `, ${name}: ${written}` };
  return { start: at, end: at, text: `${comma ? '' : ','}${style.line}${indentAt(file, start)}${name}: ${written}${comma ? ',' : ''}` };
}
