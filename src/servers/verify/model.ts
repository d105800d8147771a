import type { Script } from '../../ir/migration.ts';
import type { EvidenceBase, Rule } from '../../rule.ts';
import type { Span } from '../../source/text.ts';

/** What verifying one history has shown. */
export interface Verification {
  readonly server: { readonly title: string; readonly version: string };
  /** Migrations that ran before the verified ones. */
  readonly before: number;
  /** What was put in at first; `many`: rows of each table that the migrations touch, where that was asked for. */
  readonly filled: { readonly rows: number; readonly tables: number; readonly many: number | null };
  readonly migrations: readonly VerifiedMigration[];
  readonly complaints: readonly Complaint[];
  /** What was different from a real run, one sentence each. */
  readonly notes: readonly string[];
}

/** A finding before severities and suppressions. */
export interface Complaint {
  readonly rule: Rule;
  readonly evidence: EvidenceBase;
  readonly script: Script;
  readonly span: Span;
}

/** What was done with a migration, in order. */
export interface VerifiedMigration {
  readonly path: string;
  readonly steps: readonly VerifyStep[];
  /** How long each statement of the first run took. */
  readonly timings: readonly Timing[];
}

export type StepName = 'up' | 'data kept' | 'down' | 'schema back' | 'data back' | 'up again' | 'run twice' | 'down with new rows';

export interface VerifyStep {
  readonly step: StepName;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly milliseconds: number | null;
  /** Why it was skipped, or what is special. */
  readonly detail: string | null;
}

export interface Timing {
  readonly path: string;
  readonly span: Span;
  readonly milliseconds: number;
}
