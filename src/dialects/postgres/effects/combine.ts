import type { Effects, LockEffect, Work } from '../../../effects/vocabulary.ts';
import { NO_EFFECTS, WORK } from '../../../effects/vocabulary.ts';
import type { QualifiedName } from '../../../ir/names.ts';
import { relationKey } from '../../../ir/names.ts';
import { stronger } from '../locks.ts';
import { together } from './answer.ts';

/** Adds up the operations of one statement: the strongest lock per relation, one pass over each table. */
export function combine(effects: readonly Effects[]): Effects {
  const [only] = effects;
  if (only === undefined) return NO_EFFECTS;
  if (effects.length === 1) return only;
  const heaviest = effects.reduce((best, each) => (rank(each.work) > rank(best.work) ? each : best));
  return {
    locks: combineLocks(together(effects, ({ locks }) => locks)),
    scans: once(together(effects, ({ scans }) => scans)),
    rewrites: once(together(effects, ({ rewrites }) => rewrites)),
    work: heaviest.work,
    loss: together(effects, ({ loss }) => loss),
    breaks: together(effects, ({ breaks }) => breaks),
    failures: together(effects, ({ failures }) => failures),
    certain: effects.every(({ certain }) => certain),
    ...(heaviest.workOn === undefined ? {} : { workOn: heaviest.workOn }),
  };
}

const rank = (work: Work): number => WORK.indexOf(work);

const once = (relations: readonly QualifiedName[]): readonly QualifiedName[] => relations.length < 2 ? relations : [...new Map(relations.map((relation) => [relationKey(relation), relation])).values()];

function combineLocks(locks: readonly LockEffect[]): readonly LockEffect[] {
  const strongest = new Map<string, LockEffect>();
  for (const lock of locks) {
    const key = relationKey(lock.relation);
    const known = strongest.get(key);
    if (known === undefined) strongest.set(key, lock);
    else strongest.set(key, stronger(known.mode, lock.mode) === known.mode ? merged(known, lock) : merged(lock, known));
  }
  return [...strongest.values()];
}

/** The stronger lock; it is explained only when no clause names the relation, and let go early only when both are. */
function merged(strong: LockEffect, weak: LockEffect): LockEffect {
  const { relation, relationKind, mode, blocks, because, released } = strong;
  const [least, other] = [leastOf(strong), leastOf(weak)];
  const kept = least === null ? other : other === null ? least : stronger(least, other);
  return {
    relation,
    relationKind,
    mode,
    blocks,
    ...(because === undefined || weak.because === undefined ? {} : { because }),
    ...(released === true && weak.released === true ? { released } : {}),
    ...(kept === mode ? {} : { otherwise: kept }),
  };
}

const leastOf = ({ mode, otherwise }: LockEffect): string | null => (otherwise === undefined ? mode : otherwise);
