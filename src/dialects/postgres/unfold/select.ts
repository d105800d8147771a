import type { Node, SelectStmt } from 'libpg-query';
import { all, as, strings } from '../parse/ast.ts';
import { listName } from '../parse/names.ts';
import type { Scope } from './expressions.ts';
import { evaluate, truth } from './expressions.ts';
import { aggregate, isAggregate } from './functions.ts';
import { spend } from './machine.ts';
import type { Source } from './sources.ts';
import { sourcesOf } from './sources.ts';
import type { Truth, Value } from './values.ts';
import { compare, isSame, isUnknown, scalar, textOf } from './values.ts';

/** One row of a query's FROM, under a name. */
export interface Row {
  /** Undefined: it has no such column. */
  column(name: string, qualifier: string | undefined): Value | undefined;
}

/** What a query gives, as far as it can be told. */
export interface Rows {
  readonly names: readonly (string | undefined)[];
  /** The rows that are certain. */
  readonly rows: readonly (readonly Value[])[];
  /** There are no rows that the catalog does not know of. */
  readonly complete: boolean;
  /** Of some rows only running tells whether they are among them. */
  readonly doubtful: boolean;
}

/** The rows of a query over the system catalogs, or over nothing; undefined where only running tells. */
export function selectRows(given: SelectStmt, scope: Scope): Rows | undefined {
  const statement = fromGiven(given);
  const inside = withTables(statement, scope);
  const { larg, rarg, op } = statement;
  if (larg !== undefined && rarg !== undefined) return op === 'SETOP_UNION' ? united(selectRows(larg, inside), selectRows(rarg, inside), statement.all === true) : undefined;
  if (statement.valuesLists !== undefined) return valuesRows(statement.valuesLists, inside);
  if (statement.havingClause !== undefined || statement.windowClause !== undefined || statement.limitOffset !== undefined) return undefined;
  const sources = sourcesOf(statement.fromClause, inside);
  if (sources === undefined) return undefined;
  const found = joined(sources, statement.whereClause, inside);
  return found === undefined ? undefined : outputs(statement, found, sources, inside);
}

const ROW_FUNCTIONS: ReadonlySet<string> = new Set(['unnest', 'generate_series']);

/** SELECT unnest(a) gives the rows of SELECT unnest FROM unnest(a). */
function fromGiven(statement: SelectStmt): SelectStmt {
  const nameOfRows = ({ val }: { readonly val?: Node }): string => listName(as(val, 'FuncCall')?.funcname).name;
  const targets = all(statement.targetList, 'ResTarget');
  const [giving, ...more] = targets.filter((target) => ROW_FUNCTIONS.has(nameOfRows(target)));
  if (giving?.val === undefined || more.length > 0) return statement;
  const alias = `${nameOfRows(giving)} of an output`;
  const source: Node = { RangeFunction: { functions: [{ List: { items: [giving.val] } }], alias: { aliasname: alias } } };
  const column: Node = { ResTarget: { name: giving.name ?? nameOfRows(giving), val: { ColumnRef: { fields: [{ String: { sval: alias } }, { String: { sval: alias } }] } } } };
  return { ...statement, fromClause: [...(statement.fromClause ?? []), source], targetList: targets.map((target): Node => (target === giving ? column : { ResTarget: target })) };
}

function withTables({ withClause }: SelectStmt, scope: Scope): Scope {
  if (withClause === undefined) return scope;
  const tables = new Map(scope.tables);
  for (const { ctename = '', ctequery } of all(withClause.ctes, 'CommonTableExpr')) {
    const select = as(ctequery, 'SelectStmt');
    tables.set(ctename, select === undefined || withClause.recursive === true ? undefined : selectRows(select, { ...scope, tables }));
  }
  return { ...scope, tables };
}

function united(left: Rows | undefined, right: Rows | undefined, keepsAll: boolean): Rows | undefined {
  if (left === undefined || right === undefined) return undefined;
  const rows = [...left.rows, ...right.rows];
  return { names: left.names, rows: keepsAll ? rows : distinct(rows), complete: left.complete && right.complete, doubtful: left.doubtful || right.doubtful };
}

function valuesRows(lists: readonly Node[], scope: Scope): Rows {
  const rows = lists.map((list) => (as(list, 'List')?.items ?? []).map((each) => scalar(evaluate(each, scope))));
  return { names: (rows[0] ?? []).map((_, index) => `column${String(index + 1)}`), rows, complete: true, doubtful: false };
}

interface Joined {
  /** The scopes of the rows that the conditions let through. */
  readonly scopes: readonly Scope[];
  readonly complete: boolean;
  readonly doubtful: boolean;
}

/** Every combination of the sources' rows that the conditions let through. */
function joined(sources: readonly Source[], where: Node | undefined, scope: Scope): Joined | undefined {
  const scopes: Scope[] = [];
  const conditions = [...sources.flatMap(({ on, outer }) => (on === undefined || outer ? [] : [on])), ...(where === undefined ? [] : [where])].flatMap(conjuncts);
  let complete = !asksForAnySchema(sources, conditions);
  let doubtful = false;

  const bind = (index: number, inside: Scope, certain: boolean): boolean => {
    const source = sources[index];
    if (source === undefined) {
      const held: Truth = where === undefined ? true : truth(where, inside);
      if (held === undefined || (held === true && !certain)) doubtful = true;
      else if (held === true) scopes.push(inside);
      return true;
    }
    const hints = source.outer ? hintsFor(source, conjuncts(source.on), inside) : linkedHints(source, sources.slice(index + 1), conditions, inside);
    const found = source.rows(inside, hints);
    complete &&= found.complete;
    let matched = false;
    for (const row of found.rows) {
      if (!spend(scope.machine)) return false;
      const bound: Scope = { ...inside, rows: [row, ...inside.rows] };
      const held: Truth = source.on === undefined ? true : truth(source.on, bound);
      if (held === false || held === null) continue;
      matched = true;
      if (!bind(index + 1, bound, certain && held === true)) return false;
    }
    return matched || !source.outer || bind(index + 1, { ...inside, rows: [source.nothing, ...inside.rows] }, certain && found.complete);
  };
  return bind(0, scope, true) ? { scopes, complete, doubtful } : undefined;
}

/** Columns of the system tables that have names of schemas. */
const SCHEMA_COLUMNS: ReadonlySet<string> = new Set(['nspname', 'schema_name', 'schemaname', 'table_schema', 'event_object_schema', 'sequence_schema', 'constraint_schema', 'routine_schema']);
const LISTS_OF_SCHEMAS: readonly string[] = ['nspname', 'schema_name'];
const PATTERNS: ReadonlySet<string> = new Set(['~~', '~~*', '~', '~*', '^@']);

/** Schemas of tenants come and go while the application runs: what lists schemas, or looks for a pattern of their names, means more than the history made. */
function asksForAnySchema(sources: readonly Source[], conditions: readonly Node[]): boolean {
  const asked = conditions.flatMap((condition) => {
    const { name, lexpr, rexpr } = as(condition, 'A_Expr') ?? {};
    const isOfSchema = [lexpr, rexpr].some((side) => SCHEMA_COLUMNS.has(strings(as(side, 'ColumnRef')?.fields).at(-1) ?? ''));
    return isOfSchema ? [strings(name)[0] ?? ''] : [];
  });
  const isList = sources.length === 1 && LISTS_OF_SCHEMAS.some((column) => sources[0]?.has(column));
  return (isList && !asked.includes('=')) || asked.some((operator) => PATTERNS.has(operator));
}

function conjuncts(node: Node | undefined): readonly Node[] {
  if (node === undefined) return [];
  const bool = as(node, 'BoolExpr');
  return bool?.boolop === 'AND_EXPR' ? (bool.args ?? []).flatMap(conjuncts) : [node];
}

/** What the conditions demand of columns of the source, given the rows before it. */
function hintsFor(source: Source, conditions: readonly Node[], scope: Scope): Map<string, Value> {
  const hints = new Map<string, Value>();
  for (const [side, other] of conditions.flatMap(sidesOf)) {
    const column = columnOf(side, source);
    if (column === undefined || hints.has(column) || columnOf(other, source) !== undefined) continue;
    const value = scalar(evaluate(other, scope));
    if (!isUnknown(value) && value !== null) hints.set(column, value);
  }
  return hints;
}

/** The same, and what is demanded of columns of later sources that have to equal its own: without it, every row would be joined to find few. */
function linkedHints(source: Source, later: readonly Source[], conditions: readonly Node[], scope: Scope): Map<string, Value> {
  const hints = hintsFor(source, conditions, scope);
  for (const other of later) {
    // A row that an outer join finds nothing for has NULL there, which is not what is demanded either.
    const links = (other.outer ? conjuncts(other.on) : conditions).flatMap(sidesOf).flatMap(([side, opposite]) => {
      const [own, theirs] = [columnOf(side, source), columnOf(opposite, other)];
      return own === undefined || theirs === undefined || hints.has(own) ? [] : [[own, theirs] as const];
    });
    const demanded: ReadonlyMap<string, Value> = links.length === 0 ? new Map() : hintsFor(other, conditions, scope);
    for (const [own, theirs] of links) {
      const value = demanded.get(theirs);
      if (value !== undefined) hints.set(own, value);
    }
  }
  return hints;
}

/** Both ways round of a comparison for equality. */
function sidesOf(condition: Node): readonly (readonly [Node | undefined, Node | undefined])[] {
  const { kind, name, lexpr, rexpr } = as(condition, 'A_Expr') ?? {};
  return kind === 'AEXPR_OP' && strings(name)[0] === '=' ? [[lexpr, rexpr], [rexpr, lexpr]] : [];
}

function columnOf(node: Node | undefined, source: Source): string | undefined {
  const plain = as(node, 'TypeCast') === undefined ? node : undefined;
  const names = strings(as(plain, 'ColumnRef')?.fields);
  const column = names.at(-1);
  if (column === undefined || !source.has(column)) return undefined;
  return names.length === 1 || names.at(-2) === source.name ? column : undefined;
}

function outputs(statement: SelectStmt, found: Joined, sources: readonly Source[], scope: Scope): Rows | undefined {
  const targets = all(statement.targetList, 'ResTarget');
  const called = targets.map(({ val }) => as(val, 'FuncCall'));
  const grouped = statement.groupClause !== undefined;
  if (called.some((each) => each !== undefined && isAggregate(listName(each.funcname).name))) {
    if (grouped || !found.complete || found.doubtful) return undefined;
    const row = called.map((each, index): Value | undefined => {
      const values = found.scopes.map((inside) => (each?.args ?? []).map((argument) => evaluate(argument, inside)));
      const kept = each?.agg_distinct === true ? distinct(values) : values;
      if (each?.agg_filter !== undefined || each?.over !== undefined) return undefined;
      return each === undefined ? evaluate(targets[index]?.val, scope) : aggregate(listName(each.funcname).name, kept, each.agg_star === true);
    });
    const values = row.flatMap((each) => (each === undefined ? [] : [each]));
    return values.length < row.length ? undefined : { names: targets.map(nameOf), rows: [values], complete: true, doubtful: false };
  }
  const names: (string | undefined)[] = targets.flatMap((target): (string | undefined)[] => starColumns(target.val, sources)?.map(({ column }) => column) ?? [nameOf(target)]);
  const rows = found.scopes.map((inside) =>
    targets.flatMap(({ val }): readonly Value[] => starColumns(val, sources)?.map(({ column, source }) => valueIn(inside, column, source)) ?? [scalar(evaluate(val, inside))]),
  );
  const ordered = inOrder(statement.sortClause, found.scopes, rows, names);
  const kept = grouped || statement.distinctClause !== undefined ? distinct(ordered) : ordered;
  const limit = statement.limitCount === undefined ? undefined : scalar(evaluate(statement.limitCount, scope));
  if (limit === undefined) return { names, rows: kept, complete: found.complete, doubtful: found.doubtful };
  // Which ones a limit leaves is known only where all are.
  if (typeof limit !== 'number' || ((!found.complete || found.doubtful) && kept.length > 0)) return undefined;
  return { names, rows: kept.slice(0, limit), complete: found.complete, doubtful: found.doubtful };
}

/** The column's name, as the server gives it. */
function nameOf({ name, val }: { readonly name?: string; readonly val?: Node }): string | undefined {
  if (name !== undefined) return name;
  const cast = as(val, 'TypeCast');
  if (cast !== undefined) return nameOf(cast.arg === undefined ? {} : { val: cast.arg });
  return strings(as(val, 'ColumnRef')?.fields).at(-1) ?? strings(as(val, 'FuncCall')?.funcname).at(-1);
}

interface StarColumn {
  readonly column: string;
  readonly source: Source;
}

/** What `*` and `t.*` stand for. */
function starColumns(val: Node | undefined, sources: readonly Source[]): readonly StarColumn[] | undefined {
  const fields = as(val, 'ColumnRef')?.fields ?? [];
  if (fields.length === 0 || as(fields.at(-1), 'A_Star') === undefined) return undefined;
  const qualifier = strings(fields).at(-1);
  return sources.filter(({ name }) => qualifier === undefined || name === qualifier).flatMap((source) => source.columns.map((column) => ({ column, source })));
}

function valueIn({ rows }: Scope, column: string, { name }: Source): Value {
  for (const row of rows) {
    const value = row.column(column, name);
    if (value !== undefined) return value;
  }
  return null;
}

function distinct(rows: readonly (readonly Value[])[]): readonly (readonly Value[])[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const key = JSON.stringify(row.map((value) => (typeof value === 'object' && value !== null && value.kind === 'identity' ? value.id : textOf(value))));
    if (row.some(isUnknown)) return true;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Sorted by what is known of the keys; the rest stays in its order. */
function inOrder(clause: readonly Node[] | undefined, scopes: readonly Scope[], rows: readonly (readonly Value[])[], names: readonly (string | undefined)[]): readonly (readonly Value[])[] {
  const keys = all(clause, 'SortBy');
  if (keys.length === 0) return rows;
  const keyed = rows.map((row, index) => {
    const scope = scopes[index];
    const values = keys.map(({ node }): Value => {
      const position = as(node, 'A_Const')?.ival?.ival ?? names.indexOf(strings(as(node, 'ColumnRef')?.fields)[0]) + 1;
      return position > 0 ? (row[position - 1] ?? null) : scope === undefined ? null : scalar(evaluate(node, scope));
    });
    return { row, values };
  });
  keyed.sort((a, b) => {
    for (const [index, key] of keys.entries()) {
      const [left = null, right = null] = [a.values[index], b.values[index]];
      const order = isSame(left, right) === true ? 0 : (compare(left, right) ?? 0);
      if (order !== 0) return key.sortby_dir === 'SORTBY_DESC' ? -order : order;
    }
    return 0;
  });
  return keyed.map(({ row }) => row);
}
