import type { CreateFunctionStmt, DoStmt } from 'libpg-query';
import type { Operation } from '../../../../ir/operation.ts';
import type { Block } from '../../../../ir/operations/base.ts';
import { all, as, strings } from '../ast.ts';
import type { Context, Reading } from '../context.ts';
import { clause, whole } from '../context.ts';
import { plpgsqlError } from '../engine.ts';
import { TokenKind } from '../lexer.ts';
import { lower } from '../lower/lower.ts';
import { option, optionText } from '../lower/options.ts';
import { readText } from '../parse.ts';
import { findPlaceholders } from '../placeholders.ts';
import { expressionQuery } from '../queries.ts';
import type { Source } from '../source.ts';
import { stringContents } from '../source.ts';
import type { Failure } from '../statement.ts';
import { parsePiece } from '../statement.ts';
import type { Span } from '../../../../source/text.ts';
import type { Range } from '../tokens.ts';
import { find, SEMICOLON, tokenize } from '../tokens.ts';
import { dataType } from '../types.ts';
import { isKnownType } from '../../types.ts';
import { flatten } from './flatten.ts';
import { readBody } from './reader.ts';
import { readStatements } from './statements.ts';
import { looksRefused } from './suspicion.ts';

const DEEPEST = 8;

/** A DO block: its static statements run here and now. */
export function doOperations(statement: DoStmt, context: Context): Operation[] {
  const language = (optionText(option(statement.args, 'language')?.arg) ?? 'plpgsql').toLowerCase();
  if (language !== 'plpgsql') return [{ kind: 'opaque', span: context.span, reason: 'language', detail: `DO block in ${language}` }];
  const body = bodySource(context, 'do');
  if (body === undefined || context.depth >= DEEPEST) return [unread(context)];
  const read = plpgsqlOperations(body, [], 'do', context);
  if (read.rejected !== undefined) return [read.rejected];
  return read.operations.length === 0 ? [{ kind: 'sessionCommand', span: context.span, command: 'do' }] : [...read.operations];
}

/** The statements of a function's or procedure's body that is a string, and what the server says to one that is none of its language. */
export function routineBody(statement: CreateFunctionStmt, language: string, context: Context): { readonly operations: readonly Operation[]; readonly refusal?: string } {
  if (language !== 'plpgsql' && language !== 'sql') return { operations: [] };
  const body = bodySource(context, 'as');
  if (body === undefined || context.depth >= DEEPEST) return { operations: [unread(context)] };
  if (language === 'sql') {
    const within: Block = { kind: 'routine', conditional: false, loop: false, commits: false };
    const operations = readText(bodyReading(body, context, within)).statements.flatMap((each) => each.operations);
    const refusal = operations.flatMap((each) => brokenText(each) ?? [])[0] ?? resultProblem(statement, operations.at(-1));
    return { operations, ...(refusal === undefined || context.reading.placeholders !== undefined ? {} : { refusal }) };
  }
  const parameters = all(statement.parameters, 'FunctionParameter').flatMap((each) => (each.name === undefined ? [] : [each.name]));
  const suspect = looksRefused(body.text, parameters, resultOf(statement));
  const { operations, rejected, refusal } = plpgsqlOperations(body, [...parameters, 'new', 'old'], 'routine', context, suspect);
  return { operations: rejected === undefined ? operations : [rejected], ...(refusal === undefined ? {} : { refusal }) };
}

/** A function of one value whose last statement gives none, or several. */
function resultProblem({ returnType, parameters, is_procedure: isProcedure }: CreateFunctionStmt, last: Operation | undefined): string | undefined {
  const name = strings(returnType?.names).at(-1);
  if (name === 'trigger' || name === 'event_trigger') return `SQL functions cannot return type ${name}`;
  const type = returnType === undefined ? undefined : dataType(returnType);
  if (type === undefined || isProcedure === true || !isKnownType(type) || type.name === 'void' || type.name === 'record' || type.name.startsWith('any')) return undefined;
  if (all(parameters, 'FunctionParameter').some(({ mode }) => mode === 'FUNC_PARAM_OUT' || mode === 'FUNC_PARAM_INOUT' || mode === 'FUNC_PARAM_TABLE')) return undefined;
  if (last?.kind !== 'select' && last?.kind !== 'insert' && last?.kind !== 'update' && last?.kind !== 'delete') return undefined;
  const { outputs, hasStar } = last.query;
  return hasStar || outputs.length === 1 ? undefined : `return type mismatch in function declared to return ${type.name}`;
}

/** What RETURN may give. */
function resultOf(statement: CreateFunctionStmt): { readonly isSet: boolean; readonly isNothing: boolean } {
  const parameters = all(statement.parameters, 'FunctionParameter');
  const gives = parameters.some(({ mode }) => mode === 'FUNC_PARAM_OUT' || mode === 'FUNC_PARAM_INOUT' || mode === 'FUNC_PARAM_TABLE');
  const isSet = statement.returnType?.setof === true || parameters.some(({ mode }) => mode === 'FUNC_PARAM_TABLE');
  return { isSet, isNothing: isSet || gives || statement.is_procedure === true || strings(statement.returnType?.names).at(-1) === 'void' };
}

const brokenText = (operation: Operation): string | undefined => (operation.kind === 'opaque' && operation.reason === 'syntax' ? operation.detail : undefined);

interface ReadBody {
  readonly operations: readonly Operation[];
  readonly rejected: Operation | undefined;
  /** What the server's own parser says, asked where something looks wrong. */
  readonly refusal: string | undefined;
}

function plpgsqlOperations(body: Source, parameters: readonly string[], kind: Block['kind'], context: Context, suspect = false): ReadBody {
  const plain = bodyReading(body, context);
  const first = plpgsqlBody(body, parameters, kind, plain);
  const placeholders = first.failure === undefined ? undefined : findPlaceholders(body.text, plain.patterns);
  const { operations, failure, doubtful: unclear, comments } = placeholders === undefined ? first : plpgsqlBody(body, parameters, kind, { ...plain, placeholders });
  for (const { start, end } of comments) context.reading.comment({ span: { start: body.at(start), end: body.at(end) } });
  // The parser of PL/pgSQL knows no types but the server's own, so that only what it says of syntax counts.
  const doubtful = failure !== undefined || (placeholders === undefined && (kind === 'do' || unclear || suspect));
  const refused = doubtful ? rejection(context) : undefined;
  const refusal = placeholders === undefined && context.reading.placeholders === undefined ? refused : undefined;
  const error = failure === undefined && kind === 'routine' ? undefined : (refused ?? (operations.length === 0 ? failure?.error : undefined));
  if (error === undefined) return { operations, rejected: undefined, refusal };
  const at = failure?.at === undefined ? undefined : body.at(failure.at);
  return { operations, rejected: syntaxError(context, error, at, failure?.template), refusal };
}

interface FlatBody {
  readonly operations: readonly Operation[];
  readonly failure: Failure | undefined;
  readonly doubtful: boolean;
  readonly comments: readonly Span[];
}

function plpgsqlBody(body: Source, parameters: readonly string[], kind: Block['kind'], reading: Reading): FlatBody {
  const { tokens, comments } = tokenize(body.text, reading.placeholders);
  const tree = readBody(tokens, parameters, readStatements);
  if (tree === undefined) return { operations: [], failure: { error: 'the body cannot be read', at: undefined, template: false }, doubtful: true, comments };
  return { comments, ...flatten({ tokens, body: tree, reading, known: new Map() }, kind) };
}

function rejection({ source, tokens, first, last }: Context): string | undefined {
  const error = plpgsqlError(source.text.slice(tokens.start(first), tokens.end(last - 1)));
  return error !== undefined && OF_LANGUAGE.test(error) ? error : undefined;
}

/** What the parser says without having to know a type. */
const OF_LANGUAGE =
  /syntax error|^(?:missing|unterminated|duplicate declaration|RETURN cannot have a parameter|cannot use RETURN (?:NEXT|QUERY) in a non-SETOF|loop variable of loop over rows|(?:EXIT|CONTINUE) cannot be used outside|too (?:few|many) parameters specified for RAISE)|^"(?!new"|old")\w+" is not a known variable$/;

function syntaxError({ span }: Context, detail: string, at?: number, template = false): Operation {
  return { kind: 'opaque', span, reason: template ? 'template' : 'syntax', detail, ...(at === undefined ? {} : { at }) };
}

function unread({ span, reading }: Context): Operation {
  if (reading.placeholders !== undefined) return { kind: 'opaque', span, reason: 'template', detail: 'a template fills in the body' };
  return { kind: 'opaque', span, reason: 'unsupported', detail: 'a body in a form, or so deep inside others, that it is not read' };
}

function bodyReading(body: Source, { reading, depth }: Context, within?: Block): Reading {
  const { patterns, comment } = reading;
  return { source: body, placeholders: undefined, patterns, depth: depth + 1, comment, ...(within === undefined ? {} : { within }) };
}

/** The body of a DO block in PL/pgSQL. */
export function doBody(reading: Reading): Source | undefined {
  const { tokens } = tokenize(reading.source.text, undefined);
  const parsed = parsePiece({ tokens, first: 0, last: tokens.count }, reading);
  const [node, ...more] = 'nodes' in parsed ? parsed.nodes : [];
  const statement = as(node, 'DoStmt');
  const language = (optionText(option(statement?.args, 'language')?.arg) ?? 'plpgsql').toLowerCase();
  return statement === undefined || more.length > 0 || language !== 'plpgsql' || !('context' in parsed) ? undefined : bodySource(parsed.context, 'do');
}

/** The string that holds the body: the one after AS, or that of DO, which is not the language's. */
function bodySource(context: Context, keyword: 'as' | 'do'): Source | undefined {
  const { tokens, source } = context;
  for (let i = context.first + 1; i < context.last; i++) {
    const kind = tokens.kind(i);
    if (kind !== TokenKind.string && kind !== TokenKind.dollarString) continue;
    if (keyword === 'as' ? !tokens.is(i - 1, 'as') : tokens.is(i - 1, 'language')) continue;
    let end = i;
    while (end + 1 < context.last && tokens.kind(end + 1) === TokenKind.string && kind === TokenKind.string) end++;
    return stringContents(source, tokens.start(i), tokens.end(end));
  }
  return undefined;
}

/** BEGIN ATOMIC … END, or RETURN expression. */
export function sqlBody(statement: CreateFunctionStmt, context: Context): readonly Operation[] {
  const { tokens, last } = context;
  const within: Block = { kind: 'routine', conditional: false, loop: false, commits: false };
  const returned = as(statement.sql_body, 'ReturnStmt')?.returnval;
  if (returned !== undefined) {
    const range = { from: Math.min(find(tokens, context.first, last, 'return') + 1, last), to: last };
    const query = expressionQuery(returned, context, range);
    return query.reads.length === 0 && query.calls.length === 0 ? [] : [{ kind: 'select', span: clause(context, range).span, query, within }];
  }
  const nodes = (as(statement.sql_body, 'List')?.items ?? []).flatMap((each) => as(each, 'List')?.items ?? []);
  const ranges = atomicRanges(context);
  return nodes.flatMap((node, position) => {
    const range = ranges[position] ?? whole(context);
    const inside = { ...clause(context, range), within };
    const value = as(node, 'ReturnStmt')?.returnval;
    return value === undefined ? lower(node, inside) : [{ kind: 'select' as const, span: inside.span, query: expressionQuery(value, inside, range), within }];
  });
}

/** The statements between BEGIN ATOMIC and the last END. */
function atomicRanges({ tokens, first, last }: Context): readonly Range[] {
  let from = first;
  while (from < last && !(tokens.is(from, 'atomic') && tokens.is(from - 1, 'begin'))) from++;
  const ranges: Range[] = [];
  for (let start = from + 1, i = start; i < last; i++) {
    if (tokens.code(i) !== SEMICOLON) continue;
    if (i > start) ranges.push({ from: start, to: i });
    start = i + 1;
  }
  return ranges;
}

