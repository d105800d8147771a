import type { HistoryStatement } from './history.ts';
import { plannerDecides } from './planner.ts';

export type Aspect = 'locks' | 'scans' | 'rewrites';
export const ASPECTS: readonly Aspect[] = ['locks', 'scans', 'rewrites'];

/** Predicted beside observed, of one aspect of one statement; null: not compared. */
export interface Comparison {
  readonly aspect: Aspect;
  readonly predicted: readonly string[];
  readonly observed: readonly string[];
  readonly exact: boolean;
}

/**
 * Compares what was predicted with what was observed. Indexes are left out; scans are compared only where the planner does
 * not decide them. Nothing is compared of a statement that the server refused.
 */
export function compare({ predicted, observed, text }: Pick<HistoryStatement, 'predicted' | 'observed' | 'text'>): readonly Comparison[] {
  if (observed.error !== undefined) return [];
  const locks = (list: readonly { readonly relation: string; readonly mode: string }[]): readonly string[] => list.map(({ relation, mode }) => `${relation} ${mode}`);
  return [
    comparison('locks', locks(predicted.locks), locks(observed.locks)),
    ...(plannerDecides(text) ? [] : [comparison('scans', predicted.scans, observed.scans)]),
    comparison('rewrites', predicted.rewrites, observed.rewrites),
  ];
}

function comparison(aspect: Aspect, predicted: readonly string[], observed: readonly string[]): Comparison {
  const [a, b] = [[...predicted].sort(), [...observed].sort()];
  return { aspect, predicted: a, observed: b, exact: a.join('\0') === b.join('\0') };
}
