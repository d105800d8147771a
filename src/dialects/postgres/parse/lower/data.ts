import type { CallStmt, CopyStmt, DeleteStmt, InsertStmt, MergeStmt, Node, OnConflictClause, SelectStmt, UpdateStmt } from 'libpg-query';
import type { Expression } from '../../../../ir/expressions.ts';
import type { Operation } from '../../../../ir/operation.ts';
import type { Update } from '../../../../ir/operations/data.ts';
import { all, as } from '../ast.ts';
import type { Context } from '../context.ts';
import { after, firstParenthesis, inner, tokenAt, whole } from '../context.ts';
import { expression } from '../expressions.ts';
import { listName, relationName } from '../names.ts';
import { query, restOf } from '../queries.ts';
import { mergeActions } from '../reads.ts';
import type { Range } from '../tokens.ts';
import { literalOf } from '../terms.ts';
import { find, indexAt, split } from '../tokens.ts';
import { literalsOf } from './literals.ts';
import { settingsSet } from './settings.ts';
import { selectInto } from './tables.ts';

export function select(statement: SelectStmt, context: Context): Operation[] {
  const into = intoOf(statement);
  if (into !== undefined) return selectInto(statement, into, context);
  const settings = settingsSet(statement, context);
  const definition = query({ SelectStmt: statement }, context, whole(context));
  const onlySettings = settings.length > 0 && definition.reads.length === 0 && definition.calls.every((call) => call.name.name === 'set_config');
  return onlySettings ? settings : [...settings, { kind: 'select', span: context.span, query: definition }];
}

/** INTO stands in the first SELECT of a set operation. */
function intoOf(statement: SelectStmt): SelectStmt['intoClause'] {
  return statement.intoClause ?? (statement.larg === undefined ? undefined : intoOf(statement.larg));
}

export function insert(statement: InsertStmt, context: Context): Operation[] {
  const source = as(statement.selectStmt, 'SelectStmt');
  const rows = source?.valuesLists;
  const columns = all(statement.cols, 'ResTarget');
  const inPart = columns.flatMap(({ name, indirection }) => (indirection === undefined || name === undefined ? [] : [name]));
  const action = statement.onConflictClause?.action;
  return [
    {
      kind: 'insert',
      span: context.span,
      table: relationName(statement.relation),
      columns: columns.map((each) => each.name ?? ''),
      ...(inPart.length === 0 ? {} : { inPart }),
      source: source === undefined ? 'default' : rows === undefined ? 'query' : 'values',
      ...(rows === undefined ? {} : { rows: rows.length + (context.shortening?.rows ?? 0) }),
      ...constantsOf(source),
      literals: [...new Set([...literalsOf(rows ?? source?.targetList), ...(context.shortening?.literals ?? [])])],
      ...(action === 'ONCONFLICT_NOTHING' ? { onConflict: 'nothing' as const } : {}),
      ...(action === 'ONCONFLICT_UPDATE' ? { onConflict: 'update' as const } : {}),
      ...conflictOf(statement.onConflictClause),
      query: restOf({ InsertStmt: statement }, context, whole(context)),
    },
  ];
}

function constantsOf(source: SelectStmt | undefined): { readonly constants?: readonly (string | number | null | undefined)[] } {
  const targets = all(source?.targetList, 'ResTarget');
  if (source === undefined || source.larg !== undefined || source.fromClause !== undefined || source.whereClause !== undefined || source.havingClause !== undefined || source.limitCount !== undefined) return {};
  const values = targets.map(({ val }) => (as(val, 'TypeCast') === undefined ? literalOf(val) : undefined));
  const isSet = targets.some(({ val }) => as(val, 'FuncCall') !== undefined || as(val, 'ColumnRef') !== undefined);
  return isSet || values.every((value) => value === undefined) ? {} : { constants: values.map((value) => (typeof value === 'boolean' ? undefined : value)) };
}

function conflictOf(clause: OnConflictClause | undefined): { readonly conflict?: readonly string[] } {
  const elements = all(clause?.infer?.indexElems, 'IndexElem');
  const names = elements.flatMap(({ name }) => name ?? []);
  return elements.length === 0 || names.length < elements.length || clause?.infer?.whereClause !== undefined ? {} : { conflict: [...new Set(names)] };
}

export function update(statement: UpdateStmt, context: Context): Operation[] {
  const { tokens, last } = context;
  const at = indexAt(tokens, tokens.start(tokenAt(context, statement.relation?.location)), context.first, last);
  const set = find(tokens, at, last, 'set');
  return [
    {
      kind: 'update',
      span: context.span,
      table: relationName(statement.relation),
      only: statement.relation?.inh !== true,
      assignments: assignments(statement.targetList, context, { from: set + 1, to: find(tokens, set, last, 'from', 'where', 'returning') }),
      ...whereOf(statement.whereClause, context, set),
      query: restOf({ UpdateStmt: statement }, context, whole(context)),
    },
  ];
}

function assignments(nodes: readonly Node[] | undefined, context: Context, range: Range): Update['assignments'] {
  const parts = split(context.tokens, range.from, range.to);
  let part = 0;
  return all(nodes, 'ResTarget').map((target) => {
    const column = target.name ?? '';
    const several = as(target.val, 'MultiAssignRef');
    const current = parts[part];
    if (several === undefined || several.colno === several.ncolumns) part++;
    const inPart = target.indirection === undefined ? {} : { inPart: true as const };
    if (several !== undefined || target.val === undefined || current === undefined) return { column, ...inPart };
    return { column, value: assigned(target.val, context, current), ...inPart };
  });
}

/** What stands after the first `=` outside brackets. */
function assigned(node: Node, context: Context, range: Range): Expression {
  let from = range.from;
  let depth = 0;
  while (from < range.to && (depth > 0 || context.tokens.source(from) !== '=')) {
    const code = context.tokens.code(from);
    depth += code === 91 ? 1 : code === 93 ? -1 : 0;
    from++;
  }
  return expression(node, context, { from: from + 1, to: range.to });
}

function whereOf(node: Node | undefined, context: Context, from: number): { readonly where?: Expression } {
  if (node === undefined) return {};
  const { tokens, last } = context;
  const where = find(tokens, from, last, 'where');
  return { where: expression(node, context, { from: Math.min(where + 1, last), to: find(tokens, where, last, 'returning') }) };
}

export function remove(statement: DeleteStmt, context: Context): Operation[] {
  return [
    {
      kind: 'delete',
      span: context.span,
      table: relationName(statement.relation),
      only: statement.relation?.inh !== true,
      ...whereOf(statement.whereClause, context, tokenAt(context, statement.relation?.location)),
      query: restOf({ DeleteStmt: statement }, context, whole(context)),
    },
  ];
}

export function merge(statement: MergeStmt, context: Context): Operation[] {
  return [
    {
      kind: 'merge',
      span: context.span,
      table: relationName(statement.relation),
      actions: mergeActions(statement),
      ...insertedBy(statement),
      query: restOf({ MergeStmt: statement }, context, whole(context)),
    },
  ];
}

function insertedBy({ mergeWhenClauses }: MergeStmt): { readonly inserted?: readonly string[] } {
  const lists = all(mergeWhenClauses, 'MergeWhenClause').flatMap(({ commandType, targetList }) => (commandType === 'CMD_INSERT' ? [all(targetList, 'ResTarget').map(({ name }) => name ?? '')] : []));
  const [first, ...more] = lists.filter((list) => list.length > 0);
  return first === undefined || more.length + 1 < lists.length ? {} : { inserted: first.filter((name) => more.every((list) => list.includes(name))) };
}

export function copy(statement: CopyStmt, context: Context): Operation[] {
  const range = inner(context, firstParenthesis(context, whole(context)));
  return [
    {
      kind: 'copy',
      span: context.span,
      ...(statement.relation === undefined ? {} : { table: relationName(statement.relation) }),
      direction: statement.is_from === true ? 'from' : 'to',
      ...(statement.query === undefined ? {} : { query: query(statement.query, context, range) }),
    },
  ];
}

export function call(statement: CallStmt, { span }: Context): Operation[] {
  const { funccall } = statement;
  return [{ kind: 'call', span, routine: listName(funccall?.funcname), argumentCount: funccall?.args?.length ?? 0 }];
}

/** Where the query of PREPARE … AS, DECLARE … CURSOR FOR and the like stands. */
export const queryBehind = (context: Context, word: string): Range => after(context, whole(context), word) ?? whole(context);
