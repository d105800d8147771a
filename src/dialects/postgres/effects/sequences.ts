import type { Failure } from '../../../effects/vocabulary.ts';
import type { OperationHandlers, OperationOf } from '../../../ir/operation.ts';
import { ACCESS_EXCLUSIVE, ACCESS_SHARE, SHARE_ROW_EXCLUSIVE } from '../locks.ts';
import type { Answer, Target } from './answer.ts';
import { fullName, lock, sum } from './answer.ts';
import { drop } from './dropping.ts';
import { failure } from './failures.ts';
import type { Scene } from './scene.ts';
import { columnOf, inTheWay, isAbsent, locate } from './scene.ts';

export const sequenceHandlers = {
  createSequence,
  alterSequence,
  dropSequence,
} satisfies Partial<OperationHandlers<Scene, Answer>>;

function createSequence(op: OperationOf<'createSequence'>, scene: Scene): Answer {
  const existing = inTheWay(scene, op.sequence, op.temporary);
  if (existing !== undefined) {
    return { work: 'catalog', failures: op.ifNotExists ? [] : [failure('relation-exists', `relation "${op.sequence.name}" already exists`, fullName(existing))] };
  }
  return { work: 'catalog', locks: op.ownedBy === undefined ? [] : [lock(locate(scene, op.ownedBy.table), ACCESS_SHARE)], failures: ownerProblems(op.ownedBy, scene) };
}

function alterSequence(op: OperationOf<'alterSequence'>, scene: Scene): Answer {
  if (op.ifExists && isAbsent(scene, op.sequence)) return { work: 'catalog', certain: false };
  const target: Target = { ...locate(scene, op.sequence), kind: 'sequence' };
  const persistence = op.options.includes('logged') || op.options.includes('unlogged');
  return {
    locks: [
      lock(target, persistence ? ACCESS_EXCLUSIVE : SHARE_ROW_EXCLUSIVE),
      ...(op.ownedBy === undefined || op.ownedBy === null ? [] : [lock(locate(scene, op.ownedBy.table), ACCESS_SHARE)]),
    ],
    // Its one row is written into new storage, so that the change can be rolled back.
    rewrites: op.options.some((option) => option !== 'owned_by') || op.type !== undefined ? [target] : [],
    work: 'catalog',
    failures: ownerProblems(op.ownedBy, scene),
  };
}

function ownerProblems(owner: OperationOf<'alterSequence'>['ownedBy'], scene: Scene): readonly Failure[] {
  const table = owner === undefined || owner === null ? undefined : scene.before.table(owner.table);
  if (owner === undefined || owner === null || table?.complete !== true || columnOf(table, owner.column) !== undefined) return [];
  return [failure('column-missing', `column "${owner.column}" of relation "${table.name}" does not exist`, fullName(table))];
}

function dropSequence(op: OperationOf<'dropSequence'>, scene: Scene): Answer {
  const relation = scene.before.relation(op.sequence);
  const target = locate(scene, op.sequence);
  if (relation === undefined) {
    if (op.ifExists && isAbsent(scene, op.sequence)) return { work: 'catalog', certain: false };
    return { locks: [lock({ ...target, kind: 'sequence' }, ACCESS_EXCLUSIVE)], loss: [{ what: 'object', object: fullName(target) }], certain: false };
  }
  const walk = drop(scene, op.behavior === 'cascade');
  walk.relation(relation);
  return sum([walk.answer(`sequence ${relation.name}`, fullName(relation)), { breaks: [{ what: 'reads', object: fullName(relation) }] }]);
}
