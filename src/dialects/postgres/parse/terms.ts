import type { A_Expr, Node } from 'libpg-query';
import type { Term } from '../../../ir/expressions.ts';
import { as, strings } from './ast.ts';
import type { Variables } from './names.ts';

export type Literal = string | number | boolean | null;

/** The constant, casts and signs aside; undefined for anything else. */
export function literalOf(node: Node | undefined): Literal | undefined {
  const constant = as(node, 'A_Const');
  if (constant !== undefined) {
    if (constant.isnull === true) return null;
    if (constant.ival !== undefined) return constant.ival.ival ?? 0;
    if (constant.fval !== undefined) return Number(constant.fval.fval ?? 0);
    if (constant.boolval !== undefined) return constant.boolval.boolval ?? false;
    return constant.sval?.sval ?? constant.bsval?.bsval ?? '';
  }
  const cast = as(node, 'TypeCast');
  if (cast !== undefined) return literalOf(cast.arg);
  const signed = as(node, 'A_Expr');
  if (signed?.kind !== 'AEXPR_OP' || signed.lexpr !== undefined) return undefined;
  const sign = strings(signed.name)[0];
  const value = literalOf(signed.rexpr);
  if (typeof value !== 'number') return undefined;
  return sign === '-' ? -value : sign === '+' ? value : undefined;
}

export interface Terms {
  readonly terms: readonly Term[];
  readonly complete: boolean;
}

/** The expression as AND-ed simple terms. */
export function termsOf(node: Node, variables: Variables): Terms {
  const terms: Term[] = [];
  const complete = collect(node, variables, terms);
  return { terms, complete };
}

function collect(node: Node, variables: Variables, terms: Term[]): boolean {
  const bool = as(node, 'BoolExpr');
  if (bool?.boolop === 'AND_EXPR') {
    let complete = true;
    for (const each of bool.args ?? []) complete = collect(each, variables, terms) && complete;
    return complete;
  }
  const same = equivalent(node);
  if (same !== undefined) return same.map((each) => collect(each, variables, terms)).every(Boolean);
  const found = simple(node, variables);
  terms.push(...found);
  return found.length > 0;
}

/** What has to hold, all of it, for the expression to hold, where that is put another way. */
function equivalent(node: Node): readonly Node[] | undefined {
  const bool = as(node, 'BoolExpr');
  const [first, ...more] = bool?.args ?? [];
  if (bool?.boolop === 'NOT_EXPR') {
    const inner = as(first, 'BoolExpr');
    return inner?.boolop === 'OR_EXPR' ? inner.args?.map(not) : undefined;
  }
  if (bool?.boolop === 'OR_EXPR') {
    const sides = [first, ...more].filter((side) => side !== undefined && literalOf(side) !== false);
    return sides.length === 1 ? sides.flatMap((side) => side ?? []) : undefined;
  }
  const row = as(node, 'NullTest');
  if (row !== undefined) return as(row.arg, 'RowExpr')?.args?.map((arg) => ({ NullTest: { ...row, arg } }));
  const cast = as(node, 'TypeCast');
  if (cast?.arg !== undefined && isCondition(cast.arg) && strings(cast.typeName?.names).at(-1) === 'bool') return [cast.arg];
  const { kind, name, lexpr, rexpr } = as(node, 'A_Expr') ?? {};
  const value = as(rexpr, 'A_Const')?.boolval;
  if (kind !== 'AEXPR_OP' || strings(name).at(-1) !== '=' || lexpr === undefined || value === undefined || !isCondition(lexpr)) return undefined;
  return [value.boolval === true ? lexpr : not(lexpr)];
}

const not = (node: Node): Node => ({ BoolExpr: { boolop: 'NOT_EXPR', args: [node] } });

const isCondition = (node: Node): boolean => as(node, 'BoolExpr') !== undefined || as(node, 'NullTest') !== undefined;

function simple(node: Node, variables: Variables): readonly Term[] {
  const test = as(node, 'NullTest');
  if (test !== undefined) {
    const column = columnOf(test.arg, variables);
    return column === undefined ? [] : [{ kind: test.nulltesttype === 'IS_NULL' ? 'isNull' : 'notNull', column }];
  }
  const truth = as(node, 'BooleanTest');
  if (truth !== undefined) {
    const column = columnOf(truth.arg, variables);
    if (column === undefined || (truth.booltesttype !== 'IS_TRUE' && truth.booltesttype !== 'IS_FALSE')) return [];
    return [{ kind: 'compare', column, operator: '=', value: truth.booltesttype === 'IS_TRUE' }];
  }
  const bool = as(node, 'BoolExpr');
  if (bool?.boolop === 'NOT_EXPR') return negated(bool.args?.[0], variables);
  if (bool?.boolop === 'OR_EXPR') return anyOf((bool.args ?? []).map((each) => simple(each, variables)));
  const column = columnOf(node, variables);
  if (column !== undefined) return [{ kind: 'compare', column, operator: '=', value: true }];
  const expression = as(node, 'A_Expr');
  return expression === undefined ? [] : comparison(expression, variables);
}

/** One of them holds: terms over one column only, each side being a single one. */
function anyOf(sides: readonly (readonly Term[])[]): readonly Term[] {
  const choices = sides.flatMap((side) => (side.length === 1 ? side : []));
  const [first] = choices;
  if (first === undefined || choices.length < sides.length || choices.some(({ column }) => column !== first.column)) return [];
  return choices.length === 1 ? [first] : [{ kind: 'anyOf', column: first.column, choices }];
}

function negated(node: Node | undefined, variables: Variables): readonly Term[] {
  if (node === undefined) return [];
  const column = columnOf(node, variables);
  if (column !== undefined) return [{ kind: 'compare', column, operator: '=', value: false }];
  const terms: Term[] = [];
  if (!collect(node, variables, terms)) return [];
  const opposites = terms.map(opposite);
  // Of a conjunction one part does not hold.
  return opposites.every((each) => each.length > 0) ? (opposites.length === 1 ? (opposites[0] ?? []) : anyOf(opposites)) : [];
}

/** What holds where the term does not and its column is not NULL; nothing where no simple terms say it. */
function opposite(term: Term): readonly Term[] {
  const { column } = term;
  switch (term.kind) {
    case 'notNull':
      return [{ kind: 'isNull', column }];
    case 'isNull':
      return [{ kind: 'notNull', column }];
    case 'in':
      return term.values.map((value) => ({ kind: 'compare', column, operator: '<>', value }));
    case 'compare': {
      const operator = OPPOSITE.get(term.operator);
      return operator === undefined ? [] : [{ ...term, operator }];
    }
    case 'anyOf':
      return term.choices.every((choice) => opposite(choice).length > 0) ? term.choices.flatMap(opposite) : [];
    case 'parameter':
      return [];
  }
}

const OPPOSITE = new Map(Object.entries({ '=': '<>', '<>': '=', '!=': '=', '<': '>=', '>=': '<', '>': '<=', '<=': '>' }));

/** Beside a bare NULL it is a test for NULL by another name. */
function distinction({ kind, lexpr, rexpr }: A_Expr, variables: Variables): readonly Term[] {
  const other = isNull(rexpr) ? lexpr : isNull(lexpr) ? rexpr : undefined;
  const column = columnOf(other, variables);
  return column === undefined ? [] : [{ kind: kind === 'AEXPR_DISTINCT' ? 'notNull' : 'isNull', column }];
}

const isNull = (node: Node | undefined): boolean => as(node, 'A_Const')?.isnull === true;

const FLIPPED = new Map(Object.entries({ '=': '=', '<>': '<>', '<': '>', '>': '<', '<=': '>=', '>=': '<=' }));

function comparison(expression: A_Expr, variables: Variables): readonly Term[] {
  const operator = strings(expression.name).at(-1) ?? '';
  const { kind, lexpr, rexpr } = expression;
  const column = comparedColumn(lexpr, variables);
  if (kind === 'AEXPR_DISTINCT' || kind === 'AEXPR_NOT_DISTINCT') return distinction(expression, variables);
  if (kind === 'AEXPR_IN') {
    const terms = membership(column, as(rexpr, 'List')?.items, variables);
    return operator === '=' ? terms : terms.flatMap(opposite);
  }
  if (kind === 'AEXPR_OP_ANY') return operator === '=' ? anyOfArray(column, rexpr, variables) : [];
  if (kind === 'AEXPR_BETWEEN') {
    const [low, high] = as(rexpr, 'List')?.items ?? [];
    const [from, to] = [against(column, '>=', low, variables), against(column, '<=', high, variables)];
    return from === undefined || to === undefined ? [] : [from, to];
  }
  if (kind === 'AEXPR_NOT_BETWEEN') {
    const [low, high] = as(rexpr, 'List')?.items ?? [];
    const sides = [against(column, '<', low, variables), against(column, '>', high, variables)];
    return anyOf(sides.map((side) => (side === undefined ? [] : [side])));
  }
  const flipped = FLIPPED.get(operator);
  if (kind === 'AEXPR_OP' && lexpr !== undefined && flipped !== undefined) {
    const term = column === undefined ? against(comparedColumn(rexpr, variables), flipped, lexpr, variables) : against(column, operator, rexpr, variables);
    return term === undefined ? [] : [term];
  }
  if (kind === 'AEXPR_LIKE' || kind === 'AEXPR_ILIKE') {
    const term = against(column, operator, rexpr, variables);
    return term === undefined ? [] : [term];
  }
  return [];
}

function against(column: string | undefined, operator: string, node: Node | undefined, variables: Variables): Term | undefined {
  if (column === undefined || node === undefined) return undefined;
  const value = literalOf(node);
  if (value !== undefined) {
    const cast = strings(as(node, 'TypeCast')?.typeName?.names).at(-1) ?? '';
    return { kind: 'compare', column, operator, value, ...(TIMES.has(cast) ? { cast } : {}) };
  }
  return isParameter(node, variables) ? { kind: 'parameter', column, operator } : undefined;
}

/** `= ANY` of a list, or of the text of one. */
function anyOfArray(column: string | undefined, node: Node | undefined, variables: Variables): readonly Term[] {
  const text = literalOf(node);
  if (column !== undefined && typeof text === 'string' && /^\{[^{}"\\]*\}$/.test(text)) return [{ kind: 'in', column, values: text.slice(1, -1).split(',').map((value) => value.trim()) }];
  return membership(column, as(uncast(node), 'A_ArrayExpr')?.elements, variables);
}

const TIMES: ReadonlySet<string> = new Set(['date', 'timestamp', 'timestamptz']);

/** One of values that stand there, or are handed in one by one. */
function membership(column: string | undefined, nodes: readonly Node[] | undefined, variables: Variables): readonly Term[] {
  if (column === undefined || nodes === undefined) return [];
  const values: Literal[] = [];
  for (const node of nodes) {
    const value = literalOf(node);
    if (value !== undefined) values.push(value);
    else if (!isParameter(node, variables)) return [];
  }
  if (values.length < nodes.length) return [{ kind: 'parameter', column, operator: '=' }];
  return [{ kind: 'in', column, values }];
}

function isParameter(node: Node, variables: Variables): boolean {
  const plain = uncast(node);
  if (as(plain, 'ParamRef') !== undefined) return true;
  const names = strings(as(plain, 'ColumnRef')?.fields);
  return names.length > 0 && variables?.has(names[0] ?? '') === true;
}

const uncast = (node: Node | undefined): Node | undefined => {
  const cast = as(node, 'TypeCast');
  return cast === undefined ? node : uncast(cast.arg);
};

/** A column that is compared as it is: a cast to text, which the server writes itself, changes nothing, others may. */
function comparedColumn(node: Node | undefined, variables: Variables): string | undefined {
  const cast = as(node, 'TypeCast');
  if (cast === undefined) return columnOf(node, variables);
  const type = strings(cast.typeName?.names).at(-1);
  return type === 'text' || type === 'varchar' ? comparedColumn(cast.arg, variables) : undefined;
}

/** The column that the expression is, casts aside; variables and whole rows are none. */
export function columnOf(node: Node | undefined, variables: Variables): string | undefined {
  const reference = as(uncast(node), 'ColumnRef');
  if (reference === undefined) return undefined;
  const names = strings(reference.fields);
  if (names.length !== (reference.fields?.length ?? 0) || variables?.has(names[0] ?? '') === true) return undefined;
  return names.at(-1);
}
