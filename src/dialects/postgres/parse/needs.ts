import type { JoinExpr, Node, SelectStmt, WithClause } from 'libpg-query';
import type { ObjectName } from '../../../ir/names.ts';
import { all, as, strings } from './ast.ts';
import { relationName } from './names.ts';

/** Choices of relations: one of each has to have rows. */
type Needs = readonly (readonly ObjectName[])[];

/** What each common table expression in scope needs. */
type Tables = ReadonlyMap<string, Needs>;

const NONE: Needs = [];
const NO_TABLES: Tables = new Map();

/** What the query gives no rows without. */
export const neededBySelect = (statement: SelectStmt, clause?: WithClause): Needs => selectNeeds(statement, tablesOf(clause, NO_TABLES));

/** What FROM and WHERE let nothing through without. */
export function neededByParts(from: readonly Node[] | undefined, where: Node | undefined, clause: WithClause | undefined): Needs {
  const tables = tablesOf(clause, NO_TABLES);
  return both(fromNeeds(from, tables), whereNeeds(where, tables));
}

/** What each relation that data-modifying CTEs write gets nothing without, by `schema.name` as written. */
export function writtenByCtes(clause: WithClause | undefined): ReadonlyMap<string, Needs> {
  const written = new Map<string, Needs>();
  if (clause === undefined) return written;
  const tables = new Map<string, Needs>();
  for (const { ctename = '', ctequery } of all(clause.ctes, 'CommonTableExpr')) {
    const change = as(ctequery, 'InsertStmt') ?? as(ctequery, 'UpdateStmt') ?? as(ctequery, 'DeleteStmt');
    const own = ctequery === undefined ? NONE : tableNeeds(ctequery, tables, clause.recursive === true);
    tables.set(ctename, own);
    if (change?.relation === undefined) continue;
    const key = nameKey(relationName(change.relation));
    const known = written.get(key);
    written.set(key, known === undefined ? own : either(known, own));
  }
  return written;
}

export const nameKey = ({ schema, name }: ObjectName): string => `${schema ?? ''}.${name}`;

function selectNeeds(statement: SelectStmt, outer: Tables): Needs {
  const tables = tablesOf(statement.withClause, outer);
  const { larg, rarg, op } = statement;
  if (larg !== undefined && rarg !== undefined) {
    if (op === 'SETOP_EXCEPT') return selectNeeds(larg, tables);
    const sides = [selectNeeds(larg, tables), selectNeeds(rarg, tables)] as const;
    return op === 'SETOP_INTERSECT' ? both(...sides) : either(...sides);
  }
  if (statement.valuesLists !== undefined || givesRowAnyway(statement)) return NONE;
  return both(fromNeeds(statement.fromClause, tables), whereNeeds(statement.whereClause, tables));
}

/** An aggregate without GROUP BY gives its row over nothing, too, and so does an empty grouping set. */
function givesRowAnyway({ targetList, groupClause, havingClause }: SelectStmt): boolean {
  if ((groupClause ?? []).length > 0) return all(groupClause, 'GroupingSet').length > 0;
  return havingClause !== undefined || (targetList ?? []).some(hasAggregate);
}

const AGGREGATES: ReadonlySet<string> = new Set(
  (
    'count sum min max avg any_value array_agg string_agg json_agg jsonb_agg json_object_agg jsonb_object_agg xmlagg bool_and bool_or every bit_and bit_or bit_xor ' +
    'stddev stddev_pop stddev_samp variance var_pop var_samp corr covar_pop covar_samp percentile_cont percentile_disc mode range_agg'
  ).split(' '),
);

/** Subqueries are on their own. */
function hasAggregate(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if (Array.isArray(node)) return node.some(hasAggregate);
  const call = as(node as Node, 'FuncCall');
  if (call !== undefined && call.over === undefined && AGGREGATES.has(strings(call.funcname).at(-1) ?? '')) return true;
  return Object.entries(node).some(([key, value]) => key !== 'SubLink' && hasAggregate(value));
}

function fromNeeds(from: readonly Node[] | undefined, tables: Tables): Needs {
  return (from ?? []).map((item) => itemNeeds(item, tables)).reduce(both, NONE);
}

function itemNeeds(item: Node, tables: Tables): Needs {
  const relation = as(item, 'RangeVar');
  if (relation !== undefined) {
    const table = relation.schemaname === undefined ? tables.get(relation.relname ?? '') : undefined;
    return table ?? one(relationName(relation));
  }
  const subquery = as(as(item, 'RangeSubselect')?.subquery, 'SelectStmt');
  if (subquery !== undefined) return selectNeeds(subquery, tables);
  const sample = as(item, 'RangeTableSample')?.relation;
  if (sample !== undefined) return itemNeeds(sample, tables);
  const join = as(item, 'JoinExpr');
  return join === undefined ? NONE : joinNeeds(join, tables);
}

function joinNeeds({ jointype, larg, rarg }: JoinExpr, tables: Tables): Needs {
  const left = larg === undefined ? NONE : itemNeeds(larg, tables);
  const right = rarg === undefined ? NONE : itemNeeds(rarg, tables);
  if (jointype === 'JOIN_LEFT') return left;
  if (jointype === 'JOIN_RIGHT') return right;
  return jointype === 'JOIN_FULL' ? either(left, right) : both(left, right);
}

/** EXISTS and IN over a subquery let nothing through when it is empty. */
function whereNeeds(where: Node | undefined, tables: Tables): Needs {
  if (where === undefined) return NONE;
  const bool = as(where, 'BoolExpr');
  if (bool?.boolop === 'AND_EXPR') return (bool.args ?? []).map((each) => whereNeeds(each, tables)).reduce(both, NONE);
  const link = as(where, 'SubLink');
  const select = as(link?.subselect, 'SelectStmt');
  const narrows = link?.subLinkType === 'EXISTS_SUBLINK' || link?.subLinkType === 'ANY_SUBLINK';
  return select === undefined || !narrows ? NONE : selectNeeds(select, tables);
}

function tablesOf(clause: WithClause | undefined, outer: Tables): Tables {
  if (clause === undefined) return outer;
  const tables = new Map(outer);
  for (const { ctename = '', ctequery } of all(clause.ctes, 'CommonTableExpr')) {
    // While it is read, the name means what it means further out, or itself: then the other half of the UNION decides.
    if (clause.recursive === true) tables.set(ctename, NONE);
    tables.set(ctename, ctequery === undefined ? NONE : tableNeeds(ctequery, tables, clause.recursive === true));
  }
  return tables;
}

function tableNeeds(node: Node, tables: Tables, recursive: boolean): Needs {
  const select = as(node, 'SelectStmt');
  if (select !== undefined) return recursive && select.larg !== undefined && select.op === 'SETOP_UNION' ? selectNeeds(select.larg, tablesOf(select.withClause, tables)) : selectNeeds(select, tables);
  const insert = as(node, 'InsertStmt');
  if (insert !== undefined) {
    const source = as(insert.selectStmt, 'SelectStmt');
    return source === undefined ? NONE : selectNeeds(source, tablesOf(insert.withClause, tables));
  }
  const update = as(node, 'UpdateStmt');
  if (update?.relation !== undefined) return changeNeeds(update.relation, update.fromClause, update.whereClause, tablesOf(update.withClause, tables));
  const deletion = as(node, 'DeleteStmt');
  return deletion?.relation === undefined ? NONE : changeNeeds(deletion.relation, deletion.usingClause, deletion.whereClause, tablesOf(deletion.withClause, tables));
}

/** What an UPDATE or DELETE returns comes from its target. */
function changeNeeds(relation: Parameters<typeof relationName>[0] & object, from: readonly Node[] | undefined, where: Node | undefined, tables: Tables): Needs {
  return both(one(relationName(relation)), both(fromNeeds(from, tables), whereNeeds(where, tables)));
}

const one = (name: ObjectName): Needs => [[name]];

/** Beyond this nothing is gained by knowing more. */
const MOST = 16;

const both = (a: Needs, b: Needs): Needs => (a.length === 0 ? b : b.length === 0 ? a : [...a, ...b].slice(0, MOST));

/** Rows come from one side or the other: of every pair of choices, one has to have rows. */
const either = (a: Needs, b: Needs): Needs => a.flatMap((left) => b.map((right) => [...left, ...right])).slice(0, MOST);
