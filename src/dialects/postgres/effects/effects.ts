import type { Effects } from '../../../effects/vocabulary.ts';
import type { Operation } from '../../../ir/operation.ts';
import { handle } from '../../../ir/operation.ts';
import type { EffectContext } from '../../dialect.ts';
import type { Answer } from './answer.ts';
import { settle, sum } from './answer.ts';
import { handlers } from './handlers.ts';
import type { Scene } from './scene.ts';
import { createdBefore } from './scene.ts';
import { transactionFailures } from './transactions.ts';

/** What the server does with one operation. */
export function effects(operation: Operation, context: EffectContext): Effects {
  const scene: Scene = { ...context, followed: new Set(), answer };
  const own = answer(operation, scene);
  const refused = transactionFailures(operation, context.version, context.unit !== null);
  return settle(refused.length === 0 ? own : sum([own, { failures: refused }]), createdBefore(scene, operation));
}

function answer(operation: Operation, scene: Scene): Answer {
  const own = handle(handlers, operation, scene);
  if (operation.within?.conditional !== true && operation.within?.caught !== true) return own;
  // What would fail for sure stands behind a condition, or a handler that undoes it: it is not what happens.
  if (own.failures?.some(({ when }) => when === 'always' || when === 'existing' || when === 'missing' || when === 'dependents') === true) return { work: 'none', certain: false };
  return operation.within.conditional ? { ...own, certain: false } : own;
}
