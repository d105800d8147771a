import type { CommonTableExpr, JoinExpr, Node, RangeVar, SelectStmt, WithClause } from 'libpg-query';
import { all, as, strings } from '../ast.ts';
import { relationName } from '../names.ts';
import { figuredName } from '../outputs.ts';
import { isStar } from '../reads.ts';
import { changedColumns } from './changes.ts';
import { hasAggregate } from './calls.ts';
import { nothingIn, visit } from './expressions.ts';
import { grouped } from './groups.ts';
import type { Columns, Environment, Level, Source, State } from './scope.ts';
import { emptyLevel, fingerprint, refuse, renamed, tableNames, within } from './scope.ts';

/** Looks at a whole query or data-modifying statement; what it gives. */
export function statementColumns(node: Node, env: Environment, state: State): Columns {
  const select = as(node, 'SelectStmt');
  return select === undefined ? changedColumns(node, env, state) : selectColumns(select, env, state);
}

export function withTables(clause: WithClause | undefined, env: Environment, state: State): Environment {
  if (clause === undefined) return env;
  const tables = new Map(env.tables);
  const ctes: readonly CommonTableExpr[] = all(clause.ctes, 'CommonTableExpr');
  if (clause.recursive === true) for (const { ctename = '' } of ctes) tables.set(ctename, undefined);
  for (const table of ctes) {
    const columns = table.ctequery === undefined ? undefined : statementColumns(table.ctequery, { ...env, tables: new Map(tables) }, state);
    // SEARCH and CYCLE add columns of their own.
    tables.set(table.ctename ?? '', table.search_clause === undefined && table.cycle_clause === undefined ? renamed(columns, tableNames(table)) : undefined);
  }
  return { ...env, tables };
}

export function selectColumns(statement: SelectStmt, outer: Environment, state: State): Columns {
  const env = withTables(statement.withClause, outer, state);
  if (statement.larg !== undefined && statement.rarg !== undefined) return united(statement, selectColumns(statement.larg, env, state), selectColumns(statement.rarg, env, state), state);
  if (statement.valuesLists !== undefined) return listed(statement.valuesLists, env, state);
  const level = emptyLevel();
  const inner = within(env, level);
  for (const item of statement.fromClause ?? []) add(item, level, env, inner, state);
  const targets = all(statement.targetList, 'ResTarget');
  const outputs = targets.flatMap(({ val, name }) => name ?? figuredName(val) ?? []);
  visit(targets, inner, {}, state);
  visit(statement.whereClause, inner, nothingIn('WHERE'), state);
  visit((statement.groupClause ?? []).filter((node) => !isOutput(node, outputs)), inner, { aggregates: 'not allowed in GROUP BY', windows: 'not allowed in GROUP BY' }, state);
  visit(statement.havingClause, inner, { windows: 'not allowed in HAVING', sets: 'HAVING' }, state);
  visit([...all(statement.sortClause, 'SortBy').map(({ node }) => node), ...(statement.distinctClause ?? [])].filter((node) => !isOutput(node, outputs)), inner, {}, state);
  visit([statement.limitCount, statement.limitOffset], inner, {}, state);
  grouped(statement, level, state);
  const columns = resultColumns(targets, level);
  positions(statement, columns, state);
  distinct(statement, columns, state);
  locking(statement, level, state);
  return columns;
}

const isOutput = (node: Node | undefined, outputs: readonly string[]): boolean => {
  const fields = strings(as(node, 'ColumnRef')?.fields);
  return fields.length === 1 && outputs.includes(fields[0] ?? '');
};

const SET_OPERATIONS: Readonly<Record<string, string>> = { SETOP_UNION: 'UNION', SETOP_INTERSECT: 'INTERSECT', SETOP_EXCEPT: 'EXCEPT' };

function united(statement: SelectStmt, left: Columns, right: Columns, state: State): Columns {
  if (left !== undefined && right !== undefined && left.length !== right.length) refuse(state, '42601', `each ${SET_OPERATIONS[statement.op ?? ''] ?? 'UNION'} query must have the same number of columns`);
  if (statement.lockingClause !== undefined) refuse(state, '0A000', `${strengthOf(statement)} is not allowed with UNION/INTERSECT/EXCEPT`);
  positions(statement, left, state);
  return left;
}

function listed(lists: readonly Node[], env: Environment, state: State): Columns {
  const rows = all(lists, 'List').map(({ items = [] }) => items);
  const width = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== width)) refuse(state, '42601', 'VALUES lists must all be the same length');
  visit(rows, env, { aggregates: 'not allowed in VALUES', windows: 'not allowed in VALUES' }, state);
  return rows[0]?.map((_, i) => `column${String(i + 1)}`);
}

/** Puts an item of FROM beside those before it. `env` is what a subquery sees, `inner` what a lateral one does. */
export function add(item: Node | undefined, level: Level, env: Environment, inner: Environment, state: State): void {
  const join = as(item, 'JoinExpr');
  if (join !== undefined) {
    addJoin(join, level, env, inner, state);
    return;
  }
  const source = sourceOf(item, env, inner, state);
  if (source !== undefined) put(source, level, state);
}

function put(source: Source, level: Level, state: State): void {
  const twin = source.name === undefined ? undefined : level.sources.find(({ name }) => name === source.name);
  if (twin !== undefined && isSame(twin, source)) refuse(state, '42712', `table name "${source.name ?? ''}" specified more than once`);
  level.sources.push(source);
}

/** Tables of two schemas can go by one name; who knows whether those are two. */
const isSame = (a: Source, b: Source): boolean => a.relation === undefined || b.relation === undefined || a.relation.name !== a.name || b.relation.name !== b.name || a.relation.schema === b.relation.schema;

/** ON knows both sides of its join and nothing beside it. */
function addJoin({ larg, rarg, quals, usingClause, isNatural, alias, join_using_alias: usingAlias }: JoinExpr, level: Level, env: Environment, inner: Environment, state: State): void {
  const own = emptyLevel();
  for (const side of [larg, rarg]) add(side, own, env, within(inner, own), state);
  for (const name of strings(usingClause)) own.merged.add(name);
  own.natural ||= isNatural === true;
  visit(quals, within(env, own), nothingIn('JOIN conditions'), state);
  for (const source of alias === undefined ? own.sources : [{ name: alias.aliasname }]) put(source, level, state);
  if (usingAlias !== undefined) level.sources.push({ name: usingAlias.aliasname });
  if (alias !== undefined) return;
  for (const name of own.merged) level.merged.add(name);
  level.natural ||= own.natural;
}

function sourceOf(item: Node | undefined, env: Environment, inner: Environment, state: State): Source | undefined {
  const relation = as(item, 'RangeVar');
  if (relation !== undefined) return relationSource(relation, env);
  const query = as(item, 'RangeSubselect');
  if (query !== undefined) {
    const columns = query.subquery === undefined ? undefined : statementColumns(query.subquery, query.lateral === true ? inner : env, state);
    return { name: query.alias?.aliasname, columns: renamed(columns, strings(query.alias?.colnames)) };
  }
  const sample = as(item, 'RangeTableSample')?.relation;
  if (sample !== undefined) return sourceOf(sample, env, inner, state);
  visit(item, inner, {}, state);
  const other = as(item, 'RangeFunction') ?? as(item, 'RangeTableFunc') ?? as(item, 'JsonTable');
  return { name: other?.alias?.aliasname };
}

export function relationSource(relation: RangeVar, { tables }: Environment): Source {
  const name = relation.alias?.aliasname ?? relation.relname;
  const names = strings(relation.alias?.colnames);
  if (relation.schemaname === undefined && tables.has(relation.relname ?? '')) return { name, columns: renamed(tables.get(relation.relname ?? ''), names) };
  return { name, ...(names.length === 0 ? { relation: relationName(relation) } : {}) };
}

/** The names of what a list of targets gives. */
export function resultColumns(targets: readonly { readonly name?: string; readonly val?: Node }[], level: Level): Columns {
  const lists = targets.map(({ name, val }): Columns => {
    if (as(as(val, 'A_Indirection')?.indirection?.at(-1), 'A_Star') !== undefined) return undefined;
    if (!isStar(val)) return [name ?? figuredName(val)];
    const [alias] = strings(as(val, 'ColumnRef')?.fields);
    const sources = alias === undefined ? level.sources : level.sources.filter((source) => source.name === alias);
    const known = sources.flatMap(({ columns }) => (columns === undefined ? [] : [columns]));
    return sources.length === 0 || known.length < sources.length || (alias === undefined && (level.natural || level.merged.size > 0)) ? undefined : known.flat();
  });
  return lists.includes(undefined) ? undefined : lists.flatMap((list) => list ?? []);
}

function positions({ sortClause, groupClause = [] }: SelectStmt, columns: Columns, state: State): void {
  if (columns === undefined) return;
  const check = (nodes: readonly (Node | undefined)[], what: string): void => {
    for (const node of nodes) {
      const place = as(node, 'A_Const')?.ival;
      if (place !== undefined && ((place.ival ?? 0) < 1 || (place.ival ?? 0) > columns.length)) refuse(state, '42P10', `${what} position ${String(place.ival ?? 0)} is not in select list`);
    }
  };
  check(all(sortClause, 'SortBy').map(({ node }) => node), 'ORDER BY');
  check(groupClause, 'GROUP BY');
}

function distinct({ distinctClause = [], targetList, sortClause }: SelectStmt, columns: Columns, state: State): void {
  if (distinctClause.length !== 1 || Object.keys(distinctClause[0] ?? {}).length > 0 || columns === undefined) return;
  const targets = all(targetList, 'ResTarget');
  if (targets.some(({ val }) => isStar(val))) return;
  const given = new Set(targets.map(({ val }) => fingerprint(val)));
  const shown = all(sortClause, 'SortBy').every(({ node }) => as(node, 'A_Const') !== undefined || isOutput(node, columns.flatMap((name) => name ?? [])) || given.has(fingerprint(node)));
  if (!shown) refuse(state, '42P10', 'for SELECT DISTINCT, ORDER BY expressions must appear in select list');
}

const STRENGTHS: Readonly<Record<string, string>> = { LCS_FORUPDATE: 'FOR UPDATE', LCS_FORNOKEYUPDATE: 'FOR NO KEY UPDATE', LCS_FORSHARE: 'FOR SHARE', LCS_FORKEYSHARE: 'FOR KEY SHARE' };

const strengthOf = ({ lockingClause }: SelectStmt): string => STRENGTHS[all(lockingClause, 'LockingClause')[0]?.strength ?? ''] ?? 'FOR UPDATE';

function locking(statement: SelectStmt, level: Level, state: State): void {
  const { lockingClause, distinctClause, groupClause, havingClause, targetList } = statement;
  if (lockingClause === undefined) return;
  const strength = strengthOf(statement);
  const with_ = distinctClause !== undefined ? 'DISTINCT clause' : groupClause !== undefined ? 'GROUP BY clause' : havingClause !== undefined ? 'HAVING clause' : hasAggregate(targetList) ? 'aggregate functions' : undefined;
  if (with_ !== undefined) refuse(state, '0A000', `${strength} is not allowed with ${with_}`);
  for (const { relname = '' } of all(lockingClause, 'LockingClause').flatMap(({ lockedRels }) => all(lockedRels, 'RangeVar'))) {
    if (level.sources.every(({ name }) => name !== undefined && name !== relname)) refuse(state, '42P01', `relation "${relname}" in ${strength} clause not found in FROM clause`);
  }
}
