import type { Expression, Query } from '../expressions.ts';
import type { ObjectName } from '../names.ts';
import type { DropBehavior, OperationBase } from './base.ts';

export interface CreateView extends OperationBase<'createView'> {
  readonly view: ObjectName;
  readonly replace: boolean;
  readonly temporary: boolean;
  readonly recursive: boolean;
  /** Explicit column names; empty when the query names them. */
  readonly columns: readonly string[];
  readonly query: Query;
  readonly options: Readonly<Record<string, string>>;
}
export interface DropView extends OperationBase<'dropView'> {
  readonly view: ObjectName;
  readonly ifExists: boolean;
  readonly behavior: DropBehavior;
}
export interface AlterView extends OperationBase<'alterView'> {
  readonly view: ObjectName;
  readonly materialized: boolean;
  readonly ifExists: boolean;
  readonly change:
    | { readonly type: 'setDefault'; readonly column: string; readonly default: Expression }
    | { readonly type: 'dropDefault'; readonly column: string }
    | { readonly type: 'setOptions' | 'resetOptions'; readonly options: Readonly<Record<string, string>> }
    | { readonly type: 'setTablespace'; readonly tablespace: string }
    | { readonly type: 'setAccessMethod'; readonly method?: string }
    | { readonly type: 'clusterOn' | 'withoutCluster' | 'setStatistics' | 'setStorage' | 'setCompression' | 'dependsOnExtension' };
}
export interface CreateMaterializedView extends OperationBase<'createMaterializedView'> {
  readonly view: ObjectName;
  readonly ifNotExists: boolean;
  readonly columns: readonly string[];
  readonly query: Query;
  readonly withData: boolean;
}
export interface RefreshMaterializedView extends OperationBase<'refreshMaterializedView'> {
  readonly view: ObjectName;
  readonly concurrently: boolean;
  readonly withData: boolean;
}
export interface DropMaterializedView extends OperationBase<'dropMaterializedView'> {
  readonly view: ObjectName;
  readonly ifExists: boolean;
  readonly behavior: DropBehavior;
}

export type ViewOperation = CreateView | DropView | AlterView | CreateMaterializedView | RefreshMaterializedView | DropMaterializedView;
