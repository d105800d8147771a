import type { Blocks } from '../effects/vocabulary.ts';
import type { ObservedLock } from './measure.ts';
import { LOCK_MODES } from './measure.ts';
import type { PredictedLock, Prediction } from './prediction.ts';
import type { ServerError } from './server.ts';
import type { TraceLine } from './trace-model.ts';
import type { Step } from './within.ts';

export interface CompareOptions {
  /** Who waits for a lock of this mode on this relation. */
  readonly blocks: (relation: string, mode: string) => Blocks;
  /** Null: locks and scans were seen; else why not. */
  readonly unseen: string | null;
  /** The planner decides what is scanned. */
  readonly planned: boolean;
}

/** Puts prediction and observation of one statement side by side, one line per relation and aspect. */
export function compareStep(predicted: Prediction, { observed, held }: Step, options: CompareOptions): readonly TraceLine[] {
  const { unseen, planned } = options;
  return [
    ...lockLines([...predicted.locks, ...predicted.indexLocks], [...observed.locks, ...aboutIndexes(predicted, observed.indexLocks)], held, options),
    ...listLines('scan', predicted.scans, observed.scans, unseen ?? (planned ? 'the planner decides' : null)),
    ...listLines('rewrite', [...predicted.rewrites, ...predicted.indexRewrites], [...observed.rewrites, ...observed.indexRewrites.filter((index) => predicted.indexRewrites.includes(index))], null),
    ...refusalLines(predicted, undefined),
  ];
}

/** Every plan locks indexes; they count where the statement is about them. */
const aboutIndexes = (predicted: Prediction, seen: readonly ObservedLock[]): readonly ObservedLock[] => {
  const about = new Set(predicted.indexLocks.map(({ relation }) => relation));
  return seen.filter(({ relation }) => about.has(relation));
};

type Lock = Pick<ObservedLock, 'relation' | 'mode'>;

function lockLines(predicted: readonly PredictedLock[], observed: readonly Lock[], held: Step['held'], { blocks, unseen }: CompareOptions): readonly TraceLine[] {
  const modes = (locks: readonly Lock[]): ReadonlyMap<string, string> => new Map(locks.map(({ relation, mode }) => [relation, mode]));
  const [said, seen] = [modes(predicted), modes(observed)];
  const open = new Map(predicted.map(({ relation, otherwise }) => [relation, otherwise]));
  return names(said.keys(), seen.keys()).map((relation): TraceLine => {
    const [expected, taken] = [said.get(relation) ?? null, seen.get(relation) ?? null];
    const already = expected !== null && held.get(relation)?.has(expected) === true;
    const spared = expected !== taken && open.get(relation) === taken;
    const agrees = expected === taken || spared || (already && (taken === null || rank(taken) < rank(expected)));
    const shown = agrees && !spared && unseen === null ? expected : taken;
    return {
      aspect: 'lock',
      relation,
      predicted: expected,
      observed: shown,
      differs: unseen === null && !agrees,
      note: unseen ?? (spared ? 'rows or a branch decide' : agrees && already && taken !== expected ? 'held since an earlier statement' : null),
      blocks: blocks(relation, shown ?? expected ?? ''),
    };
  });
}

const rank = (mode: string): number => LOCK_MODES.indexOf(mode);

function listLines(aspect: 'scan' | 'rewrite', predicted: readonly string[], observed: readonly string[], note: string | null): readonly TraceLine[] {
  return names(predicted, observed).map((relation): TraceLine => {
    const [said, seen] = [predicted.includes(relation), observed.includes(relation)];
    return { aspect, relation, predicted: said ? 'yes' : null, observed: seen ? 'yes' : null, differs: note === null && said !== seen, note: said === seen ? null : note, blocks: 'nothing' };
  });
}

/** What the server refused, beside what was said that it would refuse. */
export function refusalLines({ failures }: Pick<Prediction, 'failures'>, error: ServerError | undefined): readonly TraceLine[] {
  const certain = failures.find(({ when }) => when === 'always');
  const matching = error === undefined ? certain : (failures.find(({ code }) => code === error.code) ?? certain);
  if (matching === undefined && error === undefined) return [];
  const predicted = matching === undefined ? null : `${matching.when === 'always' ? '' : 'perhaps: '}${matching.message}`;
  return [{ aspect: 'refusal', relation: '', predicted, observed: error?.message ?? null, differs: error === undefined || matching === undefined || (matching.code !== undefined && matching.code !== error.code), note: null, blocks: 'nothing' }];
}

const names = (...lists: readonly Iterable<string>[]): readonly string[] => [...new Set(lists.flatMap((list) => [...list]))].sort();
