import { mayBeMissing } from '../../../catalog/apply/context.ts';
import type { Table } from '../../../catalog/schema.ts';
import type { Failure } from '../../../effects/vocabulary.ts';
import type { DataType } from '../../../ir/expressions.ts';
import type { Statement } from '../../../ir/migration.ts';
import type { QualifiedName } from '../../../ir/names.ts';
import type { OperationHandlers, OperationOf } from '../../../ir/operation.ts';
import { ACCESS_EXCLUSIVE, ACCESS_SHARE, SHARE_ROW_EXCLUSIVE, SHARE_UPDATE_EXCLUSIVE } from '../locks.ts';
import type { Answer, Claim } from './answer.ts';
import { distinct, fullName, lock, lockAll, sum } from './answer.ts';
import { columnProblems, nameProblems, virtualConstraintProblems } from './column-limits.ts';
import { formProblems, isWhole, undeclaredColumns } from './declared.ts';
import { drop } from './dropping.ts';
import { failure } from './failures.ts';
import { isSelf, referenceProblems } from './foreign-keys.ts';
import { tooManyColumns, tooManyInConstraint, tooManyPartitionKeys } from './most-columns.ts';
import { joinPartitions } from './partitions.ts';
import { queryProblems } from './query-problems.ts';
import { readQuery } from './reading.ts';
import { defaultProblems } from './refused-values.ts';
import type { Scene } from './scene.ts';
import { inTheWay, indexesOf, isAbsent, isStored, locate, namedSequences, ownedSequences, partitionsOf, placeOfNew, referencesTo, treeOf } from './scene.ts';
import { isMutable } from '../volatility.ts';

export const tableHandlers = {
  createTable,
  dropTable,
  renameTable,
  truncate,
} satisfies Partial<OperationHandlers<Scene, Answer>>;

function createTable(op: OperationOf<'createTable'>, scene: Scene): Answer {
  const existing = inTheWay(scene, op.table, op.persistence === 'temporary');
  if (existing !== undefined && existing.kind !== 'index' && !(op.ifNotExists && mayBeMissing(existing))) {
    if (op.ifNotExists) return op.as === undefined ? { work: 'none' } : { ...readQuery(op.as.query, scene, 'named'), work: 'none' };
    return { work: 'catalog', failures: [failure('relation-exists', `relation "${op.table.name}" already exists${existing.origin.migration < 0 ? ': what comes before uses it' : ''}`, fullName(existing))] };
  }
  const parts: Answer[] = [
    { locks: referencedLocks(op, scene), failures: createFailures(op, scene), work: 'catalog' },
    { locks: [...op.like.map(({ table }) => lock(locate(scene, table), ACCESS_SHARE)), ...copiedDefaults(op, scene), ...op.columns.flatMap((column) => namedSequences(column.default, scene))] },
    { locks: op.inherits.map((parent) => lock(locate(scene, parent), SHARE_UPDATE_EXCLUSIVE)) },
  ];
  if (op.ofType !== undefined) parts.push({ locks: [lock(locate(scene, op.ofType), ACCESS_SHARE)] });
  if (op.partitionOf !== undefined) parts.push(newPartition(op, op.partitionOf, scene));
  if (op.as !== undefined) parts.push({ ...readQuery(op.as.query, scene, op.as.withData ? 'run' : 'named'), work: op.as.withData ? 'rows' : 'catalog', failures: queryProblems(op.as.query, scene) });
  return sum(parts);
}

/** Defaults that LIKE and PARTITION OF take over name their sequences again. */
function copiedDefaults(op: OperationOf<'createTable'>, scene: Scene): readonly Claim[] {
  const sources = [...op.like.filter(({ including }) => including.includes('all') || including.includes('defaults')).map(({ table }) => table), ...(op.partitionOf === undefined ? [] : [op.partitionOf.parent])];
  return sources.flatMap((name) => scene.before.table(name)?.columns.flatMap((column) => (column.generated === undefined ? namedSequences(column.default, scene) : [])) ?? []);
}

/** Referenced tables get triggers: writers have to wait. A partitioned one passes it on to its partitions. */
function referencedLocks(op: OperationOf<'createTable'>, scene: Scene): readonly Claim[] {
  const own = ownName(op, scene);
  return op.constraints.flatMap((constraint): readonly Claim[] => {
    if (constraint.type !== 'foreignKey' || isSelf(constraint, own, scene)) return [];
    const target = locate(scene, constraint.references);
    const table = scene.before.table(constraint.references);
    return [lock(target, SHARE_ROW_EXCLUSIVE), ...(table === undefined ? [] : lockAll(partitionsOf(scene, table), SHARE_ROW_EXCLUSIVE, `partition of ${fullName(table)}`))];
  });
}

const ownName = (op: OperationOf<'createTable'>, scene: Scene): QualifiedName => placeOfNew(scene, op.table, op.persistence === 'temporary');

function createFailures(op: OperationOf<'createTable'>, scene: Scene): readonly Failure[] {
  const own = ownName(op, scene);
  const key = op.partitionBy?.columns;
  const typeOf = (name: string): DataType | undefined => op.columns.find((column) => column.name === name)?.type;
  const tooMany = [...tooManyColumns(op.columns.length, fullName(own)), ...tooManyPartitionKeys(key?.length ?? 0, fullName(own)), ...op.constraints.flatMap((constraint) => tooManyInConstraint(constraint, fullName(own)))];
  if (tooMany.length > 0) return tooMany;
  const form = formProblems(op, op.partitionOf === undefined ? undefined : scene.before.table(op.partitionOf.parent), fullName(own), scene);
  if (form.length > 0) return form;
  const limits = [...nameProblems(op.columns.map(({ name }) => name), fullName(own)), ...op.columns.flatMap((column) => columnProblems(column, fullName(own), scene))];
  if (limits.length > 0) return limits;
  const isRefused = op.columns.some(({ generated }) => generated !== undefined && isMutable(generated.expression, typeOf, scene.before));
  if (isRefused) return [failure('generated-not-immutable', 'generation expression is not immutable', fullName(own))];
  const partitioned = op.inherits.find((parent) => scene.before.table(parent)?.partitionBy !== undefined);
  if (partitioned !== undefined) return [failure('wrong-object-kind', `cannot inherit from partitioned table "${partitioned.name}"`, fullName(own))];
  const [, second] = op.constraints.filter(({ type }) => type === 'primaryKey');
  if (second !== undefined) return [failure('multiple-primary-keys', `multiple primary keys for table "${op.table.name}" are not allowed`, fullName(own))];
  const undeclared = undeclaredColumns(op, fullName(own));
  if (undeclared.length > 0) return undeclared;
  const refused = op.columns.flatMap((column) => defaultProblems(column.name, column.type, column.default, fullName(own), scene));
  if (refused.length > 0) return refused;
  return op.constraints.flatMap((constraint): readonly Failure[] => {
    const overVirtual = virtualConstraintProblems(constraint, op.columns, fullName(own));
    if (overVirtual.length > 0) return overVirtual;
    if (constraint.type === 'check' && constraint.expression.reads.length > 0) return [failure('check-with-subquery', 'cannot use subquery in check constraint', fullName(own))];
    if (constraint.type === 'foreignKey') return referenceProblems(constraint, { name: own, columns: op.columns, constraints: op.constraints, persistence: op.persistence, ...(!isWhole(op) && { complete: false }) }, scene);
    if (key === undefined || (constraint.type !== 'primaryKey' && constraint.type !== 'unique')) return [];
    if (key.every((column) => column !== undefined && constraint.columns.includes(column))) return [];
    return [failure('unique-without-partition-key', 'unique constraint on partitioned table must include all partitioning columns', fullName(own))];
  });
}

function newPartition(op: OperationOf<'createTable'>, { parent: name, bound }: NonNullable<OperationOf<'createTable'>['partitionOf']>, scene: Scene): Answer {
  const parent = scene.before.table(name);
  const joined = joinPartitions(parent, bound, scene);
  const failures = parent?.complete === true && parent.partitionBy === undefined ? [failure('not-a-partition', `"${parent.name}" is not partitioned`, fullName(parent), '42P17')] : [];
  return sum([{ locks: [lock(locate(scene, name), ACCESS_EXCLUSIVE)], failures }, joined]);
}

function dropTable(op: OperationOf<'dropTable'>, scene: Scene): Answer {
  const relation = scene.before.relation(op.table);
  const target = locate(scene, op.table);
  if (relation === undefined) {
    if (op.ifExists && isAbsent(scene, op.table)) return { certain: false, work: 'catalog' };
    return {
      locks: [lock(target, ACCESS_EXCLUSIVE)],
      loss: [{ what: 'table', object: fullName(target) }],
      breaks: [{ what: 'reads', object: fullName(target) }],
      certain: false,
    };
  }
  if (relation.kind !== 'table') {
    return { work: 'catalog', failures: [failure('wrong-object-kind', `"${op.table.name}" is not a table`, fullName(target))] };
  }
  const walk = drop(scene, op.behavior === 'cascade');
  walk.relation(relation);
  return sum([walk.answer(`table ${relation.name}`, fullName(relation)), { breaks: [{ what: 'reads', object: fullName(relation) }], certain: relation.complete }]);
}

function renameTable(op: OperationOf<'renameTable'>, scene: Scene): Answer {
  if (op.ifExists && isAbsent(scene, op.table)) return { certain: false, work: 'catalog' };
  const target = locate(scene, op.table);
  // RENAME of an index by ALTER TABLE takes the table's lock, by ALTER INDEX less; both arrive here only for tables.
  const clash = scene.before.relation({ schema: target.schema, name: op.newName });
  return {
    locks: [lock(target, ACCESS_EXCLUSIVE)],
    breaks: [{ what: 'reads', object: fullName(target) }],
    failures: clash === undefined ? [] : [failure('relation-exists', `relation "${op.newName}" already exists`, fullName(clash))],
  };
}

function truncate(op: OperationOf<'truncate'>, scene: Scene): Answer {
  const table = scene.before.table(op.table);
  if (table === undefined) {
    const target = locate(scene, op.table);
    return {
      locks: [lock(target, ACCESS_EXCLUSIVE)],
      rewrites: [target],
      work: 'catalog',
      workOn: target,
      loss: [{ what: 'rows', object: fullName(target) }],
      certain: false,
    };
  }
  const named = treeOf(scene, table, op.only);
  if (op.only && table.partitionBy !== undefined) return { work: 'catalog', failures: [failure('wrong-object-kind', 'cannot truncate only a partitioned table', fullName(table))] };
  const cascade = op.behavior === 'cascade';
  const all = cascade ? withReferrers(named, scene) : named;
  const stored = all.filter(isStored);
  const sequences = op.restartIdentity ? all.flatMap((each) => ownedSequences(scene, each)) : [];
  const blockers = cascade ? [] : named.flatMap((each) => referrersOutside(each, named, scene));
  return {
    locks: [
      ...lockAll(named, ACCESS_EXCLUSIVE),
      ...all.slice(named.length).map((each) => lock(each, ACCESS_EXCLUSIVE, `references ${fullName(table)}`)),
      ...lockAll(sequences, ACCESS_EXCLUSIVE, `owned by ${fullName(table)}`),
      ...(scene.version < 14 ? partitionRoots(named, scene) : []),
    ],
    // Rebuilding the empty indexes counts as a scan.
    scans: stored.filter((each) => indexesOf(scene, each).length > 0),
    rewrites: [...stored, ...sequences],
    work: 'catalog',
    workOn: table,
    loss: all.filter(isStored).map((each) => ({ what: 'rows', object: fullName(each), ...(named.includes(each) ? {} : { because: `references ${fullName(table)}` }) })),
    failures:
      blockers.length === 0
        ? []
        : [failure('truncate-referenced', `cannot truncate a table referenced in a foreign key constraint: table "${blockers[0]?.name ?? ''}" references "${table.name}"`, fullName(table))],
    certain: table.complete,
  };
}

function withReferrers(named: readonly Table[], scene: Scene): readonly Table[] {
  const found = [...named];
  const seen = new Set(named.map(({ id }) => id));
  for (const table of found) {
    for (const { table: referrer } of referencesTo(scene, table)) {
      for (const each of treeOf(scene, referrer)) {
        if (seen.has(each.id)) continue;
        seen.add(each.id);
        found.push(each);
      }
    }
  }
  return found;
}

/** Tables that a TRUNCATE without CASCADE would leave with dangling references; those that the statement truncates as well do not count. */
function referrersOutside(table: Table, named: readonly Table[], scene: Scene): readonly Table[] {
  const together = truncatedTogether(scene);
  const referrers = referencesTo(scene, table).map((reference) => reference.table);
  return distinct(referrers).filter((referrer) => !named.some(({ id }) => id === referrer.id) && !together.has(referrer.id));
}

const TOGETHER = new WeakMap<Statement, ReadonlySet<number>>();

/** Everything that the statement truncates. */
function truncatedTogether(scene: Scene): ReadonlySet<number> {
  const known = TOGETHER.get(scene.statement);
  if (known !== undefined) return known;
  const tables = scene.statement.operations.flatMap((operation) => (operation.kind === 'truncate' ? (scene.before.table(operation.table) ?? []) : []));
  const ids = new Set(tables.flatMap((table) => treeOf(scene, table)).map(({ id }) => id));
  TOGETHER.set(scene.statement, ids);
  return ids;
}

const partitionRoots = (named: readonly Table[], scene: Scene): readonly Claim[] =>
  named
    .filter(({ partitionOf }) => partitionOf !== undefined)
    .flatMap((table) => lockAll(scene.before.ancestors(table).slice(-1), ACCESS_SHARE, `parent of ${fullName(table)}`));

