import type { Node, SelectStmt, WithClause } from 'libpg-query';
import type { Picks } from '../../../ir/expressions.ts';
import type { ObjectName } from '../../../ir/names.ts';
import { all, as, strings } from './ast.ts';
import { isLookedUp } from './joined.ts';
import { relationName } from './names.ts';
import { nameKey } from './needs.ts';
import type { Variables } from './names.ts';
import { termsOf } from './terms.ts';

/** Names of common table expressions that are known to be short. */
type Short = ReadonlySet<string>;

const NONE: Short = new Set();

/** Whether the query can return no more than a number of rows that its text says. */
export function isBounded(statement: SelectStmt, clause?: WithClause, outer: Short = NONE): boolean {
  const short = shortTables(statement.withClause, shortTables(clause, outer));
  if (isConstantLimit(statement.limitCount)) return true;
  if (statement.larg !== undefined && statement.rarg !== undefined) return isBounded(statement.larg, undefined, short) && isBounded(statement.rarg, undefined, short);
  if (statement.valuesLists !== undefined) return true;
  const from = statement.fromClause ?? [];
  if (from.length === 0) return (statement.targetList ?? []).every((target) => !mentionsSetReturning(target));
  return from.every((item) => isShort(item, short)) || isLookedUp(from, statement.whereClause, (item) => isShort(item, short));
}

/** Whether an UPDATE or DELETE with this WHERE and FROM can touch only as many rows as its text says. */
export function limitsRows(where: Node | undefined, from: readonly Node[] | undefined, clause: WithClause | undefined, outer: Short = NONE): boolean {
  const short = shortTables(clause, outer);
  const aliases = new Set((from ?? []).filter((item) => isShort(item, short)).map(aliasOf));
  return where !== undefined && limits(where, short, aliases);
}

/** More tables than anybody puts beside the one that is changed. */
const MOST_BESIDE = 5;

/** The relations beside the target that would limit an UPDATE or DELETE, had they few rows: `FROM fixes f WHERE f.id = t.id`, `id IN (SELECT id FROM picked)`. */
export function limitingRelations(where: Node | undefined, from: readonly Node[] | undefined, clause: WithClause | undefined): readonly ObjectName[] {
  if (where === undefined || limitsRows(where, from, clause)) return [];
  const beside = [...(from ?? []), ...listed(where)].flatMap((item) => as(item, 'RangeVar') ?? []).filter(({ schemaname }) => schemaname === undefined);
  if (beside.length > MOST_BESIDE) return [];
  return beside.filter(({ relname = '' }) => limitsRows(where, from, clause, new Set([relname]))).map((relation) => relationName(relation));
}

/** What the subqueries of AND-ed memberships read. */
function listed(where: Node): readonly Node[] {
  const bool = as(where, 'BoolExpr');
  if (bool?.boolop === 'AND_EXPR') return (bool.args ?? []).flatMap(listed);
  const comparison = as(where, 'A_Expr');
  return [where, comparison?.rexpr].flatMap((node) => as(as(node, 'SubLink')?.subselect, 'SelectStmt')?.fromClause ?? []);
}

/** Which rows the UPDATE or DELETE of each data-modifying CTE touches, by its table as written. */
export function pickedByCtes(clause: WithClause | undefined, variables: Variables): ReadonlyMap<string, Picks> {
  const picked = new Map<string, Picks>();
  if (clause === undefined) return picked;
  for (const { ctequery } of all(clause.ctes, 'CommonTableExpr')) {
    const update = as(ctequery, 'UpdateStmt');
    const deletion = as(ctequery, 'DeleteStmt');
    const { relation, whereClause: where } = update ?? deletion ?? {};
    const beside = update?.fromClause ?? deletion?.usingClause;
    if (relation === undefined) continue;
    picked.set(nameKey(relationName(relation)), { where: where === undefined ? undefined : { terms: termsOf(where, variables).terms }, bounded: limitsRows(where, beside, clause), alone: beside === undefined });
  }
  return picked;
}

/** Which rows a query takes that reads one relation only. */
export function pickedBySelect({ fromClause = [], whereClause: where, larg, withClause }: SelectStmt, variables: Variables): ReadonlyMap<string, Picks> {
  const relation = fromClause.length === 1 && larg === undefined && withClause === undefined ? as(fromClause[0], 'RangeVar') : undefined;
  if (relation === undefined || where === undefined) return new Map();
  return new Map([[nameKey(relationName(relation)), { where: { terms: termsOf(where, variables).terms }, bounded: false, alone: true }]]);
}

function limits(where: Node, short: Short, aliases: ReadonlySet<string | undefined>): boolean {
  const bool = as(where, 'BoolExpr');
  if (bool?.boolop === 'AND_EXPR') return (bool.args ?? []).some((each) => limits(each, short, aliases));
  if (as(where, 'CurrentOfExpr') !== undefined) return true;
  if (isMembership(where, short)) return true;
  const comparison = as(where, 'A_Expr');
  if (strings(comparison?.name)[0] !== '=') return false;
  if (comparison?.kind === 'AEXPR_OP_ANY') return isShortSublink(comparison.rexpr, short);
  if (comparison?.kind !== 'AEXPR_OP') return false;
  return [comparison.lexpr, comparison.rexpr].some((side) => isShortSublink(side, short) || aliases.has(qualifierOf(side)));
}

/** `id IN (SELECT … LIMIT 100)` */
function isMembership(node: Node, short: Short): boolean {
  return as(node, 'SubLink')?.subLinkType === 'ANY_SUBLINK' && isShortSublink(node, short);
}

function isShortSublink(node: Node | undefined, short: Short): boolean {
  const select = as(as(node, 'SubLink')?.subselect, 'SelectStmt');
  return select !== undefined && isBounded(select, undefined, short);
}

function qualifierOf(node: Node | undefined): string | undefined {
  return strings(as(node, 'ColumnRef')?.fields).at(-2) ?? '';
}

function aliasOf(item: Node): string | undefined {
  const relation = as(item, 'RangeVar');
  return relation === undefined ? as(item, 'RangeSubselect')?.alias?.aliasname : (relation.alias?.aliasname ?? relation.relname);
}

function isShort(item: Node, short: Short): boolean {
  const subquery = as(as(item, 'RangeSubselect')?.subquery, 'SelectStmt');
  if (subquery !== undefined) return isBounded(subquery, undefined, short);
  const relation = as(item, 'RangeVar');
  return relation !== undefined && relation.schemaname === undefined && short.has(relation.relname ?? '');
}

function shortTables(clause: WithClause | undefined, outer: Short): Short {
  if (clause === undefined) return outer;
  const short = new Set(outer);
  for (const table of all(clause.ctes, 'CommonTableExpr')) {
    const name = table.ctename ?? '';
    if (givesFewRows(table.ctequery, short)) short.add(name);
    else short.delete(name);
  }
  return short;
}

/** Whether a common table expression, a change that returns rows included, gives no more of them than its text says. */
function givesFewRows(node: Node | undefined, short: Short): boolean {
  const insert = as(node, 'InsertStmt');
  const select = as(insert === undefined ? node : insert.selectStmt, 'SelectStmt');
  if (select !== undefined) return isBounded(select, undefined, short);
  const update = as(node, 'UpdateStmt');
  const deletion = as(node, 'DeleteStmt');
  return insert !== undefined || limitsRows(update?.whereClause ?? deletion?.whereClause, update?.fromClause ?? deletion?.usingClause, undefined, short);
}

/** A number, a parameter or a variable: somebody chose it. LIMIT ALL is none. */
function isConstantLimit(node: Node | undefined): boolean {
  if (node === undefined) return false;
  const constant = as(node, 'A_Const');
  if (constant !== undefined) return constant.isnull !== true;
  return as(node, 'ParamRef') !== undefined || as(node, 'ColumnRef') !== undefined || as(as(node, 'TypeCast')?.arg, 'A_Const') !== undefined;
}

function mentionsSetReturning(target: Node): boolean {
  const name = strings(as(as(target, 'ResTarget')?.val, 'FuncCall')?.funcname).at(-1);
  return name === 'generate_series' || name === 'unnest';
}
