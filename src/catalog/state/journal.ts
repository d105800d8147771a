import type { Assumption } from './assumptions.ts';

/** One swapped value; `previous` undefined: there was none. */
export interface Change {
  readonly map: Map<unknown, unknown>;
  readonly key: unknown;
  readonly previous: unknown;
}

/** Everything that has happened, in order: the way back, and what to look at when comparing. */
export interface Journal {
  readonly entries: (Change | Assumption)[];
  /**
   * Keys with a value to go back to since the last moment that anybody remembers: what they had in between is not kept.
   * Thousands of statements on one table would otherwise keep as many versions of its ever longer lists.
   */
  readonly kept: Map<unknown, Set<unknown>>;
}

export const emptyJournal = (): Journal => ({ entries: [], kept: new Map() });

/** A position that can be gone back to. */
export function mark({ entries, kept }: Journal): number {
  kept.clear();
  return entries.length;
}

/** Lets go of the way back to everything before. */
export function forget({ entries, kept }: Journal): void {
  entries.length = 0;
  kept.clear();
}

export const isChange = (entry: Change | Assumption): entry is Change => 'map' in entry;

/** Sets, or with undefined removes, a value so that it can be undone. */
export function write<Key, Value>(journal: Journal, map: Map<Key, Value>, key: Key, value: Value | undefined): void {
  const previous = map.get(key);
  if (previous === value) return;
  if (previous === undefined || isFirst(journal, map, key)) journal.entries.push({ map: map as Map<unknown, unknown>, key, previous });
  set(map, key, value);
}

function isFirst({ kept }: Journal, map: unknown, key: unknown): boolean {
  const keys = kept.get(map);
  if (keys === undefined) kept.set(map, new Set([key]));
  else if (keys.has(key)) return false;
  else keys.add(key);
  return true;
}

/** What has been undone: the entries, and the value that each had brought. */
export interface Undone {
  readonly entries: readonly (Change | Assumption)[];
  readonly values: readonly unknown[];
}

/** Undoes, newest first, everything from a position on. */
export function undo({ entries, kept }: Journal, position: number): Undone {
  kept.clear();
  const undone = entries.splice(position);
  const values: unknown[] = [];
  for (const entry of undone.toReversed()) {
    if (!isChange(entry)) continue;
    values.push(entry.map.get(entry.key));
    set(entry.map, entry.key, entry.previous);
  }
  return { entries: undone, values };
}

/** Does again what has been undone; everything must be as it was right after that. */
export function redo({ entries, kept }: Journal, undone: Undone): void {
  kept.clear();
  let left = undone.values.length;
  for (const entry of undone.entries) {
    entries.push(entry);
    if (isChange(entry)) set(entry.map, entry.key, undone.values[--left]);
  }
}

/** Without a word in the journal. */
export function set<Key, Value>(map: Map<Key, Value>, key: Key, value: Value | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}
