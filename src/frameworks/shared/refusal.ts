import type { Unforeseen } from '../../hosts/program.ts';
import type { Trap } from '../../ir/migration.ts';

/** What a generator of SQL throws when nobody can say what the library would send. */
export interface Refusal extends Error {
  readonly name: 'Refusal';
  readonly reading: Unforeseen['opaque'];
  readonly traps: readonly Trap[];
}

export function refuse(detail: string, reading: Unforeseen['opaque'] = 'dynamic', traps: readonly Trap[] = []): never {
  throw Object.assign(new Error(detail), { name: 'Refusal' as const, reading, traps });
}

/** The result, or why there is none. */
export function attempt<Result>(run: () => Result): { readonly result: Result } | { readonly refusal: Refusal } {
  try {
    return { result: run() };
  } catch (error) {
    if (error instanceof Error && error.name === 'Refusal') return { refusal: error as Refusal };
    throw error;
  }
}
