import type { Span } from '../source/text.ts';
import type { Operation } from './operation.ts';

export type Direction = 'up' | 'down';

/** One statement as the server receives it. */
export interface Statement {
  /** First token to last token, the terminating semicolon excluded. */
  readonly span: Span;
  /** In the order in which the server carries them out; empty only for a statement without effect. */
  readonly operations: readonly Operation[];
}

export interface Comment {
  /** Delimiters included. */
  readonly span: Span;
}

/** How a migration runner executes a script. */
export interface TransactionPolicy {
  /**
   * - `none`: each statement commits on its own.
   * - `script`: the runner puts BEGIN and COMMIT around the script.
   * - `implicit`: the script is sent as one string; the server makes a transaction of it if it has several statements.
   * - `batch`: the runner puts one transaction around all pending migrations.
   */
  readonly wrap: 'none' | 'script' | 'implicit' | 'batch';
  /** What to do in this framework to run outside a transaction, one imperative sentence; absent when it cannot be done. */
  readonly optOut?: string;
}

/** One direction of a migration, read. */
export interface Script {
  /** Relative to the project root, `/` as separator. */
  readonly path: string;
  readonly direction: Direction;
  readonly text: string;
  readonly statements: readonly Statement[];
  readonly comments: readonly Comment[];
  readonly transaction: TransactionPolicy;
}

export interface Migration {
  /** Stable within the project: the version where there is one, else the file's name. */
  readonly id: string;
  readonly version?: string;
  readonly name: string;
  readonly framework: string;
  readonly up: Script;
  readonly down?: Script;
  /** Whether this framework, as this project uses it, expects a way back. */
  readonly downExpected: boolean;
  /** The author said that there is no way back (a raise, an explicit marker). */
  readonly irreversible?: boolean;
}
