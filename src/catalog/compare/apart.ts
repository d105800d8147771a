import type { ObjectId } from '../schema.ts';
import type { Changes } from '../state/changes.ts';
import { readShadowKey } from '../state/learn.ts';
import type { Store } from '../state/store.ts';
import { IDENTITIES } from './same.ts';

/**
 * Whether two changes are about different things, so that the one leads to the same whether the other has been made or not: no value
 * of a catalog is changed by both, and nothing that one brings speaks of an object that the other takes away.
 */
export function areApart(store: Store, one: Changes, other: Changes): boolean {
  const taken = takenAway(store, other);
  for (const [map, swaps] of one) {
    const others = other.get(map);
    for (const [key, { after }] of swaps) {
      if (others?.has(key) === true) return false;
      if (taken.size > 0 && (taken.has(ownerOf(store, map, key)) || speaksOf(after, 'id', taken))) return false;
    }
  }
  return true;
}

const known = new WeakMap<Changes, ReadonlySet<ObjectId>>();

/** Objects of before, also those that are there again under another identity. */
function takenAway({ relations, types, routines, ghosts }: Store, changes: Changes): ReadonlySet<ObjectId> {
  let taken = known.get(changes);
  if (taken === undefined) {
    const ids = new Set<ObjectId>();
    for (const map of [relations, types, routines] as readonly unknown[]) for (const [key, { after }] of changes.get(map as never) ?? []) if (after === undefined) ids.add(key as ObjectId);
    for (const { before } of changes.get(ghosts as never)?.values() ?? []) if (before !== undefined) ids.add(before as ObjectId);
    known.set(changes, (taken = ids));
  }
  return taken;
}

/** The object that an entry is of: `12\0column\0age` of the shadows, `type:7` of the uses; -1 for what goes by a name. */
function ownerOf({ shadows, uses }: Store, map: unknown, key: unknown): ObjectId {
  if (typeof key === 'number') return key;
  if (map === shadows) return readShadowKey(String(key)).owner;
  return map === uses ? Number(/^\w+:(\d+)$/.exec(String(key))?.[1] ?? -1) : -1;
}

function speaksOf(value: unknown, field: string, ids: ReadonlySet<ObjectId>): boolean {
  if (typeof value === 'number') return IDENTITIES.has(field) && ids.has(value);
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((one) => speaksOf(one, field, ids));
  for (const key in value) if (key !== 'span' && key !== 'origin' && speaksOf((value as Readonly<Record<string, unknown>>)[key], key, ids)) return true;
  return false;
}
