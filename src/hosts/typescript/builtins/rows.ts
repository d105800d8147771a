import { perhaps } from '../conditions.ts';
import type { UnknownValue, Value } from '../value.ts';
import { hostValue, UNDEFINED, unknown } from '../value.ts';

const SAME = /^(?:filter|slice|sort|reverse|toSorted|toReversed)$/;
const ONE = /^(?:find|findLast|at|pop|shift)$/;
const CALLS = /^(?:map|forEach|flatMap|filter|find|findLast|some|every|reduce|each|mapSeries)$/;

/** Members of a list of which only its length is unknown: what they call, they call for one item that stands for all. */
export function rowsMember(of: UnknownValue, item: Value, name: string): Value {
  const plain: UnknownValue = { ...unknown(of.reason, of.span, of.source), ...(of.sends === undefined ? {} : { sends: of.sends }), ...(of.asksExistence === undefined ? {} : { asksExistence: of.asksExistence }) };
  const one: UnknownValue = { ...plain, present: item };
  if (/^\d+$/.test(name)) return one;
  if (!CALLS.test(name) && !SAME.test(name) && !ONE.test(name)) return plain;
  return hostValue({
    name,
    call([callback], site) {
      let result: Value = UNDEFINED;
      if (callback?.kind === 'function' && CALLS.test(name)) {
        const index = unknown('it is the number of an item', site.call, 'index');
        const sent = site.rounds(() => {
          result = site.settled(site.invoke(callback, name === 'reduce' ? [plain, item, index] : [item, index]));
        });
        for (const emission of sent) site.emit(perhaps(emission, true));
      }
      return name === 'map' ? { ...plain, item: result } : SAME.test(name) ? of : ONE.test(name) ? one : plain;
    },
  });
}
