import type { ObjectName } from '../names.ts';
import type { Query } from '../expressions.ts';
import type { OperationBase } from './base.ts';

/** SET, RESET, set_config(): `value` undefined is a reset to the default. */
export interface SetSetting extends OperationBase<'setSetting'> {
  /** Lower case. `all` for RESET ALL and DISCARD ALL. */
  readonly name: string;
  /** List items joined with `, `. */
  readonly value?: string;
  /** SET LOCAL: gone at the end of the transaction. */
  readonly local: boolean;
}
export interface TransactionControl extends OperationBase<'transaction'> {
  readonly action: 'begin' | 'commit' | 'rollback' | 'savepoint' | 'release' | 'rollbackTo' | 'prepare' | 'commitPrepared' | 'rollbackPrepared';
  readonly savepoint?: string;
  /** COMMIT or ROLLBACK AND CHAIN: the next transaction begins at once. */
  readonly chain?: true;
}
export interface LockTable extends OperationBase<'lockTable'> {
  readonly table: ObjectName;
  readonly only: boolean;
  /** The server's own spelling, as in `AccessExclusiveLock`. */
  readonly mode: string;
  readonly nowait: boolean;
}
/** VACUUM, ANALYZE, CLUSTER, CHECKPOINT, … Without a table: the whole database. */
export interface Maintenance extends OperationBase<'maintenance'> {
  readonly action: 'vacuum' | 'vacuumFull' | 'analyze' | 'cluster' | 'checkpoint' | 'load' | 'alterSystem' | 'repack';
  readonly table?: ObjectName;
  readonly index?: string;
  readonly concurrently?: boolean;
  /** VACUUM ONLY, ANALYZE ONLY: the table without what is below it. */
  readonly only?: boolean;
  /** VACUUM (ANALYZE) */
  readonly analyze?: true;
}
/** LISTEN, NOTIFY, PREPARE, EXECUTE, DEALLOCATE, cursors, EXPLAIN, SET CONSTRAINTS, DISCARD. */
export interface SessionCommand extends OperationBase<'sessionCommand'> {
  /** Lower case, as in `set constraints`. */
  readonly command: string;
  readonly query?: Query;
}
/** A client meta-command that the server never sees: `\set`, `\i`, `\connect`. */
export interface ClientCommand extends OperationBase<'clientCommand'> {
  readonly text: string;
}
/** Something that could not be read. It may touch anything that `touches` does not rule out. */
export interface Opaque extends OperationBase<'opaque'> {
  readonly reason: 'syntax' | 'dynamic' | 'template' | 'include' | 'language' | 'unsupported';
  /** One line: the parser's message, or what is dynamic. */
  readonly detail: string;
  /** The statement, of a template whose gaps only running fills: what it is about can stand around them. */
  readonly text?: string;
  /** Offset of the error inside the file, where known. */
  readonly at?: number;
  readonly touches?: readonly ObjectName[];
}

export type SessionOperation = SetSetting | TransactionControl | LockTable | Maintenance | SessionCommand | ClientCommand | Opaque;
