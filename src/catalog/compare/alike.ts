import type { ObjectId } from '../schema.ts';
import type { Store } from '../state/store.ts';
import { related } from './related.ts';
import type { Pairs } from './same.ts';
import { identitiesIn, moved, pair, same } from './same.ts';

export interface Unlike {
  /** None: nothing could tell the two apart. */
  readonly names: ReadonlySet<string>;
  /** Identities in the one and the other that stand for others. */
  readonly moved: ReadonlySet<ObjectId>;
}

/**
 * Names, in lower case, of all that two catalogs say different things of, and of what is tied to it: whatever mentions none of them
 * does the same on both. Undefined: they are too different to say. Identities and the time
 * of creation are not compared, nor are temporary objects; of settings, those that a session leaves to the next.
 */
export function unlike(first: Store, second: Store): Unlike | undefined {
  const pairs: Pairs = { there: new Map(), back: new Map() };
  const names = new Set<string>();
  pairNames(first.relationNames, second.relationNames, pairs, names);
  pairNames(first.typeNames, second.typeNames, pairs, names);
  pairNames(first.ghosts, second.ghosts, pairs, names);
  pairRoutines(first.routineNames, second.routineNames, pairs, names);
  for (const key of first.gone.keys()) if (!second.gone.has(key)) names.add(bare(key));
  for (const key of second.gone.keys()) if (!first.gone.has(key)) names.add(bare(key));
  for (const kind of ['settings', 'left'] as const) {
    for (const name of new Set([...first[kind].keys(), ...second[kind].keys()])) if (first[kind].get(name)?.value !== second[kind].get(name)?.value) names.add(name);
  }
  const whole = [first.counters, first.schemas, first.extensions] as const;
  if (!whole.every((map, index) => sameEntries(map, ([second.counters, second.schemas, second.extensions] as const)[index] ?? map, pairs))) return undefined;
  if (first.temporaries.size + second.temporaries.size > 0) return undefined;

  const different: { readonly store: Store; readonly id: ObjectId }[] = [];
  const shared: { readonly id: ObjectId; readonly value: object }[] = [];
  for (const kind of ['relations', 'types', 'routines'] as const) {
    for (const [id, value] of first[kind]) {
      const other = pairs.there.get(id);
      const theirs = other === undefined ? undefined : second[kind].get(other);
      if (value === theirs) shared.push({ id, value });
      else if (theirs === undefined || !same(value, theirs, pairs)) different.push({ store: first, id }, ...(other === undefined ? [] : [{ store: second, id: other }]));
    }
    for (const id of second[kind].keys()) if (!pairs.back.has(id)) different.push({ store: second, id });
  }
  different.push(...unlikeShadows(first, second, pairs));
  // What is the same to the letter may still speak of an object in whose place another one stands there.
  const others = moved(pairs);
  if (others.size > 0) for (const { id, value } of shared) if (identitiesIn(value).some((one) => others.has(one))) different.push({ store: first, id }, { store: second, id });
  // One of them still speaks of what is no longer there, as histories do that the server would refuse.
  if ([...pairs.there].some(([id, other]) => isThere(first, id) !== isThere(second, other))) return undefined;
  for (const { store, id } of different) for (const name of related(store, id)) names.add(name);
  return { names, moved: others };
}

const isThere = ({ relations, routines, types }: Store, id: ObjectId): boolean => relations.has(id) || types.has(id) || routines.has(id);

function pairNames(first: ReadonlyMap<string, ObjectId>, second: ReadonlyMap<string, ObjectId>, pairs: Pairs, names: Set<string>): void {
  for (const [name, id] of first) {
    const other = second.get(name);
    if (other === undefined || !pair(id, other, pairs)) names.add(bare(name));
  }
  for (const name of second.keys()) if (!first.has(name)) names.add(bare(name));
}

function pairRoutines(first: Store['routineNames'], second: Store['routineNames'], pairs: Pairs, names: Set<string>): void {
  for (const [name, ids] of first) {
    const others = second.get(name);
    if (others?.length !== ids.length || !ids.every((id, index) => pair(id, others[index] ?? -1, pairs))) names.add(bare(name));
  }
  for (const name of second.keys()) if (!first.has(name)) names.add(bare(name));
}

function sameEntries(first: ReadonlyMap<string, unknown>, second: ReadonlyMap<string, unknown>, pairs: Pairs): boolean {
  return first.size === second.size && [...first].every(([key, value]) => second.has(key) && same(value, second.get(key), pairs));
}

/** Their keys begin with the owner's identity. */
function unlikeShadows(first: Store, second: Store, pairs: Pairs): { readonly store: Store; readonly id: ObjectId }[] {
  const found: { store: Store; id: ObjectId }[] = [];
  const seen = new Set<string>();
  for (const [key, shadow] of first.shadows) {
    const at = key.indexOf('\0');
    const own = Number(key.slice(0, at));
    const theirs = `${String(pairs.there.get(own))}${key.slice(at)}`;
    seen.add(theirs);
    const other = second.shadows.get(theirs);
    if (other === undefined || !same(shadow, other, pairs)) found.push({ store: first, id: own });
  }
  for (const key of second.shadows.keys()) if (!seen.has(key)) found.push({ store: second, id: Number(key.slice(0, key.indexOf('\0'))) });
  return found;
}

/** Without schema and kind. */
const bare = (key: string): string => key.slice(Math.max(key.lastIndexOf('\0'), key.lastIndexOf('.'), key.startsWith('schema:') ? 'schema'.length : -1) + 1).toLowerCase();
