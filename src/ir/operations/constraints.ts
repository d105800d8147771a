import type { ConstraintDefinition } from '../constraints.ts';
import type { ObjectName } from '../names.ts';
import type { DropBehavior, OperationBase } from './base.ts';

interface TableConstraintOperation<Kind extends string> extends OperationBase<Kind> {
  readonly table: ObjectName;
  readonly tableIfExists: boolean;
  readonly only: boolean;
}

export interface AddConstraint extends TableConstraintOperation<'addConstraint'> {
  readonly constraint: ConstraintDefinition;
  /** Written on the column that the same statement adds just before. */
  readonly inline: boolean;
}
export interface ValidateConstraint extends TableConstraintOperation<'validateConstraint'> {
  readonly name: string;
}
export interface AlterConstraint extends TableConstraintOperation<'alterConstraint'> {
  readonly name: string;
  readonly deferrable?: boolean;
  readonly initiallyDeferred?: boolean;
  readonly enforced?: boolean;
  readonly inherit?: boolean;
}
export interface DropConstraint extends TableConstraintOperation<'dropConstraint'> {
  readonly name: string;
  readonly ifExists: boolean;
  readonly behavior: DropBehavior;
}
export interface RenameConstraint extends TableConstraintOperation<'renameConstraint'> {
  readonly name: string;
  readonly newName: string;
}

export type ConstraintOperation = AddConstraint | ValidateConstraint | AlterConstraint | DropConstraint | RenameConstraint;
