import { awaited } from './expressions.ts';
import type { Frame } from './frame.ts';
import { placeOf, sourceOf } from './frame.ts';
import { itemsOf } from './loops.ts';
import type { Expression, FunctionNode, Of } from './nodes.ts';
import type { ListValue, Value } from './value.ts';
import { boolean, hostValue, list, record, UNDEFINED, unknown } from './value.ts';

/** More than any loop of a migration asks for: what goes on has no end of its own. */
const MOST = 2_000;
const ENDLESS = unknown('a generator has no end', { start: 0, end: 0 });

/** What a function that gives way hands out, all at once; what waits for each of them, as coroutines do, gets what it resolves to. */
export function yielded(node: Of<Expression, 'YieldExpression'>, frame: Frame): Value {
  const { machine, yields } = frame;
  const value = node.argument === null ? UNDEFINED : awaited({ ...node, argument: node.argument }, frame);
  const items = node.delegate === true ? (itemsOf(value) ?? [value]) : [value];
  yields?.push(...items);
  if (yields !== undefined && yields.length > MOST) machine.thrown ??= ENDLESS;
  if (node.delegate !== true) return value;
  return value.kind === 'list' ? (value.named?.get(RETURNED) ?? UNDEFINED) : value;
}

/** What the call of a generator gives: its items, to be gone over once. */
export function generated(node: FunctionNode, yields: readonly Value[], returned: Value, frame: Frame): ListValue {
  const { machine } = frame;
  const items = [...yields];
  if (machine.thrown === ENDLESS) {
    machine.thrown = undefined;
    items.push(unknown('it is what a generator gives in the end', placeOf(frame, node), sourceOf(frame, node)));
  }
  const state = { at: 0 };
  const next = hostValue({
    name: 'next',
    call() {
      const value = items[state.at] ?? (state.at === items.length ? returned : UNDEFINED);
      state.at += 1;
      return record([['value', value], ['done', boolean(state.at > items.length)]]);
    },
  });
  return { ...list(items), named: new Map([['next', next], [RETURNED, returned]]) };
}

/** What a coroutine that ran a generator gives. */
export const returnedBy = (value: Value): Value => (value.kind === 'list' ? (value.named?.get(RETURNED) ?? value) : value);

const RETURNED = '@returned';
