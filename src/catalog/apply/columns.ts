import type { ObjectName } from '../../ir/names.ts';
import type { OperationOf } from '../../ir/operation.ts';
import { columnOf, typeObject } from '../lookups.ts';
import type { Column, ObjectId, Table } from '../schema.ts';
import { write } from '../state/journal.ts';
import { learnFact } from '../state/learn.ts';
import { childrenBelow, editRelation, putRelation, removeRelation, tableById } from '../state/relations.ts';
import { findRelation, findType } from '../state/resolve.ts';
import type { Store } from '../state/store.ts';
import { normalise } from '../text.ts';
import { addOwnedSequence, declaredColumn, defaultOf, editColumn, ownedSequences, resolveDataType } from './column-parts.ts';
import type { Replay } from './context.ts';
import { isGuarded, skipsExisting, skipsMissing, tableFor, without } from './context.ts';
import { dropColumnFrom } from './drop-column.ts';
import { renamePartitionIndexes } from './index-parts.ts';
import { renameColumnIn, renameViewColumn } from './rename-column.ts';

export function addColumn(operation: OperationOf<'addColumn'>, replay: Replay): void {
  const { store } = replay;
  const table = tableFor(replay, operation.table, skipsMissing(operation));
  if (table === undefined) return;
  const { column: definition } = operation;
  const skipped = columnOf(store, table, definition.name) !== undefined && skipsExisting(operation);
  write(store.journal, store.counters, 'skippedColumn', skipped ? 1 : undefined);
  if (skipped) return;
  const column = declaredColumn(replay, definition);
  putColumn(store, table, column);
  const children = operation.only ? [] : childrenBelow(store, table.id);
  if (definition.serial === true || definition.identity !== undefined) addOwnedSequence(replay, table, definition);
  const own = columnOf(store, tableById(store, table.id), definition.name) ?? column;
  for (const id of children) {
    const child = tableById(store, id);
    if (child !== undefined && columnOf(store, child, definition.name) === undefined) putColumn(store, child, { ...own, inherited: true });
  }
}

function putColumn(store: Store, table: Table, column: Column): void {
  const exists = columnOf(store, table, column.name) !== undefined;
  editRelation(store, table, (now) => ({
    ...now,
    columns: exists ? now.columns.map((other) => (other.name === column.name ? column : other)) : [...now.columns, column],
  }));
}

export function dropColumn(operation: OperationOf<'dropColumn'>, replay: Replay): void {
  const table = tableFor(replay, operation.table, operation.tableIfExists || isGuarded(operation));
  if (table !== undefined) dropColumnFrom(replay.store, table, operation.column, { only: operation.only, maybe: operation.ifExists || skipsMissing(operation), cascade: operation.behavior === 'cascade' });
}

export function renameColumn(operation: OperationOf<'renameColumn'>, replay: Replay): void {
  const { store } = replay;
  const relation = findRelation(store, operation.table) ?? tableFor(replay, operation.table, skipsMissing(operation));
  if (relation?.kind === 'table') renameColumnIn(store, relation, operation.column, operation.newName);
  else if (relation?.kind === 'view' || relation?.kind === 'materializedView') renameViewColumn(store, relation, operation.column, operation.newName);
}

export function changeColumnType(operation: OperationOf<'changeColumnType'>, replay: Replay): void {
  const { store } = replay;
  const typed = resolveDataType(store, operation.type);
  changeColumn(replay, operation, { name: 'type', value: typeFact(typed) }, (column) => ({
    ...without(column, 'typeId', 'collation'),
    ...typed,
    ...(keepsEnumDefault(store, column, typed) && column.typeId !== undefined ? { defaultTypeId: column.typeId } : {}),
    ...(operation.collation === undefined ? {} : { collation: operation.collation }),
  }));
  const table = findRelation(store, operation.table);
  if (table?.kind === 'table') renamePartitionIndexes(store, table, operation.column);
}

/** A literal of an enum stays one, converted. */
const keepsEnumDefault = (store: Store, { default: value, typeId }: Column, typed: Pick<Column, 'typeId'>): boolean =>
  typeof value?.literal === 'string' && typeId !== undefined && typeId !== typed.typeId && store.types.get(typeId)?.kind === 'enum';

export function setNotNull(operation: OperationOf<'setNotNull'>, replay: Replay): void {
  changeColumn(replay, operation, { name: 'nullability', value: 'not null' }, (column) => ({ ...column, notNull: true }));
}

export function dropNotNull(operation: OperationOf<'dropNotNull'>, replay: Replay): void {
  changeColumn(replay, operation, { name: 'nullability', value: 'nullable' }, (column) => ({ ...column, notNull: false }));
}

export function setDefault(operation: OperationOf<'setDefault'>, replay: Replay): void {
  const value = operation.default.literal === null ? 'none' : normalise(operation.default.text);
  const fresh = defaultOf(replay.store, operation.default);
  changeColumn(replay, operation, { name: 'default', value }, (column) => ({ ...withoutDefault(replay.store, column), ...fresh }));
}

export function dropDefault(operation: OperationOf<'dropDefault'>, replay: Replay): void {
  changeColumn(replay, operation, { name: 'default', value: 'none' }, (column) => withoutDefault(replay.store, column));
}

/** The column keeps the sequence that it owns, as the server does, but no other. */
function withoutDefault(store: Store, column: Column): Column {
  const sequence = column.sequence === undefined ? undefined : store.relations.get(column.sequence);
  const owned = sequence?.kind === 'sequence' && sequence.ownedBy?.column === column.name;
  return owned ? without(column, 'default', 'defaultTypeId') : without(column, 'default', 'defaultTypeId', 'sequence');
}

interface ColumnTarget {
  readonly table: ObjectName;
  readonly column: string;
  readonly only: boolean;
  readonly tableIfExists: boolean;
}

/** Changes the column and those inherited from it; a column that is unknown leaves what is learnt of it. */
function changeColumn(replay: Replay, operation: OperationOf<'setNotNull'> | ColumnTarget, fact: { readonly name: string; readonly value: string }, change: (column: Column, table: Table) => Column): void {
  const { store } = replay;
  const table = tableFor(replay, operation.table, operation.tableIfExists);
  if (table === undefined) return;
  if (columnOf(store, table, operation.column) === undefined) learnFact(store, table, 'column', operation.column, fact.name, fact.value);
  for (const id of targets(store, table, operation.only)) {
    const each = tableById(store, id);
    if (each !== undefined && columnOf(store, each, operation.column) !== undefined) editColumn(store, each, operation.column, (column) => change(column, each));
  }
}

function targets(store: Store, table: Table, only: boolean): readonly ObjectId[] {
  return only ? [table.id] : [table.id, ...childrenBelow(store, table.id)];
}

/** A type as it is compared. */
export function typeFact({ type }: Pick<Column, 'type'>): string {
  const modifiers = type.modifiers.length === 0 ? '' : `(${type.modifiers.join(',')})`;
  return `${type.name}${modifiers}${'[]'.repeat(Math.min(type.dimensions, 1))}`;
}

export function alterColumn(operation: OperationOf<'alterColumn'>, replay: Replay): void {
  const { store } = replay;
  const { change } = operation;
  switch (change.type) {
    case 'addIdentity': {
      const table = tableFor(replay, operation.table);
      changeColumn(replay, operation, { name: 'identity', value: change.identity ?? 'byDefault' }, (column, each) =>
        // Inheritance children number nothing.
        each.id === table?.id || each.partitionOf !== undefined ? { ...column, notNull: true, identity: change.identity ?? 'byDefault' } : column,
      );
      const column = columnOf(store, table, operation.column);
      if (table !== undefined && column !== undefined) addOwnedSequence(replay, table, { name: column.name, type: column.type, span: operation.span });
      return;
    }
    case 'setIdentity': {
      const { identity } = change;
      if (identity !== undefined) changeColumn(replay, operation, { name: 'identity', value: identity }, (column) => ({ ...column, identity }));
      return;
    }
    case 'dropIdentity': {
      const table = tableFor(replay, operation.table);
      const hasIdentity = columnOf(store, table, operation.column)?.identity !== undefined;
      changeColumn(replay, operation, { name: 'identity', value: 'none' }, (column) => (column.identity === undefined ? column : without(column, 'identity', 'sequence')));
      if (table === undefined || !hasIdentity) return;
      for (const sequence of ownedSequences(store, table.id, operation.column)) removeRelation(store, sequence.id);
      return;
    }
    case 'setExpression': {
      const { expression } = change;
      changeColumn(replay, operation, { name: 'generated', value: normalise(expression.text) }, (column) => ({ ...column, generated: { expression, stored: column.generated?.stored ?? true } }));
      return;
    }
    case 'dropExpression':
      changeColumn(replay, operation, { name: 'generated', value: 'none' }, (column) => without(column, 'generated'));
      return;
    default:
      return;
  }
}

/** Binds the columns that were declared with a type of that name before the catalog knew it. */
export function bindColumns(store: Store, typeName: ObjectName): void {
  for (const relation of [...store.relations.values()]) {
    if (relation.kind !== 'table' || !relation.columns.some((column) => column.typeId === undefined && column.type.name === typeName.name)) continue;
    const columns = relation.columns.map((column) => {
      const found = column.typeId === undefined && column.type.name === typeName.name ? findType(store, typeObject(column.type)) : undefined;
      return found === undefined ? column : { ...column, ...resolveDataType(store, column.type) };
    });
    putRelation(store, { ...relation, columns });
  }
}
