import type { HistoryStatement } from './history.ts';
import { plannerDecides } from './planner.ts';
import type { PredictedLock } from './prediction.ts';

export type Aspect = 'locks' | 'scans' | 'rewrites';
export const ASPECTS: readonly Aspect[] = ['locks', 'scans', 'rewrites'];

/** Predicted beside observed, of one aspect of one statement; null: not compared. */
export interface Comparison {
  readonly aspect: Aspect;
  readonly predicted: readonly string[];
  readonly observed: readonly string[];
  readonly exact: boolean;
  /** Not exact, but one of the ways foretold, where it was said that only rows or a branch decide. */
  readonly foretold: boolean;
}

/**
 * Compares what was predicted with what was observed. Indexes are left out; scans are compared only where the planner does
 * not decide them. Nothing is compared of a statement that the server refused.
 */
export function compare({ predicted, observed, text }: Pick<HistoryStatement, 'predicted' | 'observed' | 'text'>): readonly Comparison[] {
  if (observed.error !== undefined) return [];
  const locks = (list: readonly { readonly relation: string; readonly mode: string }[]): readonly string[] => list.map(({ relation, mode }) => `${relation} ${mode}`);
  return [
    comparison('locks', locks(predicted.locks), locks(observed.locks), isForetold(predicted.locks, observed.locks)),
    ...(plannerDecides(text) ? [] : [comparison('scans', predicted.scans, observed.scans)]),
    comparison('rewrites', predicted.rewrites, observed.rewrites),
  ];
}

function comparison(aspect: Aspect, predicted: readonly string[], observed: readonly string[], foretold = false): Comparison {
  const [a, b] = [[...predicted].sort(), [...observed].sort()];
  const exact = a.join('\0') === b.join('\0') || isSame(a, b);
  return { aspect, predicted: a, observed: b, exact, foretold: foretold && !exact };
}

/** Every relation is locked as predicted, or as it is otherwise where that was said to be open. */
function isForetold(predicted: readonly PredictedLock[], observed: readonly { readonly relation: string; readonly mode: string }[]): boolean {
  const taken = new Map(observed.map(({ relation, mode }) => [relation, mode]));
  const said = new Set(predicted.map(({ relation }) => relation));
  const holds = ({ relation, mode, otherwise }: PredictedLock): boolean => {
    const found = taken.get(relation) ?? null;
    return found === mode || (otherwise !== undefined && found === otherwise);
  };
  return observed.every(({ relation }) => said.has(relation)) && predicted.every(holds);
}

/** A name with an open part (`events_…`, made by a statement that is computed) stands for all relations of such names. */
function isSame(predicted: readonly string[], observed: readonly string[]): boolean {
  const open = predicted.filter((each) => each.includes('…')).map(openName);
  const literal = predicted.filter((each) => !each.includes('…'));
  return open.length > 0 && literal.every((each) => observed.includes(each)) && observed.every((each) => literal.includes(each) || open.some((matches) => matches(each))) && open.every((matches) => observed.some(matches));
}

function openName(predicted: string): (observed: string) => boolean {
  const parts = predicted.split('…');
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  return (observed) => observed.length > first.length + last.length && observed.startsWith(first) && observed.endsWith(last);
}
