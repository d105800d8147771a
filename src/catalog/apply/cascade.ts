import type { Column, Constraint, ObjectId, Relation, Table } from '../schema.ts';
import { nearestFirst } from '../state/graph.ts';
import { editRelation, removeRelation, tableById } from '../state/relations.ts';
import type { Store } from '../state/store.ts';
import { drawsFromSequence, without } from './context.ts';

/**
 * Removes relations with all that cannot be without them: indexes, owned sequences, partitions and inheritance
 * children, views over them, and the foreign keys that point to them.
 */
export function dropRelations(store: Store, ids: readonly ObjectId[]): void {
  const doomed = new Set(ids);
  for (const id of doomed) for (const other of hangingOn(store, id)) doomed.add(other);
  const relations = [...doomed].map((id) => store.relations.get(id)).filter((relation) => relation !== undefined);
  for (const relation of relations) {
    if (relation.kind === 'table') dropReferences(store, relation, doomed);
    else if (relation.kind === 'sequence') clearDefaults(store, relation.id, doomed);
    else if (relation.kind === 'index') dropOwningConstraint(store, relation, doomed);
  }
  // Dependents first, so that no list of a relation that stays on for a moment is written in vain.
  for (const relation of relations.reverse()) removeRelation(store, relation.id);
}

export const dropRelation = (store: Store, relation: Relation): void => {
  dropRelations(store, [relation.id]);
};

/** The table without the constraints that fail the test. */
export function keepConstraints(store: Store, table: Table, keep: (constraint: Constraint) => boolean): void {
  editRelation(store, table, (now) => (now.constraints.every(keep) ? now : { ...now, constraints: now.constraints.filter(keep) }));
}

function hangingOn(store: Store, id: ObjectId): readonly ObjectId[] {
  const relation = store.relations.get(id);
  switch (relation?.kind) {
    case 'table':
      return [...relation.children, ...relation.dependents, ...relation.indexes, ...(store.uses.get(`owner:${String(id)}`) ?? [])];
    case 'materializedView':
      return [...relation.indexes, ...relation.dependents];
    case 'index':
      return relation.children;
    default:
      return relation?.dependents ?? [];
  }
}

function parentOf(store: Store, id: ObjectId): readonly ObjectId[] {
  const parent = tableById(store, id)?.partitionOf?.parent;
  return parent === undefined ? [] : [parent];
}

/** A foreign key to a partitioned table hangs on each of its partitions as well. */
function dropReferences(store: Store, table: Table, doomed: ReadonlySet<ObjectId>): void {
  for (const target of [table.id, ...nearestFirst(table.id, (id) => parentOf(store, id))]) {
    for (const id of tableById(store, target)?.referencedBy ?? []) {
      const other = tableById(store, id);
      if (other !== undefined && !doomed.has(id)) keepConstraints(store, other, (constraint) => constraint.references !== target);
    }
  }
}

function clearDefaults(store: Store, sequence: ObjectId, doomed: ReadonlySet<ObjectId>): void {
  for (const id of store.uses.get(`sequence:${String(sequence)}`) ?? []) {
    const table = tableById(store, id);
    if (table === undefined || doomed.has(id)) continue;
    editRelation(store, table, (now) => ({
      ...now,
      columns: now.columns.map((column) => (column.sequence === sequence ? withoutSequence(column) : column)),
    }));
  }
}

/** A default that draws from something else stays. */
const withoutSequence = (column: Column): Column =>
  column.default !== undefined && !drawsFromSequence(column) ? without(column, 'sequence') : without(column, 'sequence', 'default', 'identity');

function dropOwningConstraint(store: Store, index: Extract<Relation, { kind: 'index' }>, doomed: ReadonlySet<ObjectId>): void {
  const table = doomed.has(index.table) || index.constraint === undefined ? undefined : tableById(store, index.table);
  if (table !== undefined) keepConstraints(store, table, (constraint) => constraint.index !== index.id);
}
