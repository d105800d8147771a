import type { Call, Query } from '../../ir/expressions.ts';
import type { ObjectName } from '../../ir/names.ts';
import type { Operation, OperationOf } from '../../ir/operation.ts';
import { parentsOf } from '../lookups.ts';
import { isBarrenQuery, isBarrenTable } from '../rows.ts';
import type { Table } from '../schema.ts';
import { nearestFirst } from '../state/graph.ts';
import { editRelation, partitionsBelow, tableById } from '../state/relations.ts';
import { findRelation, findRoutines } from '../state/resolve.ts';
import type { Store } from '../state/store.ts';
import type { Replay } from './context.ts';
import { without } from './context.ts';
import { give, giveAny, giveInserted, giveUpdated, giveWritten, lookupIn, takeSeeds } from './rows.ts';

type Apply = (operation: Operation, replay: Replay) => void;

export function insert(operation: OperationOf<'insert'>, replay: Replay): void {
  const before = findRelation(replay.store, operation.table);
  fill(replay, operation.table, 'insert');
  fillFrom(replay, operation.query);
  if (before?.kind === 'table' && (before.empty || before.few === true) && operation.within === undefined && (operation.source !== 'query' || operation.query.bounded)) editRelation<Table>(replay.store, before, (now) => ({ ...now, few: true }));
  giveInserted(replay.store, operation);
}

export function merge(operation: OperationOf<'merge'>, replay: Replay): void {
  if (operation.actions.includes('insert')) fill(replay, operation.table, 'insert');
  fillFrom(replay, operation.query);
  if (!isBarrenQuery(operation.query, lookupIn(replay.store))) giveAny(replay.store, operation.table);
}

export function copy(operation: OperationOf<'copy'>, replay: Replay): void {
  if (operation.direction === 'from' && operation.table !== undefined) {
    fill(replay, operation.table, 'insert');
    giveAny(replay.store, operation.table);
  }
}

export function update(operation: OperationOf<'update'>, replay: Replay): void {
  fillFrom(replay, operation.query);
  giveUpdated(replay.store, operation);
  fireTriggers(replay, operation.table, 'update');
}

export function deleteRows(operation: OperationOf<'delete'>, replay: Replay): void {
  fillFrom(replay, operation.query);
  takeSeeds(replay.store, operation);
  fireTriggers(replay, operation.table, 'delete');
}

/** A query changes the schema through the routines it calls, and data through its CTEs. */
export const select =
  (apply: Apply) =>
  (operation: OperationOf<'select'>, replay: Replay): void => {
    fillFrom(replay, operation.query);
    for (const call of operation.query.calls) callRoutine(apply, replay, call);
  };

export const call =
  (apply: Apply) =>
  (operation: OperationOf<'call'>, replay: Replay): void => {
    callRoutine(apply, replay, { ...operation, name: operation.routine });
  };

export function truncate(operation: OperationOf<'truncate'>, { store }: Replay): void {
  const table = findRelation(store, operation.table);
  if (table?.kind === 'table') editRelation<Table>(store, table, (now) => (now.origin.migration === -1 ? now : { ...without(now, 'seeds'), empty: isEmptyBelow(store, now), barren: now.children.every((id) => tableById(store, id)?.barren === true) }));
}

/** A truncated table that has children holds what they hold; they are not looked into. */
const isEmptyBelow = (store: Store, table: Table): boolean => table.children.every((id) => tableById(store, id)?.empty === true);

/** Carries out the static statements of a routine's body, as far as the history knows it. */
function callRoutine(apply: Apply, replay: Replay, { name, argumentCount }: Call): void {
  const overloads = findRoutines(replay.store, name);
  const called = overloads.find(({ parameters }) => parameters.length === argumentCount) ?? overloads.find(({ parameters }) => parameters.length > argumentCount);
  if (called === undefined) return;
  for (const operation of called.body) {
    if (replay.budget.left-- <= 0) return;
    apply(operation, replay);
  }
}

function fillFrom(replay: Replay, query: Query): void {
  for (const { relation, access } of query.writes) if (access === 'insert') fill(replay, relation, 'insert');
  giveWritten(replay.store, query);
}

function fill(replay: Replay, name: ObjectName, event: 'insert'): void {
  const table = findRelation(replay.store, name);
  if (table?.kind !== 'table') return;
  markFilled(replay.store, table);
  fireTriggers(replay, name, event);
}

/** The table, its partitions (rows go into one of them) and all parents (which show the rows) hold rows now. */
export function markFilled(store: Store, table: Table): void {
  const below = partitionsBelow(store, table.id);
  const above = nearestFirst(table.id, (id) => parentsOf(tableById(store, id)));
  for (const id of [table.id, ...below, ...above]) {
    const each = tableById(store, id);
    if (each?.empty === true || each?.few === true) editRelation<Table>(store, each, (now) => ({ ...without(now, 'few'), empty: false }));
  }
}

/** Triggers may write elsewhere; what their functions insert into is not empty any more. */
function fireTriggers(replay: Replay, name: ObjectName, event: 'insert' | 'update' | 'delete'): void {
  const table = findRelation(replay.store, name);
  if (table?.kind !== 'table') return;
  for (const trigger of table.triggers) {
    if (!trigger.enabled || !trigger.events.includes(event)) continue;
    for (const routine of findRoutines(replay.store, trigger.function)) {
      for (const operation of routine.body) {
        if (operation.kind !== 'insert' || replay.budget.left-- <= 0) continue;
        const target = findRelation(replay.store, operation.table);
        if (target?.kind !== 'table') continue;
        if (target.empty || target.few === true) markFilled(replay.store, target);
        if (!isBarrenTable(table, lookupIn(replay.store))) give(replay.store, target);
      }
    }
  }
}
