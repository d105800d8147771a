import type { LockEffect } from '../../effects/vocabulary.ts';
import type { Severity } from '../../rule.ts';
import type { Risk } from '../model.ts';

/** Everything that the report of a change shows. Renderers compute nothing but the layout. */
export interface ChangeDocument {
  readonly tool: string;
  readonly risk: Risk;
  readonly migrations: readonly ChangedMigration[];
  readonly plan: readonly PlannedStep[];
  /** To be asked before the deploy: queries that must return no row. */
  readonly preflight: readonly Query[];
  /** The same, afterwards. */
  readonly verification: readonly Query[];
  readonly checklist: readonly string[];
  /** In the order in which it is to be done. */
  readonly rollback: readonly string[];
}

export interface ChangedMigration {
  readonly path: string;
  readonly risk: Risk;
  readonly reasons: readonly string[];
  readonly findings: readonly { readonly rule: string; readonly severity: Severity; readonly line: number; readonly message: string; readonly advice: string }[];
  readonly transactions: readonly Transaction[];
  /** One line each, with its assumption; empty where no sizes are known. */
  readonly durations: readonly string[];
}

/** Statements that commit together. */
export interface Transaction {
  readonly title: string;
  readonly statements: readonly { readonly line: number; readonly sql: string; readonly work: string }[];
  readonly bars: readonly Bar[];
}

/** One lock from the statement that takes it to the one with which it ends, by position in the transaction. */
export interface Bar {
  readonly relation: string;
  readonly lock: LockEffect;
  readonly from: number;
  readonly to: number;
}

export interface PlannedStep {
  readonly title: string;
  readonly of: string;
  readonly deploy: string | null;
  readonly file: string | null;
  readonly sql: string;
  readonly facts: readonly string[];
}

export interface Query {
  readonly title: string;
  readonly sql: string;
}
