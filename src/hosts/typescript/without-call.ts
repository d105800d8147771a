import type { Span } from '../../source/text.ts';
import type { Node } from './nodes.ts';
import { linesOf } from './text-edits.ts';
import type { TextEdit } from './text-edits.ts';

/** The edits after which a call is no longer one of a list, or one of those that follow each other by `then`; undefined: it is neither. */
export function withoutCall(file: string, around: readonly Node[], call: Span): readonly TextEdit[] | undefined {
  const at = around.findIndex(({ range: [start, end] }) => start === call.start && end === call.end);
  const holder = around[at - 1];
  const own = around[at];
  if (own === undefined) return undefined;
  if (holder?.type === 'ArrayExpression') {
    const behind = /^\s*,/.exec(file.slice(call.end, holder.range[1]))?.[0].length;
    if (behind !== undefined) return [withBlank(file, linesOf(file, { start: call.start, end: call.end + behind }))];
    const before = holder.elements[holder.elements.findIndex((one) => one === own) - 1];
    return [{ start: before?.range[1] ?? call.start, end: call.end, text: '' }];
  }
  if (holder?.type === 'MemberExpression' && holder.object === own) {
    const then = around[at - 2];
    const next = then === undefined ? undefined : nextOf(then);
    return then === undefined || next === undefined ? undefined : [{ start: call.start, end: next.range[0], text: '' }, { start: next.range[1], end: then.range[1], text: '' }];
  }
  const index = around.findLastIndex(({ type }) => /Function/.test(type));
  const then = around[index - 1];
  if (then?.type !== 'CallExpression' || then.callee.type !== 'MemberExpression' || nextOf(then) !== own) return undefined;
  return [{ start: then.callee.object.range[1], end: then.range[1], text: '' }];
}

/** What `x.then(() => next)` does next, and nothing else. */
function nextOf(then: Node): Node | undefined {
  if (then.type !== 'CallExpression' || then.callee.type !== 'MemberExpression' || then.callee.property.type !== 'Identifier' || then.callee.property.name !== 'then') return undefined;
  const [callback, ...others] = then.arguments;
  if (others.length > 0 || (callback?.type !== 'ArrowFunctionExpression' && callback?.type !== 'FunctionExpression') || callback.params.length > 0) return undefined;
  const { body } = callback;
  if (body?.type !== 'BlockStatement') return body ?? undefined;
  const [only, ...more] = body.body;
  return only?.type === 'ReturnStatement' && more.length === 0 ? (only.argument ?? undefined) : undefined;
}

/** Something that shared its line takes one blank along. */
const withBlank = (file: string, edit: TextEdit): TextEdit => (file.charAt(edit.end) === ' ' && file.charAt(edit.start - 1) !== '\n' ? { ...edit, end: edit.end + 1 } : edit);
