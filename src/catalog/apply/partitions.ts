import type { OperationOf } from '../../ir/operation.ts';
import { columnOf } from '../lookups.ts';
import { learnFact } from '../state/learn.ts';
import { editRelation, tableById } from '../state/relations.ts';
import type { Replay } from './context.ts';
import { tableFor } from './context.ts';
import { markFilled } from './data.ts';
import { adoptFromParent, leaveParent } from './partition-parts.ts';
import { give } from './rows.ts';

export function attachPartition(operation: OperationOf<'attachPartition'>, replay: Replay): void {
  const { store } = replay;
  const parent = tableFor(replay, operation.table);
  const partition = tableFor(replay, operation.partition);
  if (parent === undefined || partition === undefined || parent.id === partition.id) return;
  learnFact(store, partition, 'itself', '', 'partition of', `${parent.schema}.${parent.name}`);
  editRelation(store, partition, (now) => ({
    ...now,
    partitionOf: { parent: parent.id, bound: operation.bound },
    columns: now.columns.map((column) => (columnOf(store, parent, column.name) === undefined ? column : { ...column, inherited: true })),
  }));
  adoptFromParent(replay, partition, parent, false);
  if (!partition.empty) markFilled(store, tableById(store, parent.id) ?? parent);
  if (partition.barren !== true) give(store, tableById(store, parent.id) ?? parent);
}

export function detachPartition(operation: OperationOf<'detachPartition'>, replay: Replay): void {
  const { store } = replay;
  tableFor(replay, operation.table);
  const partition = tableFor(replay, operation.partition);
  if (partition === undefined) return;
  learnFact(store, partition, 'itself', '', 'partition of', 'none');
  leaveParent(replay, partition);
}
