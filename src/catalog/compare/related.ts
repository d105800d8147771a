import type { ObjectId, Relation } from '../schema.ts';
import type { Lens } from '../state/changes.ts';
import { nearestFirst } from '../state/graph.ts';
import { triggerUse } from '../state/relations.ts';
import type { Store } from '../state/store.ts';

/** Names, in lower case, of an object, its parts, and all that a change of it could be told by. */
export function related(store: Store, lens: Lens, id: ObjectId): ReadonlySet<string> {
  const names = new Set<string>();
  const relation = lens.get(store.relations, id);
  const type = lens.get(store.types, id);
  const routine = lens.get(store.routines, id);
  const object = relation ?? type ?? routine;
  if (object === undefined) return names;
  const own = object.name.toLowerCase();
  names.add(own);
  if (relation !== undefined) addRelation(store, lens, relation, names);
  if (type !== undefined) addUsers(store, lens, `type:${String(id)}`, names);
  if (routine !== undefined) addUsers(store, lens, triggerUse(store, routine.schema, routine.name), names);
  // A routine that is called does what stands in it, whatever the caller names.
  for (const other of lens.values(store.routines)) {
    if (other.bodyText?.toLowerCase().includes(own) !== true) continue;
    names.add(other.name.toLowerCase());
    addUsers(store, lens, triggerUse(store, other.schema, other.name), names);
  }
  return names;
}

function addRelation(store: Store, lens: Lens, relation: Relation, names: Set<string>): void {
  const relationOf = (id: ObjectId): Relation | undefined => lens.get(store.relations, id);
  const add = (ids: readonly (ObjectId | undefined)[]): void => {
    for (const one of ids) {
      const other = one === undefined ? undefined : (relationOf(one) ?? lens.get(store.types, one));
      if (other !== undefined) names.add(other.name.toLowerCase());
    }
  };
  add(nearestFirst(relation.id, (one) => relationOf(one)?.dependents ?? []));
  add(nearestFirst(relation.id, (one) => neighbours(relationOf(one))));
  if (relation.kind === 'index') add([relation.table, relation.parent, ...relation.children]);
  if (relation.kind === 'sequence') add([relation.ownedBy?.table]);
  if (relation.kind === 'view' || relation.kind === 'materializedView') add(relation.reads);
  if (relation.kind === 'materializedView') add(relation.indexes);
  if (relation.kind !== 'table') return;
  add([...relation.indexes, ...relation.referencedBy, relation.ofType, ...relation.columns.flatMap(({ sequence, typeId }) => [sequence, typeId])]);
  for (const { name, references } of relation.constraints) {
    names.add(name.toLowerCase());
    add([references]);
  }
  for (const trigger of relation.triggers) names.add(trigger.function.name.toLowerCase());
}

/** Partitions and heirs, and what they belong to. */
const neighbours = (relation: Relation | undefined): readonly ObjectId[] =>
  relation?.kind === 'table' ? [...relation.children, ...relation.inherits, ...(relation.partitionOf === undefined ? [] : [relation.partitionOf.parent])] : [];

function addUsers(store: Store, lens: Lens, key: string, names: Set<string>): void {
  for (const id of lens.get(store.uses, key) ?? []) {
    const user = lens.get(store.relations, id);
    if (user !== undefined) names.add(user.name.toLowerCase());
  }
}
