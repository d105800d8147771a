import type { Operation } from '../../ir/operation.ts';
import { sameOperations } from '../../ir/same.ts';

/** Whether CONCURRENTLY is all that has been added to one statement about an index. */
export function onlyConcurrently(before: readonly Operation[], after: readonly Operation[]): boolean {
  const [one, ...others] = after;
  if (one === undefined || others.length > 0 || (one.kind !== 'createIndex' && one.kind !== 'dropIndex') || !one.concurrently) return false;
  return sameOperations(before, [{ ...one, concurrently: false }]);
}
