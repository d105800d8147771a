import type { Operation } from '../../../../ir/operation.ts';
import type { Block } from '../../../../ir/operations/base.ts';
import { as } from '../ast.ts';
import { TokenKind } from '../lexer.ts';
import { expressionQuery } from '../queries.ts';
import type { Failure, Reading } from '../statement.ts';
import { opaqueFor, parsePiece, readPiece } from '../statement.ts';
import type { Range, Tokens } from '../tokens.ts';
import { OPEN_PARENTHESIS } from '../tokens.ts';
import type { Body, BodyNode } from './block-tree.ts';
import { argumentsOf } from './constants.ts';
import { executeOperations } from './dynamic.ts';

export interface Flattened {
  readonly operations: readonly Operation[];
  /** The first static statement that is none. */
  readonly failure: Failure | undefined;
}

export interface BodyContext {
  readonly tokens: Tokens;
  readonly body: Body;
  readonly reading: Reading;
  /** Values of variables that have been asked for. */
  readonly known: Map<string, { readonly texts: readonly string[] | undefined }>;
}

interface State {
  readonly operations: Operation[];
  failure: Failure | undefined;
  /** A RETURN that may have been met: what follows may not run. */
  left: boolean;
}

/** The static statements of a body in order, each with what is around it. */
export function flatten(context: BodyContext, kind: Block['kind']): Flattened {
  const state: State = { operations: [], failure: undefined, left: false };
  visit(context.body.nodes, context, { kind, conditional: false, loop: false, commits: false }, state);
  return { operations: state.operations, failure: state.failure };
}

function visit(nodes: readonly BodyNode[], context: BodyContext, block: Block, state: State): void {
  for (const node of nodes) {
    const within = state.left && !block.conditional ? { ...block, conditional: true } : block;
    if (node.kind === 'loop') visit(node.body, context, { ...within, loop: true, commits: commits(node.body), ...turns(node, within, state) }, state);
    else if (node.kind === 'branch') visit(node.body, context, { ...within, conditional: true }, state);
    else if (node.kind === 'caught') visit(node.body, context, { ...within, caught: true }, state);
    else if (node.kind === 'return') state.left = true;
    else for (const operation of operationsOf(node, context, within, state)) state.operations.push(operation);
  }
}

/** What the loop takes no turn without: its query has just been read. */
function turns({ over }: Extract<BodyNode, { readonly kind: 'loop' }>, { needs = [] }: Block, { operations }: State): Pick<Block, 'needs'> {
  const source = operations.at(-1);
  const own = over === true && source?.kind === 'select' ? (source.query.needs ?? []) : [];
  return own.length === 0 ? {} : { needs: [...needs, ...own] };
}

/** Whether this loop commits itself; what loops inside it do is their own matter. */
function commits(body: readonly BodyNode[]): boolean {
  return body.some((node) => (node.kind === 'transaction' && node.action === 'commit') || ((node.kind === 'branch' || node.kind === 'caught') && commits(node.body)));
}

type Leaf = Exclude<BodyNode, { readonly kind: 'loop' | 'branch' | 'caught' | 'return' }>;

function operationsOf(node: Leaf, context: BodyContext, within: Block, state: State): readonly Operation[] {
  const { tokens, body } = context;
  const reading: Reading = { ...context.reading, within, variables: body.variables };
  switch (node.kind) {
    case 'expression':
      return expressionOperations(node.range, tokens, reading);
    case 'transaction':
      return [{ kind: 'transaction', span: fileSpan(node.range, tokens, reading), action: node.action, within }];
    case 'execute':
      return executeOperations(node, { ...context, reading });
    case 'sql': {
      if (node.range.from >= node.range.to) return [];
      const substitutions = [
        ...(node.perform === true ? [{ from: node.range.from, to: node.range.from + 1, text: 'SELECT ' }] : []),
        ...(node.blanked === undefined ? [] : [node.blanked]),
      ];
      const read = readPiece({ tokens, first: node.range.from, last: node.range.to, ...(substitutions.length === 0 ? {} : { substitutions }) }, reading);
      if ('operations' in read) return reading.open === true ? read.operations.map((operation) => withArguments(operation, { from: node.range.from + 1, to: node.range.to }, context)) : read.operations;
      state.failure ??= read;
      return [opaqueFor(read, fileSpan(node.range, tokens, reading), reading)];
    }
  }
}

/** A call with the values that its arguments have here. */
function withArguments(operation: Operation, range: Range, context: BodyContext): Operation {
  if (operation.kind !== 'select' && operation.kind !== 'call') return operation;
  const values = argumentsOf(range, context);
  if (operation.kind === 'call') return values.length === operation.argumentCount ? { ...operation, values } : operation;
  const [call, ...more] = operation.query.calls.filter(({ argumentCount }) => argumentCount === values.length);
  if (call === undefined || more.length > 0 || values.every((value) => value === undefined)) return operation;
  return { ...operation, query: { ...operation.query, calls: operation.query.calls.map((each) => (each === call ? { ...call, values } : each)) } };
}

/** An expression is a query of its own when it reads or calls something. */
function expressionOperations(range: Range, tokens: Tokens, reading: Reading): readonly Operation[] {
  if (!mayRead(range, tokens)) return [];
  const parsed = parsePiece({ tokens, first: range.from, last: range.to, prefix: 'SELECT ' }, reading);
  if (!('nodes' in parsed)) return [];
  const target = as(as(parsed.nodes[0], 'SelectStmt')?.targetList?.[0], 'ResTarget')?.val;
  if (target === undefined) return [];
  const query = expressionQuery(target, parsed.context, range);
  if (query.reads.length === 0 && query.calls.every(({ name }) => PLAIN.has(name.name))) return [];
  return [{ kind: 'select', span: parsed.context.span, query, ...(reading.within === undefined ? {} : { within: reading.within }) }];
}

/** Functions of values only, which everybody uses to compute and to report. */
const PLAIN = new Set(
  (
    'abs array_append array_cat array_length array_position array_remove array_to_string btrim cardinality ceil char_length clock_timestamp concat concat_ws date_part date_trunc ' +
    'extract floor format initcap jsonb_array_length left length lower lpad ltrim md5 mod now position quote_ident quote_literal quote_nullable regexp_match regexp_replace ' +
    'and or not in is then else when coalesce nullif greatest least any all row repeat replace reverse right round rpad rtrim split_part starts_with strpos substr substring to_char to_timestamp trim upper'
  ).split(' '),
);

function mayRead(range: Range, tokens: Tokens): boolean {
  for (let i = range.from; i < range.to; i++) {
    if (tokens.kind(i) !== TokenKind.word) continue;
    if (tokens.is(i, 'select') || (tokens.code(i + 1) === OPEN_PARENTHESIS && !PLAIN.has(tokens.word(i)))) return true;
  }
  return false;
}

const fileSpan = (range: Range, tokens: Tokens, { source }: Reading): Operation['span'] => ({ start: source.at(tokens.start(range.from)), end: source.at(tokens.end(range.to - 1)) });

