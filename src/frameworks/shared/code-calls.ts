import type { Emission, Program } from '../../hosts/program.ts';
import type { Need } from '../../hosts/typescript/imports.ts';
import type { CallOption } from '../../hosts/typescript/options.ts';
import { callSource } from '../../hosts/typescript/source.ts';
import type { Js } from '../../hosts/typescript/source.ts';
import type { Style } from '../../hosts/typescript/style.ts';
import type { Direction } from '../../ir/migration.ts';
import type { ConstraintDefinition } from '../../ir/constraints.ts';
import type { Operation, OperationKind, OperationOf } from '../../ir/operation.ts';
import { sameOperations } from '../../ir/same.ts';
import type { FileTree, ProgramFile, SqlReader } from '../framework.ts';

/** A call as it is written down in a place. */
export interface Call {
  readonly source: (style: Style, indent: string, taken: number) => string;
  /** What it needs from packages. */
  readonly needs?: readonly Need[];
}

/** What a call is written on. */
export interface CallOn {
  /** The object that the tool hands over, or another one that leads to it. */
  readonly on: string;
  /** Names of the parameters of the function. */
  readonly names: readonly string[];
  /** What is told nearby of an index that an operation names. */
  readonly known: Known;
}

/** Definitions around a statement, by the name of what they make. */
export interface Known {
  readonly index: (name: string) => OperationOf<'createIndex'> | undefined;
  readonly constraint: (name: string) => ConstraintDefinition | undefined;
}

export function knownFrom(operations: readonly Operation[]): Known {
  const made = operations.flatMap((operation) => (operation.kind === 'addConstraint' ? [operation.constraint] : operation.kind === 'createTable' ? operation.constraints : []));
  return {
    index: (wanted) => operations.find((operation): operation is OperationOf<'createIndex'> => operation.kind === 'createIndex' && operation.name === wanted),
    constraint: (wanted) => made.find(({ name }) => name === wanted),
  };
}

/** The tool's own call for an operation; undefined where it has none. What the call really sends is proven afterwards. */
export type Calls = { readonly [Kind in OperationKind]?: (operation: OperationOf<Kind>, at: CallOn, rest: readonly Operation[]) => Call | undefined };

/** The option that may turn one thing that a call does into another. */
export type OptionOf = (before: readonly Operation[], after: readonly Operation[]) => CallOption | undefined;

export function callFor(calls: Calls, operations: readonly Operation[], at: CallOn): Call | undefined {
  const [first, ...rest] = operations;
  if (first === undefined) return undefined;
  const make = calls[first.kind] as ((operation: Operation, at: CallOn, rest: readonly Operation[]) => Call | undefined) | undefined;
  return make?.(first, at, rest);
}

/** `callee(…)`. */
export const call = (callee: string, ...args: readonly Js[]): Call => ({ source: (style, indent, taken) => callSource(callee, args, style, indent, taken) });

/** `head.a(…).b(…)`, each step on a line of its own as far as they do not fit on one. */
export const chain = (head: string, ...steps: readonly (readonly [string, ...Js[]])[]): Call => ({
  source(style, indent, taken) {
    const flat = head + steps.map(([name, ...args]) => callSource(`.${name}`, args, { ...style, width: Number.POSITIVE_INFINITY }, '')).join('');
    if (!flat.includes('=>') && !flat.includes('\n') && indent.length + taken + flat.length < style.width) return flat;
    const inner = indent + style.indent;
    return head + steps.map(([name, ...args]) => `${style.line}${inner}${callSource(`.${name}`, args, style, inner)}`).join('');
  },
});

/** Runs a direction of a file as the tool would. */
export type RunProgram = (file: ProgramFile, direction: Direction) => Program | undefined;

/** What a direction of a file does, and how much of it surprises; undefined where the file has no such direction, or something in it cannot be read. */
export function doneBy(run: RunProgram, file: { readonly path: string; readonly text: string }, direction: Direction, tree: FileTree, reader: SqlReader): { readonly operations: readonly Operation[]; readonly traps: number; readonly irreversible: boolean } | undefined {
  const program = ran(run, file, direction, tree, reader);
  if (program === undefined || program.emissions.some((emission) => 'opaque' in emission)) return undefined;
  return {
    operations: program.emissions.flatMap((emission) => ('sql' in emission ? operationsIn(emission.sql, reader.read) : [])),
    traps: program.emissions.reduce((sum, { traps = [] }) => sum + traps.length, 0),
    irreversible: program.irreversible !== undefined,
  };
}

/** What a direction of a file sends. */
export const ran = (run: RunProgram, file: { readonly path: string; readonly text: string }, direction: Direction, tree: FileTree, { dialect, version }: SqlReader): Program | undefined => run({ ...file, dialect, version, read: (path) => tree.read(path) }, direction);

export const isTransaction = (emission: Emission): boolean => 'sql' in emission && /^(?:START TRANSACTION|BEGIN|COMMIT|ROLLBACK)\b/i.test(emission.sql);

export const operationsIn = (sql: string, read: SqlReader['read']): readonly Operation[] => read(sql).flatMap(({ operations }) => operations);

/** Whether a direction of a file does that and nothing else. In a way back, what is dropped may be dropped if it exists, and an index where it lies by default. */
export function does(run: RunProgram, file: { readonly path: string; readonly text: string }, direction: Direction, wanted: readonly Operation[], tree: FileTree, reader: SqlReader): boolean {
  const done = doneBy(run, file, direction, tree, reader);
  if (done === undefined || done.traps > 0) return wanted.length === 0 && done?.operations.length === 0;
  return sameOperations(done.operations, wanted) || (direction === 'down' && sameBack(done.operations, wanted));
}

/** The same as a way back: what is dropped may be dropped if it exists. */
export const sameBack = (one: readonly Operation[], other: readonly Operation[]): boolean => sameOperations(one.map(certain), other.map(certain));

function certain(operation: Operation): Operation {
  if (operation.kind === 'dropIndex') return { ...operation, ifExists: true, index: { schema: operation.index.schema ?? 'public', name: operation.index.name } };
  return /^drop/.test(operation.kind) && 'ifExists' in operation ? ({ ...operation, ifExists: true } as Operation) : operation;
}
