import { isChange, set } from './journal.ts';
import type { Store } from './store.ts';

/** What leads a catalog from one state to the next, by map of the store and key. An undefined value: there is none. */
export type Changes = ReadonlyMap<Field, ReadonlyMap<unknown, Swap>>;

interface Swap {
  readonly before: unknown;
  readonly after: unknown;
}

type Field = { [Name in keyof Store]: Store[Name] extends Map<never, never> ? Name : never }[keyof Store];
type AnyMap = Map<unknown, unknown>;

/** All that the journal tells of. Values that are as `like` has them become the same ones, so that who compares them later sees it at once. */
export function changesIn(store: Store, like: Changes | undefined): Changes {
  const fields = new Map<unknown, Field>((Object.keys(store) as Field[]).map((field) => [store[field], field]));
  const changes = new Map<Field, Map<unknown, Swap>>();
  for (const entry of store.journal.entries) {
    const field = isChange(entry) ? fields.get(entry.map) : undefined;
    if (!isChange(entry) || field === undefined) continue;
    const { map, key, previous } = entry;
    let own = changes.get(field);
    if (own === undefined) changes.set(field, (own = new Map()));
    if (own.has(key)) continue;
    const now = map.get(key);
    const known = like?.get(field)?.get(key)?.after;
    const after = now !== known && isEqual(now, known) ? known : now;
    if (after !== now) map.set(key, after);
    own.set(key, { before: previous, after });
  }
  return changes;
}

/** Makes changes that another catalog has gone through, if all that they swap stands here as it stood there; says whether it did. */
export function makeAgain(store: Store, changes: Changes): boolean {
  for (const [field, swaps] of changes) for (const [key, { before }] of swaps) if ((store[field] as AnyMap).get(key) !== before) return false;
  for (const [field, swaps] of changes) for (const [key, { after }] of swaps) set(store[field] as AnyMap, key, after);
  return true;
}

function isEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one)) return Array.isArray(other) && one.length === other.length && one.every((value, index) => isEqual(value, other[index]));
  const [first, second] = [one as Readonly<Record<string, unknown>>, other as Readonly<Record<string, unknown>>];
  const keys = Object.keys(first);
  return keys.length === Object.keys(second).length && keys.every((key) => Object.hasOwn(second, key) && isEqual(first[key], second[key]));
}
