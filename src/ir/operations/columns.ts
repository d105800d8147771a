import type { ColumnDefinition } from '../columns.ts';
import type { DataType, Expression } from '../expressions.ts';
import type { ObjectName } from '../names.ts';
import type { DropBehavior, OperationBase } from './base.ts';

interface ColumnOperation<Kind extends string> extends OperationBase<Kind> {
  readonly table: ObjectName;
  /** ALTER TABLE IF EXISTS: a missing table is skipped. */
  readonly tableIfExists: boolean;
  readonly only: boolean;
}

/** Inline constraints (CHECK, UNIQUE, REFERENCES, …) follow as `addConstraint` operations with `inline` set. */
export interface AddColumn extends ColumnOperation<'addColumn'> {
  readonly column: ColumnDefinition;
  readonly ifNotExists: boolean;
}
export interface DropColumn extends ColumnOperation<'dropColumn'> {
  readonly column: string;
  readonly ifExists: boolean;
  readonly behavior: DropBehavior;
}
export interface RenameColumn extends ColumnOperation<'renameColumn'> {
  readonly column: string;
  readonly newName: string;
  /** What kind of relation holds the column. */
  readonly objectType: 'table' | 'view' | 'materializedView' | 'foreignTable';
}
export interface ChangeColumnType extends ColumnOperation<'changeColumnType'> {
  readonly column: string;
  readonly type: DataType;
  readonly using?: Expression;
  readonly collation?: string;
}
export interface SetNotNull extends ColumnOperation<'setNotNull'> {
  readonly column: string;
}
export interface DropNotNull extends ColumnOperation<'dropNotNull'> {
  readonly column: string;
}
export interface SetDefault extends ColumnOperation<'setDefault'> {
  readonly column: string;
  readonly default: Expression;
}
export interface DropDefault extends ColumnOperation<'dropDefault'> {
  readonly column: string;
}
/** Identity and generation changes, and planner or storage settings of one column. */
export interface AlterColumn extends ColumnOperation<'alterColumn'> {
  readonly column: string;
  readonly change:
    | { readonly type: 'addIdentity' | 'setIdentity'; readonly identity?: 'always' | 'byDefault'; readonly restart?: boolean }
    | { readonly type: 'dropIdentity'; readonly ifExists: boolean }
    | { readonly type: 'setExpression'; readonly expression: Expression }
    | { readonly type: 'dropExpression'; readonly ifExists: boolean }
    /** In lower case. */
    | { readonly type: 'setStorage' | 'setCompression'; readonly to: string }
    | { readonly type: 'setStatistics' | 'setOptions' | 'resetOptions' | 'foreignOptions' };
}

export type ColumnOperations =
  | AddColumn
  | DropColumn
  | RenameColumn
  | ChangeColumnType
  | SetNotNull
  | DropNotNull
  | SetDefault
  | DropDefault
  | AlterColumn;
