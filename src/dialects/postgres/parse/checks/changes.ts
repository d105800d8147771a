import type { DeleteStmt, InsertStmt, Node, UpdateStmt } from 'libpg-query';
import { all, as } from '../ast.ts';
import { relationName } from '../names.ts';
import { isStar } from '../reads.ts';
import { nothingIn, visit } from './expressions.ts';
import { add, relationSource, resultColumns, selectColumns, statementColumns, withTables } from './queries.ts';
import type { Columns, Environment, Level, State } from './scope.ts';
import { emptyLevel, refuse, within } from './scope.ts';

/** Looks at a data-modifying statement; what its RETURNING gives. MERGE is passed over. */
export function changedColumns(node: Node, env: Environment, state: State): Columns {
  const insert = as(node, 'InsertStmt');
  if (insert !== undefined) return inserted(insert, env, state);
  const update = as(node, 'UpdateStmt');
  if (update !== undefined) return changed(update, update.fromClause ?? [], update.targetList ?? [], env, state);
  const deletion = as(node, 'DeleteStmt');
  return deletion === undefined ? undefined : changed(deletion, deletion.usingClause ?? [], [], env, state);
}

function inserted(statement: InsertStmt, outer: Environment, state: State): Columns {
  const env = withTables(statement.withClause, outer, state);
  const { relation, cols = [], onConflictClause: conflict } = statement;
  const select = as(statement.selectStmt, 'SelectStmt');
  const columns = select === undefined ? undefined : selectColumns(select, { ...env, levels: [] }, state);
  // Rows of VALUES are held against the table with what is in them.
  if (columns !== undefined && select?.valuesLists === undefined) {
    if (cols.length > 0 && columns.length !== cols.length) refuse(state, '42601', columns.length > cols.length ? 'INSERT has more expressions than target columns' : 'INSERT has more target columns than expressions');
    if (cols.length === 0 && relation !== undefined) state.checks.push({ kind: 'wide', into: relationName(relation), width: columns.length });
  }
  const level = targetLevel(statement, env);
  if (conflict?.action === 'ONCONFLICT_UPDATE') {
    if (conflict.infer === undefined) refuse(state, '42601', 'ON CONFLICT DO UPDATE requires inference specification or constraint name');
    const both: Level = { ...emptyLevel(), sources: [...level.sources, ...(relation === undefined ? [] : [{ name: 'excluded', relation: relationName(relation) }])] };
    assigned(conflict.targetList, within(env, both), state);
    visit(conflict.whereClause, within(env, both), nothingIn('WHERE'), state);
  }
  return returned(statement, level, env, state);
}

/** `items`: what it takes rows from; `targets`: what it assigns. */
function changed(statement: UpdateStmt | DeleteStmt, items: readonly Node[], targets: readonly Node[], outer: Environment, state: State): Columns {
  const env = withTables(statement.withClause, outer, state);
  const level = targetLevel(statement, env);
  const inner = within(env, level);
  for (const item of items) add(item, level, env, inner, state);
  assigned(targets, inner, state);
  visit(statement.whereClause, inner, nothingIn('WHERE'), state);
  return returned(statement, level, env, state);
}

/** The target is never a common table expression. */
const targetLevel = ({ relation }: InsertStmt | UpdateStmt | DeleteStmt, env: Environment): Level => ({ ...emptyLevel(), sources: relation === undefined ? [] : [relationSource(relation, { ...env, tables: new Map() })] });

function returned({ returningClause }: InsertStmt | UpdateStmt | DeleteStmt, level: Level, env: Environment, state: State): Columns {
  const targets = all(returningClause?.exprs, 'ResTarget');
  // Rows before and after go by names of their own.
  if (returningClause?.options === undefined) visit(targets, within(env, level), nothingIn('RETURNING'), state);
  return resultColumns(targets, level);
}

function assigned(targets: readonly Node[] | undefined, env: Environment, state: State): void {
  const place = nothingIn('UPDATE');
  for (const { val } of all(targets, 'ResTarget')) {
    const several = as(val, 'MultiAssignRef');
    if (several === undefined) visit(val, env, place, state);
    if (several?.colno !== 1) continue;
    const link = as(several.source, 'SubLink');
    const row = as(several.source, 'RowExpr')?.args;
    if (row !== undefined && row.length !== several.ncolumns && !row.some(isStar)) refuse(state, '42601', 'number of columns does not match number of values');
    if (link?.subselect === undefined || link.subLinkType !== 'EXPR_SUBLINK') visit(several.source, env, place, state);
    else if ((statementColumns(link.subselect, env, state)?.length ?? several.ncolumns) !== several.ncolumns) refuse(state, '42601', 'number of columns does not match number of values');
  }
}
