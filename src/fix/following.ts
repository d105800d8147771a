import type { Moved } from './creation.ts';
import type { Rest } from './in-order.ts';
import { isRest } from './in-order.ts';
import type { Placed } from './placement.ts';

/** The steps in the order in which they run; those that wait for something further down in the file come behind it. `origins`: where each comes from. */
export function behindWhatTheyFollow(moved: readonly Moved[], origins: readonly (Placed | Rest)[]): readonly Moved[] {
  const rank = moved.map((_, at) => {
    const own = origins[at];
    const awaited = own === undefined || isRest(own) ? undefined : own.proposal.plan.follows;
    if (awaited === undefined) return at;
    const last = origins.findLastIndex((one) => (isRest(one) ? one.operations : [one.proposal.operation, ...one.proposal.plan.covers]).includes(awaited));
    return Math.max(at, last);
  });
  return moved.map((_, at) => at).sort((a, b) => (rank[a] ?? 0) - (rank[b] ?? 0) || Number(rank[a] !== a) - Number(rank[b] !== b) || a - b).flatMap((at) => moved[at] ?? []);
}
