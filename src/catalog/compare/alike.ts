import type { ObjectId } from '../schema.ts';
import type { Changes, Lens, There } from '../state/changes.ts';
import { before, HERE } from '../state/changes.ts';
import { readShadowKey } from '../state/learn.ts';
import type { Store } from '../state/store.ts';
import { related } from './related.ts';
import type { Pairs } from './same.ts';
import { pair, partner, same } from './same.ts';

/**
 * Names, in lower case, of all that a catalog says other things of than before changes that have led to it, and of what is tied to it:
 * whatever mentions none of them does the same on both. None: nothing could tell the two apart. Undefined: they are too different to
 * say. Identities and the time of creation are not compared, nor is what a new session forgets.
 */
export function unlike(store: Store, changes: Changes): ReadonlySet<string> | undefined {
  const there = before(changes);
  const pairs: Pairs = { there: new Map(), back: new Map(), isShared: (id) => isThere(store, HERE, id) && isThere(store, there, id) };
  const names = new Set<string>();
  for (const map of [store.relationNames, store.typeNames, store.ghosts]) pairNames(map, there, pairs, names);
  pairRoutines(store.routineNames, there, pairs, names);
  for (const key of there.touched(store.gone)) names.add(bare(key));
  for (const map of [store.counters, store.schemas, store.extensions] as readonly ReadonlyMap<string, unknown>[]) {
    for (const key of there.touched(map)) if (!same(map.get(key), there.get(map, key), '', pairs)) return undefined;
  }
  if (store.temporaries.size > 0 || [...there.touched(store.temporaries)].length > 0) return undefined;

  const different: Different[] = [];
  for (const map of [store.relations, store.types, store.routines] as readonly ReadonlyMap<ObjectId, object>[]) {
    for (const id of there.touched(map)) {
      const value = map.get(id);
      const other = partner(id, pairs.there, pairs.back);
      const theirs = other === undefined ? undefined : there.get(map, other);
      if (value !== undefined && (theirs === undefined || !same(value, theirs, '', pairs))) different.push({ lens: HERE, id }, ...(other === undefined ? [] : [{ lens: there, id: other }]));
      if (value === undefined && !pairs.back.has(id)) different.push({ lens: there, id });
    }
  }
  different.push(...unlikeShadows(store, there, pairs));
  // One of them still speaks of what is no longer there, as histories do that the server would refuse.
  if ([...pairs.there].some(([id, other]) => isThere(store, HERE, id) !== isThere(store, there, other))) return undefined;
  for (const { lens, id } of different) for (const name of related(store, lens, id)) names.add(name);
  return names;
}

interface Different {
  /** The state that it is in. */
  readonly lens: Lens;
  readonly id: ObjectId;
}

const isThere = ({ relations, routines, types }: Store, { get }: Lens, id: ObjectId): boolean => get<ObjectId, object>(relations, id) !== undefined || get<ObjectId, object>(types, id) !== undefined || get(routines, id) !== undefined;

function pairNames(map: ReadonlyMap<string, ObjectId>, there: There, pairs: Pairs, names: Set<string>): void {
  for (const name of there.touched(map)) {
    const [id, other] = [map.get(name), there.get(map, name)];
    if (id === undefined || other === undefined || !pair(id, other, pairs)) names.add(bare(name));
  }
}

function pairRoutines(map: Store['routineNames'], there: There, pairs: Pairs, names: Set<string>): void {
  for (const name of there.touched(map)) {
    const [ids = [], others = []] = [map.get(name), there.get(map, name)];
    if (others.length !== ids.length || !ids.every((id, index) => pair(id, others[index] ?? -1, pairs))) names.add(bare(name));
  }
}

function unlikeShadows(store: Store, there: There, pairs: Pairs): readonly Different[] {
  const { shadows } = store;
  return [...shadowsTouched(store, there)].flatMap((key): readonly Different[] => {
    const { owner } = readShadowKey(key);
    const keyOf = (id: ObjectId | undefined): string => `${String(id)}${key.slice(key.indexOf('\0'))}`;
    const [shadow, other] = [shadows.get(key), there.get(shadows, keyOf(partner(owner, pairs.there, pairs.back)))];
    const isOther = shadow !== undefined && (other === undefined || !same(shadow, other, '', pairs));
    const isExtra = there.get(shadows, key) !== undefined && !shadows.has(keyOf(partner(owner, pairs.back, pairs.there)));
    return [...(isOther ? [{ lens: HERE, id: owner }] : []), ...(isExtra ? [{ lens: there, id: owner }] : [])];
  });
}

/** Also those that are as they were, of objects that are only here or only there. */
function shadowsTouched({ shadows, relations, types }: Store, there: There): ReadonlySet<string> {
  const found = new Set(there.touched(shadows));
  const single = new Set<ObjectId>();
  for (const map of [relations, types] as readonly ReadonlyMap<ObjectId, object>[]) for (const id of there.touched(map)) if ((map.get(id) === undefined) !== (there.get(map, id) === undefined)) single.add(id);
  if (single.size > 0) for (const key of shadows.keys()) if (single.has(readShadowKey(key).owner)) found.add(key);
  return found;
}

/** Without schema and kind. */
const bare = (key: string): string => key.slice(Math.max(key.lastIndexOf('\0'), key.lastIndexOf('.'), key.startsWith('schema:') ? 'schema'.length : -1) + 1).toLowerCase();
