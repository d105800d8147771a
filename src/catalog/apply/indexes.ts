import { isTemplateName } from '../../ir/names.ts';
import type { OperationOf } from '../../ir/operation.ts';
import type { Index } from '../schema.ts';
import { editRelation, partitionsOf, tableById } from '../state/relations.ts';
import { findRelation } from '../state/resolve.ts';
import { nameKey } from '../state/store.ts';
import { dropRelation } from './cascade.ts';
import { dropForeignKeysOn } from './constraints.ts';
import type { Replay } from './context.ts';
import { relationFor, skipsExisting } from './context.ts';
import { buildIndex, chosenIndexName, indexPartitions, validatePartitionedIndex } from './index-parts.ts';
import { dropNamed } from './tables.ts';

export function createIndex(operation: OperationOf<'createIndex'>, replay: Replay): void {
  const { store } = replay;
  const owner = relationFor(replay, operation.table);
  if (owner?.kind !== 'table' && owner?.kind !== 'materializedView') return;
  if (operation.name !== undefined) {
    const id = store.relationNames.get(nameKey(store, owner.schema, operation.name));
    const existing = id === undefined ? undefined : store.relations.get(id);
    if (existing !== undefined && skipsExisting(operation)) return;
    if (existing?.kind === 'index') dropRelation(store, existing);
  }
  const { unique, method, keys, include, where, nullsNotDistinct } = operation;
  // ON ONLY a partitioned table waits for its partitions' indexes to be attached.
  const valid = !operation.only || partitionsOf(store, owner.id).length === 0;
  const spec = { unique, method, keys, include, where, nullsNotDistinct, valid };
  const index = buildIndex(replay, owner, operation.name ?? chosenIndexName(store, owner, spec), spec);
  if (owner.kind === 'table' && !operation.only) indexPartitions(replay, owner, index);
}

export function dropIndex(operation: OperationOf<'dropIndex'>, replay: Replay): void {
  const { store } = replay;
  const index = findRelation(store, operation.index);
  if (index === undefined && isTemplateName(operation.index.name)) for (const one of store.relations.values()) if (one.kind === 'index') editRelation<Index>(store, one, (now) => ({ ...now, doubtful: true }));
  const table = index?.kind === 'index' ? tableById(store, index.table) : undefined;
  if (operation.behavior === 'cascade' && index?.kind === 'index' && index.unique && table !== undefined) {
    const columns = index.keys.flatMap(({ column }) => column ?? []);
    dropForeignKeysOn(store, table, columns, false, index.id);
  }
  dropNamed(replay, 'index', operation.index, operation);
}

export function alterIndex(operation: OperationOf<'alterIndex'>, replay: Replay): void {
  const { store } = replay;
  const index = findRelation(store, operation.index);
  if (operation.change.type !== 'attachPartition') return;
  const partition = findRelation(store, operation.change.partition);
  if (index?.kind !== 'index' || partition?.kind !== 'index') return;
  editRelation<Index>(store, partition, (now) => ({ ...now, parent: index.id }));
  const table = tableById(store, partition.table);
  if (index.constraint !== undefined && table !== undefined) {
    editRelation(store, table, (now) => ({
      ...now,
      constraints: now.constraints.map((constraint) => (constraint.index === partition.id ? { ...constraint, inherited: true } : constraint)),
    }));
  }
  validatePartitionedIndex(store, index.id);
}
