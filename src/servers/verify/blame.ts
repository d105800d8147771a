import type { Script, Statement } from '../../ir/migration.ts';
import type { ObjectName } from '../../ir/names.ts';
import type { Operation } from '../../ir/operation.ts';
import type { Span } from '../../source/text.ts';
import type { Refusal } from '../run-script.ts';
import type { DataLoss } from './losses.ts';

/** The clause that the server complains about, as far as its answer tells; else the statement. */
export function clauseOf({ sent: { statement }, column, constraint, atCommit }: Refusal): Span {
  if (atCommit) return statement.span;
  const about = statement.operations.filter((operation) => (column !== undefined && columnOf(operation) === column) || (constraint !== undefined && constraintOf(operation) === constraint));
  return about[0]?.span ?? statement.span;
}

function columnOf(operation: Operation): string | undefined {
  if (operation.kind === 'addColumn') return operation.column.name;
  return 'column' in operation && typeof operation.column === 'string' ? operation.column : undefined;
}

function constraintOf(operation: Operation): string | undefined {
  if (operation.kind === 'addConstraint') return operation.constraint.name;
  return 'name' in operation && typeof operation.name === 'string' ? operation.name : undefined;
}

export interface Blamed {
  readonly span: Span;
  /** The statement says that it removes or overwrites something. */
  readonly meant: boolean;
}

/** The statement that lost the data. */
export function blameFor(loss: DataLoss, script: Script): Blamed {
  const all = script.statements.flatMap(({ operations }) => operations);
  const named = (name: ObjectName | undefined): boolean => name !== undefined && (name.name === loss.relation.slice(loss.relation.indexOf('.') + 1) || `${name.schema ?? ''}.${name.name}` === loss.relation);
  const find = (wanted: (operation: Operation) => boolean): Operation | undefined => all.findLast(wanted);
  const found = {
    table: () => find((operation) => operation.kind === 'dropTable' && named(operation.table)) ?? find(({ kind }) => kind === 'dropTable' || kind === 'dropSchema'),
    column: () => find((operation) => operation.kind === 'dropColumn' && operation.column === loss.column && named(operation.table)) ?? find((operation) => operation.kind === 'dropColumn' && operation.column === loss.column),
    rows: () => find((operation) => (operation.kind === 'delete' && named(operation.table)) || operation.kind === 'truncate') ?? find(({ kind }) => kind === 'delete'),
    values: () =>
      find((operation) => operation.kind === 'update' && named(operation.table) && operation.assignments.some(({ column }) => column === loss.column)) ??
      find((operation) => operation.kind === 'changeColumnType' && operation.column === loss.column),
    sequence: () => undefined,
  }[loss.what]();
  if (found === undefined) return { span: script.statements[0]?.span ?? { start: 0, end: 0 }, meant: false };
  return { span: found.span, meant: found.kind !== 'changeColumnType' };
}

/** Whether a statement says of itself that it may be run twice. */
export function claimsRepeat({ operations }: Statement): boolean {
  return operations.some((operation) => {
    if ('ifNotExists' in operation && operation.ifNotExists) return true;
    if ('replace' in operation && operation.replace) return true;
    return operation.kind.startsWith('drop') && 'ifExists' in operation && operation.ifExists;
  });
}
