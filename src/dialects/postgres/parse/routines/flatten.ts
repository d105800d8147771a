import type { Operation } from '../../../../ir/operation.ts';
import type { Block } from '../../../../ir/operations/base.ts';
import { as } from '../ast.ts';
import type { Reading } from '../context.ts';
import { TokenKind } from '../lexer.ts';
import { expressionQuery } from '../queries.ts';
import type { Failure, Piece } from '../statement.ts';
import { opaqueFor, parsePiece, readPiece } from '../statement.ts';
import type { Range, Tokens } from '../tokens.ts';
import { OPEN_PARENTHESIS } from '../tokens.ts';
import type { Body, BodyNode } from './block-tree.ts';
import { executeOperations } from './dynamic.ts';

export interface Flattened {
  readonly operations: readonly Operation[];
  /** The first static statement that is none. */
  readonly failure: Failure | undefined;
  /** An expression could not be read: the server may refuse it, or take it for something else. */
  readonly doubtful: boolean;
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
  doubtful: boolean;
  /** A RETURN that may have been met: what follows may not run. */
  left: boolean;
}

/** The static statements of a body in order, each with what is around it. */
export function flatten(context: BodyContext, kind: Block['kind']): Flattened {
  const state: State = { operations: [], failure: undefined, doubtful: false, left: false };
  visit(context.body.nodes, context, { kind, conditional: false, loop: false, commits: false }, state);
  return { operations: state.operations, failure: state.failure, doubtful: state.doubtful };
}

function visit(nodes: readonly BodyNode[], context: BodyContext, block: Block, state: State): void {
  for (const node of nodes) {
    const within = state.left && !block.conditional ? { ...block, conditional: true } : block;
    const conditional = { ...within, conditional: true };
    const evaluate = (range: Range | undefined, around: Block): void => {
      if (range !== undefined) visit([{ kind: 'expression', range }], context, around, state);
    };
    switch (node.kind) {
      case 'loop': {
        const looped = { ...within, loop: true, commits: commits(node.body), ...turns(node, within, state) };
        if (node.turns?.kind === 'while') evaluate(node.turns.condition, looped);
        visit(node.body, context, looped, state);
        break;
      }
      case 'choice':
        evaluate(node.subject, within);
        for (const [index, arm] of node.arms.entries()) {
          // Only the first condition is certain to be evaluated.
          for (const condition of arm.conditions) evaluate(condition, index === 0 ? within : conditional);
          visit(arm.body, context, conditional, state);
        }
        break;
      case 'branch':
        visit(node.body, context, conditional, state);
        break;
      case 'caught':
        visit(node.body, context, { ...within, caught: true }, state);
        break;
      case 'return':
        evaluate(node.value, within);
        state.left = true;
        break;
      case 'jump':
        evaluate(node.condition, within);
        break;
      case 'raise':
      case 'forget':
        break;
      default: {
        const read = leafOperations(node, context, within);
        state.failure ??= read.failure;
        state.doubtful ||= read.doubtful;
        for (const operation of read.operations) state.operations.push(operation);
      }
    }
  }
}

/** What the loop takes no turn without: its query has just been read. */
export function turns({ over }: Extract<BodyNode, { readonly kind: 'loop' }>, { needs = [] }: Block, { operations }: Pick<State, 'operations'>): Pick<Block, 'needs'> {
  const source = operations.at(-1);
  const own = over === true && source?.kind === 'select' ? (source.query.needs ?? []) : [];
  return own.length === 0 ? {} : { needs: [...needs, ...own] };
}

/** Whether this loop commits itself; what loops inside it do is their own matter. */
export function commits(body: readonly BodyNode[]): boolean {
  return body.some((node) => {
    if (node.kind === 'choice') return node.arms.some((arm) => commits(arm.body));
    return (node.kind === 'transaction' && node.action === 'commit') || ((node.kind === 'branch' || node.kind === 'caught') && commits(node.body));
  });
}

export type Leaf = Extract<BodyNode, { readonly kind: 'sql' | 'expression' | 'execute' | 'transaction' }>;

/** The operations of one statement of a body. */
export function leafOperations(node: Leaf, context: BodyContext, within: Block): Flattened {
  const { tokens, body } = context;
  const { source, placeholders, patterns, depth, comment, open } = context.reading;
  const reading: Reading = { source, placeholders, patterns, depth, comment, within, variables: body.variables, ...(open === undefined ? {} : { open }) };
  const read = (operations: readonly Operation[]): Flattened => ({ operations, failure: undefined, doubtful: false });
  switch (node.kind) {
    case 'expression':
      return expressionOperations(node.range, tokens, reading);
    case 'transaction':
      return read([{ kind: 'transaction', span: fileSpan(node.range, tokens, reading), action: node.action, within }]);
    case 'execute':
      return read(executeOperations(node, { ...context, reading }));
    case 'sql': {
      const piece = sqlPiece(node, tokens);
      if (piece === undefined) return read([]);
      const found = readPiece(piece, reading);
      return 'operations' in found ? read(found.operations) : { operations: [opaqueFor(found, fileSpan(node.range, tokens, reading), reading)], failure: found, doubtful: false };
    }
  }
}

/** A static statement as the server's SQL parser takes it. */
export function sqlPiece(node: Extract<Leaf, { readonly kind: 'sql' }>, tokens: Tokens): Piece | undefined {
  const { from, to } = node.range;
  if (from >= to) return undefined;
  const substitutions = [...(node.perform === true ? [{ from, to: from + 1, text: 'SELECT ' }] : []), ...(node.blanked === undefined ? [] : [node.blanked])];
  return { tokens, first: from, last: to, ...(substitutions.length === 0 ? {} : { substitutions }) };
}

/** An expression is a query of its own when it reads or calls something. */
function expressionOperations(range: Range, tokens: Tokens, reading: Reading): Flattened {
  const read = (operations: readonly Operation[]): Flattened => ({ operations, failure: undefined, doubtful: false });
  if (!mayRead(range, tokens)) return read([]);
  const parsed = parsePiece({ tokens, first: range.from, last: range.to, prefix: 'SELECT ' }, reading);
  if (!('nodes' in parsed)) return { operations: [], failure: undefined, doubtful: true };
  const target = as(as(parsed.nodes[0], 'SelectStmt')?.targetList?.[0], 'ResTarget')?.val;
  if (target === undefined) return read([]);
  const query = expressionQuery(target, parsed.context, range);
  if (query.reads.length === 0 && query.calls.every(({ name }) => PLAIN.has(name.name))) return read([]);
  return read([{ kind: 'select', span: parsed.context.span, query, ...(reading.within === undefined ? {} : { within: reading.within }) }]);
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

