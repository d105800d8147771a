import type { Blocks } from '../effects/vocabulary.ts';
import type { TransactionPolicy } from '../ir/migration.ts';
import type { Span } from '../source/text.ts';

/** What a trace has seen. */
export interface TraceReport {
  readonly tool: { readonly name: 'lockkeeper'; readonly version: string };
  readonly histories: readonly TraceHistory[];
  /** Text of every traced file, by path. */
  readonly sources: ReadonlyMap<string, string>;
}

export interface TraceHistory {
  readonly framework: string;
  readonly folder: string;
  /** Where it ran, as in `PGlite in this process`, and the version as in `18.6`. */
  readonly server: { readonly title: string; readonly version: string };
  /** Migrations that ran before the traced ones. */
  readonly before: number;
  readonly migrations: readonly TraceMigration[];
  /** What was different from a real run, one sentence each. */
  readonly notes: readonly string[];
}

export interface TraceMigration {
  readonly path: string;
  readonly name: string;
  readonly version: string | null;
  readonly transaction: TransactionPolicy['wrap'];
  readonly statements: readonly TraceStatement[];
}

export interface TraceStatement {
  readonly span: Span;
  readonly text: string;
  /** Short name of the transaction within its migration, as in `T1`; null: it commits on its own. */
  readonly transaction: string | null;
  /** `leftOut` was not sent, `notReached` stands after a refusal. */
  readonly status: 'done' | 'refused' | 'leftOut' | 'notReached';
  /** Why it was left out. */
  readonly reason: string | null;
  readonly milliseconds: number | null;
  readonly lines: readonly TraceLine[];
  /** False: the prediction says itself that it does not know. */
  readonly certain: boolean;
}

/** Predicted beside observed, one relation and aspect. */
export interface TraceLine {
  readonly aspect: 'lock' | 'scan' | 'rewrite' | 'refusal';
  /** Empty for a refusal. */
  readonly relation: string;
  /** The lock's mode, `yes`, the server's message; null for nothing. */
  readonly predicted: string | null;
  readonly observed: string | null;
  readonly differs: boolean;
  /** Why it could not be compared, or why both are right although they look different. */
  readonly note: string | null;
  /** Who waits for the lock; `nothing` for a relation that the transaction itself created. */
  readonly blocks: Blocks;
}

export const differs = ({ status, lines }: TraceStatement): boolean => status === 'refused' || lines.some((line) => line.differs);
