import type { ConstraintDefinition } from '../../ir/constraints.ts';
import type { Expression } from '../../ir/expressions.ts';
import type { IndexKey } from '../../ir/operations/indexes.ts';
import { indexesOf } from '../lookups.ts';
import type { Constraint, Index, MaterializedView, ObjectId, Table } from '../schema.ts';
import { nearestFirst } from '../state/graph.ts';
import { editRelation, partitionsOf, putRelation, tableById } from '../state/relations.ts';
import type { Store } from '../state/store.ts';
import { nameKey, newId } from '../state/store.ts';
import { normalise } from '../text.ts';
import type { Replay } from './context.ts';
import { without } from './context.ts';
import { renameRelation } from './renaming.ts';

/** What makes an index, its name and place aside. */
export interface IndexSpec {
  readonly unique: boolean;
  readonly method: string;
  readonly keys: readonly IndexKey[];
  readonly include: readonly string[];
  readonly where?: Expression | undefined;
  readonly nullsNotDistinct: boolean;
  readonly valid: boolean;
  readonly constraint?: string;
  readonly parent?: ObjectId;
  readonly formerNames?: Readonly<Record<string, string>>;
}

export const relationTaken = (store: Store, schema: string) => (name: string): boolean => store.relationNames.has(nameKey(store, schema, name));

export const constraintTaken = (store: Store, schema: string) => (name: string): boolean => store.constraintNames.has(nameKey(store, schema, name));

export const columnKeys = (columns: readonly string[]): readonly IndexKey[] => columns.map((column) => ({ column, descending: false }));

/** The name the server chooses for an unnamed index. */
export const chosenIndexName = (store: Store, owner: Table | MaterializedView, spec: Pick<IndexSpec, 'keys' | 'include'>): string =>
  store.semantics.indexName(owner.name, [...spec.keys, ...columnKeys(spec.include)], relationTaken(store, owner.schema));

export function buildIndex({ store, origin }: Replay, owner: Table | MaterializedView, name: string, spec: IndexSpec): Index {
  const { where, ...rest } = spec;
  const index: Index = {
    kind: 'index',
    id: newId(store),
    schema: owner.schema,
    name,
    table: owner.id,
    children: [],
    complete: true,
    dependents: [],
    origin,
    ...rest,
    ...(where === undefined ? {} : { where }),
  };
  putRelation(store, index);
  return index;
}

/** Gives every partition, all levels down, an index that belongs to the given one. */
export function indexPartitions(replay: Replay, table: Table, index: Index): void {
  const { store } = replay;
  const work: { readonly table: Table; readonly index: Index }[] = [{ table, index }];
  for (const { table: parent, index: parentIndex } of work) {
    for (const id of partitionsOf(store, parent.id)) {
      const partition = tableById(store, id);
      if (partition === undefined || partition.foreign) continue;
      work.push({ table: partition, index: ensurePartitionIndex(replay, partition, parent, parentIndex) });
    }
  }
}

/** The same for one partition, and those below it. */
export function indexPartition(replay: Replay, partition: Table, parent: Table, index: Index): void {
  if (!partition.foreign) indexPartitions(replay, partition, ensurePartitionIndex(replay, partition, parent, index));
}

/** Attaches the partition's own index that matches the parent's, or builds one. */
function ensurePartitionIndex(replay: Replay, partition: Table, parent: Table, parentIndex: Index): Index {
  const { store, origin } = replay;
  const attached = indexesOf(store, partition).find((index) => index.parent === parentIndex.id);
  if (attached !== undefined) return attached;
  const owned = constraintBehind(store, parent, parentIndex);
  const existing = indexesOf(store, partition).find((index) => matches(store, partition, index, parentIndex, owned));
  if (existing !== undefined) {
    editRelation(store, existing, (now) => ({ ...now, parent: parentIndex.id }));
    if (owned !== undefined) inheritConstraint(store, partition, existing.id);
    return existing;
  }
  const spec: IndexSpec = {
    unique: parentIndex.unique,
    method: parentIndex.method,
    keys: parentIndex.keys,
    include: parentIndex.include,
    where: parentIndex.where,
    nullsNotDistinct: parentIndex.nullsNotDistinct,
    valid: true,
    parent: parentIndex.id,
    ...(parentIndex.formerNames === undefined ? {} : { formerNames: parentIndex.formerNames }),
  };
  const former = formerNames(parentIndex);
  if (owned === undefined) return buildIndex(replay, partition, chosenIndexName(store, partition, { keys: former.keys(spec.keys), include: former.names(spec.include) }), spec);
  const name = store.semantics.constraintName(partition.name, former.definition(owned.definition), either(relationTaken(store, partition.schema), constraintTaken(store, partition.schema)));
  const index = buildIndex(replay, partition, name, { ...spec, constraint: name });
  const constraint: Constraint = { ...owned, name, definition: { ...owned.definition, name }, index: index.id, inherited: true, origin };
  editRelation(store, partition, (now) => ({ ...now, constraints: [...now.constraints, constraint] }));
  return index;
}

/** Columns as the index calls them. */
export function formerNames(index: Pick<Index, 'formerNames'>): FormerNames {
  const former = index.formerNames ?? {};
  const names = (columns: readonly string[]): readonly string[] => columns.map((column) => former[column] ?? column);
  return {
    names,
    keys: (keys) => keys.map((key) => (key.column === undefined ? key : { ...key, column: former[key.column] ?? key.column })),
    definition: (definition) =>
      definition.type === 'unique' || definition.type === 'primaryKey'
        ? { ...definition, columns: names(definition.columns), ...(definition.include === undefined ? {} : { include: names(definition.include) }) }
        : definition,
  };
}

interface FormerNames {
  names(columns: readonly string[]): readonly string[];
  keys(keys: readonly IndexKey[]): readonly IndexKey[];
  definition(definition: ConstraintDefinition): ConstraintDefinition;
}

export const either = (first: (name: string) => boolean, second: (name: string) => boolean) => (name: string): boolean => first(name) || second(name);

/**
 * A new type of a column makes the server build the indexes over it anew; those of partitions get the names
 * that it would choose today.
 */
export function renamePartitionIndexes(store: Store, table: Table, column: string): void {
  const rebuilt = indexesOf(store, table)
    .filter((index) => indexUses(index, column))
    .flatMap((index) => nearestFirst(index.id, (id) => indexById(store, id)?.children ?? []))
    .map((id) => indexById(store, id))
    .filter((index) => index !== undefined);
  for (const index of indexesOf(store, table)) {
    if (index.formerNames !== undefined && indexUses(index, column)) editRelation<Index>(store, index, (now) => without(now, 'formerNames'));
  }
  const free = new Set(rebuilt.map(({ name }) => name));
  const changed: { readonly index: Index; readonly name: string }[] = [];
  const chosen = new Set<string>();
  for (const index of rebuilt) {
    const partition = tableById(store, index.table);
    if (partition === undefined) continue;
    const owned = constraintBehind(store, partition, index);
    const taken = (name: string): boolean => chosen.has(name) || (!free.has(name) && relationTaken(store, index.schema)(name));
    const name =
      owned === undefined
        ? store.semantics.indexName(partition.name, [...index.keys, ...columnKeys(index.include)], taken)
        : store.semantics.constraintName(partition.name, owned.definition, taken);
    chosen.add(name);
    if (name !== index.name) changed.push({ index, name });
  }
  // Two of them may swap names.
  for (const { index, name } of changed) renameRelation(store, index, `${name}\0`);
  for (const { index, name } of changed) renameRelation(store, index, name);
}

function indexById(store: Store, id: ObjectId): Index | undefined {
  const relation = store.relations.get(id);
  return relation?.kind === 'index' ? relation : undefined;
}

export const indexUses = (index: Index, column: string): boolean =>
  index.include.includes(column) ||
  index.where?.columns.includes(column) === true ||
  index.keys.some((key) => key.column === column || key.expression?.columns.includes(column) === true);

/** Marks a partitioned index valid once every partition has an attached valid one, and its parents likewise. */
export function validatePartitionedIndex(store: Store, id: ObjectId | undefined): void {
  const seen = new Set<ObjectId>();
  let at = id;
  while (at !== undefined && !seen.has(at)) {
    seen.add(at);
    const index = store.relations.get(at);
    if (index?.kind !== 'index' || index.valid) return;
    const partitions = partitionsOf(store, index.table);
    const attached = index.children.map((child) => store.relations.get(child)).filter((child) => child?.kind === 'index');
    const covered = new Set(attached.filter((child) => child.valid).map((child) => child.table));
    if (!partitions.every((partition) => covered.has(partition) || tableById(store, partition)?.foreign === true)) return;
    editRelation(store, index, (now) => ({ ...now, valid: true }));
    at = index.parent;
  }
}

function constraintBehind(store: Store, table: Table, index: Index): Constraint | undefined {
  return index.constraint === undefined ? undefined : tableById(store, table.id)?.constraints.find((constraint) => constraint.index === index.id);
}

function matches(store: Store, partition: Table, index: Index, parentIndex: Index, owned: Constraint | undefined): boolean {
  if (index.parent !== undefined || !index.valid) return false;
  if (owned !== undefined && constraintBehind(store, partition, index)?.definition.type !== owned.definition.type) return false;
  return (
    index.unique === parentIndex.unique &&
    index.method === parentIndex.method &&
    index.nullsNotDistinct === parentIndex.nullsNotDistinct &&
    index.keys.length === parentIndex.keys.length &&
    index.keys.every((key, i) => sameKey(key, parentIndex.keys[i])) &&
    sameText(index.where, parentIndex.where)
  );
}

function inheritConstraint(store: Store, partition: Table, index: ObjectId): void {
  editRelation(store, partition, (now) => ({
    ...now,
    constraints: now.constraints.map((constraint) => (constraint.index === index ? { ...constraint, inherited: true } : constraint)),
  }));
}

const sameKey = (a: IndexKey, b: IndexKey | undefined): boolean =>
  b !== undefined && a.column === b.column && a.collation === b.collation && a.operatorClass === b.operatorClass && sameText(a.expression, b.expression);

const sameText = (a: Expression | undefined, b: Expression | undefined): boolean =>
  a === undefined || b === undefined ? a === b : normalise(a.text) === normalise(b.text);
