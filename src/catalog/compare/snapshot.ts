import type { Residue } from './residue.ts';
import type { Facts } from '../state/assumptions.ts';
import type { Store } from '../state/store.ts';
import { describeSide, everything, readerOf } from './sides.ts';

/** What is known of a schema at one moment, by label; comparable with that of another catalog. */
export type Snapshot = ReadonlyMap<string, Facts>;

/** All that is known now. */
export function snapshot(store: Store): Snapshot {
  const { side } = describeSide(store, everything(store), readerOf(store));
  const guessed = [...side.values()].filter((entry) => !entry.complete && Object.keys(entry.facts()).length === 0);
  for (const { label } of guessed) side.delete(label);
  return new Map([...side.values()].map(({ label, facts }) => [label, facts()]));
}

/** How a second schema differs from a first one. Facts that one of them does not know differ from nothing. */
export function differencesBetween(first: Snapshot, second: Snapshot): readonly Residue[] {
  if (first === second) return [];
  const found: Residue[] = [];
  for (const [object, facts] of first) {
    const other = second.get(object);
    if (other === undefined) {
      found.push({ difference: 'missing', object });
      continue;
    }
    const details = Object.entries(facts).flatMap(([fact, value]) => {
      const now = other[fact];
      return now === undefined || now === value ? [] : [`${fact}: ${value} → ${now}`];
    });
    if (details.length > 0) found.push({ difference: 'changed', object, detail: details.join('; ') });
  }
  for (const object of second.keys()) if (!first.has(object)) found.push({ difference: 'extra', object });
  return found;
}
