import { indexesOf } from '../lookups.ts';
import type { Column, Index, Table, Trigger } from '../schema.ts';
import { editRelation, tableById } from '../state/relations.ts';
import { inheritCheck, inheritForeignKey } from './constraint-parts.ts';
import type { Replay } from './context.ts';
import { without } from './context.ts';
import { indexPartition } from './index-parts.ts';

/** What a table takes over when it becomes a partition: checks, indexes, foreign keys and row triggers. */
export function adoptFromParent(replay: Replay, partition: Table, parent: Table, fresh: boolean): void {
  const { store } = replay;
  const current = (): Table => tableById(store, partition.id) ?? partition;
  for (const { name, definition } of parent.constraints) {
    if (definition.type === 'check' && definition.noInherit !== true) inheritCheck(replay, current(), { ...definition, name }, { fresh });
  }
  for (const index of indexesOf(store, parent)) indexPartition(replay, current(), parent, index);
  for (const { name, definition, references } of parent.constraints) {
    if (definition.type === 'foreignKey') inheritForeignKey(replay, current(), { ...definition, name }, { fresh, inherited: true }, references);
  }
  for (const trigger of parent.triggers) if (trigger.forEachRow) inheritTrigger(replay, current(), trigger);
}

export function inheritTrigger({ store }: Replay, partition: Table, trigger: Trigger): void {
  editRelation(store, partition, (now) => ({
    ...now,
    triggers: [...now.triggers.filter((other) => other.name !== trigger.name), { ...without(trigger, 'comment'), inherited: true }],
  }));
}

/** An identity is the parent's and is left there. */
function ownColumn(column: Column): Column {
  if (column.inherited !== true) return column;
  return column.identity === undefined ? without(column, 'inherited') : without(column, 'inherited', 'identity', 'sequence');
}

/** Lets go of everything that came from the parent; what was copied stays, as the partition's own. */
export function leaveParent({ store }: Replay, partition: Table): void {
  for (const index of indexesOf(store, tableById(store, partition.id) ?? partition)) {
    if (index.parent !== undefined) editRelation<Index>(store, index, (now) => without(now, 'parent'));
  }
  editRelation<Table>(store, partition, (now) => ({
    ...without(now, 'partitionOf'),
    columns: now.columns.map(ownColumn),
    constraints: now.constraints.map((constraint) => (constraint.inherited === true ? without(constraint, 'inherited') : constraint)),
    triggers: now.triggers.filter((trigger) => trigger.inherited !== true),
  }));
}
