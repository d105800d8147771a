import type { ObservedLock } from '../../../src/servers/measure.ts';
import { plannerDecides } from '../../../src/servers/planner.ts';
import type { EffectCase, ExpectationKey } from './fixture.ts';
import { EXPECTATION_KEYS, expectedAt } from './fixture.ts';
import type { Result } from './site.ts';

/** One side of the comparison, as the fixtures write it. A key that is absent does not take part. */
export type Values = Readonly<Partial<Record<ExpectationKey, string>>>;

/** What the fixture expects of this release; what it does not speak of is `none`. */
export function expectedValues(one: EffectCase, at: number): Values {
  const said = expectedAt(one, at);
  if (said.error !== undefined && said.error !== 'none') return { error: said.error };
  const part = takingPart(one);
  return Object.fromEntries((Object.keys(part) as ExpectationKey[]).map((key) => [key, said[key] ?? part[key]]));
}

export function observedValues(one: EffectCase, { observation, locksKnown }: Result): Values {
  if (observation.error !== undefined) return { error: observation.error.code };
  const values: Values = {
    error: 'none',
    locks: printLocks(observation.locks),
    'index locks': printLocks(observation.indexLocks),
    scans: plannerDecides(one.statement) ? 'planner' : printNames(observation.scans),
    rewrites: printNames(observation.rewrites),
    'index rewrites': printNames(observation.indexRewrites),
  };
  const keys = Object.keys(takingPart(one)) as ExpectationKey[];
  return Object.fromEntries(keys.filter((key) => locksKnown || !AFTERWARDS_UNKNOWN.includes(key)).map((key) => [key, values[key]]));
}

/** One line per difference; keys that only one side knows are not compared. */
export function differences(expected: Values, actual: Values): readonly string[] {
  if (expected.error !== undefined && expected.error !== 'none' && actual.error === 'none') return [`error: expected ${expected.error}, got none`];
  return EXPECTATION_KEYS.flatMap((key) => {
    const [wanted, got] = [expected[key], actual[key]];
    return wanted === undefined || got === undefined || wanted === got ? [] : [`${key}: expected ${wanted}, got ${got}`];
  });
}

export const printNames = (names: readonly string[]): string => (names.length === 0 ? 'none' : [...names].map(short).sort().join(', '));

export const printLocks = (locks: readonly Pick<ObservedLock, 'relation' | 'mode'>[]): string =>
  printNames(locks.map(({ relation, mode }) => `${relation} ${mode}`));

const short = (name: string): string => name.replace(/^public\./, '');

const AFTERWARDS_UNKNOWN: readonly ExpectationKey[] = ['locks', 'index locks', 'scans'];

/** Index locks of statements outside a transaction cannot be held up, so they are not compared. */
function takingPart({ withIndexes, outside }: EffectCase): Values {
  return {
    error: 'none',
    locks: 'none',
    scans: 'none',
    rewrites: 'none',
    ...(withIndexes ? { 'index rewrites': 'none' } : {}),
    ...(withIndexes && !outside ? { 'index locks': 'none' } : {}),
  };
}

