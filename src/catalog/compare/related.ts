import type { ObjectId, Relation } from '../schema.ts';
import { nearestFirst } from '../state/graph.ts';
import { triggerUse } from '../state/relations.ts';
import type { Store } from '../state/store.ts';

/** Names, in lower case, of an object, its parts, and all that a change of it could be told by. */
export function related(store: Store, id: ObjectId): ReadonlySet<string> {
  const names = new Set<string>();
  const object = store.relations.get(id) ?? store.types.get(id) ?? store.routines.get(id);
  if (object === undefined) return names;
  names.add(object.name.toLowerCase());
  const relation = store.relations.get(id);
  if (relation !== undefined) addRelation(store, relation, names);
  if (store.types.has(id)) addUsers(store, `type:${String(id)}`, names);
  const routine = store.routines.get(id);
  if (routine !== undefined) addUsers(store, triggerUse(store, routine.schema, routine.name), names);
  // A routine that is called does what stands in it, whatever the caller names.
  for (const other of store.routines.values()) {
    if (other.bodyText?.toLowerCase().includes(object.name.toLowerCase()) !== true) continue;
    names.add(other.name.toLowerCase());
    addUsers(store, triggerUse(store, other.schema, other.name), names);
  }
  return names;
}

function addRelation(store: Store, relation: Relation, names: Set<string>): void {
  const add = (ids: readonly (ObjectId | undefined)[]): void => {
    for (const one of ids) {
      const other = one === undefined ? undefined : (store.relations.get(one) ?? store.types.get(one));
      if (other !== undefined) names.add(other.name.toLowerCase());
    }
  };
  add(nearestFirst(relation.id, (one) => store.relations.get(one)?.dependents ?? []));
  add(nearestFirst(relation.id, (one) => neighbours(store.relations.get(one))));
  if (relation.kind === 'index') add([relation.table, relation.parent, ...relation.children]);
  if (relation.kind === 'sequence') add([relation.ownedBy?.table]);
  if (relation.kind === 'view' || relation.kind === 'materializedView') add(relation.reads);
  if (relation.kind === 'materializedView') add(relation.indexes);
  if (relation.kind !== 'table') return;
  add([...relation.indexes, ...relation.referencedBy, relation.ofType, ...relation.columns.flatMap(({ sequence, typeId, defaultTypeId }) => [sequence, typeId, defaultTypeId])]);
  for (const { name, references } of relation.constraints) {
    names.add(name.toLowerCase());
    add([references]);
  }
  for (const trigger of relation.triggers) names.add(trigger.function.name.toLowerCase());
}

/** Partitions and heirs, and what they belong to. */
const neighbours = (relation: Relation | undefined): readonly ObjectId[] =>
  relation?.kind === 'table' ? [...relation.children, ...relation.inherits, ...(relation.partitionOf === undefined ? [] : [relation.partitionOf.parent])] : [];

function addUsers(store: Store, key: string, names: Set<string>): void {
  for (const id of store.uses.get(key) ?? []) {
    const user = store.relations.get(id);
    if (user !== undefined) names.add(user.name.toLowerCase());
  }
}
