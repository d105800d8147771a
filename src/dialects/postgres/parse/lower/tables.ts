import type { CreateForeignTableStmt, CreateStmt, CreateTableAsStmt, IntoClause, Node, RangeVar, SelectStmt, TruncateStmt } from 'libpg-query';
import type { ColumnDefinition } from '../../../../ir/columns.ts';
import type { ConstraintDefinition } from '../../../../ir/constraints.ts';
import type { Query } from '../../../../ir/expressions.ts';
import type { Operation } from '../../../../ir/operation.ts';
import type { CreateTable } from '../../../../ir/operations/tables.ts';
import { all, as, kindOf, strings } from '../ast.ts';
import type { Context } from '../context.ts';
import { after, firstParenthesis, items, tokenAt, whole } from '../context.ts';
import { listName, newName, relationName } from '../names.ts';
import { query, relations } from '../queries.ts';
import type { Range } from '../tokens.ts';
import { closing, find, nameEnd } from '../tokens.ts';
import { columnDefinition } from './columns.ts';
import { constraintDefinition } from './constraints.ts';
import { itemSpan } from './lists.ts';
import { optionMap } from './options.ts';
import { partitionBound, partitionKey } from './partitions.ts';

export function createTable(statement: CreateStmt, context: Context, foreign = false): Operation[] {
  const elements = tableElements(statement, context);
  const partition = statement.partbound === undefined ? undefined : relations(statement.inhRelations)[0];
  const ofType = statement.ofTypename === undefined ? undefined : listName(statement.ofTypename.names);
  return [
    {
      kind: 'createTable',
      span: context.span,
      table: newName(relationName(statement.relation), context),
      ifNotExists: statement.if_not_exists ?? false,
      persistence: persistenceOf(statement.relation),
      columns: elements.columns,
      constraints: elements.constraints,
      inherits: partition === undefined ? relations(statement.inhRelations) : [],
      like: elements.like,
      ...(statement.partspec === undefined ? {} : { partitionBy: partitionKey(statement.partspec, context) }),
      ...(partition === undefined ? {} : { partitionOf: { parent: partition, bound: partitionBound(statement.partbound, context) } }),
      ...(ofType === undefined ? {} : { ofType }),
      ...(foreign ? { foreign } : {}),
      options: optionMap(statement.options),
    },
  ];
}

export function createForeignTable(statement: CreateForeignTableStmt, context: Context): Operation[] {
  return statement.base === undefined ? [] : createTable(statement.base, context, true);
}

interface Elements {
  readonly columns: ColumnDefinition[];
  readonly constraints: ConstraintDefinition[];
  readonly like: CreateTable['like'][number][];
}

function tableElements(statement: CreateStmt, context: Context): Elements {
  const elements: Elements = { columns: [], constraints: [], like: [] };
  const nodes = statement.tableElts ?? [];
  const parts = nodes.length === 0 ? [] : items(context, elementsOpen(statement, context));
  nodes.forEach((node, position) => {
    const range = parts[position];
    if (range !== undefined) addElement(elements, node, context, range);
  });
  const keys = new Set(elements.constraints.flatMap((each) => (each.type === 'primaryKey' ? each.columns : each.type === 'notNull' ? [each.column] : [])));
  return { ...elements, columns: elements.columns.map((column) => (keys.has(column.name) ? { ...column, notNull: true } : column)) };
}

function addElement(elements: Elements, node: Node, context: Context, range: Range): void {
  const column = as(node, 'ColumnDef');
  if (column !== undefined) {
    const lowered = columnDefinition(column, context, range);
    elements.columns.push(lowered.column);
    elements.constraints.push(...lowered.constraints);
    return;
  }
  const constraint = as(node, 'Constraint');
  const definition = constraint === undefined ? undefined : constraintDefinition(constraint, context, range);
  if (definition !== undefined) elements.constraints.push(definition);
  const like = as(node, 'TableLikeClause');
  if (like !== undefined) elements.like.push({ table: relationName(like.relation), including: LIKE_OPTIONS.filter((_, bit) => (((like.options ?? 0) >> bit) & 1) === 1), after: elements.columns.length });
}

const LIKE_OPTIONS = ['comments', 'compression', 'constraints', 'defaults', 'generated', 'identity', 'indexes', 'statistics', 'storage'];

/** The parenthesis before the elements: after the table's name, or the parent's or type's. */
function elementsOpen(statement: CreateStmt, context: Context): number {
  const parent = statement.partbound === undefined ? undefined : all(statement.inhRelations, 'RangeVar')[0];
  const location = parent?.location ?? statement.ofTypename?.location ?? statement.relation?.location;
  return firstParenthesis(context, { from: nameEnd(context.tokens, tokenAt(context, location)), to: context.last });
}

export function persistenceOf(relation: RangeVar | undefined): CreateTable['persistence'] {
  return relation?.relpersistence === 't' ? 'temporary' : relation?.relpersistence === 'u' ? 'unlogged' : 'permanent';
}

export function createTableAs(statement: CreateTableAsStmt, context: Context): Operation[] {
  const { into, query: node } = statement;
  if (into?.rel === undefined || node === undefined) return [];
  const definition = queryAfterName(into.rel, node, context);
  if (statement.objtype === 'OBJECT_MATVIEW') {
    return [
      {
        kind: 'createMaterializedView',
        span: context.span,
        view: newName(relationName(into.rel), context),
        ifNotExists: statement.if_not_exists ?? false,
        columns: strings(into.colNames),
        query: definition,
        withData: into.skipData !== true,
      },
    ];
  }
  return [tableFromQuery(into, definition, statement.if_not_exists ?? false, context)];
}

/** SELECT … INTO table */
export function selectInto(statement: SelectStmt, into: IntoClause, context: Context): Operation[] {
  return [tableFromQuery(into, query({ SelectStmt: statement }, context, whole(context)), false, context)];
}

function tableFromQuery(into: IntoClause, definition: Query, ifNotExists: boolean, context: Context): CreateTable {
  return {
    kind: 'createTable',
    span: context.span,
    table: newName(relationName(into.rel), context),
    ifNotExists,
    persistence: persistenceOf(into.rel),
    columns: [],
    constraints: [],
    inherits: [],
    like: [],
    as: { query: strings(into.colNames).length === 0 ? definition : { ...definition, outputs: strings(into.colNames) }, withData: into.skipData !== true },
    options: optionMap(into.options),
  };
}

/** The query between AS and WITH [NO] DATA. EXECUTE of a prepared statement reads nothing that is known. */
function queryAfterName(relation: RangeVar, node: Node, context: Context): Query {
  const { tokens, last } = context;
  let at = nameEnd(tokens, tokenAt(context, relation.location));
  if (tokens.code(at) === 40) at = closing(tokens, at, last) + 1;
  const range = after(context, { from: at, to: last }, 'as') ?? whole(context);
  const data = tokens.is(last - 1, 'data') ? (tokens.is(last - 2, 'no') ? last - 3 : last - 2) : last;
  const to = tokens.is(data, 'with') ? data : last;
  return kindOf(node) === 'ExecuteStmt'
    ? { ...query({ SelectStmt: {} }, context, { from: range.from, to }), outputs: [undefined], bounded: false }
    : query(node, context, { from: range.from, to });
}

export function truncate(statement: TruncateStmt, context: Context): Operation[] {
  const targets = all(statement.relations, 'RangeVar');
  return targets.map((relation) => ({
    kind: 'truncate',
    span: targets.length === 1 ? context.span : itemSpan(relation, context),
    table: relationName(relation),
    only: relation.inh !== true,
    behavior: statement.behavior === 'DROP_CASCADE' ? 'cascade' : 'restrict',
    restartIdentity: statement.restart_seqs ?? false,
  }));
}

/** Start of the query after a keyword outside parentheses, to the statement's end. */
export const rangeAfter = (context: Context, word: string): Range => ({ from: Math.min(find(context.tokens, context.first, context.last, word) + 1, context.last), to: context.last });
