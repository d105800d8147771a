import type { Span } from '../source/text.ts';
import type { DataModel } from './model.ts';
import type { ObjectName } from './names.ts';
import type { Operation } from './operation.ts';

export type Direction = 'up' | 'down';

/** One statement as the server receives it. */
export interface Statement {
  /** First token to last token, the terminating semicolon excluded. */
  readonly span: Span;
  /** In the order in which the server carries them out; empty only for a statement without effect. */
  readonly operations: readonly Operation[];
  /** It goes over another connection than the transaction that is open around it. */
  readonly apart?: true;
  /** Number of the string that it is sent in with others: outside of an open transaction the server makes one of them all. */
  readonly together?: number;
  /** What the author can have expected here that the tool does not do. */
  readonly traps?: readonly Trap[];
}

/** Something in the code of a migration that never reaches the server, or not as it looks. */
export interface Trap {
  readonly trap:
    /** A default that the library fills in and the server never hears of. */
    | 'client-default'
    /** An option that the library ignores. */
    | 'ignored-option'
    /** A promise that nobody waits for. */
    | 'not-awaited'
    /** A call in a transaction that was not handed the transaction. */
    | 'forgotten-transaction'
    /** A call that changes more than it names, as in a type change that drops NOT NULL and default. */
    | 'more-than-named'
    /** A call that reads the models or the code of today, which will be different tomorrow. */
    | 'live-code'
    /** A call that empties or remakes the whole database. */
    | 'whole-database';
  /** In the file. */
  readonly place: Span;
  /** One clause with the facts, without advice, as in `defaultValue of users.id is made by Sequelize: the column gets no default`. */
  readonly detail: string;
  /** Of `more-than-named`: what the call does not say again. */
  readonly unsaid?: readonly ('default' | 'notNull')[];
  /** Of `more-than-named`: it loses the column unless the database has it stored exactly so; then the rest of the call is all that happens. */
  readonly storedAs?: StoredColumn;
  /** Of `not-awaited`: without somebody who waits nothing is sent at all. */
  readonly neverSent?: true;
}

export interface StoredColumn {
  readonly table: ObjectName;
  readonly column: string;
  /** As the server prints it, modifiers apart. */
  readonly type: string;
  /** Of a text or bit string; empty where it has none. */
  readonly length: string;
  /** Of anything else: precision and scale, as far as they are told. */
  readonly precision: readonly string[];
  readonly notNull: boolean;
  /** The call states a default. */
  readonly defaulted: boolean;
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
  /** Of `script`: no BEGIN is sent, all goes out in one pipeline. BEGIN and COMMIT of the script's own take the place of what the server makes of that. */
  readonly pipeline?: true;
  /** What to do in this framework to run outside a transaction, one imperative sentence; absent when it cannot be done. */
  readonly optOut?: string;
  /** No runner is known: `wrap` is what is taken for granted, and nobody has chosen it. */
  readonly assumed?: true;
}

/** What to do in a framework where SQL alone is not the answer, one imperative sentence each. */
export interface FrameworkAdvice {
  /** To add a required column to a table that has rows. */
  readonly requiredColumn?: string;
  /** To change a column that is there already, where a call adds one instead. */
  readonly existingColumn?: string;
  /** To give a field or a model another name without a change of the database; `<field>` or `<model>` and `<old>` stand for the names. */
  readonly renamedColumn?: string;
  readonly renamedTable?: string;
  readonly renamedJoinTable?: string;
  /** To let several changes succeed or fail together. */
  readonly together?: string;
}

/** A way back that is none: it ends with an error, as by throwing, or does nothing, and a comment says so. */
export type Irreversible = 'refuses' | 'said';

/** One direction of a migration, read. */
export interface Script {
  /** Relative to the project root, `/` as separator. */
  readonly path: string;
  readonly direction: Direction;
  /** What is sent to the server; every span of the script is one of this text. */
  readonly text: string;
  /** Present when the file is a program, and the text what it sends. */
  readonly host?: Host;
  /** All of them: where they are still being read, whoever asks waits for the last one. */
  readonly statements: readonly Statement[];
  /** Present where the first statements are carried out while the others are still being read. */
  readonly arriving?: Arriving;
  readonly comments: readonly Comment[];
  readonly transaction: TransactionPolicy;
  readonly advice?: FrameworkAdvice;
  /** What the project's code says about the tables, as it is today. */
  readonly model?: () => DataModel | undefined;
  /** The schema that the tool has on record for the moment after this script, and makes the next migration from. */
  readonly record?: () => DataModel | undefined;
  readonly irreversible?: Irreversible;
}

/** The statements of a script as they come. */
export interface Arriving {
  /** Those that are there, at least all up to the last one that somebody waited for. */
  readonly soFar: readonly Statement[];
  /** Waits for the statement of that place; undefined: there are not so many. */
  at(index: number): Statement | undefined;
}

/** The statement of that place, as soon as it is there; undefined: there are not so many. */
export const statementAt = (script: Script, index: number): Statement | undefined => (script.arriving === undefined ? script.statements[index] : script.arriving.at(index));
/** The statements up to the one that is being carried out, at least. */
export const statementsSoFar = (script: Script): readonly Statement[] => script.arriving?.soFar ?? script.statements;

/** The file that a script comes from, where that is a program. */
export interface Host {
  readonly text: string;
  /** Comments of the program, and of the SQL in it, by their place in the file. */
  readonly comments: readonly Comment[];
  /** Where the file says what this part of the script says: those very characters, or the call that sends it. */
  place(span: Span): Span;
  /** The call that sends a statement, with its `await`. */
  call(statement: Statement): Span;
}

/** The place in the file of a span of the script. */
export const inFile = ({ host }: Script, span: Span): Span => host?.place(span) ?? span;
export const fileText = ({ host, text }: Script): string => host?.text ?? text;

export interface Migration {
  /** Stable within the project: the version where there is one, else the file's name. */
  readonly id: string;
  readonly version?: string;
  readonly name: string;
  readonly framework: string;
  /** See `Framework`. */
  readonly session?: 'kept' | 'reset';
  readonly up: Script;
  readonly down?: Script;
  /** Whether this framework, as this project uses it, expects a way back. */
  readonly downExpected: boolean;
  /** The author said that there is no way back (a raise, an explicit marker). */
  readonly irreversible?: boolean;
}
