import type { Node, SelectStmt } from 'libpg-query';
import { all, as, strings } from '../ast.ts';
import { hasAggregate, isAggregate, isPlain } from './calls.ts';
import { aliasesOf } from './expressions.ts';
import type { Level, State } from './scope.ts';
import { fingerprint, refuse } from './scope.ts';

interface Key {
  readonly qualifier?: string;
  readonly name: string;
}

interface Groups {
  readonly keys: readonly Key[];
  readonly expressions: ReadonlySet<string>;
  readonly level: Level;
}

/** Columns beside aggregates and groups, which have no single value. */
export function grouped(statement: SelectStmt, level: Level, state: State): void {
  const { groupClause = [], havingClause, targetList, sortClause } = statement;
  const targets = all(targetList, 'ResTarget');
  if (groupClause.length === 0 && havingClause === undefined && !targets.some(({ val }) => hasAggregate(val))) return;
  const nodes = groupClause.flatMap(parts).flatMap((node) => [node, ...namedBy(node, targets)]);
  const keys = nodes.flatMap((node): readonly Key[] => {
    const [name, qualifier] = strings(as(node, 'ColumnRef')?.fields).reverse();
    return name === undefined ? [] : [{ name, ...(qualifier === undefined ? {} : { qualifier }) }];
  });
  const groups: Groups = { keys, expressions: new Set(nodes.flatMap((node) => (as(node, 'ColumnRef') === undefined ? [fingerprint(node)] : []))), level };
  const outputs = new Set(targets.flatMap(({ name }) => name ?? []));
  const sorts = all(sortClause, 'SortBy').flatMap(({ node }) => (node === undefined || outputs.has(strings(as(node, 'ColumnRef')?.fields).at(0) ?? '') ? [] : [node]));
  for (const node of [...targets.map(({ val }) => val), havingClause, ...sorts]) look(node, groups, state);
}

/** GROUP BY (a, b), ROLLUP (a, b) and the like are about their parts. */
function parts(node: Node): readonly Node[] {
  const inner = as(node, 'GroupingSet')?.content ?? as(node, 'RowExpr')?.args ?? as(node, 'List')?.items;
  return inner === undefined ? [node] : [node, ...inner.flatMap(parts)];
}

/** The result column that GROUP BY 1 or GROUP BY name is about. */
function namedBy(node: Node, targets: readonly { readonly name?: string; readonly val?: Node }[]): readonly Node[] {
  const place = as(node, 'A_Const')?.ival?.ival;
  const [name, ...more] = strings(as(node, 'ColumnRef')?.fields);
  const target = place === undefined ? targets.find((one) => name !== undefined && more.length === 0 && one.name === name) : targets[place - 1];
  return target?.val === undefined ? [] : [target.val];
}

function look(node: unknown, groups: Groups, state: State): void {
  if (typeof node !== 'object' || node === null) return;
  if (Array.isArray(node)) {
    for (const each of node) look(each, groups, state);
    return;
  }
  if (groups.expressions.size > 0 && groups.expressions.has(fingerprint(node))) return;
  for (const [key, field] of Object.entries(node)) {
    if (key === 'ColumnRef') column(strings((field as { readonly fields?: Node[] }).fields), (field as { readonly fields?: Node[] }).fields?.length ?? 0, groups, state);
    else if (key === 'FuncCall') {
      const call = as(node as Node, 'FuncCall');
      if (call?.over !== undefined) look([call.args, call.over.partitionClause, call.over.orderClause], groups, state);
      else if (call !== undefined && !isAggregate(call) && isPlain(call)) look(call.args, groups, state);
    } else if (key === 'SubLink') look((field as { readonly testexpr?: Node }).testexpr, groups, state);
    else if (!KEPT.test(key)) look(field, groups, state);
  }
}

/** Aggregates of the grammar, and what has no columns. */
const KEPT = /^(?:Json\w*Agg|GroupingFunc|TypeName|typeName|A_Const|A_Indirection)$/;

function column(names: readonly string[], length: number, { keys, level }: Groups, state: State): void {
  const [name, qualifier, ...more] = [...names].reverse();
  if (name === undefined || more.length > 0 || names.length < length || state.variables?.has(qualifier ?? name) === true) return;
  const merged = level.natural || level.merged.size > 0;
  if (keys.some((key) => key.name === name && (merged || key.qualifier === undefined || qualifier === undefined || key.qualifier === qualifier))) return;
  const own = qualifier === undefined ? level.sources : level.sources.filter((source) => source.name === qualifier);
  if (own.length === 0 || own.some((source) => source.name === undefined || source.name === name || (source.relation === undefined && source.columns === undefined))) return;
  const given = own.find(({ columns }) => columns?.includes(name));
  if (given !== undefined) refuse(state, '42803', `column "${given.name ?? ''}.${name}" must appear in the GROUP BY clause or be used in an aggregate function`);
  else state.checks.push({ kind: 'ungrouped', column: name, of: aliasesOf({ ...level, sources: own }), keys: merged ? keys.map((key) => ({ name: key.name })) : keys });
}
