import type { Finding } from '../check/finding.ts';
import type { Effects, HeldSoFar } from '../effects/vocabulary.ts';
import type { Direction } from '../ir/migration.ts';
import type { OperationKind } from '../ir/operation.ts';
import type { HistoryProblem } from '../frameworks/framework.ts';
import type { Rule } from '../rule.ts';
import type { Span } from '../source/text.ts';

export type Risk = 'none' | 'low' | 'medium' | 'high' | 'critical';
export const RISKS: readonly Risk[] = ['none', 'low', 'medium', 'high', 'critical'];

/** A risk level with the facts it was derived from, worst first. */
export interface RiskAssessment {
  readonly level: Risk;
  /** One clause each, as in `blocks reads and writes of public.users while it is rewritten`. */
  readonly reasons: readonly string[];
}

export interface StatementReport {
  readonly direction: Direction;
  readonly path: string;
  readonly span: Span;
  readonly operations: readonly OperationKind[];
  readonly transaction: string | null;
  readonly opaque: boolean;
  readonly risk: RiskAssessment;
  readonly effects: Effects;
  /** Locks still held from earlier statements of its transaction. */
  readonly held: HeldSoFar;
}

export interface MigrationReport {
  readonly id: string;
  readonly path: string;
  readonly downPath: string | null;
  readonly framework: string;
  readonly dialect: string;
  readonly version: string | null;
  readonly name: string;
  /** Worst of its `up` statements. */
  readonly risk: RiskAssessment;
  readonly statements: readonly StatementReport[];
}

export interface Report {
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  /** Only the migrations that the caller asked about; the rest was replayed in silence. */
  readonly migrations: readonly MigrationReport[];
  /** By path and position. Suppressed ones included. */
  readonly findings: readonly Finding[];
  readonly problems: readonly HistoryProblem[];
  /** Text of every file that a finding or migration points into, by path. */
  readonly sources: ReadonlyMap<string, string>;
  readonly rules: readonly Rule[];
  readonly summary: Summary;
}

export interface Summary {
  readonly migrations: number;
  readonly files: number;
  readonly statements: number;
  /** Statements with at least one opaque operation. */
  readonly opaque: number;
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  readonly suppressed: number;
  readonly risk: Risk;
}
