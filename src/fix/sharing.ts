import type { Script, Statement } from '../ir/migration.ts';
import type { ObjectName } from '../ir/names.ts';
import type { Operation, OperationOf } from '../ir/operation.ts';
import { cutClauses, regionOf } from './regions.ts';
import { applyEdits } from './edits.ts';
import { alsoUndoes, isUndoneByMany, undoes } from './undo.ts';

/** A part of a way forward that becomes a migration of its own, or stays where it is. */
export interface Piece {
  readonly operations: readonly Operation[];
  /** It is the author's own text: what the way back does to rows goes where the statement before it goes. */
  readonly verbatim: boolean;
  /** Some of what becomes of it stays in the file, and is undone there. */
  readonly partly?: true;
}

/**
 * Which piece of a way forward each operation of the way back undoes, as far as names tell; pieces in the order in which they run. What
 * undoes nothing recognisable is not in it.
 */
export function shares(forward: Script, pieces: readonly Piece[], back: Script): ReadonlyMap<Operation, Piece> {
  const names = noNames();
  const known = new Map(forward.statements.flatMap(({ operations }) => operations.map((operation) => [operation, named(operation, names)] as const)));
  const done = pieces.flatMap((piece) => piece.operations.map((operation) => ({ piece, operation: known.get(operation) ?? operation }))).reverse();
  const undone = back.statements.flatMap(({ operations }) => operations.map((operation) => ({ operation, as: named(operation, names) })));
  const found = new Map<Operation, Piece>();
  const taken = new Set<Operation>();
  for (const test of [undoes, alsoUndoes]) {
    for (const { operation, as } of undone) {
      if (found.has(operation)) continue;
      const match = done.find((one) => (test === alsoUndoes || !taken.has(one.operation)) && test(as, one.operation));
      if (match === undefined) continue;
      found.set(operation, match.piece);
      if (test === undoes && !isUndoneByMany(match.operation)) taken.add(match.operation);
    }
  }
  let before: Piece | undefined;
  let tables: readonly string[] = [];
  for (const { operations } of back.statements) {
    const own = tablesOf(operations);
    const alone = operations.length > 0 && operations.every((operation) => !found.has(operation));
    if (alone && before?.verbatim === true && operations.every(({ kind }) => ROWS.has(kind)) && own.some((name) => tables.includes(name))) for (const operation of operations) found.set(operation, before);
    const next = operations.map((operation) => found.get(operation)).find((piece) => piece !== undefined);
    if (next !== undefined || !alone) tables = next === before ? [...tables, ...own] : own;
    before = next ?? (alone ? undefined : before);
  }
  for (const [index, { operations }] of back.statements.entries()) {
    for (const operation of operations) {
      const filling = operation.kind === 'setNotNull' && found.get(operation)?.partly === undefined && found.has(operation) ? fillingOf(operation, back.statements.slice(0, index)) : undefined;
      const piece = filling === undefined ? undefined : found.get(filling);
      if (piece !== undefined) found.set(operation, piece);
      else if (filling !== undefined) found.delete(operation);
    }
  }
  return found;
}

/** What gives the column its values, so that NOT NULL goes where that goes. */
const fillingOf = ({ table, column }: OperationOf<'setNotNull'>, earlier: readonly Statement[]): Operation | undefined =>
  earlier.flatMap(({ operations }) => operations).findLast((one) => one.kind === 'update' && one.table.name === table.name && one.assignments.some((assignment) => assignment.column === column));

const ROWS: ReadonlySet<string> = new Set(['insert', 'update', 'delete', 'merge']);

const tablesOf = (operations: readonly Operation[]): readonly string[] => operations.flatMap((operation) => ('table' in operation && typeof operation.table === 'object' ? [operation.table.name] : []));

/** The statements of a way back, or the clauses of them, that undo a piece. */
export function backOf(back: Script, found: ReadonlyMap<Operation, Piece>, piece: Piece): readonly string[] {
  return back.statements.flatMap((statement) => {
    const others = statement.operations.filter((operation) => found.get(operation) !== piece);
    if (others.length === statement.operations.length) return [];
    const text = others.length === 0 ? back.text.slice(statement.span.start, statement.span.end) : textWithout(back, statement, others);
    return text === undefined ? [] : [text];
  });
}

/** Undefined where clauses cannot be taken apart, in either direction. */
function textWithout({ text }: Script, statement: Statement, others: readonly Operation[]): string | undefined {
  const region = regionOf(statement, others);
  const rest = regionOf(statement, statement.operations.filter((operation) => !others.includes(operation)));
  const cuts = typeof region === 'string' || typeof rest === 'string' ? undefined : cutClauses(text, region);
  if (cuts === undefined || typeof cuts === 'string') return undefined;
  const { start, end } = statement.span;
  return applyEdits(text.slice(start, end), cuts.map((cut) => ({ ...cut, start: cut.start - start, end: cut.end - start })));
}

/** Present names of tables, and of their columns, to the ones that they had at first. */
interface Names {
  readonly tables: Map<string, string>;
  readonly columns: Map<string, string>;
}

const noNames = (): Names => ({ tables: new Map(), columns: new Map() });

/** The operation with the names that its table and column had at first; renames are followed. */
function named(operation: Operation, { tables, columns }: Names): Operation {
  if (!('table' in operation) || typeof operation.table !== 'object') return operation;
  const table: ObjectName = { ...operation.table, name: tables.get(operation.table.name) ?? operation.table.name };
  const place = (column: string): string => `${table.name}\0${column}`;
  const column = (name: string): string => columns.get(place(name)) ?? name;
  if (operation.kind === 'renameTable') {
    tables.set(operation.newName, table.name);
    tables.delete(operation.table.name);
    return operation;
  }
  if (operation.kind === 'renameColumn') {
    columns.set(place(operation.newName), column(operation.column));
    columns.delete(place(operation.column));
    return { ...operation, table };
  }
  if (operation.kind === 'addColumn') return { ...operation, table, column: { ...operation.column, name: column(operation.column.name) } };
  if ('column' in operation && typeof operation.column === 'string') return { ...operation, table, column: column(operation.column) } as Operation;
  return { ...operation, table } as Operation;
}
