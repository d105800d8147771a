import type { Emission } from '../program.ts';
import type { Changeable, Held } from './changes.ts';
import { heldBy, hold, reconcile } from './changes.ts';
import type { Frame } from './frame.ts';
import { placeOf, sourceOf, unknownAt } from './frame.ts';
import { sends } from './members.ts';
import type { Node, Of, Statement } from './nodes.ts';
import { identical } from './operators.ts';
import { bind } from './patterns.ts';
import { recorder } from './recorder.ts';
import type { Binding } from './scope.ts';
import type { Completion } from './statements.ts';
import { block, inner } from './statements.ts';
import type { UnknownValue, Value } from './value.ts';
import { unknown } from './value.ts';

/**
 * Goes into branches of which only the server or the environment knows which one runs. Where one alone sends something, all of it is sent under a condition,
 * or, in a loop, any number of times; questions whether something exists put none: there the author asks so that both ways end alike.
 * Of several that send something the first stands for all, and an opaque emission tells of the others. Variables that are set on the way are unknown afterwards.
 * Variables, lists and objects are left as it can be told of them behind it.
 * Answers whether the first branch sends something.
 */
export function whenUnknown(test: Value, node: Node, frame: Frame, branches: readonly (() => void)[], loop = false): boolean {
  const { machine } = frame;
  const { sent, settled } = apart(node, frame, branches, loop);
  const sending = sent.filter((emissions) => emissions.length > 0);
  const [first] = sending;
  const asks = test.kind === 'unknown' && test.asksExistence === true;
  const isOpen = settled(asks) || sending.length > 1;
  if (isOpen) machine.emit({ opaque: 'dynamic', detail: `which branch runs depends on \`${sourceOf(frame, node)}\`` }, placeOf(frame, node));
  if (first === undefined) return false;
  for (const emission of first) machine.emit(asks || sending.length > 1 ? oneOfSeveral(emission) : perhaps(emission, loop), emission.call);
  return sent[0] === first;
}

/** What a function sends that is called any number of times. */
export function rounds(node: Node, frame: Frame, run: () => void): readonly Emission[] {
  const { sent, settled } = apart(node, frame, [run], true);
  settled(false);
  return sent[0] ?? [];
}

/** Goes each way from what there is, keeps apart what it sends, and settles what is left behind of what they changed; `settled` tells whether something of a builder is left open. */
function apart(node: Node, frame: Frame, branches: readonly (() => void)[], loop: boolean): { readonly sent: readonly (readonly Emission[])[]; readonly settled: (asks: boolean) => boolean } {
  const { machine } = frame;
  const sent: (readonly Emission[])[] = [];
  const before = new Map<Changeable, Held>();
  const ways: ReadonlyMap<Changeable, Held>[] = [];
  const written = machine.watch(() => {
    for (const branch of branches) {
      const changed = machine.changed(() => void sent.push(machine.collect(branch)));
      machine.thrown = undefined;
      ways.push(new Map([...changed.keys()].map((of) => [of, heldBy(of)])));
      for (const [of, held] of changed) {
        if (!before.has(of)) before.set(of, held);
        hold(of, held);
      }
    }
  });
  const reason = `it depends on \`${sourceOf(frame, node)}\``;
  const open = (sending: boolean): UnknownValue => unknownAt(frame, node, reason, sending ? { sends: true } : {});
  const takesPlace = (other: Value, own: Value): void => void machine.given.set(other, machine.given.get(own) ?? { node, frame });
  return {
    sent,
    settled(asks) {
      for (const [binding, was] of written) if (binding.value !== was || branches.length > 1) binding.value = isLazy(binding.value) ? doubtful(reason) : open(sends(was) && sends(binding.value));
      const told = [...before].map(([of, held]) => {
        machine.touch(of);
        return reconcile(of, held, ways.map((way) => way.get(of)), { asks, loop, open, perhaps: (emission) => perhaps(emission, loop), takesPlace });
      });
      return told.includes(true);
    },
  };
}

/** It is sent once somebody waits for it, as it is then. */
const isLazy = (value: Value): boolean => value.kind === 'host' && value.host.settle !== undefined;

/** What was built on a way that may not have been gone: whatever is done to it, what it sends is not known. */
const doubtful = (reason: string): Value =>
  recorder('the statement', (member) => member !== 'then' && member !== 'catch' && member !== 'finally', {
    sends: true,
    settle(site) {
      site.opaque(`what is sent is only known when it runs: ${reason}`);
      return unknown(reason, site.call, site.source(site.call));
    },
  }).value;

/** What runs where a branch before it did not leave. */
export function asOneWay<Result>({ machine }: Frame, run: () => Result): Result | undefined {
  let result: Result | undefined;
  const sent = machine.collect(() => {
    result = run();
  });
  for (const emission of sent) machine.emit(oneOfSeveral(emission), emission.call);
  return result;
}

type Try = Of<Statement, 'TryStatement'>;

/** How a block ends that does nothing but ask what exists: where that is missing the question fails, so that the handler is the other way. */
export function unlessMissing(node: Try, { param, body }: NonNullable<Try['handler']>, end: Completion, written: ReadonlyMap<Binding, Value>, frame: Frame): Completion {
  const { machine } = frame;
  const answer = unknownAt(frame, node, 'whether it exists is asked of the server', { asksExistence: true });
  const own = inner(frame);
  if (param !== null) bind(param, unknownAt(frame, node, 'what is thrown is only known when it runs'), own);
  let other: Completion;
  let sent: readonly Emission[] = [];
  const also = machine.watch(() => {
    sent = machine.collect(() => {
      other = block(body.body, own);
    });
  });
  machine.thrown = undefined;
  if (other?.type === 'throw') return end;
  for (const emission of sent) machine.emit(oneOfSeveral(emission), emission.call);
  for (const binding of new Set([...written.keys(), ...also.keys()])) if (also.has(binding) || binding.value.kind === 'boolean') binding.value = answer;
  if (end?.type !== 'return' || end.value.kind === 'unknown') return end;
  if (other?.type === 'return') return identical(end.value, other.value) === true ? end : { type: 'return', value: answer };
  if (end.value.kind !== 'undefined' && frame.perhaps !== undefined) frame.perhaps.value = end.value;
  return { type: 'forked' };
}

const oneOfSeveral = (emission: Emission): Emission => ('opaque' in emission ? emission : { ...emission, alternative: true });

/** The same emission, where only the run tells whether, or how many times, there is one. */
export function perhaps(emission: Emission, loop: boolean): Emission {
  if ('opaque' in emission) return emission;
  return { ...emission, within: { conditional: emission.within?.conditional === true || !loop, loop: emission.within?.loop === true || loop } };
}
