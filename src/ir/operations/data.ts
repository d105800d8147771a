import type { Expression, Query } from '../expressions.ts';
import type { ObjectName } from '../names.ts';
import type { OperationBase } from './base.ts';

export interface Insert extends OperationBase<'insert'> {
  readonly table: ObjectName;
  /** Empty when the statement gives none. */
  readonly columns: readonly string[];
  /** Columns of which only an element or a field is given, as in `(tags[1], home.city)`: they may be named more than once. */
  readonly inPart?: readonly string[];
  readonly source: 'values' | 'query' | 'default';
  /** Rows written for `values`. */
  readonly rows?: number;
  /** The one row that SELECT without FROM and conditions gives, where it has constants; undefined for what is none. */
  readonly constants?: readonly (string | number | null | undefined)[];
  /** String and number literals written, for enum values used and the like. */
  readonly literals: readonly string[];
  readonly onConflict?: 'nothing' | 'update';
  /** The columns of ON CONFLICT, where they are plain and stand without a condition. */
  readonly conflict?: readonly string[];
  readonly query: Query;
}
export interface Update extends OperationBase<'update'> {
  readonly table: ObjectName;
  readonly only: boolean;
  /** `inPart`: only an element or a field of the column is set. */
  readonly assignments: readonly { readonly column: string; readonly value?: Expression; readonly inPart?: true }[];
  readonly where?: Expression;
  /** Whole statement: FROM and subqueries included, the target excluded. */
  readonly query: Query;
}
export interface Delete extends OperationBase<'delete'> {
  readonly table: ObjectName;
  readonly only: boolean;
  readonly where?: Expression;
  readonly query: Query;
}
export interface Merge extends OperationBase<'merge'> {
  readonly table: ObjectName;
  readonly actions: readonly ('insert' | 'update' | 'delete')[];
  /** The columns that every INSERT of it gives; absent: all. */
  readonly inserted?: readonly string[];
  readonly query: Query;
}
export interface Select extends OperationBase<'select'> {
  readonly query: Query;
}
export interface Copy extends OperationBase<'copy'> {
  readonly table?: ObjectName;
  readonly direction: 'from' | 'to';
  readonly query?: Query;
}
/** CALL procedure(…). */
export interface CallRoutine extends OperationBase<'call'> {
  readonly routine: ObjectName;
  readonly argumentCount: number;
}

export type DataOperation = Insert | Update | Delete | Merge | Select | Copy | CallRoutine;
