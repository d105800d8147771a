import type { RelationKind } from '../../../catalog/schema.ts';
import type { Breakage, Effects, Failure, LockEffect, Loss, Work } from '../../../effects/vocabulary.ts';
import { WORK } from '../../../effects/vocabulary.ts';
import type { QualifiedName } from '../../../ir/names.ts';
import { relationKey } from '../../../ir/names.ts';
import { blocks, stronger } from '../locks.ts';
import type { Mode } from '../locks.ts';
import { postgresSemantics } from '../semantics.ts';

/** A relation in an answer; every relation of the catalog is one. */
export interface Target extends QualifiedName {
  readonly kind?: RelationKind;
}

export interface Claim {
  readonly on: Target;
  readonly mode: Mode;
  /** Why a relation is locked that the statement does not name. */
  readonly because?: string;
  readonly released?: boolean;
  /** As in `LockEffect`. */
  readonly otherwise?: Mode | null;
}

/** What a handler says; what it leaves out is nothing, `work` follows from scans and rewrites, and `certain` is true. */
export interface Answer {
  readonly locks?: readonly Claim[];
  readonly scans?: readonly Target[];
  readonly rewrites?: readonly Target[];
  readonly work?: Work;
  readonly workOn?: Target;
  readonly loss?: readonly Loss[];
  readonly breaks?: readonly Breakage[];
  readonly failures?: readonly Failure[];
  readonly certain?: boolean;
  readonly skipped?: true;
}

export const NOTHING: Answer = {};

export const fullName = ({ schema, name }: QualifiedName): string => `${schema}.${name}`;

export const lock = (on: Target, mode: Mode, because?: string): Claim => (because === undefined ? { on, mode } : { on, mode, because });
export const lockAll = (targets: readonly Target[], mode: Mode, because?: string): readonly Claim[] => targets.map((on) => lock(on, mode, because));

/** A table and what inherits from it. */
export const lockTree = ([first, ...below]: readonly Target[], mode: Mode): readonly Claim[] => (first === undefined ? [] : [lock(first, mode), ...lockAll(below, mode, `inherits from ${fullName(first)}`)]);

/** The same where only the database tells whether it comes to that. */
export const perhaps = (answer: Answer): Answer => (isFull(answer.locks) ? { ...answer, locks: (answer.locks ?? []).map((claim) => ({ ...claim, otherwise: claim.otherwise ?? null })) } : answer);

/** Adds answers up without losing the work that one of them names. */
export function sum(answers: readonly Answer[]): Answer {
  const [first] = answers;
  if (answers.length === 1 && first !== undefined) return first;
  let heaviest: Answer | undefined;
  for (const answer of answers) {
    if (answer.work === undefined && workOf(answer) === 'none') continue;
    if (heaviest === undefined || heavier(answer, heaviest)) heaviest = answer;
  }
  return {
    locks: together(answers, (answer) => answer.locks),
    scans: together(answers, (answer) => answer.scans),
    rewrites: together(answers, (answer) => answer.rewrites),
    loss: together(answers, (answer) => answer.loss),
    breaks: together(answers, (answer) => answer.breaks),
    failures: together(answers, (answer) => answer.failures),
    certain: answers.every((answer) => answer.certain !== false),
    ...(heaviest === undefined ? {} : { work: workOf(heaviest) }),
    ...(heaviest?.workOn === undefined ? {} : { workOn: heaviest.workOn }),
  };
}

/** One of their lists, put together; mostly only one of them has any. */
export function together<Of, Item>(answers: readonly Of[], listOf: (answer: Of) => readonly Item[] | undefined): readonly Item[] {
  let only: readonly Item[] = [];
  let all: Item[] | undefined;
  for (const answer of answers) {
    const list = listOf(answer);
    if (list === undefined || list.length === 0) continue;
    if (only.length === 0) only = list;
    else for (const item of list) (all ??= [...only]).push(item);
  }
  return all ?? only;
}

function workOf({ work, rewrites, scans, locks }: Answer): Work {
  if (work !== undefined) return work;
  if (isFull(rewrites)) return 'rewrite';
  if (isFull(scans)) return 'scan';
  return isFull(locks) ? 'catalog' : 'none';
}
const isFull = (list: readonly unknown[] | undefined): boolean => list !== undefined && list.length > 0;
const heavier = (a: Answer, b: Answer): boolean => WORK.indexOf(workOf(a)) > WORK.indexOf(workOf(b));

/** Puts an answer into the vocabulary: each relation once, the server's own relations and those of `created` left out. */
export function settle(answer: Answer, created: ReadonlySet<string>): Effects {
  const counts = (target: QualifiedName): boolean => !postgresSemantics.isSystemSchema(target.schema) && (created.size === 0 || !created.has(relationKey(target)));
  const rewrites = settleTargets(answer.rewrites, counts);
  const scans = settleTargets(answer.scans, counts);
  const workOn = answer.workOn === undefined ? (rewrites[0] ?? scans[0]) : bare(answer.workOn);
  return {
    locks: settleLocks(answer.locks ?? [], counts),
    scans,
    rewrites,
    work: onOwnOnly(answer, [...rewrites, ...scans]) ? 'catalog' : workOf(answer),
    loss: answer.loss ?? [],
    breaks: answer.breaks ?? [],
    failures: answer.failures ?? [],
    certain: answer.certain ?? true,
    ...(workOn === undefined ? {} : { workOn }),
    ...(answer.skipped === undefined ? {} : { skipped: true as const }),
  };
}

/** Whether all that is gone through is of the statement's own making: nobody else's, and empty. */
const onOwnOnly = (answer: Answer, counted: readonly QualifiedName[]): boolean => counted.length === 0 && (isFull(answer.scans) || isFull(answer.rewrites)) && ['scan', 'rewrite'].includes(workOf(answer));

const settleTargets = (targets: readonly Target[] | undefined, counts: (target: QualifiedName) => boolean): readonly QualifiedName[] =>
  targets === undefined || targets.length === 0 ? [] : distinct(targets).filter(counts).map(bare);

const bare = ({ schema, name }: QualifiedName): QualifiedName => ({ schema, name });

export function distinct<T extends QualifiedName>(targets: readonly T[]): readonly T[] {
  if (targets.length < 2) return targets;
  return [...new Map(targets.map((target) => [relationKey(target), target])).values()];
}

function settleLocks(claims: readonly Claim[], counts: (target: QualifiedName) => boolean): readonly LockEffect[] {
  if (claims.length < 2) return claims.filter(({ on }) => counts(on)).map(effectOf);
  const strongest = new Map<string, Claim>();
  for (const claim of claims) {
    if (!counts(claim.on)) continue;
    const key = relationKey(claim.on);
    const known = strongest.get(key);
    if (known === undefined) strongest.set(key, claim);
    else strongest.set(key, mergeClaims(known, claim));
  }
  return Array.from(strongest.values(), effectOf);
}

const effectOf = ({ on, mode, because, released, otherwise }: Claim): LockEffect => ({
  relation: bare(on),
  relationKind: on.kind ?? 'unknown',
  mode,
  blocks: blocks(mode),
  ...(because === undefined ? {} : { because }),
  ...(released === true ? { released } : {}),
  ...(otherwise === undefined ? {} : { otherwise }),
});

/** The stronger of two claims on a relation; let go early only when both are, unexplained when one names the relation. */
function mergeClaims(a: Claim, b: Claim): Claim {
  const mode = stronger(a.mode, b.mode);
  const kind = a.on.kind ?? b.on.kind;
  const because = a.because === undefined || b.because === undefined ? undefined : mode === a.mode ? a.because : b.because;
  return {
    on: kind === undefined ? a.on : { ...bare(a.on), kind },
    mode,
    ...(because === undefined ? {} : { because }),
    ...(a.released === true && b.released === true ? { released: true } : {}),
    ...(a.otherwise === undefined && b.otherwise === undefined ? {} : otherwiseOf(a, b, mode)),
  };
}

/** What two claims on a relation come to at least, where that is less than the mode. */
function otherwiseOf(a: Claim, b: Claim, mode: Mode): Pick<Claim, 'otherwise'> {
  const [x, y] = [leastOf(a), leastOf(b)];
  const least = x === null ? y : y === null ? x : stronger(x, y);
  return least === mode ? {} : { otherwise: least };
}

const leastOf = ({ mode, otherwise }: Claim): Mode | null => (otherwise === undefined ? mode : otherwise);
