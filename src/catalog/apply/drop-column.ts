import { columnOf, indexesOf, readsColumn } from '../lookups.ts';
import type { Constraint, ObjectId, Relation, Table } from '../schema.ts';
import { dropPart } from '../state/learn.ts';
import { editRelation, tableById } from '../state/relations.ts';
import type { Store } from '../state/store.ts';
import { dropRelations, keepConstraints } from './cascade.ts';
import { ownedSequences } from './column-parts.ts';
import { removeConstraint } from './constraint-parts.ts';
import { without } from './context.ts';
import { indexUses } from './index-parts.ts';
import { renameUses } from './view-columns.ts';

export interface DroppingColumn {
  readonly only: boolean;
  /** It may not be there. */
  readonly maybe: boolean;
  /** Without, the server would have refused had views, policies or triggers used it: so none do. */
  readonly cascade: boolean;
}

/**
 * Drops a column with everything over it: indexes, constraints, owned sequences, generated columns, policies,
 * triggers, views, and foreign keys that point to it; in children where it was inherited.
 */
export function dropColumnFrom(store: Store, table: Table, name: string, how: DroppingColumn): void {
  if (columnOf(store, table, name) === undefined) {
    dropPart(store, table, 'column', name, how.maybe);
    if (!table.complete) dropHanging(store, table, name, how.cascade);
    return;
  }
  const doomed: { readonly id: ObjectId; readonly name: string; readonly only: boolean }[] = [{ id: table.id, name, only: how.only }];
  for (const { id, name: column, only } of doomed) {
    const each = tableById(store, id);
    if (each === undefined || columnOf(store, each, column) === undefined) continue;
    for (const other of each.columns) {
      if (other.generated?.expression.columns.includes(column) === true) doomed.push({ id, name: other.name, only });
    }
    dropHanging(store, each, column, how.cascade, only);
    renameUses(store, each, column, undefined);
    editRelation(store, each, (now) => ({ ...now, columns: now.columns.filter((other) => other.name !== column) }));
    for (const childId of each.children) {
      const child = tableById(store, childId);
      if (child === undefined || columnOf(store, child, column)?.inherited !== true || elsewhereInherited(store, child, each.id, column)) continue;
      if (only) editRelation(store, child, (now) => ({ ...now, columns: now.columns.map((own) => (own.name === column ? without(own, 'inherited') : own)) }));
      else doomed.push({ id: childId, name: column, only });
    }
  }
}

function elsewhereInherited(store: Store, child: Table, parent: ObjectId, column: string): boolean {
  return child.inherits.some((id) => id !== parent && columnOf(store, tableById(store, id), column) !== undefined);
}

function dropHanging(store: Store, table: Table, column: string, cascade: boolean, only = false): void {
  const indexes = indexesOf(store, table).filter((index) => indexUses(index, column));
  dropRelations(store, [
    ...indexes.map(({ id }) => id),
    ...ownedSequences(store, table.id, column).map(({ id }) => id),
    ...table.dependents.filter((id) => cascade && isRead(store.relations.get(id), table, column)),
  ]);
  for (const constraint of tableById(store, table.id)?.constraints ?? []) if (constraintUses(constraint, column)) removeConstraint(store, table, constraint, only);
  for (const id of table.referencedBy) {
    const other = tableById(store, id);
    if (other !== undefined) keepConstraints(store, other, (constraint) => !pointsTo(constraint, table.id, column));
  }
  if (!cascade) return;
  editRelation(store, table, (now) => {
    const policies = now.policies.filter((policy) => policy.using?.columns.includes(column) !== true && policy.check?.columns.includes(column) !== true);
    const triggers = now.triggers.filter((trigger) => trigger.columns?.includes(column) !== true);
    if (policies.length === now.policies.length && triggers.length === now.triggers.length) return now;
    return { ...now, policies, triggers };
  });
}

function isRead(view: Relation | undefined, table: Table, column: string): boolean {
  return (view?.kind === 'view' || view?.kind === 'materializedView') && view.query !== undefined && readsColumn(view, table, column) !== 'no';
}

export function constraintUses({ definition }: Constraint, column: string): boolean {
  switch (definition.type) {
    case 'check':
      return definition.expression.columns.includes(column);
    case 'notNull':
      return definition.column === column;
    case 'exclusion':
      return definition.columns.includes(column) || definition.expressions.some((expression) => expression.columns.includes(column)) || definition.where?.columns.includes(column) === true;
    case 'foreignKey':
      return definition.columns.includes(column);
    default:
      return definition.columns.includes(column) || definition.include?.includes(column) === true;
  }
}

/** Whether a foreign key points to the column. */
export const pointsTo = ({ references, definition }: Constraint, table: ObjectId, column: string): boolean =>
  references === table && definition.type === 'foreignKey' && definition.referencedColumns.includes(column);
