import type { ColumnRef, FuncCall, Node, SubLink } from 'libpg-query';
import { MANY_SOURCES } from '../../../../ir/expressions.ts';
import { isTemplateName } from '../../../../ir/names.ts';
import { isGiven } from '../../system-columns.ts';
import { as, strings } from '../ast.ts';
import { givesRows, isAggregate } from './calls.ts';
import { statementColumns } from './queries.ts';
import type { Environment, Level, Source, State } from './scope.ts';
import { refuse } from './scope.ts';

/** What may not stand in a place, each with the server's name for the place. */
export interface Place {
  readonly aggregates?: string;
  readonly windows?: string;
  readonly sets?: string;
}

export const nothingIn = (place: string): Place => ({ aggregates: `not allowed in ${place}`, windows: `not allowed in ${place}`, sets: place });

/** Looks at an expression, or a list of them, and the queries in it. */
export function visit(value: unknown, env: Environment, place: Place, state: State): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const each of value) visit(each, env, place, state);
    return;
  }
  for (const key in value) {
    const field = (value as Readonly<Record<string, unknown>>)[key];
    if (typeof field !== 'object' || field === null || SKIPPED.has(key)) continue;
    if (key === 'ColumnRef') reference(field as ColumnRef, env, state);
    else if (key === 'FuncCall') call(field as FuncCall, env, place, state);
    else if (key === 'SubLink') subquery(field as SubLink, undefined, env, place, state);
    else if (key === 'A_Expr' && comparesRow(field as RowComparison)) compared(field as RowComparison, env, place, state);
    else visit(field, env, key === 'CaseExpr' ? { ...place, sets: 'CASE' } : key === 'CoalesceExpr' ? { ...place, sets: 'COALESCE' } : place, state);
  }
}

const SKIPPED: ReadonlySet<string> = new Set(['A_Const', 'TypeName', 'typeName']);

function call(node: FuncCall, env: Environment, place: Place, state: State): void {
  const args = [node.args, node.agg_order];
  if (node.over !== undefined) {
    if (place.windows !== undefined) refuse(state, '42P20', `window functions are ${place.windows}`);
    visit([...args, node.agg_filter, node.over.partitionClause, node.over.orderClause], env, { ...place, windows: 'not allowed in window functions' }, state);
  } else if (isAggregate(node)) {
    if (place.aggregates !== undefined && isOwn(node, env)) refuse(state, '42803', place.aggregates === NESTED ? NESTED : `aggregate functions are ${place.aggregates}`);
    visit(args, env, { ...place, aggregates: NESTED }, state);
    visit(node.agg_filter, env, { ...place, aggregates: 'not allowed in FILTER' }, state);
  } else {
    if (place.sets !== undefined && givesRows(node)) refuse(state, '0A000', `set-returning functions are not allowed in ${place.sets}`);
    visit([...args, node.agg_filter], env, place, state);
  }
}

const NESTED = 'aggregate function calls cannot be nested';

/** An aggregate over columns of a query around belongs to that one, and may stand there. */
function isOwn(node: FuncCall, { levels }: Environment): boolean {
  const refs = columnsIn(node.args);
  const own = levels.at(-1)?.sources ?? [];
  return levels.length < 2 || refs.length === 0 || refs.some((fields) => fields.length === 2 && own.some(({ name }) => name === fields[0]));
}

function columnsIn(node: unknown): readonly (readonly string[])[] {
  if (typeof node !== 'object' || node === null) return [];
  if (Array.isArray(node)) return node.flatMap(columnsIn);
  const ref = as(node as Node, 'ColumnRef');
  return ref === undefined ? Object.values(node).flatMap(columnsIn) : [strings(ref.fields)];
}

interface RowComparison {
  readonly lexpr?: Node;
  readonly rexpr?: Node;
}

const comparesRow = ({ lexpr, rexpr }: RowComparison): boolean => as(lexpr, 'RowExpr') !== undefined && as(rexpr, 'SubLink')?.subLinkType === 'EXPR_SUBLINK';

function compared({ lexpr, rexpr }: RowComparison, env: Environment, place: Place, state: State): void {
  visit(lexpr, env, place, state);
  const link = as(rexpr, 'SubLink');
  if (link !== undefined) subquery(link, as(lexpr, 'RowExpr')?.args?.length ?? 0, env, place, state);
}

/** `width`: of the row that it is compared with, where there is one. */
function subquery({ subLinkType, testexpr, subselect }: SubLink, width: number | undefined, env: Environment, place: Place, state: State): void {
  visit(testexpr, env, place, state);
  const columns = subselect === undefined ? undefined : statementColumns(subselect, env, state);
  if (columns === undefined) return;
  const single = subLinkType === 'EXPR_SUBLINK' || subLinkType === 'ARRAY_SUBLINK';
  if (single && width === undefined && columns.length !== 1) refuse(state, '42601', 'subquery must return only one column');
  const row = as(testexpr, 'RowExpr')?.args?.length ?? 1;
  const wanted = width ?? (subLinkType === 'ANY_SUBLINK' || subLinkType === 'ALL_SUBLINK' ? row : undefined);
  if (wanted !== undefined && columns.length !== wanted) refuse(state, '42601', `subquery has too ${columns.length > wanted ? 'many' : 'few'} columns`);
}

function reference({ fields = [] }: ColumnRef, env: Environment, state: State): void {
  const names = strings(fields);
  const [first] = names;
  if (first === undefined || fields.length > 2 || names.some(isTemplateName) || state.variables?.has(first) === true) return;
  if (fields.length === 2) qualified(first, names[1], env, state);
  else if (names.length === 1 && !isGiven(first)) bare(first, env, state);
}

/** Rows that the server brings: in rules, triggers and RETURNING. */
const GIVEN_ROWS: ReadonlySet<string> = new Set(['new', 'old', 'excluded']);

function qualified(qualifier: string, column: string | undefined, { levels }: Environment, state: State): void {
  const source = levels.findLast(({ sources }) => sources.some(({ name }) => name === qualifier))?.sources.find(({ name }) => name === qualifier);
  if (source !== undefined) {
    if (column !== undefined && source.columns?.every((name) => name !== undefined && name !== column) === true) refuse(state, '42703', `column ${qualifier}.${column} does not exist`, qualifier);
    return;
  }
  // A label or a record of PL/pgSQL, or an item of FROM that has no name of its own.
  if (state.variables !== undefined || GIVEN_ROWS.has(qualifier) || levels.some(({ sources }) => sources.some(({ name }) => name === undefined))) return;
  const hidden = levels.some(({ sources }) => sources.some(({ relation }) => relation?.name === qualifier));
  refuse(state, '42P01', `${hidden ? 'invalid reference to' : 'missing'} FROM-clause entry for table "${qualifier}"`, qualifier);
}

function bare(column: string, { levels }: Environment, state: State): void {
  const level = levels.at(-1);
  // In a list of FROM as long as this every name would be looked for in all of it.
  if (level === undefined || level.sources.length > MANY_SOURCES) return;
  const given = level.sources.filter(({ columns }) => columns?.includes(column) === true).length;
  const relations = level.sources.flatMap(({ relation }) => relation ?? []);
  if (given + relations.length > 1 && !level.natural && !level.merged.has(column)) {
    if (given > 1) refuse(state, '42702', `column reference "${column}" is ambiguous`);
    else if (relations.length > 0) state.checks.push({ kind: 'ambiguous', column, of: relations, besides: given });
  }
  const all = levels.flatMap(({ sources }) => sources);
  // Without a query among them, `Query.mentions` says it.
  const asked = all.some(({ columns }) => columns !== undefined) && given === 0;
  if (asked && state.variables === undefined && all.every((source) => source.name !== column && isKnown(source, column))) state.checks.push({ kind: 'absent', column, of: all.flatMap(({ relation }) => relation ?? []) });
}

const isKnown = ({ relation, columns }: Source, column: string): boolean => relation !== undefined || columns?.every((name) => name !== undefined && name !== column) === true;

export const aliasesOf = ({ sources }: Level): readonly { readonly name: string; readonly relation?: Source['relation'] & object }[] =>
  sources.flatMap(({ name, relation }) => (name === undefined ? [] : [{ name, ...(relation === undefined ? {} : { relation }) }]));
