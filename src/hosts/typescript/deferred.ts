import type { Value } from './value.ts';

/** What a module hands on from others, which are read when somebody asks for a name: the index of a large package would be read whole for one constant. */
export interface Deferred {
  /** Whether it may hand on one of these names, as far as can be said without running anything. */
  readonly mayGive: (names: readonly string[]) => boolean;
  /** Reads as much as gives these names; undefined: all. */
  readonly load: (names: readonly string[] | undefined) => void;
}

/** Brings what others ask a module for into its exports. */
export function complete(exports: ReadonlyMap<string, Value>, deferred: Deferred[], names: readonly string[] | undefined): void {
  if (names === undefined) {
    for (const { load } of deferred.splice(0)) load(undefined);
    return;
  }
  const missing = names.filter((name) => !exports.has(name));
  if (missing.length === 0) return;
  // While it looks, modules in a ring that ask it again find nothing more.
  const own = deferred.splice(0);
  for (const one of own) if (one.mayGive(missing)) one.load(missing);
  deferred.push(...own);
}
