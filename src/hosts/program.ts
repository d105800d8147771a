import type { ObjectName } from '../ir/names.ts';
import type { Irreversible, Trap, TransactionPolicy } from '../ir/migration.ts';
import type { Span } from '../source/text.ts';

/** What a program sends to the server, in order. */
export interface Program {
  readonly emissions: readonly Emission[];
  /** Comments of the file, delimiters included. */
  readonly comments: readonly Span[];
  /** Where the file itself says how it runs; else what its framework does. */
  readonly transaction?: TransactionPolicy;
  readonly irreversible?: Irreversible;
}

/** One call that sends something, or that may send something nobody can foresee. */
export type Emission = Sent | Unforeseen;

interface EmissionBase {
  /** The call, with its `await`. */
  readonly call: Span;
  readonly traps?: readonly Trap[];
  /** Number of the step, where the tool keeps what is said here until the end. */
  readonly kept?: number;
}

export interface Sent extends EmissionBase {
  /** As the library's own generator writes it; several statements when it sends them as one string. BEGIN, COMMIT and ROLLBACK for the transactions of the program. */
  readonly sql: string;
  /** The parts of `sql` that stand in the file, in order. What lies between them is said by the call as a whole. */
  readonly runs?: readonly Run[];
  /** It goes over another connection than the transaction that is open around it. */
  readonly apart?: true;
  /** Only the server, or the environment, knows whether it is sent, or how many times. */
  readonly within?: { readonly conditional: boolean; readonly loop: boolean };
  /** See `OperationBase`. */
  readonly alternative?: true;
  /** See `OperationBase`. */
  readonly passedOver?: true;
}

export interface Unforeseen extends EmissionBase {
  readonly opaque: 'dynamic' | 'unsupported' | 'syntax';
  /** One line: what is dynamic, as in `the name of the table is an argument of the function`. */
  readonly detail: string;
  /** The only tables that it can be about, where they are known. */
  readonly touches?: readonly ObjectName[];
}

/** A text with the places that its parts come from. */
export interface Traced {
  readonly text: string;
  /** In order; without overlap. */
  readonly runs: readonly Run[];
}

/** Characters of a text, from `at` on, that stand in the file at `span`: one by one when the lengths are equal, else (an escape, a constant by its name) as a whole. */
export interface Run {
  readonly at: number;
  readonly length: number;
  readonly span: Span;
}
