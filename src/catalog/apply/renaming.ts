import type { Relation } from '../schema.ts';
import { editConstraint, editRelation, putRelation, tableById } from '../state/relations.ts';
import type { Store } from '../state/store.ts';
import { nameKey } from '../state/store.ts';
import { dropRelation } from './cascade.ts';

export function renameRelation(store: Store, relation: Relation, newName: string): void {
  makeWay(store, relation, relation.schema, newName);
  const now = store.relations.get(relation.id);
  if (now === undefined) return;
  putRelation(store, { ...now, name: newName });
  followName(store, now.id);
  if (now.kind !== 'index' || now.constraint === undefined) return;
  const table = tableById(store, now.table);
  const constraint = table?.constraints.find((other) => other.index === now.id);
  if (table === undefined || constraint === undefined) return;
  editConstraint(store, table, constraint.name, (old) => ({ ...old, name: newName, definition: { ...old.definition, name: newName } }));
  editRelation(store, now, (index) => ({ ...index, constraint: newName }));
}

/** The newest word wins over a name that should have been free. */
export function makeWay(store: Store, relation: Relation, schema: string, name: string): void {
  const id = store.relationNames.get(nameKey(store, schema, name));
  const other = id === undefined || id === relation.id ? undefined : store.relations.get(id);
  if (other !== undefined) dropRelation(store, other);
}

/** Foreign keys name their target as it is called now. */
export function followName(store: Store, id: number): void {
  const target = tableById(store, id);
  if (target === undefined) return;
  for (const other of target.referencedBy) {
    const table = tableById(store, other);
    if (table === undefined) continue;
    editRelation(store, table, (now) => ({
      ...now,
      constraints: now.constraints.map((constraint) =>
        constraint.references === id && constraint.definition.type === 'foreignKey'
          ? { ...constraint, definition: { ...constraint.definition, references: { schema: target.schema, name: target.name } } }
          : constraint,
      ),
    }));
  }
}
