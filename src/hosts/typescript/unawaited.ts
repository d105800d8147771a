import type { Span } from '../../source/text.ts';
import type { Frame } from './frame.ts';
import { placeOf } from './frame.ts';
import type { CallExpression, Expression, Node } from './nodes.ts';
import type { Value } from './value.ts';

/** Runs a statement's expression, or what a function gives to nobody: what the call starts goes on by itself. */
export function leftAlone(node: Expression, frame: Frame, run: () => Value, place?: Span): Value {
  const { machine } = frame;
  const call = bare(node);
  if (call.type !== 'CallExpression' || machine.executors > 0 || machine.alone.has(call)) return run();
  const began = place ?? placeOf(frame, call);
  machine.alone.set(call, began);
  try {
    return isPromise(call) && !handsOn(call, frame) ? machine.unawaited(began, run) : run();
  } finally {
    machine.alone.delete(call);
  }
}

/** Where the call began that nobody waits for; undefined where somebody does. */
export const leftAloneAt = (node: Node, frame: Frame): Span | undefined => {
  const began = frame.machine.alone.get(node);
  return began === undefined || handsOn(node, frame) ? undefined : began;
};

function bare(node: Expression): Expression {
  if (node.type === 'ChainExpression') return bare(node.expression);
  return node.type === 'LogicalExpression' ? bare(node.right) : node;
}

const CONTINUES = new Set(['then', 'catch', 'finally']);
const GATHERS = new Set(['all', 'allSettled', 'race', 'any', 'each', 'mapSeries']);

/** `x.then(…)`, `Promise.all(…)`. */
function isPromise({ callee }: CallExpression): boolean {
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier' || callee.computed) return false;
  const { name } = callee.property;
  return CONTINUES.has(name) || (GATHERS.has(name) && callee.object.type === 'Identifier' && callee.object.name === 'Promise');
}

/** Functions that tell whoever waits, in the names that they have. */
const TELLS = /\b(?:done|callback|cb|next|resolve|reject|fulfill)\b/;
const handsOn = ({ range: [start, end] }: Node, { module }: Frame): boolean => TELLS.test(module.text.slice(start, end));
