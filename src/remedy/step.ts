import type { CatalogView } from '../catalog/view.ts';
import type { Script, Statement } from '../ir/migration.ts';
import type { Operation } from '../ir/operation.ts';

/** Where a step stands in an expand/contract sequence. */
export type Phase = 'expand' | 'migrate' | 'switch' | 'contract';

/**
 * One migration of a remedy: what runs in one transaction, or deliberately outside any. Steps are carried out in order;
 * a `deploy` in front of a step is a deploy boundary.
 */
export interface Step {
  readonly phase: Phase;
  /** Imperative, as in `Build users_email_idx without blocking writes`. */
  readonly title: string;
  /** For file names: lower-case words joined with `_`. */
  readonly slug: string;
  /** Statements without the terminating semicolon, in the dialect's language. */
  readonly up: readonly string[];
  /** Undoes `up`; null where there is no way back. */
  readonly down: readonly string[] | null;
  /** What the author's way back does about the operation, if there is one, undoes the step instead of `down`. */
  readonly undoneAsWritten?: true;
  /** Takes away what the step makes for itself: each way back that does something begins with it. */
  readonly sweep?: readonly string[];
  /** What `down` cannot bring back, one sentence. */
  readonly downLoses?: string;
  /** `outside`: the server refuses it, or it would harm, inside a transaction. `inside`: it must be atomic. */
  readonly transaction: 'inside' | 'outside' | 'either';
  /** Not in the transaction of what stands before it in the file. */
  readonly apart?: true;
  /** What goes before `up` where the step becomes a migration of its own: what stands before it in the file is no longer in its transaction. */
  readonly moved?: readonly string[];
  /** Statements of the script that belong into the transaction of the step where it leaves the file. */
  readonly along?: Along;
  /** Statements of the script that the steps make needless, so that it must not keep them. */
  readonly settles?: readonly Statement[];
  /** What the application must do, and have deployed, before this step runs. */
  readonly deploy?: string;
  /** To be asked before the step: a query that must return no row, and what a row means. */
  readonly preconditions: readonly Question[];
  /** To be asked afterwards, in the same form. */
  readonly verification: readonly Question[];
  /** Anything the reader must know, one sentence each. */
  readonly notes: readonly string[];
  /** What somebody has to put right before it can run, one sentence: until then it is shown, and no file is written. */
  readonly obstacle?: string;
}

export interface Along {
  /** How many statements of `up`, and of `down`, come first: they take locks. */
  readonly at: number;
  readonly before: readonly Statement[];
  /** After everything else. */
  readonly after: readonly Statement[];
}

export interface Question {
  /** As in `No row may violate the constraint`. */
  readonly title: string;
  /** Returns no row when all is well. */
  readonly sql: string;
}

/** The safe form of one operation (one clause of a statement). */
export interface Plan {
  readonly title: string;
  /** `safe`: same final schema, no data touched, no deploy needed between the steps. `review`: anything else. */
  readonly safety: 'safe' | 'review';
  /** At least one. Together they replace the operation. */
  readonly steps: readonly Step[];
  /** Operations of the same statement that the steps carry out too, so that the statement must not keep them. */
  readonly covers: readonly Operation[];
  /** The steps are the whole statement, program and all. */
  readonly whole?: true;
  /** What comes later in the script, and what the steps but the first wait for, wherever it goes. */
  readonly follows?: Operation;
}

/** Why there is no safe form that could be written, in one sentence; part of the finding. */
export interface Refusal {
  readonly refused: string;
}

/** The ways out that the field knows; a rule names one, each dialect says how it is done there or why not. */
export type Pattern =
  | 'buildIndexConcurrently'
  | 'dropIndexConcurrently'
  | 'reindexConcurrently'
  | 'detachConcurrently'
  | 'refreshConcurrently'
  | 'runOutsideTransaction'
  | 'withoutTimeouts'
  | 'ownTransaction'
  | 'validateLater'
  | 'uniqueFromIndex'
  | 'primaryKeyFromIndex'
  | 'proveNotNull'
  | 'exclusionConstraint'
  | 'requiredColumn'
  | 'volatileDefault'
  | 'generatedKeyColumn'
  | 'storedColumn'
  | 'constrainedDomainColumn'
  | 'shadowColumn'
  | 'renameColumn'
  | 'renameTable'
  | 'dropColumn'
  | 'dropTable'
  | 'replaceEnum'
  | 'enumValueApart'
  | 'createPartition'
  | 'attachPartition'
  | 'batchUpdate'
  | 'batchDelete'
  | 'batchInsert'
  | 'batchMerge'
  | 'commitBatches'
  | 'splitColumn'
  | 'swapTable'
  | 'noOnlineForm'
  | 'missingDown'
  | 'asWritten';

export interface PatternInput {
  readonly operation: Operation;
  readonly statement: Statement;
  readonly script: Script;
  /** The catalog just before the operation. */
  readonly before: CatalogView;
  readonly version: number;
  /** How rows are kept in step while old and new columns live side by side. */
  readonly sync: 'application' | 'trigger';
  /** Rows of a batch in generated backfills. */
  readonly batchSize: number;
  /** Where columns are computed from others: how those are computed from them, for code that writes only the new ones. */
  readonly back?: readonly { readonly column: string; readonly value: string }[];
  /** What the rows that exist get in a new column that has to have a value. */
  readonly value?: string;
  /** The author's way back of the migration, where there is one and somebody reads it. */
  readonly wayBack?: () => Script | undefined;
}

export type PatternHandler = (input: PatternInput) => Plan | Refusal;

/** A dialect's answers; a pattern that makes no sense there says so in words. */
export type Patterns = { readonly [Name in Pattern]: PatternHandler };
