import type { ColumnOperations } from './operations/columns.ts';
import type { ConstraintOperation } from './operations/constraints.ts';
import type { DataOperation } from './operations/data.ts';
import type { IndexOperation } from './operations/indexes.ts';
import type { ObjectOperation } from './operations/objects.ts';
import type { RoutineOperation } from './operations/routines.ts';
import type { SequenceOperation } from './operations/sequences.ts';
import type { SessionOperation } from './operations/session.ts';
import type { TableOperation } from './operations/tables.ts';
import type { TypeOperation } from './operations/types.ts';
import type { ViewOperation } from './operations/views.ts';

/** Everything a migration can do, at clause level: an ALTER TABLE with three clauses is three operations. */
export type Operation =
  | TableOperation
  | ColumnOperations
  | ConstraintOperation
  | IndexOperation
  | TypeOperation
  | SequenceOperation
  | ViewOperation
  | RoutineOperation
  | ObjectOperation
  | DataOperation
  | SessionOperation;

export type OperationKind = Operation['kind'];
export type OperationOf<Kind extends OperationKind> = Extract<Operation, { readonly kind: Kind }>;

/** A total table over operation kinds: a kind without an answer does not compile. */
export type OperationHandlers<Context, Result> = {
  readonly [Kind in OperationKind]: (operation: OperationOf<Kind>, context: Context) => Result;
};

/** Calls the handler of the operation's kind. */
export function handle<Context, Result>(
  handlers: OperationHandlers<Context, Result>,
  operation: Operation,
  context: Context,
): Result {
  // The table's own type proves that key and argument agree; TypeScript cannot correlate them through a union.
  const handler = handlers[operation.kind] as (operation: Operation, context: Context) => Result;
  return handler(operation, context);
}
