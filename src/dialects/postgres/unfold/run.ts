import type { Operation } from '../../../ir/operation.ts';
import type { Block } from '../../../ir/operations/base.ts';
import { as } from '../parse/ast.ts';
import type { Body, BodyNode } from '../parse/routines/block-tree.ts';
import { expressionIn } from '../parse/routines/constants.ts';
import { executeOperations, relocated } from '../parse/routines/dynamic.ts';
import type { BodyContext, Leaf } from '../parse/routines/flatten.ts';
import { leafOperations, sqlPiece } from '../parse/routines/flatten.ts';
import { TokenKind } from '../parse/lexer.ts';
import type { Reading } from '../parse/context.ts';
import { parsePiece } from '../parse/statement.ts';
import type { Range, Tokens } from '../parse/tokens.ts';
import { split, tokenize } from '../parse/tokens.ts';
import { fileSource } from '../parse/source.ts';
import { wordIn } from '../parse/routines/reader.ts';
import type { Scope } from './expressions.ts';
import { evaluate } from './expressions.ts';
import type { Machine } from './machine.ts';
import { callKey, spend } from './machine.ts';
import type { Rows } from './select.ts';
import { selectRows } from './select.ts';
import type { Truth, Value } from './values.ts';
import { isWhole, scalar, textOf, truthOf, UNKNOWN } from './values.ts';
import { assignedIn, takeChoice, takeLoop } from './flow.ts';

/** A body while it is followed. */
export interface Frame {
  readonly machine: Machine;
  readonly tokens: Tokens;
  readonly body: Body;
  readonly reading: Reading;
  variables: Map<string, Value>;
  /** The body stands elsewhere: its operations are placed at the statement that calls it. */
  readonly called: boolean;
  /** Its end may have been met: what follows may not run. */
  left: boolean;
  /** What the last query gave, for the loop over it. */
  rows: Rows | undefined;
  result: Value;
}

/** How a list of statements ends. */
export type Flow = 'next' | 'exit' | 'continue' | 'return' | 'raise';

/** A statement is read and carried out, which is as much work as evaluating this many nodes. */
const STATEMENT = 20;

/** Follows statements in their order, and notes what they do. */
export function runNodes(nodes: readonly BodyNode[], frame: Frame, block: Block): Flow {
  for (const node of nodes) {
    if (!spend(frame.machine, STATEMENT)) return 'return';
    const flow = runNode(node, frame, frame.left && !block.conditional ? { ...block, conditional: true } : block);
    if (flow !== 'next') return flow;
  }
  return 'next';
}

function runNode(node: BodyNode, frame: Frame, within: Block): Flow {
  switch (node.kind) {
    case 'expression': {
      const value = expressionValue(node.range, frame, within);
      if (node.to !== undefined) frame.variables.set(node.to, value);
      return 'next';
    }
    case 'sql':
      runSql(node, frame, within);
      return 'next';
    case 'execute':
      runExecute(node, frame, within);
      return 'next';
    case 'transaction':
      emitLeaf(node, frame, within);
      return 'next';
    case 'choice':
      return takeChoice(node, frame, within);
    case 'loop':
      return takeLoop(node, frame, within);
    case 'caught': {
      const flow = runNodes(node.body, frame, { ...within, caught: true });
      return flow === 'raise' ? 'next' : flow;
    }
    case 'branch': {
      // An error leads here, and none may have been met.
      const before = new Map(frame.variables);
      const flow = runNodes(node.body, frame, { ...within, conditional: true });
      if (flow !== 'next' && flow !== 'raise') frame.left = true;
      frame.variables = before;
      forget(frame, assignedIn(node.body));
      return 'next';
    }
    case 'return':
      frame.result = node.value === undefined ? null : expressionValue(node.value, frame, within);
      if (within.conditional) frame.result = UNKNOWN;
      return 'return';
    case 'jump': {
      const holds = node.condition === undefined ? true : truthOf(expressionValue(node.condition, frame, within));
      if (holds === false || holds === null) return 'next';
      if (holds === undefined || node.label !== undefined) frame.left = true;
      return holds === undefined ? 'next' : node.to;
    }
    case 'raise':
      return 'raise';
    case 'forget':
      forget(frame, node.names);
      return 'next';
  }
}

export function forget(frame: Frame, names: Iterable<string>): void {
  for (const name of names) frame.variables.set(name, UNKNOWN);
}

export const scopeOf = ({ machine, variables }: Frame): Scope => ({ machine, rows: [], variables, tables: new Map() });

/** Evaluates an expression, and notes what that reads and calls. */
export function expressionValue(range: Range, frame: Frame, within: Block): Value {
  const { machine, tokens, reading } = frame;
  machine.followed.clear();
  machine.block = within;
  const node = expressionIn(range, { tokens, reading });
  const value = evaluate(node, scopeOf(frame));
  emitLeaf({ kind: 'expression', range }, frame, within);
  return value;
}

export const expressionTruth = (range: Range, frame: Frame, within: Block): Truth => truthOf(expressionValue(range, frame, within));

/** The body as the leaves see it: with the values that are known at this moment. */
function contextOf({ tokens, body, reading, variables }: Frame): BodyContext {
  const assignments = new Map([...variables].map(([name, value]) => {
    const text = textOf(scalar(value));
    return [name, [text === null || !isWhole(text) ? { kind: 'unknown' as const } : { kind: 'text' as const, text }]] as const;
  }));
  return { tokens, body: { ...body, assignments }, reading, known: new Map() };
}

function emitLeaf(node: Leaf, frame: Frame, within: Block): void {
  emit(leafOperations(node, contextOf(frame), within).operations, frame);
}

/** Most operations that one statement is unfolded into. */
const MOST_OPERATIONS = 2000;

/** Notes operations, those calls aside that have been followed already, and carries them out. */
function emit(operations: readonly Operation[], { machine, called }: Frame): void {
  for (const operation of operations) {
    const own = withoutFollowed(operation, machine);
    if (own === undefined) continue;
    const placed = called ? relocated(own, machine.span) : own;
    if (machine.operations.length >= MOST_OPERATIONS) machine.steps = 0;
    machine.operations.push(placed);
    machine.catalog.apply(placed, machine.origin);
  }
}

export function withoutFollowed(operation: Operation, { followed }: Machine): Operation | undefined {
  if (followed.size === 0) return operation;
  if (operation.kind === 'call') return followed.has(callKey(operation.routine, operation.argumentCount)) ? undefined : operation;
  if (operation.kind !== 'select') return operation;
  const calls = operation.query.calls.filter(({ name, argumentCount }) => !followed.has(callKey(name, argumentCount)));
  return calls.length === operation.query.calls.length ? operation : { ...operation, query: { ...operation.query, calls } };
}

/** A static statement: queries of the system catalogs give their rows, and calls are followed. */
function runSql(node: Extract<Leaf, { readonly kind: 'sql' }>, frame: Frame, within: Block): void {
  const { machine, tokens, reading } = frame;
  const piece = sqlPiece(node, tokens);
  const parsed = piece === undefined ? undefined : parsePiece(piece, reading);
  machine.followed.clear();
  machine.block = within;
  const rows = parsed === undefined || !('nodes' in parsed) ? undefined : statementRows(parsed.nodes[0], scopeOf(frame));
  emitLeaf(node, frame, within);
  frame.rows = rows;
  frame.variables.set('found', rows !== undefined && rows.complete && !rows.doubtful ? rows.rows.length > 0 : UNKNOWN);
  if (node.into !== undefined) store(frame, node.into, rows);
}

/** What a query gives; of a call only what it does is of interest. */
function statementRows(node: Parameters<typeof as>[0], scope: Scope): Rows | undefined {
  const select = as(node, 'SelectStmt');
  if (select !== undefined) return selectRows(select, scope);
  const call = as(node, 'CallStmt')?.funccall;
  if (call !== undefined) evaluate({ FuncCall: call }, scope);
  return undefined;
}

/** INTO: the first row, or NULLs. */
function store(frame: Frame, names: readonly string[], rows: Rows | undefined): void {
  if (rows === undefined || !rows.complete || rows.doubtful) forget(frame, names);
  else setRow(frame, names, rows.names, rows.rows[0] ?? rows.names.map(() => null));
}

/** One row into a list of variables, or all of it into one. */
export function setRow({ variables }: Frame, targets: readonly string[], names: Rows['names'], values: readonly Value[]): void {
  const [only, ...more] = targets;
  if (only !== undefined && more.length === 0) variables.set(only, { kind: 'row', fields: new Map(names.map((name, index) => [name ?? '', values[index] ?? null])) });
  else for (const [index, name] of targets.entries()) variables.set(name, values[index] ?? null);
}

/** EXECUTE: its text is worked out, and read. */
function runExecute(node: Extract<BodyNode, { readonly kind: 'execute' }>, frame: Frame, within: Block): void {
  const { machine, tokens, reading } = frame;
  machine.followed.clear();
  machine.block = within;
  const text = textOf(scalar(evaluate(expressionIn(node.range, { tokens, reading }), scopeOf(frame))));
  const literal = node.range.to - node.range.from === 1 && (tokens.kind(node.range.from) === TokenKind.string || tokens.kind(node.range.from) === TokenKind.dollarString);
  const isKnown = text !== null && isWhole(text);
  const rows = isKnown ? computedRows(text, node, frame) : undefined;
  const context = contextOf(frame);
  emit(executeOperations(node, { ...context, reading: { ...reading, within: isKnown ? { ...within, sql: text } : within, variables: frame.body.variables } }, literal || text === null ? undefined : text), frame);
  frame.rows = rows;
  if (node.into !== undefined) store(frame, node.into, rows);
}

function computedRows(text: string, node: Extract<BodyNode, { readonly kind: 'execute' }>, frame: Frame): Rows | undefined {
  const { tokens, reading } = frame;
  const inner = tokenize(text, undefined).tokens;
  if (inner.count === 0 || !(inner.is(0, 'select') || inner.is(0, 'call'))) return undefined;
  const parsed = parsePiece({ tokens: inner, first: 0, last: inner.count }, { ...reading, source: fileSource(text, 0) });
  if (!('nodes' in parsed) || parsed.nodes.length !== 1) return undefined;
  const using = wordIn(tokens, node.statement, 'using');
  const end = wordIn(tokens, { from: using, to: node.statement.to }, 'into');
  const values = using === node.statement.to ? [] : split(tokens, using + 1, end).map((range) => evaluate(expressionIn(range, { tokens, reading }), scopeOf(frame)));
  const variables = new Map(values.map((value, index) => [`$${String(index + 1)}`, value]));
  return statementRows(parsed.nodes[0], { ...scopeOf(frame), variables });
}
