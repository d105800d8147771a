import type { Expression } from '../expressions.ts';
import type { ObjectName } from '../names.ts';
import type { DropBehavior, OperationBase } from './base.ts';

export interface IndexKey {
  /** Exactly one of column and expression. */
  readonly column?: string;
  readonly expression?: Expression;
  readonly collation?: string;
  readonly operatorClass?: string;
  readonly descending: boolean;
  /** Written explicitly. */
  readonly nulls?: 'first' | 'last';
}

export interface CreateIndex extends OperationBase<'createIndex'> {
  /** Absent when the server will choose it. */
  readonly name?: string;
  readonly table: ObjectName;
  readonly only: boolean;
  readonly unique: boolean;
  readonly concurrently: boolean;
  readonly ifNotExists: boolean;
  readonly method: string;
  readonly keys: readonly IndexKey[];
  readonly include: readonly string[];
  readonly where?: Expression;
  readonly nullsNotDistinct: boolean;
  readonly options: Readonly<Record<string, string>>;
  readonly tablespace?: string;
}
export interface DropIndex extends OperationBase<'dropIndex'> {
  readonly index: ObjectName;
  readonly concurrently: boolean;
  readonly ifExists: boolean;
  readonly behavior: DropBehavior;
  /** How many indexes the statement names. */
  readonly listLength: number;
}
export interface AlterIndex extends OperationBase<'alterIndex'> {
  readonly index: ObjectName;
  readonly ifExists: boolean;
  readonly change:
    | { readonly type: 'attachPartition'; readonly partition: ObjectName }
    | { readonly type: 'setTablespace'; readonly tablespace: string }
    | { readonly type: 'setOptions' | 'resetOptions'; readonly options: Readonly<Record<string, string>> }
    | { readonly type: 'setStatistics' }
    | { readonly type: 'dependsOnExtension'; readonly extension: string };
}
export interface Reindex extends OperationBase<'reindex'> {
  readonly target: 'index' | 'table' | 'schema' | 'database' | 'system';
  readonly name: ObjectName;
  readonly concurrently: boolean;
}

export type IndexOperation = CreateIndex | DropIndex | AlterIndex | Reindex;
