import type { Need } from '../../hosts/typescript/imports.ts';
import type { Style } from '../../hosts/typescript/style.ts';
import type { Direction } from '../../ir/migration.ts';
import type { History, MigrationSource, NewMigration, Refused, Writer } from '../framework.ts';
import type { Calls, OptionOf, RunProgram } from './code-calls.ts';

/** Lines of a function's body. */
export interface Bodies {
  readonly up: string;
  readonly down: string | undefined;
}

/** A tool whose migrations are programs, as far as writing them goes. */
export interface CodeTool {
  /** What a direction of a file sends. */
  readonly program: RunProgram;
  /** The call that sends SQL as it is: its callee and arguments, of which the SQL is a literal; or its source where it is none. */
  readonly raw: (on: string, literal: string) => readonly string[] | string;
  /** What the raw call needs from packages. */
  readonly rawNeeds?: readonly Need[];
  /** The object that a call is made on, by the call's source. */
  readonly runnerOf: (call: string) => string | undefined;
  /** Its name in new files. */
  readonly runner: string;
  /** It is never a parameter. */
  readonly runnerIsFixed?: true;
  /** Nothing begins a transaction around a migration. */
  readonly bare?: true;
  /** Calls are awaited; true unless said otherwise. */
  readonly waits?: boolean;
  /** SQL as the library wants it written. */
  readonly sql?: (sql: string) => string;
  /** The tool's own calls, and how files look that make them or send SQL as it is. */
  readonly own?: {
    readonly calls: Calls;
    readonly seen: RegExp;
    readonly rawSeen: RegExp;
    readonly unlessSeen: 'calls' | 'raw';
    /** An option that turns what a call of the author's does into what is wanted. */
    readonly option?: OptionOf;
  };
  /** The whole of a new file where there is no other to go by. */
  readonly file: (bodies: Bodies, style: Style, migration: NewMigration, version: string) => string;
  /** Has classes, named after the migration. */
  readonly className?: (slug: string, version: string, old: string) => string;
  readonly fileName?: (slug: string, version: string, after: MigrationSource, history: History) => string;
  readonly versions?: (after: MigrationSource, history: History, count: number) => readonly string[] | Refused;
  readonly runOutside: (text: string, style: Style, direction: Direction) => string | Refused;
  /** Why no migration can leave the transaction. */
  readonly neverOutside?: string;
  /** The statement in each direction that leaves the transaction, where that is how it is done. */
  readonly outsideStatement?: string;
  readonly notes?: Writer['notes'];
  readonly optOutParts?: Writer['optOutParts'];
}
