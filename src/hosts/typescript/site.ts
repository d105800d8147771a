import type { Span } from '../../source/text.ts';
import { invoke, settle } from './calls.ts';
import { rounds } from './conditions.ts';
import { sameEngine } from './expressions.ts';
import type { Frame } from './frame.ts';
import { placeOf } from './frame.ts';
import type { Site } from './host.ts';
import type { Node } from './nodes.ts';
import { identical } from './operators.ts';
import type { Value } from './value.ts';
import { UNDEFINED } from './value.ts';

/** Calls that stand alone as statements. */
const floating = new WeakSet<Node>();

export const isWaitedFor = (call: Node, by: Node, { machine }: Frame): void => void machine.waited.set(call, by);
export const isWaited = (call: Node, { machine }: Frame): boolean => machine.waited.has(call);
export const standsAlone = (call: Node): void => void floating.add(call);

export function isGivenAt(value: Value, node: Node, frame: Frame): void {
  if (value.kind === 'host' && value.host.settle !== undefined && node.type === 'CallExpression' && !frame.machine.given.has(value)) frame.machine.given.set(value, { node, frame });
}

/** Whoever waits around it: what is sent is sent from there. */
export function givenWithin(value: Value, node: Node, { machine, module }: Frame): { readonly node: Node; readonly frame: Frame } | undefined {
  const own = machine.given.get(value);
  return own !== undefined && node.type !== 'AwaitExpression' && own.frame.module === module && own.node.range[0] >= node.range[0] && own.node.range[1] <= node.range[1] ? own : undefined;
}

/** The place of a call, as hosts see it. */
export function siteOf(node: Node, frame: Frame): Site {
  const { machine, module } = frame;
  const call = placeOf(frame, node);
  const by = machine.waited.get(node);
  const span = by === undefined ? call : placeOf(frame, by);
  return {
    span,
    call,
    step: module.main ? stepOf(node, call) : call,
    args: 'arguments' in node && module.main ? node.arguments.map((argument) => placeOf(frame, argument)) : [],
    floating: floating.has(node),
    turns: () => machine.turns,
    emit: (draft) => machine.emit(draft, span),
    opaque: (detail, opaque = 'dynamic') => machine.emit({ opaque, detail }, span),
    invoke: (callee, args, self = UNDEFINED) => (callee === undefined ? UNDEFINED : invoke(callee, args, self, node, frame)),
    start(callee, args) {
      if (callee === undefined) return UNDEFINED;
      const already = machine.alone.has(node);
      if (!already) machine.alone.set(node, call);
      const value = invoke(callee, args, UNDEFINED, node, frame);
      if (!already) machine.alone.delete(node);
      return value;
    },
    collect: (run) => machine.collect(run),
    rounds: (run) => rounds(node, frame, run),
    fail: (error) => void (machine.thrown ??= error),
    settled: (value) => settle(value, node, frame),
    same: (left, right) => identical(left, right) ?? sameEngine(left, right, frame),
    changes: machine,
    searching: machine,
    source: ({ start, end }) => (module.main ? module.text.slice(start, end) : ''),
  };
}

function stepOf(node: Node, call: Span): Span {
  if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression') return { start: node.callee.property.range[0], end: call.end };
  return node.type === 'MemberExpression' ? { start: node.property.range[0], end: call.end } : call;
}
