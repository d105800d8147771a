import type { Constraint, Table } from '../../../catalog/schema.ts';
import type { Failure, Loss } from '../../../effects/vocabulary.ts';
import type { OperationHandlers, OperationOf } from '../../../ir/operation.ts';
import { ACCESS_EXCLUSIVE, ROW_SHARE, SHARE_ROW_EXCLUSIVE, SHARE_UPDATE_EXCLUSIVE } from '../locks.ts';
import type { Answer } from './answer.ts';
import { fullName, lock, lockAll, lockTree, sum } from './answer.ts';
import { addConstraint } from './add-constraint.ts';
import { drop } from './dropping.ts';
import { failure } from './failures.ts';
import { lookedUp } from './foreign-keys.ts';
import type { Scene } from './scene.ts';
import { constraintOf, indexesOf, isAbsent, isStored, locate, locateById, partitionsOf, tableById, treeOf } from './scene.ts';

export const constraintHandlers = {
  addConstraint,
  validateConstraint,
  alterConstraint,
  dropConstraint,
  renameConstraint,
} satisfies Partial<OperationHandlers<Scene, Answer>>;

function validateConstraint(op: OperationOf<'validateConstraint'>, scene: Scene): Answer {
  if (op.tableIfExists && isAbsent(scene, op.table)) return { work: 'catalog', certain: false };
  const table = scene.before.table(op.table);
  const target = locate(scene, op.table);
  const constraint = constraintOf(table, op.name);
  if (table === undefined || constraint === undefined) {
    const failures = table?.complete === true ? [missingConstraint(op.name, table)] : [];
    return { locks: [lock(target, SHARE_UPDATE_EXCLUSIVE)], scans: [target], failures, certain: false };
  }
  const { definition } = constraint;
  if (definition.type !== 'foreignKey' && definition.type !== 'check' && definition.type !== 'notNull') {
    return { locks: [lock(target, SHARE_UPDATE_EXCLUSIVE)], failures: [failure('wrong-constraint-kind', `constraint "${op.name}" of relation "${table.name}" is not a foreign key or check constraint`, fullName(table))] };
  }
  if (!constraint.enforced) {
    return { locks: [lock(target, SHARE_UPDATE_EXCLUSIVE)], failures: [failure('wrong-constraint-kind', 'cannot validate NOT ENFORCED constraint', fullName(table), '55000')] };
  }
  if (constraint.valid) return { locks: [lock(target, SHARE_UPDATE_EXCLUSIVE)] };
  if (definition.type === 'foreignKey') {
    const other = tableById(scene, constraint.references) ?? locate(scene, definition.references);
    const family = [table, ...partitionsOf(scene, table)];
    const searched = family.filter(isStored);
    return {
      locks: [...lockAll(family, SHARE_UPDATE_EXCLUSIVE), lock(other, ROW_SHARE, `referenced by ${op.name}`)],
      scans: [...searched, ...lookedUp(searched, definition.columns, other, scene)],
    };
  }
  const tree = treeOf(scene, table, op.only);
  const open = tree.filter((each) => constraintOf(each, op.name)?.valid !== true);
  const orphan = op.only && table.children.length > 0;
  return {
    locks: lockAll(tree, SHARE_UPDATE_EXCLUSIVE),
    scans: open.filter(isStored),
    failures: orphan ? [failure('only-on-parent', 'constraint must be validated on child tables too', fullName(table))] : [],
  };
}

/** Since 18 NOT NULL is a constraint with a name of the server's making, which the catalog does not keep. */
const isNotNullName = (name: string, scene: Scene): boolean => scene.version >= 18 && /_not_null\d*$/.test(name);

const missingConstraint = (name: string, table: Table): Failure => failure('constraint-missing', `constraint "${name}" of relation "${table.name}" does not exist`, fullName(table));

function alterConstraint(op: OperationOf<'alterConstraint'>, scene: Scene): Answer {
  const table = scene.before.table(op.table);
  const target = locate(scene, op.table);
  const constraint = constraintOf(table, op.name);
  const failures: Failure[] = [];
  if (table?.complete === true && constraint === undefined) failures.push(missingConstraint(op.name, table));
  if (table !== undefined && constraint !== undefined && constraint.definition.type !== 'foreignKey' && (op.deferrable !== undefined || op.enforced !== undefined)) {
    failures.push(failure('wrong-constraint-kind', `constraint "${op.name}" of relation "${table.name}" is not a foreign key constraint`, fullName(table)));
  }
  const other = tableById(scene, constraint?.references);
  // Nobody enforces what is enforced: a foreign key that is not known is one that has to be checked.
  const unseen = constraint === undefined && table?.complete !== true && op.enforced === true;
  const enforced = op.enforced !== undefined && constraint !== undefined && op.enforced !== constraint.enforced;
  const searched = table === undefined ? [] : [table, ...partitionsOf(scene, table)].filter(isStored);
  const same = scene.version >= 18 && constraint !== undefined && op.inherit === undefined && !enforced && (op.deferrable === undefined || (op.deferrable === (constraint.definition.deferrable === true) && (op.initiallyDeferred ?? false) === (constraint.definition.initiallyDeferred === true)));
  return {
    locks: [
      ...lockTree(table === undefined ? [target] : same ? [table] : op.inherit === undefined ? [table, ...partitionsOf(scene, table)] : op.inherit ? treeOf(scene, table) : [table, ...childrenOf(table, scene)], ACCESS_EXCLUSIVE),
      ...(enforced && other !== undefined ? lockAll([other, ...partitionsOf(scene, other)], op.enforced === true ? SHARE_ROW_EXCLUSIVE : ACCESS_EXCLUSIVE, `referenced by ${op.name}`) : []),
    ],
    scans: unseen ? [target] : enforced && op.enforced === true && other !== undefined && constraint.definition.type === 'foreignKey' ? [...searched, ...lookedUp(searched, constraint.definition.columns, other, scene)] : [],
    loss: enforced && op.enforced === false ? [{ what: 'integrity', object: `${fullName(target)}.${op.name}` }] : [],
    failures,
    certain: table?.complete === true,
  };
}

function dropConstraint(op: OperationOf<'dropConstraint'>, scene: Scene): Answer {
  if (op.tableIfExists && isAbsent(scene, op.table)) return { work: 'catalog', certain: false };
  const table = scene.before.table(op.table);
  const target = locate(scene, op.table);
  const constraint = constraintOf(table, op.name);
  if (table === undefined || constraint === undefined) {
    const unnamed = table !== undefined && isNotNullName(op.name, scene);
    const failures = table?.complete === true && !op.ifExists && !unnamed ? [missingConstraint(op.name, table)] : [];
    const below = table === undefined ? [] : unnamed ? treeOf(scene, table).slice(1) : op.only ? [] : partitionsOf(scene, table);
    return { locks: [lock(target, ACCESS_EXCLUSIVE), ...lockAll(below, ACCESS_EXCLUSIVE, `inherits from ${fullName(target)}`)], failures, certain: table?.complete === true && !unnamed };
  }
  const { definition } = constraint;
  const inherits = definition.type === 'check' || definition.type === 'notNull';
  const walk = drop(scene, op.behavior === 'cascade');
  if (definition.type === 'foreignKey') walk.foreignKey(table, constraint);
  if (definition.type === 'primaryKey' || definition.type === 'unique') walk.referencing(table, columnsOf(constraint, table, scene), constraint.index);
  // From 18 on the partitions are looked at to let each have the constraint as its own.
  const alone = op.only && (scene.version < 18 || table.partitionBy === undefined);
  const below = inherits ? (alone ? childrenOf(table, scene) : treeOf(scene, table).slice(1)) : partitionsOf(scene, table);
  const failures =
    constraint.inherited === true
      ? [failure('inherited-from-parent', `cannot drop inherited constraint "${op.name}" of relation "${table.name}"`, fullName(table))]
      : inherits && alone && table.partitionBy !== undefined && table.children.length > 0
        ? [failure('only-on-parent', 'cannot remove constraint from only the partitioned table when partitions exist', fullName(table))]
        : [];
  return sum([
    { locks: [lock(target, ACCESS_EXCLUSIVE), ...lockAll(below, ACCESS_EXCLUSIVE, `inherits from ${fullName(table)}`)], loss: lossOf(constraint, table), failures },
    walk.answer(`constraint ${op.name} on table ${table.name}`, fullName(table)),
  ]);
}

const childrenOf = (table: Table, scene: Scene): readonly Table[] => table.children.flatMap((id) => tableById(scene, id) ?? []);

function columnsOf({ definition, index }: Constraint, table: Table, scene: Scene): readonly string[] {
  if ((definition.type === 'primaryKey' || definition.type === 'unique') && definition.columns.length > 0) return definition.columns;
  return indexesOf(scene, table).find(({ id }) => id === index)?.keys.flatMap(({ column }) => column ?? []) ?? [];
}

function lossOf({ definition, name }: Constraint, table: Table): readonly Loss[] {
  const what = definition.type === 'foreignKey' || definition.type === 'check' || definition.type === 'notNull' ? 'integrity' : 'uniqueness';
  return [{ what, object: `${fullName(table)}.${name}` }];
}

function renameConstraint(op: OperationOf<'renameConstraint'>, scene: Scene): Answer {
  if (op.tableIfExists && isAbsent(scene, op.table)) return { work: 'catalog', certain: false };
  const table = scene.before.table(op.table);
  if (table === undefined && scene.before.type(op.table)?.kind === 'domain') return { work: 'catalog' };
  const target = locate(scene, op.table);
  const constraint = constraintOf(table, op.name);
  const inherits = constraint?.definition.type === 'check' || constraint?.definition.type === 'notNull';
  const below = table !== undefined && inherits ? treeOf(scene, table, op.only).slice(1) : [];
  const failures: Failure[] = [];
  if (table?.complete === true && constraint === undefined && !isNotNullName(op.name, scene)) failures.push(missingConstraint(op.name, table));
  if (table !== undefined && inherits && constraint.inherited === true) failures.push(failure('inherited-from-parent', `cannot rename inherited constraint "${op.name}"`, fullName(table)));
  if (table !== undefined && constraintOf(table, op.newName) !== undefined) failures.push(failure('constraint-exists', `constraint "${op.newName}" for relation "${table.name}" already exists`, fullName(table)));
  const index = locateById(scene, constraint?.index);
  return {
    locks: [
      lock(target, ACCESS_EXCLUSIVE),
      ...lockAll(below, ACCESS_EXCLUSIVE, `inherits from ${fullName(target)}`),
      ...(index === undefined ? [] : [lock(index, scene.version >= 12 ? SHARE_UPDATE_EXCLUSIVE : ACCESS_EXCLUSIVE, 'has the name of the constraint')]),
    ],
    failures,
    certain: table !== undefined,
  };
}
