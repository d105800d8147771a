import { relationKey } from '../ir/names.ts';
import type { HeldLock, HeldSoFar, LockEffect } from './vocabulary.ts';

/** By relation (`relationKey`), in the order in which they were first locked. */
export type HeldLocks = ReadonlyMap<string, HeldLock>;

/** What was held at a moment. The map is good until the next moment is asked for: those of one transaction share it, as each has most of the one before. */
export function heldReader(): (held: HeldSoFar) => HeldLocks {
  let last: HeldSoFar | undefined;
  let locks = new Map<string, HeldLock>();
  return (held) => {
    const goesOn = last?.taken === held.taken && last.count <= held.count;
    if (!goesOn) locks = new Map();
    for (let i = goesOn ? (last?.count ?? 0) : 0; i < held.count; i++) {
      const lock = held.taken[i];
      if (lock?.was !== undefined) locks.delete(lock.was);
      if (lock !== undefined) locks.set(relationKey(lock.relation), lock);
    }
    last = held;
    return locks;
  };
}

/** Those on other relations than the statement itself locks. */
export function heldBesides(held: HeldLocks, own: readonly LockEffect[]): readonly HeldLock[] {
  const locked = new Set(own.map(({ relation }) => relationKey(relation)));
  return [...held].flatMap(([key, lock]) => (locked.has(key) ? [] : [lock]));
}
