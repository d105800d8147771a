import type { ConstraintDefinition, ForeignKeyDefinition } from '../../ir/constraints.ts';
import { columnOf, constraintOf } from '../lookups.ts';
import type { Constraint, Index, ObjectId, Table } from '../schema.ts';
import { childrenBelow, editConstraint, editRelation, partitionsBelow, partitionsOf, tableById } from '../state/relations.ts';
import type { Store } from '../state/store.ts';
import { nameKey } from '../state/store.ts';
import { normalise } from '../text.ts';
import { dropRelation } from './cascade.ts';
import { editColumn } from './column-parts.ts';
import type { Replay } from './context.ts';
import { tableFor, without } from './context.ts';
import type { IndexSpec } from './index-parts.ts';
import { buildIndex, columnKeys, constraintTaken, either, indexPartitions, relationTaken } from './index-parts.ts';

export interface AddingConstraint {
  /** In CREATE TABLE: there are no rows that could violate it. */
  readonly fresh: boolean;
  readonly only?: boolean;
  readonly inherited?: boolean;
}

/** Adds a constraint as the server does: names it, builds its index, carries it to partitions and children. */
export function addConstraintTo(replay: Replay, table: Table, definition: ConstraintDefinition, how: AddingConstraint): void {
  if (definition.type === 'notNull') {
    addNotNull(replay, table, definition, how);
    return;
  }
  if (definition.name !== undefined) replaceSameName(replay.store, table, definition.name);
  switch (definition.type) {
    case 'primaryKey':
    case 'unique':
    case 'exclusion':
      if (definition.type === 'primaryKey') replaceDoubtfulKey(replay.store, table);
      addIndexed(replay, table, definition, how.only === true);
      break;
    case 'foreignKey':
      addForeignKey(replay, table, definition, how);
      break;
    case 'check':
      addCheck(replay, table, definition, how);
      break;
  }
}

/** The name that the server chooses for a constraint of the table. */
export function chosenConstraintName(store: Store, table: Table, definition: ConstraintDefinition): string {
  const used = constraintTaken(store, table.schema);
  return store.semantics.constraintName(table.name, definition, isIndexed(definition) ? either(relationTaken(store, table.schema), used) : used);
}

export const isIndexed = (definition: ConstraintDefinition): boolean =>
  definition.type === 'primaryKey' || definition.type === 'unique' || definition.type === 'exclusion';

type IndexedDefinition = Extract<ConstraintDefinition, { type: 'primaryKey' | 'unique' | 'exclusion' }>;

function addIndexed(replay: Replay, table: Table, definition: IndexedDefinition, only: boolean): void {
  const { store, origin } = replay;
  const adopted = definition.type === 'exclusion' ? undefined : adoptableIndex(store, table, definition.usingIndex);
  const named = definition.type === 'exclusion' || adopted === undefined ? definition : asIndexed(definition, adopted);
  const name = named.name ?? adopted?.name ?? (named.type === 'exclusion' ? undefined : named.usingIndex) ?? chosenConstraintName(store, table, named);
  let index: Index | undefined = adopted;
  if (adopted !== undefined) {
    editRelation(store, adopted, (now) => ({ ...now, name, constraint: name }));
  } else if (named.type === 'exclusion' || named.usingIndex === undefined) {
    index = buildIndex(replay, table, name, { ...specOf(named), constraint: name, valid: !only || partitionsOf(store, table.id).length === 0 });
  }
  const constraint: Constraint = {
    name,
    definition: withName(named, name),
    valid: true,
    enforced: true,
    origin,
    ...(index === undefined ? {} : { index: index.id }),
  };
  editRelation(store, table, (now) => ({ ...now, constraints: [...now.constraints, constraint] }));
  if (named.type === 'primaryKey') requireColumns(store, table, named.columns);
  if (index !== undefined && !only) indexPartitions(replay, table, index);
}

/** What a constraint that adopts an index keeps apart is what the index does. */
function asIndexed(definition: Exclude<IndexedDefinition, { type: 'exclusion' }>, { keys, include, nullsNotDistinct }: Index): typeof definition {
  const indexed = { columns: keys.flatMap((key) => key.column ?? []), ...(include.length > 0 && { include }) };
  return definition.type === 'primaryKey' ? { ...definition, ...indexed } : { ...definition, ...indexed, ...(nullsNotDistinct && { nullsNotDistinct }) };
}

function adoptableIndex(store: Store, table: Table, name: string | undefined): Index | undefined {
  const id = name === undefined ? undefined : store.relationNames.get(nameKey(store, table.schema, name));
  const index = id === undefined ? undefined : store.relations.get(id);
  return index?.kind === 'index' && index.table === table.id ? index : undefined;
}

function specOf(definition: IndexedDefinition): IndexSpec {
  if (definition.type !== 'exclusion') {
    return {
      unique: true,
      method: definition.withoutOverlaps === true ? 'gist' : 'btree',
      keys: columnKeys(definition.columns),
      include: definition.include ?? [],
      nullsNotDistinct: definition.type === 'unique' && definition.nullsNotDistinct === true,
      valid: true,
    };
  }
  const expressions = definition.expressions.values();
  const keys = definition.columns.map((column) => {
    if (column !== undefined) return { column, descending: false };
    const expression = expressions.next().value;
    return { ...(expression === undefined ? {} : { expression }), descending: false };
  });
  return { unique: false, method: definition.method, keys, include: [], where: definition.where, nullsNotDistinct: false, valid: true };
}

/** NOT NULL, as a primary key brings it along, in the table and all below it. */
function requireColumns(store: Store, table: Table, columns: readonly string[]): void {
  for (const id of [table.id, ...childrenBelow(store, table.id)]) {
    const each = tableById(store, id);
    if (each?.columns.some((column) => !column.notNull && columns.includes(column.name)) !== true) continue;
    editRelation(store, each, (now) => ({
      ...now,
      columns: now.columns.map((column) => (columns.includes(column.name) ? { ...column, notNull: true } : column)),
    }));
  }
}

function addForeignKey(replay: Replay, table: Table, definition: ForeignKeyDefinition, how: AddingConstraint): void {
  const { store } = replay;
  const target = tableFor(replay, definition.references);
  const complete: ForeignKeyDefinition = {
    ...definition,
    references: target === undefined ? definition.references : { schema: target.schema, name: target.name },
    referencedColumns: definition.referencedColumns.length > 0 ? definition.referencedColumns : primaryKeyColumns(target),
  };
  append(replay, table, complete, how, target?.id);
  if (how.only === true) return;
  const name = tableById(store, table.id)?.constraints.at(-1)?.name;
  if (name === undefined) return;
  for (const id of partitionsBelow(store, table.id)) {
    const partition = tableById(store, id);
    if (partition !== undefined) inheritForeignKey(replay, partition, { ...complete, name }, how, target?.id);
  }
}

/** A partition's own foreign key of the same meaning is taken over; otherwise it gets one. */
export function inheritForeignKey(replay: Replay, partition: Table, definition: ForeignKeyDefinition, how: AddingConstraint, target: ObjectId | undefined): void {
  const { store } = replay;
  const same = (constraint: Constraint): boolean =>
    constraint.inherited !== true &&
    constraint.references === target &&
    constraint.definition.type === 'foreignKey' &&
    constraint.definition.columns.join('\0') === definition.columns.join('\0') &&
    constraint.definition.onDelete === definition.onDelete &&
    constraint.definition.onUpdate === definition.onUpdate;
  const existing = partition.constraints.find(same);
  if (existing !== undefined) {
    editConstraint(store, partition, existing.name, (constraint) => ({ ...constraint, inherited: true }));
    return;
  }
  const free = definition.name !== undefined && constraintOf(store, partition, definition.name) === undefined;
  append(replay, partition, free ? definition : without(definition, 'name'), { ...how, inherited: true }, target);
}

function primaryKeyColumns(table: Table | undefined): readonly string[] {
  const primary = table?.constraints.find((constraint) => constraint.definition.type === 'primaryKey')?.definition;
  return primary?.type === 'primaryKey' ? primary.columns : [];
}

function addCheck(replay: Replay, table: Table, definition: Extract<ConstraintDefinition, { type: 'check' }>, how: AddingConstraint): void {
  const { store } = replay;
  const name = append(replay, table, definition, how);
  if (how.only === true || definition.noInherit === true) return;
  for (const id of childrenBelow(store, table.id)) {
    const child = tableById(store, id);
    if (child !== undefined) inheritCheck(replay, child, { ...definition, name }, how);
  }
}

/** A child's own check of that name merges with the parent's; in a partition it is the child's own no longer. */
export function inheritCheck(replay: Replay, child: Table, definition: Extract<ConstraintDefinition, { type: 'check' }> & { readonly name: string }, how: AddingConstraint): void {
  const { store } = replay;
  if (constraintOf(store, child, definition.name) === undefined) append(replay, child, definition, { ...how, inherited: true });
  else if (child.partitionOf !== undefined) editConstraint(store, child, definition.name, (constraint) => ({ ...constraint, inherited: true }));
}

function addNotNull(replay: Replay, table: Table, definition: Extract<ConstraintDefinition, { type: 'notNull' }>, how: AddingConstraint): void {
  const { store } = replay;
  const valid = definition.notValid !== true;
  const targets = [table.id, ...(how.only === true || definition.noInherit === true ? [] : childrenBelow(store, table.id))];
  targets.forEach((id, index) => {
    const each = tableById(store, id);
    if (each === undefined) return;
    if (valid && columnOf(store, each, definition.column)?.notNull === false) {
      editColumn(store, each, definition.column, (column) => ({ ...column, notNull: true }));
    }
    if (definition.name === undefined && valid) return;
    append(replay, each, definition, index === 0 ? how : { ...how, inherited: true });
  });
}

/** Puts the finished constraint on the table and returns its name. */
function append({ store, origin }: Replay, table: Table, definition: ConstraintDefinition, how: AddingConstraint, references?: ObjectId): string {
  const name = definition.name ?? chosenConstraintName(store, table, definition);
  const enforced = definition.notEnforced !== true;
  const constraint: Constraint = {
    name,
    definition: withName(definition, name),
    valid: enforced && (how.fresh || definition.notValid !== true),
    enforced,
    origin,
    ...(references === undefined ? {} : { references }),
    ...(how.inherited === true ? { inherited: true } : {}),
  };
  editRelation(store, table, (now) => ({ ...now, constraints: [...now.constraints, constraint] }));
  return name;
}

const withName = (definition: ConstraintDefinition, name: string): ConstraintDefinition => (definition.name === undefined ? { name, ...definition } : { ...definition, name });

/** The newest word wins over what should not have been there. */
function replaceSameName(store: Store, table: Table, name: string): void {
  const old = constraintOf(store, table, name);
  if (old !== undefined) removeConstraint(store, table, old);
}

/** There is one key at most: the one that may have gone has. */
function replaceDoubtfulKey(store: Store, table: Table): void {
  const old = tableById(store, table.id)?.constraints.find((one) => one.doubtful === true && one.definition.type === 'primaryKey');
  if (old !== undefined) removeConstraint(store, table, old);
}

/** Takes the constraint off the table, its index with it, and off the partitions and children that inherited it. */
export function removeConstraint(store: Store, table: Table, constraint: Constraint, only = false): void {
  const index = constraint.index === undefined ? undefined : store.relations.get(constraint.index);
  if (index !== undefined) dropRelation(store, index);
  editRelation(store, table, (now) => ({ ...now, constraints: now.constraints.filter((other) => other.name !== constraint.name) }));
  if (index !== undefined) return;
  for (const id of only ? table.children : childrenBelow(store, table.id)) {
    const child = tableById(store, id);
    if (child === undefined) continue;
    const inherited = (other: Constraint): boolean => other.inherited === true && sameInherited(other, constraint);
    if (!child.constraints.some(inherited)) continue;
    editRelation(store, child, (now) => ({
      ...now,
      constraints: only
        ? now.constraints.map((other) => (inherited(other) ? without(other, 'inherited') : other))
        : now.constraints.filter((other) => !inherited(other)),
    }));
  }
}

function sameInherited(child: Constraint, parent: Constraint): boolean {
  if (child.definition.type !== parent.definition.type) return false;
  if (child.name === parent.name) return true;
  if (child.definition.type !== 'foreignKey' || parent.definition.type !== 'foreignKey') return false;
  return child.references === parent.references && normalise(child.definition.columns.join()) === normalise(parent.definition.columns.join());
}
