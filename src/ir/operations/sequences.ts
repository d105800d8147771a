import type { DataType } from '../expressions.ts';
import type { ObjectName } from '../names.ts';
import type { DropBehavior, OperationBase } from './base.ts';

export interface CreateSequence extends OperationBase<'createSequence'> {
  readonly sequence: ObjectName;
  readonly ifNotExists: boolean;
  readonly temporary: boolean;
  readonly type?: DataType;
  readonly ownedBy?: { readonly table: ObjectName; readonly column: string };
}
export interface AlterSequence extends OperationBase<'alterSequence'> {
  readonly sequence: ObjectName;
  readonly ifExists: boolean;
  /** Option names as the server spells them: `restart`, `increment`, `maxvalue`, `cycle`, `owned_by`, `as`, … */
  readonly options: readonly string[];
  readonly type?: DataType;
  /** `null` is OWNED BY NONE. */
  readonly ownedBy?: { readonly table: ObjectName; readonly column: string } | null;
}
export interface DropSequence extends OperationBase<'dropSequence'> {
  readonly sequence: ObjectName;
  readonly ifExists: boolean;
  readonly behavior: DropBehavior;
}

export type SequenceOperation = CreateSequence | AlterSequence | DropSequence;
