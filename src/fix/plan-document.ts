import type { Finding } from '../check/finding.ts';
import type { Effects, LockEffect, Work } from '../effects/vocabulary.ts';
import { fileText } from '../ir/migration.ts';
import type { Pattern, Phase, Plan, Question, Step } from '../remedy/step.ts';
import { lineIndex } from '../source/text.ts';
import { scriptOf } from './step-text.ts';
import type { ChangeSet, Proposal, Refused } from './model.ts';

/** What `plan` shows. Everything a reporter needs; reporters compute nothing. */
export interface PlanDocument {
  readonly items: readonly PlanItem[];
  readonly refused: readonly RefusedItem[];
  /** What to know or do besides, for all items. */
  readonly notes: readonly string[];
  /** Files that were created or edited; empty without --write. */
  readonly written: readonly { readonly path: string; readonly isNew: boolean }[];
}

export interface PlanPlace {
  readonly rule: string;
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

export interface PlanItem extends PlanPlace {
  readonly title: string;
  readonly pattern: Pattern;
  readonly safety: Plan['safety'];
  readonly steps: readonly PlanStep[];
  /** Why the steps have no files; null when they have. */
  readonly withoutFiles: string | null;
}

export interface RefusedItem extends PlanPlace {
  readonly refused: string;
}

export interface PlanStep {
  readonly phase: Phase;
  readonly title: string;
  readonly transaction: Step['transaction'];
  /** What the application must have deployed before. */
  readonly deploy: string | null;
  readonly up: { readonly file: string | null; readonly sql: string };
  /** `sql` null: there is no way back; empty: nothing is to be undone. */
  readonly down: { readonly file: string | null; readonly sql: string | null; readonly loses: string | null };
  readonly locks: readonly LockEffect[];
  readonly work: Work;
  readonly certain: boolean;
  readonly preconditions: readonly Question[];
  readonly verification: readonly Question[];
  readonly notes: readonly string[];
}

export interface PlannedSet {
  readonly proposals: readonly Proposal[];
  /** A string: why there are no files. */
  readonly set: ChangeSet | string;
}

export function planDocument(sets: readonly PlannedSet[], refused: readonly Refused[], written: PlanDocument['written']): PlanDocument {
  return {
    items: sets.flatMap(({ proposals, set }) => proposals.map((proposal) => itemOf(proposal, set))),
    refused: refused.map((one) => ({ ...placeOf(one.finding, one), refused: one.refused })),
    notes: [...new Set(sets.flatMap(({ set }) => (typeof set === 'string' ? [] : set.notes)))],
    written,
  };
}

function itemOf(proposal: Proposal, set: ChangeSet | string): PlanItem {
  const { finding, pattern, plan, preview } = proposal;
  const files = typeof set === 'string' ? [] : (set.steps.get(proposal) ?? []);
  const steps = files.length > 0 ? files : plan.steps.map((step) => ({ step, up: null, down: null }));
  return {
    ...placeOf(finding, proposal),
    title: plan.title,
    pattern,
    safety: plan.safety,
    steps: steps.map(({ step, up, down }) => stepOf(step, up, down, preview.find((one) => one.step.title === step.title && one.step.slug === step.slug)?.effects)),
    withoutFiles: typeof set === 'string' ? set : null,
  };
}

function placeOf(finding: Finding, answer: Proposal | Refused): PlanPlace {
  const { rule, path, message, span } = finding;
  const text = 'script' in answer ? fileText(answer.script) : (answer.text ?? '');
  return { rule, path, line: lineIndex(text).position(Math.min(span.start, text.length)).line, message };
}

function stepOf(step: Step, up: string | null, down: string | null, effects: Effects | undefined): PlanStep {
  return {
    phase: step.phase,
    title: step.title,
    transaction: step.transaction,
    deploy: step.deploy ?? null,
    up: { file: up, sql: scriptOf(step.up) },
    down: { file: down, sql: step.down === null ? null : step.down.length === 0 ? '' : scriptOf(step.down), loses: step.downLoses ?? null },
    locks: effects?.locks ?? [],
    work: effects?.work ?? 'unknown',
    certain: effects?.certain ?? false,
    preconditions: step.preconditions,
    verification: step.verification,
    notes: step.notes,
  };
}
