import type { CheckDefinition, NotNullDefinition } from '../constraints.ts';
import type { DataType, Expression } from '../expressions.ts';
import type { ObjectName } from '../names.ts';
import type { DropBehavior, OperationBase } from './base.ts';

export interface CreateEnum extends OperationBase<'createEnum'> {
  readonly type: ObjectName;
  readonly values: readonly string[];
}
export interface AddEnumValue extends OperationBase<'addEnumValue'> {
  readonly type: ObjectName;
  readonly value: string;
  readonly ifNotExists: boolean;
  readonly position?: { readonly place: 'before' | 'after'; readonly neighbour: string };
}
export interface RenameEnumValue extends OperationBase<'renameEnumValue'> {
  readonly type: ObjectName;
  readonly value: string;
  readonly newValue: string;
}
export interface CreateDomain extends OperationBase<'createDomain'> {
  readonly domain: ObjectName;
  readonly type: DataType;
  readonly notNull: boolean;
  readonly default?: Expression;
  readonly checks: readonly CheckDefinition[];
}
export interface AlterDomain extends OperationBase<'alterDomain'> {
  readonly domain: ObjectName;
  readonly change:
    | { readonly type: 'setDefault'; readonly default: Expression }
    | { readonly type: 'dropDefault' | 'setNotNull' | 'dropNotNull' }
    | { readonly type: 'addConstraint'; readonly constraint: CheckDefinition | NotNullDefinition }
    | { readonly type: 'dropConstraint'; readonly name: string; readonly ifExists: boolean; readonly behavior: DropBehavior }
    | { readonly type: 'validateConstraint'; readonly name: string };
}
export interface CreateCompositeType extends OperationBase<'createCompositeType'> {
  readonly type: ObjectName;
  readonly attributes: readonly { readonly name: string; readonly type: DataType }[];
}
export interface AlterCompositeType extends OperationBase<'alterCompositeType'> {
  readonly type: ObjectName;
  readonly change:
    | { readonly type: 'addAttribute'; readonly name: string; readonly dataType: DataType }
    | { readonly type: 'dropAttribute'; readonly name: string; readonly ifExists: boolean }
    | { readonly type: 'changeAttributeType'; readonly name: string; readonly dataType: DataType }
    | { readonly type: 'renameAttribute'; readonly name: string; readonly newName: string };
  readonly behavior: DropBehavior;
}
/** Base, shell and range types. */
export interface CreateType extends OperationBase<'createType'> {
  readonly type: ObjectName;
  readonly variety: 'range' | 'base' | 'shell';
}
export interface DropType extends OperationBase<'dropType'> {
  readonly type: ObjectName;
  readonly domain: boolean;
  readonly ifExists: boolean;
  readonly behavior: DropBehavior;
}

export type TypeOperation =
  | CreateEnum
  | AddEnumValue
  | RenameEnumValue
  | CreateDomain
  | AlterDomain
  | CreateCompositeType
  | AlterCompositeType
  | CreateType
  | DropType;
