import type { Emission } from '../program.ts';
import type { Frame } from './frame.ts';
import { placeOf, sourceOf, unknownAt } from './frame.ts';
import type { Node } from './nodes.ts';
import type { Value } from './value.ts';

/**
 * Goes into branches of which only the server or the environment knows which one runs. The first that sends something stands for all; that the
 * others may run instead is told by an opaque emission, but for questions whether something exists: there the author asks so that both ways end alike.
 * Variables that are set on the way are unknown afterwards.
 */
export function whenUnknown(test: Value, node: Node, frame: Frame, branches: readonly (() => void)[]): void {
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
  if (first === undefined) return;
  const quiet = test.kind === 'unknown' && test.asksExistence === true && sending.length === 1;
  if (!quiet) machine.emit({ opaque: 'dynamic', detail: `${sending.length > 1 ? 'which branch runs' : 'whether this runs'} depends on \`${sourceOf(frame, node)}\`` }, placeOf(frame, node));
  for (const emission of first) machine.emit(emission, emission.call);
}
