import type { CommonTableExpr, Node, SelectStmt, WithClause } from 'libpg-query';
import type { ObjectName } from '../../../ir/names.ts';
import { all, as, strings } from './ast.ts';
import { relationName } from './names.ts';
import { isStar } from './reads.ts';

export interface Outputs {
  readonly names: readonly (string | undefined)[];
  /** In the place of a name: the relation all of whose columns stand there. */
  readonly spread?: readonly (ObjectName | undefined)[];
  readonly hasStar: boolean;
}

/** Common table expressions by name, innermost first. */
interface Scope {
  readonly tables: ReadonlyMap<string, CommonTableExpr>;
  readonly parent: Scope | undefined;
}

/** Names of the result columns as far as the text tells them. */
export function outputsOf(statement: SelectStmt, outer?: Scope): Outputs {
  const scope = scopeOf(statement.withClause, outer);
  if (statement.larg !== undefined) return outputsOf(statement.larg, scope);
  const values = as(statement.valuesLists?.[0], 'List')?.items;
  if (values !== undefined) return { names: values.map((_, index) => `column${String(index + 1)}`), hasStar: false };
  return targetOutputs(statement.targetList, statement.fromClause, scope);
}

/** Names of a RETURNING list over relations. */
export const returnedOutputs = (targets: readonly Node[] | undefined): Outputs => targetOutputs(targets, undefined, undefined);

function targetOutputs(targets: readonly Node[] | undefined, from: readonly Node[] | undefined, scope: Scope | undefined): Outputs {
  return joined(
    all(targets, 'ResTarget').map((target) =>
      isStar(target.val) ? starOutputs(strings(as(target.val, 'ColumnRef')?.fields).at(-1), from, scope) : { names: [target.name ?? figuredName(target.val)], hasStar: false },
    ),
  );
}

/** One after the other. */
function joined(parts: readonly Outputs[]): Outputs {
  const spread = parts.flatMap((part) => part.spread ?? part.names.map(() => undefined));
  const names = parts.flatMap((part) => part.names);
  return { names, hasStar: parts.some((part) => part.hasStar), ...(spread.every((each) => each === undefined) ? {} : { spread }) };
}

const UNKNOWN: Outputs = { names: [undefined], hasStar: true };

/** What `*` or `alias.*` stands for. */
function starOutputs(alias: string | undefined, from: readonly Node[] | undefined, scope: Scope | undefined): Outputs {
  if (from === undefined) return UNKNOWN;
  const parts = from.map((item) => itemOutputs(item, alias, scope)).filter((part) => part !== undefined);
  return parts.length === 0 ? UNKNOWN : joined(parts);
}

/** Columns of an item of FROM; undefined when it does not go by the alias. */
function itemOutputs(item: Node, alias: string | undefined, scope: Scope | undefined): Outputs | undefined {
  const join = as(item, 'JoinExpr');
  if (join !== undefined) {
    const sides = [join.larg, join.rarg].flatMap((side) => (side === undefined ? [] : [itemOutputs(side, alias, scope)])).filter((side) => side !== undefined);
    if (sides.length === 0) return undefined;
    const merged = (join.usingClause !== undefined || join.isNatural === true) && alias === undefined;
    const both = joined(sides);
    return merged || join.alias !== undefined ? { names: [undefined], hasStar: both.hasStar } : both;
  }
  const subselect = as(item, 'RangeSubselect');
  if (subselect !== undefined) {
    if (alias !== undefined && subselect.alias?.aliasname !== alias) return undefined;
    return renamed(tableOutputs(subselect.subquery, scope), strings(subselect.alias?.colnames));
  }
  const relation = as(item, 'RangeVar');
  if (relation !== undefined) {
    if (alias !== undefined && (relation.alias?.aliasname ?? relation.relname) !== alias) return undefined;
    const table = relation.schemaname === undefined ? lookup(scope, relation.relname ?? '') : undefined;
    if (table === undefined) return renamed({ ...UNKNOWN, spread: [relationName(relation)] }, strings(relation.alias?.colnames));
    return renamed(tableOutputs(table.table.ctequery, table.scope), strings(relation.alias?.colnames ?? table.table.aliascolnames));
  }
  return { names: [undefined], hasStar: false };
}

function tableOutputs(query: Node | undefined, scope: Scope | undefined): Outputs {
  const select = as(query, 'SelectStmt');
  if (select !== undefined) return outputsOf(select, scope);
  const changed = as(query, 'InsertStmt') ?? as(query, 'UpdateStmt') ?? as(query, 'DeleteStmt');
  if (changed?.relation === undefined) return returnedOutputs(as(query, 'MergeStmt')?.returningClause?.exprs);
  const others = 'fromClause' in changed ? changed.fromClause : 'usingClause' in changed ? changed.usingClause : undefined;
  return targetOutputs(changed.returningClause?.exprs, [{ RangeVar: changed.relation }, ...(others ?? [])], scope);
}

function renamed(outputs: Outputs, names: readonly string[]): Outputs {
  if (names.length === 0) return outputs;
  const rest = outputs.names.includes(undefined) ? [undefined] : outputs.names.slice(names.length);
  return { names: [...names, ...rest], hasStar: outputs.hasStar };
}

function scopeOf(clause: WithClause | undefined, parent: Scope | undefined): Scope | undefined {
  if (clause === undefined) return parent;
  return { tables: new Map(all(clause.ctes, 'CommonTableExpr').map((each) => [each.ctename ?? '', each])), parent };
}

/** The definition, with the scope in which it is read; a name inside its own definition is another one's. */
function lookup(scope: Scope | undefined, name: string): { readonly table: CommonTableExpr; readonly scope: Scope | undefined } | undefined {
  for (let each = scope; each !== undefined; each = each.parent) {
    const table = each.tables.get(name);
    if (table === undefined) continue;
    const others = new Map([...each.tables].filter(([key]) => key !== name));
    return { table, scope: { tables: others, parent: each.parent } };
  }
  return undefined;
}

/** The name that the server gives an unnamed result column; undefined where that is `?column?`. */
export function figuredName(node: Node | undefined): string | undefined {
  return figure(node)?.name;
}

interface Figured {
  readonly name: string;
  /** A weak name gives way to a better one. */
  readonly weak: boolean;
}

const strong = (name: string): Figured => ({ name, weak: false });

function figure(node: Node | undefined): Figured | undefined {
  const column = as(node, 'ColumnRef');
  if (column !== undefined) return named(strings(column.fields).at(-1));
  const indirection = as(node, 'A_Indirection');
  if (indirection !== undefined) return named(strings(indirection.indirection).at(-1)) ?? figure(indirection.arg);
  const call = as(node, 'FuncCall');
  if (call !== undefined) return named(strings(call.funcname).at(-1));
  if (as(node, 'A_Expr')?.kind === 'AEXPR_NULLIF') return strong('nullif');
  const cast = as(node, 'TypeCast');
  if (cast !== undefined) {
    const inner = figure(cast.arg);
    const type = strings(cast.typeName?.names).at(-1);
    return inner?.weak === false || type === undefined ? inner : { name: type, weak: true };
  }
  const collate = as(node, 'CollateClause');
  if (collate !== undefined) return figure(collate.arg);
  const sublink = as(node, 'SubLink');
  if (sublink?.subLinkType === 'EXISTS_SUBLINK') return strong('exists');
  if (sublink?.subLinkType === 'ARRAY_SUBLINK') return strong('array');
  if (sublink?.subLinkType === 'EXPR_SUBLINK') return named(outputsOf(as(sublink.subselect, 'SelectStmt') ?? {}).names[0]);
  const choice = as(node, 'CaseExpr');
  if (choice !== undefined) {
    const other = figure(choice.defresult);
    return other?.weak === false ? other : { name: 'case', weak: true };
  }
  return fixedName(node);
}

function fixedName(node: Node | undefined): Figured | undefined {
  if (as(node, 'A_ArrayExpr') !== undefined) return strong('array');
  if (as(node, 'RowExpr') !== undefined) return strong('row');
  if (as(node, 'CoalesceExpr') !== undefined) return strong('coalesce');
  if (as(node, 'GroupingFunc') !== undefined) return strong('grouping');
  const extreme = as(node, 'MinMaxExpr');
  if (extreme !== undefined) return strong(extreme.op === 'IS_LEAST' ? 'least' : 'greatest');
  const value = as(node, 'SQLValueFunction');
  if (value?.op !== undefined) return strong(value.op.slice('SVFOP_'.length).replace(/_N$/, '').toLowerCase());
  return undefined;
}

const named = (name: string | undefined): Figured | undefined => (name === undefined ? undefined : strong(name));
