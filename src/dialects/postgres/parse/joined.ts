import type { Node } from 'libpg-query';
import { as, strings } from './ast.ts';

/** Relations of a FROM by their alias, and which of them give few rows where others do. */
interface Joined {
  readonly names: ReadonlySet<string>;
  readonly short: ReadonlySet<string>;
  readonly ties: readonly Tie[];
}

/** An equality: where every row of one of `from` is known, those of `to` are looked up by a value. */
interface Tie {
  readonly from: ReadonlySet<string>;
  readonly to: ReadonlySet<string>;
}

/** Beyond this nobody writes rows by hand. */
const MOST = 20;

/** They take a value apart, and give as many rows as it has parts. */
const PARTS = new Set(['unnest', 'json_array_elements', 'jsonb_array_elements', 'json_array_elements_text', 'jsonb_array_elements_text', 'json_to_recordset', 'jsonb_to_recordset', 'json_populate_recordset', 'jsonb_populate_recordset', 'json_each', 'jsonb_each', 'json_each_text', 'jsonb_each_text', 'string_to_table', 'regexp_split_to_table']);

/** Whether each relation of the FROM gives few rows, or is looked up by what one that does says, as in `(VALUES …) v JOIN t ON t.code = v.code`. */
export function isLookedUp(from: readonly Node[], where: Node | undefined, isShort: (item: Node) => boolean): boolean {
  const parts = from.map((item) => taken(item, isShort, 0));
  const names = new Set(parts.flatMap((part) => [...(part?.names ?? [])]));
  if (parts.includes(undefined) || names.size > MOST) return false;
  const known = new Set(parts.flatMap((part) => [...(part?.short ?? [])]));
  if (known.size === 0) return false;
  const ties = [...parts.flatMap((part) => part?.ties ?? []), ...equalities(where, names).flatMap(([one, other]) => [tie(one, other), tie(other, one)])];
  for (let found = true; found; ) {
    found = false;
    for (const { from: sources, to } of ties) {
      if (![...sources].some((name) => known.has(name)) || [...to].every((name) => known.has(name))) continue;
      for (const name of to) known.add(name);
      found = true;
    }
  }
  return [...names].every((name) => known.has(name));
}

const tie = (from: string, to: string): Tie => ({ from: new Set([from]), to: new Set([to]) });

/** Undefined: a form of FROM that says nothing about how many rows it gives. */
function taken(item: Node, isShort: (item: Node) => boolean, depth: number): Joined | undefined {
  const join = as(item, 'JoinExpr');
  if (join === undefined) {
    const name = aliasOf(item);
    return name === undefined ? undefined : { names: new Set([name]), short: new Set(isShort(item) || takesApart(item) ? [name] : []), ties: [] };
  }
  const inner = join.jointype === 'JOIN_INNER';
  if (depth > MOST || (!inner && join.jointype !== 'JOIN_LEFT') || join.larg === undefined || join.rarg === undefined) return undefined;
  const left = taken(join.larg, isShort, depth + 1);
  const right = taken(join.rarg, isShort, depth + 1);
  if (left === undefined || right === undefined) return undefined;
  const names = new Set([...left.names, ...right.names]);
  const shared = join.isNatural === true || (join.usingClause ?? []).length > 0;
  const single = right.names.size === 1;
  const ties = [
    ...(shared && single ? [{ from: left.names, to: right.names }, ...(inner && left.names.size === 1 ? [{ from: right.names, to: left.names }] : [])] : []),
    // The other side of LEFT JOIN gives all its rows, whatever ON says.
    ...equalities(join.quals, names).flatMap(([one, other]) => [tie(one, other), tie(other, one)]).filter(({ to }) => inner || [...to].every((name) => right.names.has(name))),
  ];
  return { names, short: new Set([...left.short, ...right.short]), ties: [...left.ties, ...right.ties, ...ties] };
}

/** The pairs of relations that AND-ed equalities of their columns tie together. */
function equalities(condition: Node | undefined, names: ReadonlySet<string>): readonly (readonly [string, string])[] {
  const bool = as(condition, 'BoolExpr');
  if (bool?.boolop === 'AND_EXPR') return (bool.args ?? []).flatMap((each) => equalities(each, names));
  const comparison = as(condition, 'A_Expr');
  if (comparison?.kind !== 'AEXPR_OP' || strings(comparison.name)[0] !== '=') return [];
  const [one, other] = [ownerOf(comparison.lexpr, names), ownerOf(comparison.rexpr, names)];
  return one === undefined || other === undefined || one === other ? [] : [[one, other]];
}

/** The relation of a qualified column, casts aside, or of a function that gives one column of its own name. */
function ownerOf(side: Node | undefined, names: ReadonlySet<string>): string | undefined {
  const cast = as(side, 'TypeCast');
  if (cast !== undefined) return ownerOf(cast.arg, names);
  const fields = strings(as(side, 'ColumnRef')?.fields);
  const name = fields.length === 1 ? fields[0] : fields.at(-2);
  return name !== undefined && names.has(name) ? name : undefined;
}

function aliasOf(item: Node): string | undefined {
  const relation = as(item, 'RangeVar');
  if (relation !== undefined) return relation.alias?.aliasname ?? relation.relname;
  return as(item, 'RangeSubselect')?.alias?.aliasname ?? as(item, 'RangeFunction')?.alias?.aliasname;
}

function takesApart(item: Node): boolean {
  const list = as(as(item, 'RangeFunction')?.functions?.[0], 'List');
  const call = as(list?.items?.[0], 'FuncCall');
  return call !== undefined && PARTS.has(strings(call.funcname).at(-1) ?? '');
}
