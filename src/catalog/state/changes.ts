import type { Journal } from './journal.ts';
import { isChange, put } from './journal.ts';
import type { Store } from './store.ts';

/**
 * What leads from one state of a catalog to another, by map and key, without what was in between: to be taken back, made again and
 * compared by. An undefined value: there is none.
 */
export type Changes = ReadonlyMap<AnyMap, ReadonlyMap<unknown, Swap>>;

type AnyMap = Map<unknown, unknown>;

interface Swap {
  readonly before: unknown;
  readonly after: unknown;
}

/** All that a journal tells of. */
export function changesIn({ entries }: Journal): Changes {
  const first = new Map<AnyMap, Map<unknown, unknown>>();
  for (const entry of entries) {
    if (!isChange(entry)) continue;
    const values = of(entry.map, first);
    if (!values.has(entry.key)) values.set(entry.key, entry.previous);
  }
  return toHere(first);
}

/** What leads here from the state that one gets to by taking changes back, the last first, and making others; sessions aside. */
export function changesFrom({ covered, settings }: Store, back: readonly Changes[], forth: readonly Changes[]): Changes {
  const there = new Map<AnyMap, Map<unknown, unknown>>();
  for (const changes of back) for (const [map, swaps] of changes) for (const [key, { before }] of swaps) of(map, there).set(key, before);
  for (const changes of forth) for (const [map, swaps] of changes) for (const [key, { after }] of swaps) of(map, there).set(key, after);
  for (const map of [covered, settings] as readonly unknown[]) there.delete(map as AnyMap);
  return toHere(there);
}

function of<Value>(map: AnyMap, all: Map<AnyMap, Map<unknown, Value>>): Map<unknown, Value> {
  let own = all.get(map);
  if (own === undefined) all.set(map, (own = new Map()));
  return own;
}

function toHere(there: ReadonlyMap<AnyMap, ReadonlyMap<unknown, unknown>>): Changes {
  const changes = new Map<AnyMap, Map<unknown, Swap>>();
  for (const [map, values] of there) {
    for (const [key, before] of values) {
      const after = map.get(key);
      if (after !== before) of(map, changes).set(key, { before, after });
    }
  }
  return changes;
}

export function takeBack(changes: Changes): void {
  for (const [map, swaps] of changes) for (const [key, { before }] of swaps) put(map, key, before);
}

export function makeAgain(changes: Changes): void {
  for (const [map, swaps] of changes) for (const [key, { after }] of swaps) put(map, key, after);
}

/** Reads one state of a catalog. */
export interface Lens {
  get<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value | undefined;
  values<Key, Value>(map: ReadonlyMap<Key, Value>): Iterable<Value>;
}

export const HERE: Lens = { get: (map, key) => map.get(key), values: (map) => map.values() };

/** Another state of the catalog. */
export interface There extends Lens {
  /** Keys under which something else stands there than here. */
  touched<Key, Value>(map: ReadonlyMap<Key, Value>): Iterable<Key>;
}

/** The state from which changes lead here. */
export function before(changes: Changes): There {
  const own = <Key, Value>(map: ReadonlyMap<Key, Value>): ReadonlyMap<Key, { readonly before: Value | undefined }> | undefined => changes.get(map as AnyMap) as never;
  return {
    touched: (map) => own(map)?.keys() ?? [],
    get(map, key) {
      const swap = own(map)?.get(key);
      return swap === undefined ? map.get(key) : swap.before;
    },
    *values(map) {
      const swaps = own(map);
      for (const [key, value] of map) if (swaps?.has(key) !== true) yield value;
      for (const { before: value } of swaps?.values() ?? []) if (value !== undefined) yield value;
    },
  };
}
