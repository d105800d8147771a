import type { ColumnDefinition } from '../columns.ts';
import type { ConstraintDefinition } from '../constraints.ts';
import type { Query } from '../expressions.ts';
import type { ObjectName } from '../names.ts';
import type { PartitionBound, PartitionKey } from '../partitions.ts';
import type { DropBehavior, OperationBase } from './base.ts';

export interface CreateTable extends OperationBase<'createTable'> {
  readonly table: ObjectName;
  readonly ifNotExists: boolean;
  readonly persistence: 'permanent' | 'unlogged' | 'temporary';
  readonly columns: readonly ColumnDefinition[];
  /** Table constraints and the columns' inline ones alike; inline NOT NULL is on the column. */
  readonly constraints: readonly ConstraintDefinition[];
  readonly inherits: readonly ObjectName[];
  /** `after`: how many of `columns` stand before it. */
  readonly like: readonly { readonly table: ObjectName; readonly including: readonly string[]; readonly after: number }[];
  readonly partitionBy?: PartitionKey;
  readonly partitionOf?: { readonly parent: ObjectName; readonly bound: PartitionBound };
  readonly ofType?: ObjectName;
  /** CREATE TABLE … AS: the query, and whether its rows are copied. */
  readonly as?: { readonly query: Query; readonly withData: boolean };
  /** A foreign table: no rows of its own. */
  readonly foreign?: boolean;
  readonly options: Readonly<Record<string, string>>;
}
export interface DropTable extends OperationBase<'dropTable'> {
  readonly table: ObjectName;
  readonly ifExists: boolean;
  readonly behavior: DropBehavior;
  readonly foreign?: boolean;
}
export interface RenameTable extends OperationBase<'renameTable'> {
  readonly table: ObjectName;
  readonly newName: string;
  readonly ifExists: boolean;
}
/** One subcommand of ALTER TABLE that changes how a table is stored or treated, not its columns. */
export interface AlterTable extends OperationBase<'alterTable'> {
  readonly table: ObjectName;
  readonly ifExists: boolean;
  readonly only: boolean;
  readonly change:
    | { readonly type: 'setLogged' | 'setUnlogged' }
    | { readonly type: 'setTablespace'; readonly tablespace: string }
    | { readonly type: 'setAccessMethod'; readonly method?: string }
    | { readonly type: 'setOptions' | 'resetOptions'; readonly options: Readonly<Record<string, string>> }
    | { readonly type: 'replicaIdentity'; readonly identity: 'default' | 'full' | 'nothing' | 'index'; readonly index?: string }
    | { readonly type: 'clusterOn'; readonly index: string }
    | { readonly type: 'withoutCluster' | 'withoutOids' }
    | { readonly type: 'inherit' | 'noInherit'; readonly parent: ObjectName }
    | { readonly type: 'ofType'; readonly ofType: ObjectName }
    | { readonly type: 'notOfType' }
    | { readonly type: 'rowSecurity'; readonly setting: 'enable' | 'disable' | 'force' | 'noForce' }
    | { readonly type: 'enableTrigger' | 'disableTrigger'; readonly which: 'one' | 'all' | 'user'; readonly name?: string; readonly mode?: 'always' | 'replica' }
    | { readonly type: 'enableRule' | 'disableRule'; readonly name: string; readonly mode?: 'always' | 'replica' }
    | { readonly type: 'foreignOptions' };
}
export interface AttachPartition extends OperationBase<'attachPartition'> {
  readonly table: ObjectName;
  readonly partition: ObjectName;
  readonly bound: PartitionBound;
}
export interface DetachPartition extends OperationBase<'detachPartition'> {
  readonly table: ObjectName;
  readonly partition: ObjectName;
  readonly concurrently: boolean;
  readonly finalize: boolean;
}
export interface Truncate extends OperationBase<'truncate'> {
  readonly table: ObjectName;
  readonly only: boolean;
  readonly behavior: DropBehavior;
  readonly restartIdentity: boolean;
}

export type TableOperation = CreateTable | DropTable | RenameTable | AlterTable | AttachPartition | DetachPartition | Truncate;
