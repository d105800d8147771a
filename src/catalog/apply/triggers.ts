import type { OperationOf } from '../../ir/operation.ts';
import type { Policy, Table, Trigger, View } from '../schema.ts';
import { dropPart, learnFact } from '../state/learn.ts';
import { editRelation, partitionsBelow, tableById } from '../state/relations.ts';
import { findRelation, resolveRoutine } from '../state/resolve.ts';
import type { Store } from '../state/store.ts';
import { normalise } from '../text.ts';
import type { Replay } from './context.ts';
import { relationFor, skipsMissing, tableFor } from './context.ts';
import { inheritTrigger } from './partition-parts.ts';

export function createTrigger(operation: OperationOf<'createTrigger'>, replay: Replay): void {
  const { store } = replay;
  const relation = relationFor(replay, operation.table);
  if (relation?.kind !== 'table' && relation?.kind !== 'view') return;
  const { timing, events, forEachRow, columns } = operation;
  const trigger: Trigger = {
    name: operation.trigger,
    timing,
    events,
    function: resolveRoutine(store, operation.function),
    forEachRow,
    enabled: true,
    ...(columns.length === 0 ? {} : { columns }),
    text: triggerText(operation),
  };
  putTrigger(store, relation, trigger);
  if (relation.kind !== 'table' || !forEachRow) return;
  for (const id of partitionsBelow(store, relation.id)) {
    const partition = tableById(store, id);
    if (partition !== undefined) inheritTrigger(replay, partition, trigger);
  }
}

function triggerText({ constraint, when, from }: OperationOf<'createTrigger'>): string {
  const parts = [constraint ? 'constraint' : '', when === undefined ? '' : `when ${normalise(when.text)}`, from === undefined ? '' : `from ${from.name}`];
  return parts.filter((part) => part !== '').join(' ');
}

function putTrigger(store: Store, relation: Table | View, trigger: Trigger): void {
  editRelation(store, relation, (now) => ({ ...now, triggers: [...now.triggers.filter((other) => other.name !== trigger.name), trigger] }));
}

export function dropTrigger(operation: OperationOf<'dropTrigger'>, replay: Replay): void {
  const { store } = replay;
  const relation = findRelation(store, operation.table) ?? tableFor(replay, operation.table, skipsMissing(operation));
  if (relation?.kind !== 'table' && relation?.kind !== 'view') return;
  const name = operation.trigger;
  if (!relation.triggers.some((trigger) => trigger.name === name)) {
    dropPart(store, relation, 'trigger', name, skipsMissing(operation));
    return;
  }
  editRelation(store, relation, (now) => ({ ...now, triggers: now.triggers.filter((trigger) => trigger.name !== name) }));
  if (relation.kind !== 'table') return;
  for (const id of partitionsBelow(store, relation.id)) {
    const partition = tableById(store, id);
    if (partition?.triggers.some((trigger) => trigger.name === name && trigger.inherited === true) !== true) continue;
    editRelation(store, partition, (now) => ({ ...now, triggers: now.triggers.filter((trigger) => trigger.name !== name || trigger.inherited !== true) }));
  }
}

export function createRule(operation: OperationOf<'createRule'>, replay: Replay): void {
  const relation = relationFor(replay, operation.table);
  if (relation?.kind !== 'table' && relation?.kind !== 'view') return;
  const { rule: name, event, instead, actions } = operation;
  editRelation(replay.store, relation, (now) => ({ ...now, rules: [...now.rules.filter((rule) => rule.name !== name), { name, event, instead, ...(actions.length > 0 && { actions }) }] }));
}

export function dropRule(operation: OperationOf<'dropRule'>, replay: Replay): void {
  const relation = findRelation(replay.store, operation.table) ?? tableFor(replay, operation.table, skipsMissing(operation));
  if (relation?.kind !== 'table' && relation?.kind !== 'view') return;
  const { rule: name } = operation;
  if (!relation.rules.some((rule) => rule.name === name)) dropPart(replay.store, relation, 'rule', name, skipsMissing(operation));
  editRelation(replay.store, relation, (now) => ({ ...now, rules: now.rules.filter((rule) => rule.name !== name) }));
}

export function createPolicy(operation: OperationOf<'createPolicy'>, replay: Replay): void {
  const table = tableFor(replay, operation.table);
  if (table === undefined) return;
  const { policy: name, permissive, command, roles, using, check } = operation;
  const policy: Policy = { name, command, permissive, roles, ...(using === undefined ? {} : { using }), ...(check === undefined ? {} : { check }) };
  editRelation(replay.store, table, (now) => ({ ...now, policies: [...now.policies.filter((other) => other.name !== name), policy] }));
}

export function alterPolicy(operation: OperationOf<'alterPolicy'>, replay: Replay): void {
  const table = tableFor(replay, operation.table);
  if (table === undefined) return;
  const { policy: name, using, check } = operation;
  if (!table.policies.some((policy) => policy.name === name)) {
    if (using !== undefined) learnFact(replay.store, table, 'policy', name, 'using', normalise(using.text));
    if (check !== undefined) learnFact(replay.store, table, 'policy', name, 'check', normalise(check.text));
    return;
  }
  editRelation(replay.store, table, (now) => ({
    ...now,
    policies: now.policies.map((policy) => (policy.name === name ? { ...policy, ...(using === undefined ? {} : { using }), ...(check === undefined ? {} : { check }) } : policy)),
  }));
}

export function dropPolicy(operation: OperationOf<'dropPolicy'>, replay: Replay): void {
  const table = tableFor(replay, operation.table, skipsMissing(operation));
  if (table === undefined) return;
  const { policy: name } = operation;
  if (!table.policies.some((policy) => policy.name === name)) dropPart(replay.store, table, 'policy', name, skipsMissing(operation));
  editRelation(replay.store, table, (now) => ({ ...now, policies: now.policies.filter((policy) => policy.name !== name) }));
}
