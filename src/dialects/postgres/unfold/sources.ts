import type { Node, RangeVar } from 'libpg-query';
import { all, as, strings } from '../parse/ast.ts';
import type { Scope } from './expressions.ts';
import { evaluate } from './expressions.ts';
import type { Row } from './select.ts';
import { selectRows } from './select.ts';
import { systemTable } from './system-tables.ts';
import type { Value } from './values.ts';
import { listOf, scalar, orUnknown, UNKNOWN } from './values.ts';

/** One item of FROM. */
export interface Source {
  /** Its alias, or its own name. */
  readonly name: string;
  /** The columns that are known, for `*`. */
  readonly columns: readonly string[];
  has(column: string): boolean;
  /** Its rows, at least those that have what is hinted at. */
  rows(scope: Scope, hints: ReadonlyMap<string, Value>): Found;
  /** The condition of its join. */
  readonly on?: Node;
  /** A row without a match stays. */
  readonly outer: boolean;
  /** The row of an outer join without a match. */
  readonly nothing: Row;
}

export interface Found {
  readonly rows: Iterable<Row>;
  readonly complete: boolean;
}

/** The sources of a FROM clause in order; undefined where one of them is none that the catalog could tell of. */
export function sourcesOf(from: readonly Node[] | undefined, scope: Scope): readonly Source[] | undefined {
  const sources: Source[] = [];
  for (const item of from ?? []) {
    const found = itemSources(item, scope);
    if (found === undefined) return undefined;
    sources.push(...found);
  }
  return sources;
}

function itemSources(item: Node, scope: Scope): readonly Source[] | undefined {
  const relation = as(item, 'RangeVar');
  if (relation !== undefined) return relationSource(relation, scope);
  const subselect = as(item, 'RangeSubselect');
  if (subselect !== undefined) {
    const select = as(subselect.subquery, 'SelectStmt');
    const found = select === undefined || subselect.lateral === true ? undefined : selectRows(select, scope);
    if (found === undefined || found.doubtful) return undefined;
    const given = strings(subselect.alias?.colnames);
    return [listed(subselect.alias?.aliasname ?? '', found.names.map((name, index) => given[index] ?? name ?? ''), found.rows, found.complete)];
  }
  const join = as(item, 'JoinExpr');
  if (join?.larg !== undefined && join.rarg !== undefined) {
    const [left, right] = [itemSources(join.larg, scope), itemSources(join.rarg, scope)];
    const [only, ...more] = right ?? [];
    const known = join.jointype === 'JOIN_INNER' || join.jointype === 'JOIN_LEFT';
    if (left === undefined || only === undefined || more.length > 0 || !known || join.isNatural === true || join.alias !== undefined) return undefined;
    const on = join.quals ?? usingCondition(join.usingClause, left.at(-1), only);
    return [...left, { ...only, outer: join.jointype === 'JOIN_LEFT', ...(on === undefined ? {} : { on }) }];
  }
  return functionSource(item, scope);
}

/** USING (a, b) as a condition. */
function usingCondition(clause: readonly Node[] | undefined, left: Source | undefined, right: Source): Node | undefined {
  const names = strings(clause);
  if (names.length === 0 || left === undefined) return undefined;
  const field = (source: Source, name: string): Node => ({ ColumnRef: { fields: [{ String: { sval: source.name } }, { String: { sval: name } }] } });
  const args = names.map((name): Node => ({ A_Expr: { kind: 'AEXPR_OP', name: [{ String: { sval: '=' } }], lexpr: field(left, name), rexpr: field(right, name) } }));
  return { BoolExpr: { boolop: 'AND_EXPR', args } };
}

function relationSource(relation: RangeVar, scope: Scope): readonly Source[] | undefined {
  const { schemaname, relname = '', alias } = relation;
  const name = alias?.aliasname ?? relname;
  if (schemaname === undefined && scope.tables.has(relname)) {
    const found = scope.tables.get(relname);
    if (found === undefined || found.doubtful) return undefined;
    return [listed(name, found.names.map((each) => each ?? ''), found.rows, found.complete)];
  }
  const table = systemTable(schemaname, relname, scope.machine.catalog);
  if (table === undefined) return undefined;
  const { columns } = table;
  return [
    {
      name,
      columns,
      has: (column) => columns.includes(column),
      rows: (_, hints) => {
        const { rows, complete } = table.rows(scope.machine.catalog, hints);
        return { rows: mapped(rows, (fields) => row(name, columns, (column) => fields[column])), complete };
      },
      outer: false,
      nothing: row(name, columns, () => null),
    },
  ];
}

function* mapped<From, To>(items: Iterable<From>, build: (item: From) => To): Iterable<To> {
  for (const item of items) yield build(item);
}

/** A column that the catalog does not know of is unknown; asked without a qualifier, it may be somebody else's. */
const row = (name: string, columns: readonly string[], field: (column: string) => Value | undefined): Row => ({
  column: (column, qualifier) => {
    if (qualifier !== undefined && qualifier !== name) return undefined;
    return columns.includes(column) ? orUnknown(field(column)) : qualifier === undefined ? undefined : UNKNOWN;
  },
});

function listed(name: string, columns: readonly string[], rows: readonly (readonly Value[])[], complete: boolean): Source {
  return {
    name,
    columns,
    has: (column) => columns.includes(column),
    rows: () => ({ rows: rows.map((values) => row(name, columns, (column) => values[columns.indexOf(column)] ?? null)), complete }),
    outer: false,
    nothing: row(name, columns, () => null),
  };
}

/** Most rows of a generated series. */
const LONGEST_SERIES = 1000;

/** unnest(array) and generate_series(a, b). */
function functionSource(item: Node, scope: Scope): readonly Source[] | undefined {
  const range = as(item, 'RangeFunction');
  const [first, ...more] = all(range?.functions, 'List');
  const call = as(first?.items?.[0], 'FuncCall');
  if (call === undefined || more.length > 0 || range?.ordinality === true) return undefined;
  const name = strings(call.funcname).at(-1) ?? '';
  const values = elementsOf(name, (call.args ?? []).map((each) => scalar(evaluate(each, scope))));
  if (values === undefined) {
    // Whatever it gives, a routine of the history's own is followed.
    evaluate({ FuncCall: call }, scope);
    return undefined;
  }
  const alias = range?.alias?.aliasname ?? name;
  return [listed(alias, [strings(range?.alias?.colnames)[0] ?? alias], values.map((value) => [value]), true)];
}

function elementsOf(name: string, [first = null, second = null, step = 1]: readonly Value[]): readonly Value[] | undefined {
  if (name === 'unnest') return listOf(first);
  if (name !== 'generate_series' || typeof first !== 'number' || typeof second !== 'number' || typeof step !== 'number' || step <= 0) return undefined;
  const count = Math.max(0, Math.floor((second - first) / step) + 1);
  return count > LONGEST_SERIES ? undefined : Array.from({ length: count }, (_, index) => first + index * step);
}
