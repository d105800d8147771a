import type { Assumption } from './assumptions.ts';

/** One swapped value; `previous` undefined: there was none. */
export interface Change {
  readonly map: Map<unknown, unknown>;
  readonly key: unknown;
  readonly previous: unknown;
}

/** Everything that has happened, in order: the way back, and what to look at when comparing. */
export type Journal = (Change | Assumption)[];

export const isChange = (entry: Change | Assumption): entry is Change => 'map' in entry;

/** Sets, or with undefined removes, a value so that it can be undone. */
export function write<Key, Value>(journal: Journal, map: Map<Key, Value>, key: Key, value: Value | undefined): void {
  const previous = map.get(key);
  if (previous === value) return;
  journal.push({ map: map as Map<unknown, unknown>, key, previous });
  set(map, key, value);
}

/** Undoes, newest first, everything from a position on. */
export function undo(journal: Journal, position: number): void {
  while (journal.length > position) {
    const entry = journal.pop();
    if (entry !== undefined && isChange(entry)) set(entry.map, entry.key, entry.previous);
  }
}

function set<Key, Value>(map: Map<Key, Value>, key: Key, value: Value | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}
