import type { QualifiedName } from '../ir/names.ts';
import type { Risk, RiskAssessment } from '../report/model.ts';
import { RISKS } from '../report/model.ts';
import { roughDuration } from './duration.ts';
import type { Weight } from './duration.ts';
import type { Blocks, Effects, HeldLock, LockEffect, Work } from './vocabulary.ts';
import { BLOCKS } from './vocabulary.ts';

/** What is known of a relation's weight in production. */
export type Size = 'small' | 'unknown' | 'large';

export interface RiskContext {
  readonly held: readonly HeldLock[];
  /** Whether anybody but this migration can be using it. */
  readonly isLive: (relation: QualifiedName) => boolean;
  readonly size: (relation: QualifiedName) => Size;
  /** For saying how long something takes; absent: nothing is known. */
  readonly weight?: (relation: QualifiedName) => Weight | undefined;
  /** Whether this object, as losses and breakages name it, was made by the same migration. */
  readonly madeHere: (object: string) => boolean;
  readonly opaque: boolean;
  /** Rows are changed by a loop: committed as it goes, or all at its end. Absent: by one statement. */
  readonly batches?: 'committed' | 'together';
  /** What the rules found in the statement: a risk is never below what they say. */
  readonly findings?: readonly { readonly severity: string; readonly category: string; readonly message: string }[];
}

const LONG: readonly Work[] = ['scan', 'indexBuild', 'allRows', 'rewrite', 'unknown'];

const DOING: { readonly [K in Work]: string } = {
  none: 'it runs',
  catalog: 'the catalog changes',
  rows: 'its rows are written',
  scan: 'a table is scanned',
  indexBuild: 'an index is built',
  allRows: 'every row is changed',
  rewrite: 'the table is rewritten',
  unknown: 'something unknown runs',
};

const BLOCKED: { readonly [K in Blocks]: string } = {
  nothing: 'blocks nobody',
  schemaChanges: 'blocks other schema changes',
  writes: 'blocks writes',
  readsAndWrites: 'blocks reads and writes',
};

/** Derives the risk of one statement from its effects; every reason names the fact that it comes from. */
export function assess(effects: Effects, context: RiskContext): RiskAssessment {
  if (effects.locks.length === 0 && effects.work === 'none' && effects.loss.length + effects.breaks.length + effects.failures.length === 0 && !context.opaque && (context.findings ?? []).length === 0) return NO_RISK;
  const found: { level: Risk; reason: string }[] = [
    ...ownLocks(effects, context),
    ...heldLocks(effects, context),
    ...effects.loss.filter(({ object }) => !context.madeHere(object)).map((loss) => ({ level: LOSS[loss.what] ?? 'high', reason: `loses ${loss.what === 'values' ? 'values of' : loss.what} ${loss.object}` })),
    ...effects.breaks.filter(({ object }) => !context.madeHere(object)).map((broken) => ({
      level: BREAKAGE[broken.what],
      reason: `breaks running code: ${broken.what} of ${broken.object}`,
    })),
    ...effects.failures.map((failure) => ({
      level: failure.when === 'always' ? ('high' as const) : ('medium' as const),
      reason: failure.when === 'always' ? `the server refuses it: ${failure.message}` : `may be refused: ${failure.message}`,
    })),
  ];
  for (const { severity, category, message } of context.findings ?? []) {
    const floor = category === 'hygiene' ? undefined : FLOOR[severity];
    if (floor !== undefined && found.every(({ level }) => RANKS[level] < RANKS[floor])) found.push({ level: floor, reason: message.replace(/\.$/, '') });
  }
  if (context.opaque) found.push({ level: 'medium', reason: 'a part of it could not be read' });
  return worst(found);
}

const FLOOR: { readonly [severity: string]: Risk } = { error: 'medium', warning: 'low' };

const NO_RISK: RiskAssessment = { level: 'none', reasons: [] };

/** The worst of several assessments, its reasons first. */
export function worstOf(parts: readonly RiskAssessment[]): RiskAssessment {
  return worst(parts.flatMap((part) => part.reasons.map((reason) => ({ level: part.level, reason }))));
}

/** A new constraint refuses only what was wrong before, and plans are made again. */
const BREAKAGE: { readonly [W in Effects['breaks'][number]['what']]: Risk } = { reads: 'high', inserts: 'high', access: 'high', writes: 'low', plans: 'low' };

const LOSS: { readonly [what: string]: Risk } = {
  table: 'critical',
  schema: 'critical',
  database: 'critical',
  rows: 'critical',
  column: 'high',
  values: 'high',
  enumValue: 'high',
  uniqueness: 'medium',
  integrity: 'medium',
  privileges: 'medium',
  object: 'medium',
};

function* ownLocks(effects: Effects, context: RiskContext): Generator<{ level: Risk; reason: string }> {
  for (const lock of effects.locks) {
    if (!context.isLive(lock.relation) || lock.blocks === 'nothing') continue;
    // Work on a table that is new is done at once.
    const work = effects.workOn !== undefined && !context.isLive(effects.workOn) ? 'catalog' : effects.work;
    yield { level: lockLevel(lock, work, context), reason: `${BLOCKED[lock.blocks]} of ${text(lock.relation)} (${lock.mode}) while ${doing({ ...effects, work }, context)}` };
  }
  if (effects.work === 'allRows' && effects.workOn !== undefined && context.isLive(effects.workOn)) {
    const level = sized('medium', context.size(effects.workOn));
    yield { level: context.batches === 'committed' ? lower(level) : level, reason: `changes every row of ${text(effects.workOn)} ${MANNER[context.batches ?? 'once']}${forHowLong(effects, context)}` };
  }
}

const MANNER = { once: 'in one statement', committed: 'in batches, each committed', together: 'in batches, none of which is committed before the last' } as const;

const lower = (level: Risk): Risk => (level === 'none' ? 'none' : 'low');

const doing = (effects: Effects, context: RiskContext): string => `${DOING[effects.work]}${forHowLong(effects, context)}`;

function forHowLong(effects: Effects, { weight }: RiskContext): string {
  const duration = weight === undefined || !LONG.includes(effects.work) ? undefined : roughDuration(effects, weight);
  return duration === undefined ? '' : `, ${duration}`;
}

/** Locks of earlier statements last until the transaction ends, so later work is done under them. */
function* heldLocks(effects: Effects, context: RiskContext): Generator<{ level: Risk; reason: string }> {
  if (!LONG.includes(effects.work) || (effects.workOn !== undefined && !context.isLive(effects.workOn))) return;
  let told = 0;
  for (const lock of context.held) {
    if (told === MOST_HELD) return;
    if (BLOCKS.indexOf(lock.blocks) < BLOCKS.indexOf('writes') || !context.isLive(lock.relation)) continue;
    told++;
    yield {
      level: lockLevel(lock, effects.work, context),
      reason: `${text(lock.relation)} stays locked (${lock.mode}) from an earlier statement while ${doing(effects, context)}`,
    };
  }
}

/** Held locks named as reasons; a transaction can hold thousands. */
const MOST_HELD = 10;

function lockLevel(lock: LockEffect, work: Work, context: RiskContext): Risk {
  const long = LONG.includes(work);
  const level: Risk =
    lock.blocks === 'schemaChanges' || !long ? 'low' : lock.blocks === 'writes' ? 'high' : work === 'scan' ? 'high' : 'critical';
  return sized(level, context.size(lock.relation));
}

/** Small tables are quieter, large ones one step louder, where there is something to be loud about. */
function sized(level: Risk, size: Size): Risk {
  if (level === 'none') return level;
  if (size === 'small') return 'low';
  return size === 'large' && level !== 'low' ? (RISKS[Math.min(RISKS.indexOf(level) + 1, RISKS.length - 1)] ?? level) : level;
}

const RANKS = Object.fromEntries(RISKS.map((level, rank) => [level, rank])) as { readonly [R in Risk]: number };

function worst(found: readonly { readonly level: Risk; readonly reason: string }[]): RiskAssessment {
  const [only] = found;
  if (only === undefined) return NO_RISK;
  if (found.length === 1) return { level: only.level, reasons: [only.reason] };
  const sorted = [...found].sort((a, b) => RANKS[b.level] - RANKS[a.level]);
  return { level: sorted[0]?.level ?? 'none', reasons: [...new Set(sorted.map((item) => item.reason))] };
}

const text = (relation: QualifiedName): string => `${relation.schema}.${relation.name}`;
