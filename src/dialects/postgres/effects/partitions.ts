import type { Index, Table } from '../../../catalog/schema.ts';
import type { Failure } from '../../../effects/vocabulary.ts';
import type { OperationHandlers, OperationOf } from '../../../ir/operation.ts';
import type { PartitionBound } from '../../../ir/partitions.ts';
import { ACCESS_EXCLUSIVE, ACCESS_SHARE, SHARE_ROW_EXCLUSIVE, SHARE_UPDATE_EXCLUSIVE } from '../locks.ts';
import type { Answer, Claim, Target } from './answer.ts';
import { fullName, lock, lockAll, sum } from './answer.ts';
import { excludesBound, isEmptyRange, mayProveBound, overlap, provesBound } from './bounds.ts';
import { defaultPartition } from './default-partition.ts';
import { failure } from './failures.ts';
import { lookedUp } from './foreign-keys.ts';
import { sameIndex } from './index-match.ts';
import type { Scene } from './scene.ts';
import { columnOf, indexesOf, isFresh, isStored, locate, partitionsOf, referencesTo, storedTree, tableById, treeOf } from './scene.ts';

export const partitionHandlers = {
  attachPartition,
  detachPartition,
} satisfies Partial<OperationHandlers<Scene, Answer>>;

/** What a further partition does to the others and to tables linked by foreign keys: the same for CREATE and ATTACH. */
export function joinPartitions(parent: Table | undefined, bound: PartitionBound, scene: Scene): Answer {
  if (parent === undefined) return { certain: false };
  const fallback = defaultPartition(parent, scene.before);
  const parts: Answer[] = [{ locks: foreignKeyLocks(parent, scene), failures: boundFailures(parent, bound, scene), certain: parent.complete }];
  if (fallback !== undefined && bound.kind !== 'default') parts.push(checkDefault(fallback, parent, bound, scene));
  return sum(parts);
}

/** Rows of the default partition may belong to the new one: it is locked and, unless its checks rule that out, scanned. */
function checkDefault(fallback: Table, parent: Table, bound: PartitionBound, scene: Scene): Answer {
  const tree = treeOf(scene, fallback);
  const scans = tree.filter(isStored).filter((leaf) => !excludesBound(leaf, parent, bound) && !excludesBound(fallback, parent, bound));
  return {
    locks: lockAll(tree, ACCESS_EXCLUSIVE, `default partition of ${fullName(parent)}`),
    scans,
    failures:
      scans.length === 0 || scans.every((leaf) => isFresh(scene, leaf))
        ? []
        : [failure('default-partition-violations', `updated partition constraint for default partition "${fallback.name}" would be violated by some row`, fullName(fallback))],
  };
}

function foreignKeyLocks(parent: Table, scene: Scene): readonly Claim[] {
  const outgoing = parent.constraints.flatMap(({ references, name }) => {
    const target = tableById(scene, references);
    // Of itself it is only the partitions: it is locked as the parent.
    return target === undefined ? [] : lockAll(target.id === parent.id ? partitionsOf(scene, target) : [target, ...partitionsOf(scene, target)], SHARE_ROW_EXCLUSIVE, `referenced by ${name}`);
  });
  const mode = scene.version >= 15 ? SHARE_ROW_EXCLUSIVE : ACCESS_SHARE;
  const family = new Set([parent, ...scene.before.ancestors(parent)].map(({ id }) => id));
  const incoming = referencesTo(scene, parent)
    .filter(({ table, constraint }) => !family.has(table.id) && constraint.inherited !== true)
    .map(({ table }) => lock(table, mode, `references ${fullName(parent)}`));
  return [...outgoing, ...incoming];
}

/** Beyond this many partitions overlaps are not looked for. */
const MANY = 1000;

function boundFailures(parent: Table, bound: PartitionBound, scene: Scene): readonly Failure[] {
  const method = parent.partitionBy?.strategy;
  if (method === 'hash' && bound.kind === 'default') return [failure('declaration-refused', 'a hash-partitioned table may not have a default partition', fullName(parent), '42P16')];
  if (method !== undefined && bound.kind !== 'default' && bound.kind !== method) return [failure('declaration-refused', `invalid bound specification for a ${method} partition`, fullName(parent), '42P16')];
  if (isEmptyRange(bound)) return [failure('partition-overlap', 'empty range bound specified for partition', fullName(parent))];
  if (parent.children.length > MANY) return [];
  for (const id of parent.children) {
    const other = tableById(scene, id);
    if (other?.partitionOf !== undefined && overlap(bound, other.partitionOf.bound) === true) {
      return [failure('partition-overlap', bound.kind === 'default' ? `partition conflicts with existing default partition "${other.name}"` : `partition would overlap partition "${other.name}"`, fullName(parent))];
    }
  }
  return [];
}

function attachPartition(op: OperationOf<'attachPartition'>, scene: Scene): Answer {
  const parent = scene.before.table(op.table);
  const child = scene.before.table(op.partition);
  const childTarget = locate(scene, op.partition);
  const locks = [lock(locate(scene, op.table), scene.version >= 12 ? SHARE_UPDATE_EXCLUSIVE : ACCESS_EXCLUSIVE), lock(childTarget, ACCESS_EXCLUSIVE)];
  const joined = joinPartitions(parent, op.bound, scene);
  if (child === undefined || parent === undefined) {
    const proven = child !== undefined && mayProveBound(child, op.bound);
    return sum([{ locks, scans: proven ? [] : [child ?? childTarget], certain: false }, joined]);
  }
  const stored = storedTree(scene, child);
  const loneDefault = op.bound.kind === 'default' && parent.children.length === 0;
  const keyUnknown = parent.partitionBy === undefined && !parent.complete;
  const unproven = loneDefault || (keyUnknown && mayProveBound(child, op.bound)) ? [] : stored.filter((leaf) => !provesBound(leaf, parent, op.bound) && !provesBound(child, parent, op.bound));
  return sum([
    {
      locks: [...locks, ...lockAll(partitionsOf(scene, child), ACCESS_EXCLUSIVE, `partition of ${fullName(child)}`), ...adoptedForeignKeys(parent, child, scene)],
      scans: [...unproven, ...stored.filter((leaf) => needsBuild(parent, leaf, scene)), ...stored.flatMap((leaf) => foreignKeyScans(parent, leaf, scene))],
      failures: [
        ...attachProblems(parent, child, scene),
        ...(unproven.length === 0 || unproven.every((leaf) => isFresh(scene, leaf)) ? [] : [failure('partition-violations', `partition constraint of relation "${child.name}" is violated by some row`, fullName(child))]),
      ],
      certain: child.complete,
    },
    joined,
  ]);
}

/** A foreign key that the table has already is merged with the parent's, which drops its own triggers on the referenced table. */
function adoptedForeignKeys(parent: Table, child: Table, scene: Scene): readonly Claim[] {
  return parent.constraints.flatMap((constraint) => {
    const target = tableById(scene, constraint.references);
    if (target === undefined || !hasForeignKey(child, constraint)) return [];
    // Before 15 a partitioned table had no triggers of its own to lose.
    const itself = scene.version >= 15 || target.partitionBy === undefined ? [target] : [];
    return lockAll([...itself, ...partitionsOf(scene, target).filter((each) => scene.version >= 15 || isStored(each))], ACCESS_EXCLUSIVE, `referenced by ${constraint.name}`);
  });
}

/** Foreign keys of the parent that the table does not have are checked for its rows. */
function foreignKeyScans(parent: Table, leaf: Table, scene: Scene): readonly Target[] {
  return parent.constraints.flatMap((constraint) => {
    const target = tableById(scene, constraint.references);
    return target === undefined || constraint.definition.type !== 'foreignKey' || hasForeignKey(leaf, constraint) ? [] : [leaf, ...lookedUp([leaf], constraint.definition.columns, target, scene)];
  });
}

const hasForeignKey = (table: Table, wanted: Table['constraints'][number]): boolean =>
  table.constraints.some(
    ({ definition, references }) =>
      references === wanted.references &&
      definition.type === 'foreignKey' &&
      wanted.definition.type === 'foreignKey' &&
      definition.columns.join() === wanted.definition.columns.join(),
  );

/** Indexes of the parent that the table does not have yet are built. */
function needsBuild(parent: Table, leaf: Table, scene: Scene): boolean {
  const own = indexesOf(scene, leaf);
  return indexesOf(scene, parent).some((index) => !own.some((candidate: Index) => sameIndex(index, candidate)));
}

function attachProblems(parent: Table, child: Table, scene: Scene): readonly Failure[] {
  const object = fullName(child);
  if (child.partitionOf !== undefined) return [failure('attach-already-partition', `"${child.name}" is already a partition`, object)];
  if (parent.complete && parent.partitionBy === undefined) return [failure('not-a-partition', `table "${parent.name}" is not partitioned`, fullName(parent), scene.version >= 18 ? '42809' : '42P17')];
  if (!parent.complete || !child.complete) return [];
  for (const column of parent.columns) {
    const own = columnOf(child, column.name);
    if (own === undefined) return [failure('attach-mismatch', `child table is missing column "${column.name}"`, object)];
    if (own.type.name !== column.type.name) return [failure('attach-mismatch', `child table "${child.name}" has different type for column "${column.name}"`, object)];
    if (column.notNull && !own.notNull && (scene.version < 18 || !isKeyColumn(parent, column.name))) {
      return [failure('attach-mismatch', `column "${column.name}" in child table must be marked NOT NULL`, object)];
    }
  }
  const extra = child.columns.find(({ name }) => columnOf(parent, name) === undefined);
  if (extra !== undefined) return [failure('attach-mismatch', `table "${child.name}" contains column "${extra.name}" not found in parent "${parent.name}"`, object)];
  const check = parent.constraints.find(({ name, definition }) => definition.type === 'check' && definition.noInherit !== true && !child.constraints.some((own) => own.name === name && own.definition.type === 'check'));
  return check === undefined || check.doubtful === true ? [] : [failure('attach-mismatch', `child table is missing constraint "${check.name}"`, object)];
}

const isKeyColumn = (table: Table, column: string): boolean =>
  table.constraints.some(({ definition }) => definition.type === 'primaryKey' && definition.columns.includes(column));

function detachPartition(op: OperationOf<'detachPartition'>, scene: Scene): Answer {
  const parent = scene.before.table(op.table);
  const child = scene.before.table(op.partition);
  const childTarget = locate(scene, op.partition);
  const parentTarget = locate(scene, op.table);
  const failures = detachProblems(op, parent, child, scene);
  // Foreign keys that it has from the parent become its own; those that it brought along stay as they are.
  const outgoing = child === undefined ? [] : child.constraints.flatMap(({ references, name, inherited }) => {
    const target = inherited === true ? tableById(scene, references) : undefined;
    if (target === undefined || target.id === child.id || (target.partitionBy !== undefined && scene.version < 15)) return [];
    return lockAll([target, ...partitionsOf(scene, target)], SHARE_ROW_EXCLUSIVE, `referenced by ${name}`);
  });
  if (op.concurrently || op.finalize) {
    return {
      locks: [{ ...lock(parentTarget, SHARE_UPDATE_EXCLUSIVE), released: !op.finalize }, lock(childTarget, ACCESS_EXCLUSIVE), ...outgoing],
      failures,
      certain: parent?.complete === true,
    };
  }
  const fallback = parent === undefined ? undefined : defaultPartition(parent, scene.before);
  // A foreign key to any table above holds for the rows of the partition as well.
  const above = parent === undefined ? [] : scene.before.ancestors(parent);
  const family = new Set([parent, ...above].map((each) => each?.id));
  const incoming = parent === undefined ? [] : [parent, ...above].flatMap((each) => scene.before.referencing(each)).filter(({ table, constraint }) => !family.has(table.id) && constraint.inherited !== true);
  // The table's own key to itself is checked in all its partitions, too.
  const loops = parent === undefined ? [] : [parent, ...above].filter((table) => table.constraints.some(({ references, inherited, enforced }) => references === table.id && inherited !== true && enforced)).flatMap((table) => storedTree(scene, table));
  const searched = incoming.flatMap(({ table, constraint: { definition } }) => (definition.type === 'foreignKey' ? lookedUp(storedTree(scene, table), definition.columns, child ?? childTarget, scene) : []));
  return {
    locks: [
      lock(parentTarget, ACCESS_EXCLUSIVE),
      lock(childTarget, scene.version >= 14 || (incoming.length > 0 && child?.partitionBy === undefined) || losesTriggers(parent) ? ACCESS_EXCLUSIVE : SHARE_UPDATE_EXCLUSIVE),
      ...(fallback === undefined ? [] : [lock(fallback, ACCESS_EXCLUSIVE, `default partition of ${fullName(parent ?? parentTarget)}`)]),
      ...(child === undefined ? [] : lockAll(partitionsOf(scene, child), ACCESS_EXCLUSIVE, `partition of ${fullName(child)}`)),
      ...outgoing,
      ...incoming.map(({ table }) => lock(table, ACCESS_EXCLUSIVE, `references ${fullName(parent ?? parentTarget)}`)),
      ...lockAll(above, ACCESS_SHARE, `parent of ${fullName(parent ?? parentTarget)}`),
      ...lockAll(loops, ACCESS_SHARE, 'references itself'),
    ],
    // Rows that reference the partition would be left dangling: the referencing tables are searched.
    scans: [...incoming.flatMap(({ table }) => storedTree(scene, table)), ...searched, ...loops],
    breaks: [{ what: 'reads', object: fullName(childTarget) }],
    failures: failures.length > 0 || (incoming.length === 0 && loops.length === 0) || (child !== undefined && isFresh(scene, child)) ? failures : [failure('foreign-key-violations', `removing partition "${childTarget.name}" violates a foreign key constraint`, fullName(childTarget))],
    certain: parent?.complete === true && child !== undefined,
  };
}

/** Row triggers that the partition has from the table above go. */
const losesTriggers = (parent: Table | undefined): boolean => parent?.triggers.some(({ forEachRow }) => forEachRow) === true;

function detachProblems(op: OperationOf<'detachPartition'>, parent: Table | undefined, child: Table | undefined, scene: Scene): readonly Failure[] {
  if (parent === undefined || child === undefined) return [];
  if (child.partitionOf?.parent !== parent.id && parent.complete && child.complete) {
    return [failure('not-a-partition', `relation "${child.name}" is not a partition of relation "${parent.name}"`, fullName(child))];
  }
  return op.concurrently && defaultPartition(parent, scene.before) !== undefined
    ? [failure('detach-concurrently-with-default', 'cannot detach partitions concurrently when a default partition exists', fullName(parent))]
    : [];
}
