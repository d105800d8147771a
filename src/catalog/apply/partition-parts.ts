import type { ForeignKeyDefinition } from '../../ir/constraints.ts';
import { indexesOf } from '../lookups.ts';
import type { Column, Index, ObjectId, Table, Trigger } from '../schema.ts';
import { editRelation, partitionsBelow, tableById } from '../state/relations.ts';
import { inheritCheck, inheritForeignKey } from './constraint-parts.ts';
import type { Replay } from './context.ts';
import { without } from './context.ts';
import { indexPartition } from './index-parts.ts';

/** What a table, with its own partitions, takes over when it becomes a partition: checks, indexes, foreign keys and row triggers. */
export function adoptFromParent(replay: Replay, partition: Table, parent: Table, fresh: boolean): void {
  const { store } = replay;
  const family = (): readonly Table[] => [partition.id, ...partitionsBelow(store, partition.id)].map((id) => tableById(store, id)).filter((table) => table !== undefined);
  for (const { name, definition } of parent.constraints) {
    if (definition.type !== 'check' || definition.noInherit === true) continue;
    for (const table of family()) if (table.constraints.every((other) => other.name !== name || other.inherited !== true)) inheritCheck(replay, table, { ...definition, name }, { fresh });
  }
  for (const index of indexesOf(store, parent)) indexPartition(replay, tableById(store, partition.id) ?? partition, parent, index);
  for (const { name, definition, references } of parent.constraints) {
    if (definition.type !== 'foreignKey') continue;
    for (const table of family()) if (table.id === partition.id || !hasInherited(table, definition, references)) inheritForeignKey(replay, table, { ...definition, name }, { fresh, inherited: true }, references);
  }
  for (const trigger of parent.triggers) if (trigger.forEachRow) for (const table of family()) inheritTrigger(replay, table, trigger);
}

/** Partitions of the new one have the key from it already, where it brought the key along. */
const hasInherited = (table: Table, wanted: ForeignKeyDefinition, references: ObjectId | undefined): boolean =>
  table.constraints.some((own) => own.inherited === true && own.references === references && own.definition.type === 'foreignKey' && own.definition.columns.join('\0') === wanted.columns.join('\0'));

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
  const cloned = new Set((tableById(store, partition.id) ?? partition).triggers.flatMap(({ name, inherited }) => (inherited === true ? [name] : [])));
  for (const id of cloned.size === 0 ? [] : partitionsBelow(store, partition.id)) {
    const below = tableById(store, id);
    if (below !== undefined) editRelation<Table>(store, below, (now) => ({ ...now, triggers: now.triggers.filter(({ name, inherited }) => inherited !== true || !cloned.has(name)) }));
  }
  editRelation<Table>(store, partition, (now) => ({
    ...without(now, 'partitionOf'),
    columns: now.columns.map(ownColumn),
    constraints: now.constraints.map((constraint) => (constraint.inherited === true ? without(constraint, 'inherited') : constraint)),
    triggers: now.triggers.filter((trigger) => trigger.inherited !== true),
  }));
}
