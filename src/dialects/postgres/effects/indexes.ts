import type { Index, MaterializedView, Table } from '../../../catalog/schema.ts';
import type { Failure } from '../../../effects/vocabulary.ts';
import type { DataType } from '../../../ir/expressions.ts';
import type { OperationHandlers, OperationOf } from '../../../ir/operation.ts';
import { ACCESS_EXCLUSIVE, ACCESS_SHARE, SHARE, SHARE_UPDATE_EXCLUSIVE } from '../locks.ts';
import type { Mode } from '../locks.ts';
import { printType } from '../types.ts';
import { namedIn } from './query-names.ts';
import { isMutable } from '../volatility.ts';
import type { Answer, Claim, Target } from './answer.ts';
import { fullName, lock, lockAll } from './answer.ts';
import { drop } from './dropping.ts';
import { virtualKeyProblems } from './column-limits.ts';
import { failure } from './failures.ts';
import { sameIndex } from './index-match.ts';
import { tooManyKeys } from './most-columns.ts';
import { lacksOperators, wholeValue } from './operator-classes.ts';
import type { Scene } from './scene.ts';
import { columnOf, indexesOf, isAbsent, isFresh, isStored, locate, locateById, partitionsOf } from './scene.ts';

export const indexHandlers = {
  createIndex,
  dropIndex,
  alterIndex,
  reindex,
} satisfies Partial<OperationHandlers<Scene, Answer>>;

const held = (claims: readonly Claim[], concurrently: boolean): readonly Claim[] => (concurrently ? claims.map((claim) => ({ ...claim, released: true })) : claims);

function createIndex(op: OperationOf<'createIndex'>, scene: Scene): Answer {
  const relation = scene.before.relation(op.table);
  const target = locate(scene, op.table);
  const mode: Mode = op.concurrently ? SHARE_UPDATE_EXCLUSIVE : SHARE;
  const table = relation?.kind === 'table' ? relation : undefined;
  const taken = op.name === undefined ? undefined : scene.before.relation({ schema: target.schema, name: op.name });
  const partitions = table === undefined || op.only ? [] : partitionsOf(scene, table);
  if (taken !== undefined && op.ifNotExists) return { locks: held([lock(target, mode), ...lockAll(partitions, mode, `partition of ${fullName(target)}`)], op.concurrently), work: 'catalog' };
  const lent = table === undefined ? [] : partitions.flatMap((each) => matchOf(op, each, scene) ?? []);
  const stored: readonly Target[] = table === undefined ? [target] : [table, ...partitions].filter((each) => isStored(each) && !lent.some((index) => index.table === each.id));
  const failures = [...createFailures(op, table, target, scene)];
  if (taken !== undefined && !(taken.kind === 'index' && taken.doubtful === true)) failures.push(failure('relation-exists', `relation "${taken.name}" already exists`, fullName(taken)));
  if (op.unique && stored.length > 0 && !isFresh(scene, table)) failures.push(failure('unique-duplicates', `could not create unique index${op.name === undefined ? '' : ` "${op.name}"`}`, fullName(target)));
  return {
    locks: held([lock(target, mode), ...lockAll(partitions, mode, `partition of ${fullName(target)}`), ...lockAll(lent, mode, 'becomes a part of the new index')], op.concurrently),
    scans: stored,
    work: stored.length > 0 ? 'indexBuild' : 'catalog',
    workOn: stored[0] ?? target,
    breaks: op.unique ? [{ what: 'writes', object: fullName(target) }] : [],
    failures,
    certain: relation !== undefined && (!op.ifNotExists || op.name === undefined || table?.complete === true),
  };
}

/** A partition that has such an index lends it to the parent instead of building another. */
const matchOf = (op: OperationOf<'createIndex'>, partition: Table, scene: Scene): Index | undefined =>
  indexesOf(scene, partition).find((index) => index.parent === undefined && sameIndex(op, index));

const UNIQUE_METHODS: ReadonlySet<string> = new Set(['btree']);
const SINGLE_COLUMN_METHODS = new Set(['hash', 'spgist']);
const BUILTIN_METHODS: ReadonlySet<string> = new Set(['btree', 'hash', 'gist', 'gin', 'spgist', 'brin']);

function createFailures(op: OperationOf<'createIndex'>, table: Table | undefined, target: Target, scene: Scene): readonly Failure[] {
  const object = fullName(target);
  const tooMany = tooManyKeys(op.keys.length + op.include.length, object);
  if (tooMany.length > 0) return tooMany;
  const failures: Failure[] = [];
  const relation = scene.before.relation(op.table);
  if (relation !== undefined && ((table === undefined && relation.kind !== 'materializedView') || table?.foreign === true)) {
    failures.push(failure('wrong-object-kind', `cannot create index on relation "${target.name}"`, object));
  }
  if (op.concurrently && table?.partitionBy !== undefined) failures.push(failure('concurrently-on-partitioned', `cannot create index on partitioned table "${target.name}" concurrently`, object));
  if (op.unique && !UNIQUE_METHODS.has(op.method) && BUILTIN_METHODS.has(op.method)) {
    failures.push(failure('unique-index-method', `access method "${op.method}" does not support unique indexes`, object));
  }
  if (op.keys.length > 1 && SINGLE_COLUMN_METHODS.has(op.method)) failures.push(failure('single-column-method', `access method "${op.method}" does not support multicolumn indexes`, object));
  for (const expression of [...op.keys.flatMap((key) => key.expression ?? []), ...(op.where === undefined ? [] : [op.where])]) {
    if (!isMutable(expression, (column) => columnOf(table, column)?.type, scene.before)) continue;
    failures.push(failure('index-expression-not-immutable', `functions in index ${expression === op.where ? 'predicate' : 'expression'} must be marked IMMUTABLE`, object));
    break;
  }
  const named = [...op.keys.flatMap((key) => key.column ?? []), ...[...op.keys.map((key) => key.expression), op.where].flatMap((expression) => namedIn(expression, table))];
  const missing = table?.complete === true ? named.find((name) => columnOf(table, name) === undefined) : undefined;
  if (missing !== undefined) failures.push(failure('column-missing', `column "${missing}" does not exist`, object));
  const bare = typeWithoutOperators(op, table, scene);
  if (bare !== undefined) failures.push(failure('index-type-without-operators', `data type ${printType({ ...bare, modifiers: [] })} has no default operator class for access method "${op.method}"`, object));
  failures.push(...virtualKeyProblems('indexes', op.keys.flatMap(({ column }) => column ?? []), [...op.keys.flatMap((each) => each.expression ?? []), ...(op.where === undefined ? [] : [op.where])], table?.columns ?? [], object));
  const key = table?.partitionBy;
  if (op.unique && key !== undefined && !key.columns.every((column) => column !== undefined && op.keys.some((own) => own.column === column))) {
    failures.push(failure('unique-without-partition-key', 'unique constraint on partitioned table must include all partitioning columns', object));
  }
  return failures;
}

/** The type of a column whose key needs an operator class by name, and has none. */
function typeWithoutOperators({ keys, method }: OperationOf<'createIndex'>, table: Table | undefined, { before }: Scene): DataType | undefined {
  const types = keys.flatMap(({ column, operatorClass }) => (column === undefined || operatorClass !== undefined ? [] : (columnOf(table, column)?.type ?? [])));
  return types.find((type) => lacksOperators(type, method)) ?? (types.length < keys.length || before.extension('btree_gin') !== undefined ? undefined : wholeValue(types, method));
}

function dropIndex(op: OperationOf<'dropIndex'>, scene: Scene): Answer {
  const index = scene.before.index(op.index);
  const target = locate(scene, op.index);
  const mode: Mode = op.concurrently ? SHARE_UPDATE_EXCLUSIVE : ACCESS_EXCLUSIVE;
  const form =
    op.concurrently && (op.listLength > 1 || op.behavior === 'cascade')
      ? [failure('concurrently-drop-form', op.listLength > 1 ? 'DROP INDEX CONCURRENTLY does not support dropping multiple objects' : 'DROP INDEX CONCURRENTLY does not support CASCADE')]
      : [];
  if (index === undefined) {
    if (op.ifExists && isAbsent(scene, op.index)) return { work: 'catalog', certain: false, failures: form };
    const other = scene.before.relation(op.index);
    if (other !== undefined) return { work: 'catalog', failures: [failure('wrong-object-kind', `"${other.name}" is not an index`, fullName(other))] };
    return { locks: held([lock({ ...target, kind: 'index' }, mode)], op.concurrently), work: 'catalog', failures: form, certain: false };
  }
  const owner = locateById(scene, index.table);
  const table = owner?.kind === 'table' ? owner : undefined;
  const partitions = table === undefined ? [] : partitionsOf(scene, table);
  const claims = [
    ...(owner === undefined ? [] : [lock(owner, mode, `indexed by ${fullName(index)}`)]),
    lock(index, mode),
    ...partsOf(index, scene).map((child) => lock(child, mode, `part of ${fullName(index)}`)),
    ...lockAll(partitions, mode, `partition of ${table === undefined ? '' : fullName(table)}`),
  ];
  const users = op.behavior === 'cascade' && index.unique && table !== undefined ? keyUsers(index, table, scene) : {};
  return {
    locks: held([...claims, ...(users.locks ?? [])], op.concurrently),
    work: 'catalog',
    loss: index.unique ? [{ what: 'uniqueness', object: fullName(index) }] : [],
    failures: [...form, ...dropProblems(op, index, table, scene)],
    certain: index.complete,
  };
}

/** The indexes of partitions that belong to it, all levels. */
const partsOf = (index: Index, scene: Scene): readonly Index[] =>
  index.children.flatMap((id) => {
    const child = locateById(scene, id);
    return child?.kind === 'index' ? [child, ...partsOf(child, scene)] : [];
  });

/** Foreign keys that lean on the index go with it. */
function keyUsers(index: Index, table: Table, scene: Scene): Answer {
  const columns = index.keys.flatMap(({ column }) => column ?? []);
  const walk = drop(scene, true);
  walk.referencing(table, columns, index.id);
  return walk.answer(`index ${index.name}`, fullName(table));
}

function dropProblems(op: OperationOf<'dropIndex'>, index: Index, table: Table | undefined, scene: Scene): readonly Failure[] {
  const object = table === undefined ? fullName(index) : fullName(table);
  if (op.concurrently && table?.partitionBy !== undefined) return [failure('concurrently-drop-on-partitioned', `cannot drop partitioned index "${index.name}" concurrently`, object)];
  if (index.constraint !== undefined) {
    return [failure('drop-index-of-constraint', `cannot drop index ${index.name} because constraint ${index.constraint} on table ${table?.name ?? ''} requires it`, object)];
  }
  const parent = locateById(scene, index.parent);
  if (parent !== undefined) return [failure('drop-with-dependents', `cannot drop index ${index.name} because index ${parent.name} requires it`, object)];
  if (op.behavior === 'cascade' || table === undefined || !index.unique) return [];
  const walk = drop(scene, false);
  walk.referencing(table, index.keys.flatMap(({ column }) => column ?? []), index.id);
  return walk.answer(`index ${index.name}`, object).failures ?? [];
}

function alterIndex(op: OperationOf<'alterIndex'>, scene: Scene): Answer {
  if (op.ifExists && isAbsent(scene, op.index)) return { work: 'catalog', certain: false };
  const target: Target = { ...locate(scene, op.index), kind: 'index' };
  const { change } = op;
  switch (change.type) {
    case 'attachPartition': {
      const partition: Target = { ...locate(scene, change.partition), kind: 'index' };
      const [whole, part] = [scene.before.index(op.index), scene.before.index(change.partition)];
      const tables = [whole, part].flatMap((index) => locateById(scene, index?.table) ?? []);
      const differ = whole !== undefined && part !== undefined && whole.complete && part.complete && !areAlike(whole, part);
      return { locks: [lock(target, SHARE_UPDATE_EXCLUSIVE), lock(partition, ACCESS_EXCLUSIVE), ...tables.map((table) => lock(table, ACCESS_SHARE, 'its index is attached'))], failures: differ ? [failure('index-parts-differ', `cannot attach index "${part.name}" as a partition of index "${whole.name}"`, fullName(target))] : [], certain: tables.length === 2 };
    }
    case 'setTablespace':
      return { locks: [lock(target, ACCESS_EXCLUSIVE)], rewrites: change.tablespace === 'pg_default' ? [] : [target] };
    case 'dependsOnExtension':
      return { locks: [lock(target, ACCESS_EXCLUSIVE)] };
    case 'setOptions':
    case 'resetOptions':
    case 'setStatistics':
      return { locks: [lock(target, SHARE_UPDATE_EXCLUSIVE)] };
  }
}

/** As the server compares them, expressions aside. */
const areAlike = (a: Index, b: Index): boolean =>
  a.method === b.method && a.unique === b.unique && (a.where === undefined) === (b.where === undefined) && String(a.keys.map(({ column }) => column ?? '()')) === String(b.keys.map(({ column }) => column ?? '()'));

function reindex(op: OperationOf<'reindex'>, scene: Scene): Answer {
  const own = op.target === 'index' ? reindexIndex(op, scene) : op.target === 'table' ? reindexTable(op, scene) : reindexAll(op, scene);
  return { ...own, locks: held(own.locks ?? [], op.concurrently) };
}

const modeOf = (op: OperationOf<'reindex'>): Mode => (op.concurrently ? SHARE_UPDATE_EXCLUSIVE : SHARE);

function reindexIndex(op: OperationOf<'reindex'>, scene: Scene): Answer {
  const index = scene.before.index(op.name);
  const target: Target = index ?? { ...locate(scene, op.name), kind: 'index' };
  const owner = locateById(scene, index?.table);
  const partitions = owner?.kind === 'table' ? partitionsOf(scene, owner) : [];
  const partitioned = owner?.kind === 'table' && owner.partitionBy !== undefined;
  const stored = owner === undefined ? [] : partitioned ? partitions.filter(isStored) : [owner];
  return {
    locks: [
      lock(target, op.concurrently ? SHARE_UPDATE_EXCLUSIVE : ACCESS_EXCLUSIVE),
      // Only what is stored is collected: a partition that is partitioned itself stays free.
      ...(owner === undefined ? [] : lockAll([owner, ...partitions.filter(isStored)], modeOf(op), `indexed by ${fullName(target)}`)),
    ],
    scans: stored,
    rewrites: partitioned ? [] : [target],
    work: 'indexBuild',
    workOn: owner ?? target,
    failures: partitioned ? partitionedProblems('REINDEX INDEX', owner, scene) : [],
    certain: index !== undefined,
  };
}

function reindexTable(op: OperationOf<'reindex'>, scene: Scene): Answer {
  const relation = scene.before.relation(op.name);
  const target = locate(scene, op.name);
  const table = relation?.kind === 'table' ? relation : undefined;
  const partitions = table === undefined || scene.version < 14 ? [] : partitionsOf(scene, table);
  const partitioned = table?.partitionBy !== undefined;
  const stored: readonly Target[] = partitioned ? partitions.filter((each) => isStored(each) && each.indexes.length > 0) : relation !== undefined && 'indexes' in relation && relation.indexes.length === 0 ? [] : [target];
  const built = builtAnew(op, stored, scene);
  return {
    // The partitions are collected under the plain lock, whatever follows.
    locks: [lock(target, modeOf(op)), ...lockAll(partitions, SHARE, `partition of ${fullName(target)}`), ...lockAll(built, ACCESS_EXCLUSIVE, 'is built anew')],
    scans: stored,
    rewrites: built,
    work: 'indexBuild',
    workOn: target,
    failures: partitioned && scene.version >= 14 ? partitionedProblems('REINDEX TABLE', table, scene) : [],
    certain: relation !== undefined,
  };
}

/** Indexes that are built in place, which even planning a query waits for; CONCURRENTLY puts new ones beside them. */
const builtAnew = (op: OperationOf<'reindex'>, tables: readonly Target[], scene: Scene): readonly Index[] =>
  op.concurrently ? [] : tables.flatMap((table) => {
    const relation = scene.before.relation(table);
    return relation?.kind === 'table' || relation?.kind === 'materializedView' ? indexesOf(scene, relation) : [];
  });

/** From 14 on each partition is a transaction of its own; before there was no such form. */
function partitionedProblems(statement: string, table: Table, scene: Scene): readonly Failure[] {
  if (scene.version < 14) return [failure('wrong-object-kind', `${statement} is not yet implemented for partitioned indexes`, fullName(table), '0A000')];
  return scene.unit === null ? [] : [failure('statement-in-transaction', `${statement} cannot run inside a transaction block`, fullName(table))];
}

/** Each table of the schema or database in its turn. */
function reindexAll(op: OperationOf<'reindex'>, scene: Scene): Answer {
  const relations = everyTable(op.target === 'schema' ? op.name.name : undefined, scene);
  return {
    locks: lockAll(relations, modeOf(op)).map((claim) => ({ ...claim, released: true })),
    scans: relations.filter(({ indexes }) => indexes.length > 0),
    rewrites: builtAnew(op, relations, scene),
    work: 'indexBuild',
    ...(relations[0] === undefined ? {} : { workOn: relations[0] }),
    certain: false,
  };
}

/** Tables and materialized views of a schema or of all; partitioned tables themselves only when asked for. */
export function everyTable(schema: string | undefined, scene: Scene, partitioned = false): readonly (Table | MaterializedView)[] {
  return [...scene.before.relations()].filter(
    (relation): relation is Table | MaterializedView =>
      (schema === undefined || relation.schema === schema) && ((relation.kind === 'table' && !relation.foreign && (partitioned || relation.partitionBy === undefined)) || relation.kind === 'materializedView'),
  );
}
