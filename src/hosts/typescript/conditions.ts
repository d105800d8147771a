import type { Emission } from '../program.ts';
import type { Frame } from './frame.ts';
import { placeOf, sourceOf, unknownAt } from './frame.ts';
import type { Node, Of, Statement } from './nodes.ts';
import { identical } from './operators.ts';
import { bind } from './patterns.ts';
import type { Binding } from './scope.ts';
import type { Completion } from './statements.ts';
import { block, inner } from './statements.ts';
import type { Value } from './value.ts';

/**
 * Goes into branches of which only the server or the environment knows which one runs. Where one alone sends something, all of it is sent under a condition,
 * or, in a loop, any number of times; questions whether something exists put none: there the author asks so that both ways end alike.
 * Of several that send something the first stands for all, and an opaque emission tells of the others. Variables that are set on the way are unknown afterwards.
 * Answers whether the first branch sends something.
 */
export function whenUnknown(test: Value, node: Node, frame: Frame, branches: readonly (() => void)[], loop = false): boolean {
  const { machine } = frame;
  const sent: (readonly Emission[])[] = [];
  const written = machine.watch(() => {
    for (const branch of branches) {
      sent.push(machine.collect(branch));
      machine.thrown = undefined;
    }
  });
  for (const binding of written) binding.value = unknownAt(frame, node, `it depends on \`${sourceOf(frame, node)}\``);
  const sending = sent.filter((emissions) => emissions.length > 0);
  const [first] = sending;
  if (first === undefined) return false;
  const asks = test.kind === 'unknown' && test.asksExistence === true;
  if (sending.length > 1) machine.emit({ opaque: 'dynamic', detail: `which branch runs depends on \`${sourceOf(frame, node)}\`` }, placeOf(frame, node));
  for (const emission of first) machine.emit(asks || sending.length > 1 ? oneOfSeveral(emission) : perhaps(emission, loop), emission.call);
  return sent[0] === first;
}

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
export function unlessMissing(node: Try, { param, body }: NonNullable<Try['handler']>, end: Completion, written: ReadonlySet<Binding>, frame: Frame): Completion {
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
  for (const binding of new Set([...written, ...also])) if (also.has(binding) || binding.value.kind === 'boolean') binding.value = answer;
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
