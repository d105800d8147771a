import type { Statement } from '../../../ir/migration.ts';
import { statementsSoFar } from '../../../ir/migration.ts';
import type { ObjectName } from '../../../ir/names.ts';
import type { Operation, OperationOf } from '../../../ir/operation.ts';
import type { Along, PatternInput } from '../../../remedy/step.ts';

type Dropped = OperationOf<'dropConstraint'>;

/** The key that a migration drops before it adds another in its place. */
export interface ReplacedKey {
  readonly name: string;
  /** The clause of the same statement. */
  readonly clause?: Dropped;
  /** The statement before, to go with the step that adopts the new key. */
  readonly along?: Along;
}

/**
 * Until the new key is there the old one keeps the rows apart, so that it may only go in the transaction that adopts the new one.
 * Undefined where none is dropped, or where rows or columns change in between, for which it may have to be gone.
 */
export function replacedKey({ before, script, statement, operation }: PatternInput, table: ObjectName, name: string, type: 'unique' | 'primaryKey'): ReplacedKey | undefined {
  const own = before.resolve(table);
  const isOld = (one: Operation): one is Dropped => {
    if (one.kind !== 'dropConstraint' || one.within !== undefined) return false;
    const { schema, name: other } = before.resolve(one.table);
    if (schema !== own.schema || other !== own.name) return false;
    return one.name === name || (type === 'primaryKey' && one.name === `${own.name}_pkey`);
  };
  const clause = statement.operations.find(isOld);
  if (clause !== undefined) return statement.operations.every((one) => one === clause || one === operation || !CHANGES.has(one.kind)) ? { name: clause.name, clause } : undefined;
  const known = statementsSoFar(script);
  const place = known.indexOf(statement);
  const at = known.slice(0, place).findLastIndex(({ operations }) => operations.length === 1 && operations.every(isOld));
  const dropping = known[at];
  const [old] = (dropping?.operations ?? []).filter(isOld);
  if (dropping === undefined || old === undefined) return undefined;
  const between: readonly Statement[] = known.slice(at + 1, place);
  if (between.some(({ operations }) => operations.some(({ kind }) => CHANGES.has(kind)))) return undefined;
  return { name: old.name, along: { at: 0, before: [dropping], after: [] } };
}

/** What rows or columns may need the old key out of the way for, and what ends the transaction. */
const CHANGES: ReadonlySet<string> = new Set(['insert', 'update', 'delete', 'merge', 'copy', 'select', 'call', 'opaque', 'transaction', 'dropColumn', 'addColumn', 'changeColumnType', 'renameColumn', 'renameTable', 'dropTable', 'createTable', 'renameConstraint', 'truncate']);
