import type { DataType, Expression, Query } from '../expressions.ts';
import type { ObjectName } from '../names.ts';
import type { DropBehavior, OperationBase } from './base.ts';
import type { Operation } from '../operation.ts';

export interface CreateRoutine extends OperationBase<'createRoutine'> {
  readonly routine: ObjectName;
  readonly variety: 'function' | 'procedure';
  readonly replace: boolean;
  readonly language: string;
  /** Input parameter types, in order: with the name, the routine's identity. */
  readonly parameters: readonly DataType[];
  readonly parameterNames: readonly (string | undefined)[];
  /** The defaults that are constants, undefined for the others; absent when none is. */
  readonly parameterDefaults?: readonly (string | number | boolean | null | undefined)[];
  /** How many of them a call can leave out; absent for none. */
  readonly optional?: number;
  readonly returns?: DataType;
  /** RETURNS SETOF or TABLE. */
  readonly returnsSet?: true;
  readonly returnsTrigger: boolean;
  readonly volatility: 'immutable' | 'stable' | 'volatile';
  readonly securityDefiner: boolean;
  /** Settings pinned with SET, names in lower case. */
  readonly settings: readonly string[];
  /** The static statements of its body, in order. They do not run now; spans point into this file. */
  readonly body: readonly Operation[];
  /** BEGIN ATOMIC or RETURN expression: parsed when the routine is created. */
  readonly sqlBody: boolean;
  /** The body's text, for comparison. */
  readonly bodyText?: string;
  /** What the server says to a body that is none of its language; without it the body may still be wrong. */
  readonly refusal?: string;
}
export interface AlterRoutine extends OperationBase<'alterRoutine'> {
  readonly routine: ObjectName;
  readonly parameters?: readonly DataType[];
  /** Properties changed, in the server's words, lower case: `volatility`, `security`, `set`, … */
  readonly changes: readonly string[];
}
export interface DropRoutine extends OperationBase<'dropRoutine'> {
  readonly routine: ObjectName;
  readonly variety: 'function' | 'procedure' | 'routine' | 'aggregate';
  readonly parameters?: readonly DataType[];
  readonly ifExists: boolean;
  readonly behavior: DropBehavior;
}
export interface CreateTrigger extends OperationBase<'createTrigger'> {
  readonly trigger: string;
  readonly table: ObjectName;
  readonly replace: boolean;
  readonly constraint: boolean;
  readonly timing: 'before' | 'after' | 'insteadOf';
  readonly events: readonly ('insert' | 'update' | 'delete' | 'truncate')[];
  readonly columns: readonly string[];
  readonly forEachRow: boolean;
  readonly when?: Expression;
  readonly function: ObjectName;
  /** The FROM table of a constraint trigger. */
  readonly from?: ObjectName;
}
export interface DropTrigger extends OperationBase<'dropTrigger'> {
  readonly trigger: string;
  readonly table: ObjectName;
  readonly ifExists: boolean;
  readonly behavior: DropBehavior;
}
export interface CreateRule extends OperationBase<'createRule'> {
  readonly rule: string;
  readonly table: ObjectName;
  readonly replace: boolean;
  readonly event: 'select' | 'insert' | 'update' | 'delete';
  readonly instead: boolean;
  readonly actions: readonly Query[];
}
export interface DropRule extends OperationBase<'dropRule'> {
  readonly rule: string;
  readonly table: ObjectName;
  readonly ifExists: boolean;
  readonly behavior: DropBehavior;
}
export interface CreatePolicy extends OperationBase<'createPolicy'> {
  readonly policy: string;
  readonly table: ObjectName;
  readonly permissive: boolean;
  readonly command: 'all' | 'select' | 'insert' | 'update' | 'delete';
  readonly roles: readonly string[];
  readonly using?: Expression;
  readonly check?: Expression;
}
export interface AlterPolicy extends OperationBase<'alterPolicy'> {
  readonly policy: string;
  readonly table: ObjectName;
  readonly using?: Expression;
  readonly check?: Expression;
}
export interface DropPolicy extends OperationBase<'dropPolicy'> {
  readonly policy: string;
  readonly table: ObjectName;
  readonly ifExists: boolean;
}

export type RoutineOperation =
  | CreateRoutine
  | AlterRoutine
  | DropRoutine
  | CreateTrigger
  | DropTrigger
  | CreateRule
  | DropRule
  | CreatePolicy
  | AlterPolicy
  | DropPolicy;
