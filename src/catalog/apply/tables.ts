import type { ObjectName } from '../../ir/names.ts';
import type { Operation, OperationOf } from '../../ir/operation.ts';
import { columnOf, constraintOf } from '../lookups.ts';
import type { Relation, Table, Trigger } from '../schema.ts';
import { learnFact } from '../state/learn.ts';
import { editRelation, partitionsBelow, tableById } from '../state/relations.ts';
import { findRelation, resolveRelation } from '../state/resolve.ts';
import type { Store } from '../state/store.ts';
import { dropRelation } from './cascade.ts';
import type { Replay } from './context.ts';
import { KIND_LABELS, assumeDropped, isGone, isGuarded, isPlaceholder, mayBeMissing, noteGone, relationFor, skipsMissing, tableFor, without } from './context.ts';
import { inheritChecks } from './create-table.ts';
import { renameRelation } from './renaming.ts';

export function dropTable(operation: OperationOf<'dropTable'>, replay: Replay): void {
  dropNamed(replay, 'table', operation.table, operation);
}

/** Drops the relation of that kind; one that is unknown must have been there, unless the history dropped it already. */
export function dropNamed(replay: Replay, kind: Relation['kind'], name: ObjectName, operation: Operation): void {
  const known = findRelation(replay.store, name);
  if (known?.kind === kind || (known !== undefined && isPlaceholder(known) && known.columns.length === 0)) {
    dropRelation(replay.store, known);
    return;
  }
  const place = resolveRelation(replay.store, name);
  if (known !== undefined || isGone(replay.store, place)) return;
  assumeDropped(replay, KIND_LABELS[kind], place, skipsMissing(operation));
  // With IF EXISTS, too, nothing goes by that name from here on.
  if (!isGuarded(operation)) noteGone(replay.store, place);
}

export function renameTable(operation: OperationOf<'renameTable'>, replay: Replay): void {
  const known = findRelation(replay.store, operation.table);
  // Had there been such a table, the name that is taken would have refused it.
  const isTaken = findRelation(replay.store, { ...resolveRelation(replay.store, operation.table), name: operation.newName }) !== undefined;
  if (skipsMissing(operation) && isTaken && (known === undefined || mayBeMissing(known))) return;
  const relation = skipsMissing(operation) ? (known ?? tableFor(replay, operation.table, true)) : relationFor(replay, operation.table);
  if (relation !== undefined) renameRelation(replay.store, relation, operation.newName);
}

type Change = OperationOf<'alterTable'>['change'];
/** Members of the union may share one shape between several types. */
type ChangeOf<Type extends Change['type'], C = Change> = C extends Change ? (Type extends C['type'] ? C : never) : never;
type ChangeHandlers = { readonly [Type in Change['type']]: (change: ChangeOf<Type>, table: Table, replay: Replay) => void };

export function alterTable(operation: OperationOf<'alterTable'>, replay: Replay): void {
  const relation = findRelation(replay.store, operation.table) ?? tableFor(replay, operation.table, skipsMissing(operation));
  if (relation?.kind !== 'table') return;
  // The table's own type proves that key and argument agree; TypeScript cannot correlate them through a union.
  const handler = CHANGES[operation.change.type] as (change: Change, table: Table, replay: Replay) => void;
  handler(operation.change, relation, replay);
}

const nothing = (): void => undefined;

const CHANGES: ChangeHandlers = {
  setLogged: (_, table, replay) => {
    setOwn(replay.store, table, 'persistence', 'permanent', { persistence: 'permanent' });
  },
  setUnlogged: (_, table, replay) => {
    setOwn(replay.store, table, 'persistence', 'unlogged', { persistence: 'unlogged' });
  },
  setTablespace: ({ tablespace }, table, replay) => {
    setOwn(replay.store, table, 'tablespace', tablespace, { tablespace });
  },
  setAccessMethod: ({ method }, table, replay) => {
    if (method === undefined) editRelation<Table>(replay.store, table, (now) => without(now, 'accessMethod'));
    else setOwn(replay.store, table, 'access method', method, { accessMethod: method });
  },
  setOptions: ({ options }, table, replay) => {
    for (const [name, value] of Object.entries(options)) learnFact(replay.store, table, 'itself', '', `option ${name}`, value);
    editRelation(replay.store, table, (now) => ({ ...now, options: { ...now.options, ...options } }));
  },
  resetOptions: ({ options }, table, replay) => {
    for (const name of Object.keys(options)) learnFact(replay.store, table, 'itself', '', `option ${name}`, 'none');
    editRelation(replay.store, table, (now) => ({ ...now, options: Object.fromEntries(Object.entries(now.options).filter(([name]) => !(name in options))) }));
  },
  replicaIdentity: ({ identity }, table, replay) => {
    setOwn(replay.store, table, 'replica identity', identity, { replicaIdentity: identity });
  },
  clusterOn: nothing,
  withoutCluster: nothing,
  withoutOids: nothing,
  inherit: ({ parent: name }, table, replay) => {
    const parent = tableFor(replay, name);
    if (parent === undefined || table.inherits.includes(parent.id)) return;
    editRelation(replay.store, table, (now) => ({
      ...now,
      inherits: [...now.inherits, parent.id],
    }));
    inheritChecks(replay, table, parent);
  },
  noInherit: ({ parent: name }, table, { store }) => {
    const parent = findRelation(store, name);
    const inherits = table.inherits.filter((id) => id !== parent?.id);
    const others = inherits.map((id) => tableById(store, id));
    editRelation(store, table, (now) => ({
      ...now,
      inherits,
      columns: now.columns.map((column) => (others.some((other) => columnOf(store, other, column.name) !== undefined) ? column : without(column, 'inherited'))),
      constraints: now.constraints.map((constraint) => (others.some((other) => constraintOf(store, other, constraint.name) !== undefined) ? constraint : without(constraint, 'inherited'))),
    }));
  },
  ofType: ({ ofType }, table, { store }) => {
    const type = findRelation(store, ofType);
    if (type !== undefined) editRelation(store, table, (now) => ({ ...now, ofType: type.id }));
  },
  notOfType: (_, table, { store }) => {
    editRelation<Table>(store, table, (now) => without(now, 'ofType'));
  },
  rowSecurity: ({ setting }, table, { store }) => {
    const isForce = setting === 'force' || setting === 'noForce';
    const on = setting === 'enable' || setting === 'force';
    learnFact(store, table, 'itself', '', isForce ? 'forced row security' : 'row security', on ? 'on' : 'off');
    editRelation(store, table, (now) => ({ ...now, rowSecurity: { ...now.rowSecurity, [isForce ? 'forced' : 'enabled']: on } }));
  },
  enableTrigger: (change, table, replay) => {
    switchTriggers(replay.store, table, change, true);
  },
  disableTrigger: (change, table, replay) => {
    switchTriggers(replay.store, table, change, false);
  },
  enableRule: nothing,
  disableRule: nothing,
  foreignOptions: nothing,
};

function setOwn(store: Store, table: Table, fact: string, value: string, patch: Partial<Table>): void {
  learnFact(store, table, 'itself', '', fact, value);
  editRelation(store, table, (now) => ({ ...now, ...patch }));
}

function switchTriggers(store: Store, table: Table, change: ChangeOf<'enableTrigger'>, enabled: boolean): void {
  const concerned = (trigger: Trigger): boolean => change.which !== 'one' || trigger.name === change.name;
  if (change.which === 'one' && change.name !== undefined && !table.triggers.some(concerned)) {
    learnFact(store, table, 'trigger', change.name, 'enabled', String(enabled));
  }
  for (const id of [table.id, ...partitionsBelow(store, table.id)]) {
    const each = tableById(store, id);
    // A partition's own triggers are not its parent's business.
    const switched = (trigger: Trigger): boolean => concerned(trigger) && trigger.enabled !== enabled && (id === table.id || trigger.inherited === true);
    if (each === undefined || !each.triggers.some(switched)) continue;
    editRelation(store, each, (now) => ({ ...now, triggers: now.triggers.map((trigger) => (switched(trigger) ? { ...trigger, enabled } : trigger)) }));
  }
}
