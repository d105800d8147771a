import type { OperationOf } from '../../ir/operation.ts';
import { columnOf } from '../lookups.ts';
import type { Sequence } from '../schema.ts';
import { editRelation, putRelation } from '../state/relations.ts';
import { creationName, findRelation } from '../state/resolve.ts';
import { newId } from '../state/store.ts';
import { dropRelation } from './cascade.ts';
import { editColumn } from './column-parts.ts';
import type { Replay } from './context.ts';
import { ensureSchema, sequenceFor, skipsExisting, skipsMissing, tableFor, without } from './context.ts';
import { dropNamed } from './tables.ts';

export function createSequence(operation: OperationOf<'createSequence'>, replay: Replay): void {
  const { store, origin } = replay;
  const place = creationName(store, operation.temporary ? { schema: store.semantics.temporarySchema, name: operation.sequence.name } : operation.sequence);
  const existing = findRelation(store, place);
  if (existing !== undefined && skipsExisting(operation)) return;
  if (existing !== undefined) dropRelation(store, existing);
  ensureSchema(store, place.schema);
  const sequence: Sequence = {
    kind: 'sequence',
    id: newId(store),
    ...place,
    origin,
    dependents: [],
    complete: true,
    temporary: operation.temporary,
    ...(operation.type === undefined ? {} : { type: operation.type }),
  };
  putRelation(store, sequence);
  if (operation.ownedBy !== undefined) own(replay, sequence, operation.ownedBy);
}

export function alterSequence(operation: OperationOf<'alterSequence'>, replay: Replay): void {
  const { store } = replay;
  const sequence = sequenceFor(replay, operation.sequence, skipsMissing(operation));
  if (sequence === undefined) return;
  const { type, ownedBy } = operation;
  if (type !== undefined) editRelation(store, sequence, (now) => ({ ...now, type }));
  if (ownedBy === null) editRelation<Sequence>(store, sequence, (now) => without(now, 'ownedBy'));
  else if (ownedBy !== undefined) own(replay, sequence, ownedBy);
}

export function dropSequence(operation: OperationOf<'dropSequence'>, replay: Replay): void {
  dropNamed(replay, 'sequence', operation.sequence, operation);
}

function own(replay: Replay, sequence: Sequence, owner: NonNullable<OperationOf<'createSequence'>['ownedBy']>): void {
  const { store } = replay;
  const table = findRelation(store, owner.table) ?? tableFor(replay, owner.table);
  if (table?.kind !== 'table') return;
  editRelation(store, sequence, (now) => ({ ...now, ownedBy: { table: table.id, column: owner.column } }));
  if (columnOf(store, table, owner.column)?.sequence === undefined) editColumn(store, table, owner.column, (column) => ({ ...column, sequence: sequence.id }));
}
