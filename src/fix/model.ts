import type { Finding } from '../check/finding.ts';
import type { Effects } from '../effects/vocabulary.ts';
import type { FileChange } from '../frameworks/framework.ts';
import type { Script, Statement } from '../ir/migration.ts';
import { OPEN_VALUE } from '../ir/open-value.ts';
import type { Operation } from '../ir/operation.ts';
import type { FoundAt } from '../replay/history.ts';
import type { Pattern, Plan, Step } from '../remedy/step.ts';

/** The way out of one finding, as the dialect gives it for the moment of the finding. */
export interface Proposal {
  readonly finding: Finding;
  readonly pattern: Pattern;
  readonly operation: Operation;
  readonly statement: Statement;
  readonly script: Script;
  readonly at: FoundAt;
  readonly plan: Plan;
  /** What each statement of each step would do, by replaying them; empty unless asked for. */
  readonly preview: readonly StepPreview[];
}

/**
 * What is left to do is a deploy: the statement is as good as it can be, and only a person can say that it has its time. Or a value is
 * missing that only a person can say.
 */
export const isForPeople = ({ plan: { steps } }: Proposal): boolean => (steps.length === 1 && steps[0]?.deploy !== undefined) || steps.some(({ up }) => up.some((sql) => sql.includes(OPEN_VALUE)));

export interface StepPreview {
  readonly step: Step;
  /** Of the whole step, one lock per relation. */
  readonly effects: Effects;
}

/** A finding for which nothing can be written, and why. */
export interface Refused {
  readonly finding: Finding;
  readonly pattern: Pattern | null;
  readonly refused: string;
  /** Text of the finding's file. */
  readonly text?: string;
  /** Room is all that is missing. */
  readonly short?: Short;
}

/** Where the numbers of a history leave no room for new migrations. */
export interface Short {
  readonly framework: string;
  readonly folder: string;
  /** File of the migration that they would follow. */
  readonly behind: string;
  /** How many they are. */
  readonly count: number;
  readonly why: string;
}

export type Answer = Proposal | Refused;

/** What is put right: the way forward, and whether there is a way back. */
export const isPutRight = ({ category, direction }: Finding): boolean => direction === 'up' || category === 'reversibility';

export const isRefusal = (answer: Answer): answer is Refused => 'refused' in answer;

/** What is laid out together: the findings of one migration. A way back that is missing is written apart from the rest. */
export const groupOf = ({ at, finding, pattern }: Proposal): string => `${finding.path}\0${String(at.index)}\0${pattern === 'missingDown' ? 'down' : 'up'}`;

/** Findings that are put right by the same files. */
export interface ChangeSet {
  readonly proposals: readonly Proposal[];
  readonly files: readonly FileChange[];
  /** What the user has to know or do besides. */
  readonly notes: readonly string[];
  /** Files into which statements have followed unchanged, to keep their place. */
  readonly rests: readonly string[];
  /** The files of each proposal's steps, in their order, by proposal. */
  readonly steps: ReadonlyMap<Proposal, readonly StepFiles[]>;
}

/** Where a step has gone. */
export interface StepFiles {
  readonly step: Step;
  readonly up: string;
  readonly down: string | null;
}
