import type { A_Expr, FuncCall, Node, SubLink, TypeCast } from 'libpg-query';
import { as, strings } from '../parse/ast.ts';
import { listName } from '../parse/names.ts';
import { literalOf } from '../parse/terms.ts';
import { parseRegclass } from '../effects/scene.ts';
import { builtin } from './functions.ts';
import type { Called, Machine } from './machine.ts';
import { callKey, spend } from './machine.ts';
import { among, binary, negated } from './operators.ts';
import type { Row, Rows } from './select.ts';
import { selectRows } from './select.ts';
import { regclass } from './system-objects.ts';
import type { Truth, Value } from './values.ts';
import { compare, isSame, isUnknown, listOf, orUnknown, scalar, textOf, truthOf, UNKNOWN, valueOf } from './values.ts';

/** Where names mean something: the rows of queries around, innermost first, then the variables. */
export interface Scope {
  readonly machine: Machine;
  readonly rows: readonly Row[];
  readonly variables: ReadonlyMap<string, Value>;
  /** Common table expressions. */
  readonly tables: ReadonlyMap<string, Rows | undefined>;
}

/** The value of an expression as far as the catalog and the variables tell it. */
export function evaluate(node: Node | undefined, scope: Scope): Value {
  if (node === undefined || !spend(scope.machine)) return UNKNOWN;
  for (const kind in node) {
    const handler = HANDLERS[kind];
    return handler === undefined ? UNKNOWN : handler((node as unknown as Record<string, never>)[kind] as never, scope, node);
  }
  return UNKNOWN;
}

export const truth = (node: Node | undefined, scope: Scope): Truth => truthOf(evaluate(node, scope));

// Each handler gets the fields of its own kind of node.
const HANDLERS: Readonly<Record<string, ((fields: never, scope: Scope, node: Node) => Value) | undefined>> = {
  A_Const: (_: never, __: Scope, node: Node): Value => literalOf(node) ?? null,
  ColumnRef: ({ fields }: { readonly fields?: Node[] }, scope: Scope): Value => named(strings(fields), scope),
  ParamRef: ({ number = 0 }: { readonly number?: number }, { variables }: Scope): Value => orUnknown(variables.get(`$${String(number)}`)),
  TypeCast: cast,
  A_Expr: operation,
  BoolExpr: ({ boolop, args = [] }: { readonly boolop?: string; readonly args?: readonly Node[] }, scope: Scope): Value => valueOf(combined(boolop ?? '', args, scope)),
  NullTest: ({ arg, nulltesttype }: { readonly arg?: Node; readonly nulltesttype?: string }, scope: Scope): Value => {
    const value = scalar(evaluate(arg, scope));
    if (isUnknown(value)) return UNKNOWN;
    return (value === null) === (nulltesttype === 'IS_NULL');
  },
  BooleanTest: ({ arg, booltesttype }: { readonly arg?: Node; readonly booltesttype?: string }, scope: Scope): Value => {
    const value = truth(arg, scope);
    const test = BOOLEAN_TESTS.get(booltesttype ?? '');
    return value === undefined || test === undefined ? UNKNOWN : (value === test.value) === test.is;
  },
  CoalesceExpr: ({ args = [] }: { readonly args?: readonly Node[] }, scope: Scope): Value => {
    for (const each of args) {
      const value = scalar(evaluate(each, scope));
      if (value !== null) return value;
    }
    return null;
  },
  CaseExpr: choice,
  A_ArrayExpr: ({ elements = [] }: { readonly elements?: readonly Node[] }, scope: Scope): Value => ({ kind: 'list', items: elements.map((each) => evaluate(each, scope)) }),
  A_Indirection: ({ arg, indirection = [] }: { readonly arg?: Node; readonly indirection?: readonly Node[] }, scope: Scope): Value => {
    const index = scalar(evaluate(as(indirection[0], 'A_Indices')?.uidx, scope));
    const items = listOf(scalar(evaluate(arg, scope)));
    return items === undefined || indirection.length !== 1 || typeof index !== 'number' ? UNKNOWN : (items[index - 1] ?? null);
  },
  FuncCall: call,
  SubLink: subquery,
};

const BOOLEAN_TESTS = new Map<string, { readonly value: boolean | null; readonly is: boolean }>(
  Object.entries({
    IS_TRUE: { value: true, is: true },
    IS_NOT_TRUE: { value: true, is: false },
    IS_FALSE: { value: false, is: true },
    IS_NOT_FALSE: { value: false, is: false },
  }),
);

/** A column of the rows around, or a variable. */
function named(names: readonly string[], { rows, variables, machine }: Scope): Value {
  const [first = '', second] = names;
  if (names.length > 3) return UNKNOWN;
  const [qualifier, column] = names.length === 1 ? [undefined, first] : [names.at(-2), names.at(-1) ?? ''];
  for (const row of rows) {
    const value = row.column(column, qualifier);
    if (value !== undefined) return value;
  }
  const variable = variables.get(first);
  if (variable === undefined) return names.length === 1 ? constantName(first, machine) : UNKNOWN;
  if (second === undefined) return variable;
  return typeof variable === 'object' && variable !== null && variable.kind === 'row' && names.length === 2 ? orUnknown(variable.fields.get(second)) : UNKNOWN;
}

/** `current_schema` and the like come as names, too. */
const constantName = (name: string, { catalog }: Machine): Value => (name === 'current_schema' ? (catalog.searchPath[0] ?? null) : UNKNOWN);

function cast({ arg, typeName }: TypeCast, scope: Scope): Value {
  const value = scalar(evaluate(arg, scope));
  const type = strings(typeName?.names).at(-1) ?? '';
  if (value === null || isUnknown(value)) return value;
  if ((typeName?.arrayBounds ?? []).length > 0) {
    const items = listOf(value);
    return items === undefined ? UNKNOWN : { kind: 'list', items };
  }
  if (type === 'regclass') return orUnknown(regclass(value, scope.machine.catalog));
  if (type === 'oid') return typeof value === 'object' && value.kind === 'identity' ? { kind: 'identity', id: value.id } : value;
  if (type === 'bool') return valueOf(truthOf(value));
  if (/^int[248]$/.test(type)) return typeof value === 'number' ? Math.round(value) : typeof value === 'string' && /^\s*-?\d{1,15}\s*$/.test(value) ? Number(value) : UNKNOWN;
  if (type === 'text' || type === 'varchar' || type === 'name') return textOf(value);
  return typeof value === 'string' ? value : UNKNOWN;
}

/** AND and OR over what is known of their sides. */
function combined(kind: string, args: readonly Node[], scope: Scope): Truth {
  if (kind === 'NOT_EXPR') {
    const value = truth(args[0], scope);
    return typeof value === 'boolean' ? !value : value;
  }
  const decisive = kind === 'OR_EXPR';
  let result: Truth = !decisive;
  for (const each of args) {
    const value = truth(each, scope);
    if (value === decisive) return decisive;
    if (value === undefined || result === undefined) result = undefined;
    else if (value === null) result = null;
  }
  return result;
}

function operation({ kind, name, lexpr, rexpr }: A_Expr, scope: Scope): Value {
  const operator = strings(name).at(-1) ?? '';
  if (lexpr === undefined) {
    const value = scalar(evaluate(rexpr, scope));
    return operator === '-' && typeof value === 'number' ? -value : UNKNOWN;
  }
  const left = scalar(evaluate(lexpr, scope));
  const items = kind === 'AEXPR_IN' || kind === 'AEXPR_BETWEEN' ? (as(rexpr, 'List')?.items ?? []) : undefined;
  switch (kind) {
    case 'AEXPR_IN':
      return valueOf(negated(among(left, (items ?? []).map((each) => evaluate(each, scope))), operator !== '='));
    case 'AEXPR_OP_ANY': {
      const list = listOf(scalar(evaluate(rexpr, scope)));
      return list === undefined || operator !== '=' ? UNKNOWN : valueOf(among(left, list));
    }
    case 'AEXPR_OP_ALL': {
      const list = listOf(scalar(evaluate(rexpr, scope)));
      return list === undefined || operator !== '<>' ? UNKNOWN : valueOf(negated(among(left, list), true));
    }
    case 'AEXPR_BETWEEN': {
      const [low, high] = (items ?? []).map((each) => compare(left, evaluate(each, scope)));
      return low === undefined || high === undefined ? UNKNOWN : low >= 0 && high <= 0;
    }
    case 'AEXPR_NULLIF':
      return isSame(left, evaluate(rexpr, scope)) === true ? null : left;
    case 'AEXPR_DISTINCT':
    case 'AEXPR_NOT_DISTINCT': {
      const right = scalar(evaluate(rexpr, scope));
      if (isUnknown(left) || isUnknown(right)) return UNKNOWN;
      const same = left === null || right === null ? left === right : isSame(left, right);
      return valueOf(negated(same, kind === 'AEXPR_DISTINCT'));
    }
    default:
      return binary(operator, left, scalar(evaluate(rexpr, scope)));
  }
}

function choice({ arg, args = [], defresult }: { readonly arg?: Node; readonly args?: readonly Node[]; readonly defresult?: Node }, scope: Scope): Value {
  const subject = arg === undefined ? undefined : evaluate(arg, scope);
  for (const each of args) {
    const arm = as(each, 'CaseWhen');
    const holds = subject === undefined ? truth(arm?.expr, scope) : isSame(subject, evaluate(arm?.expr, scope));
    if (holds === undefined) return UNKNOWN;
    if (holds === true) return evaluate(arm?.result, scope);
  }
  return defresult === undefined ? null : evaluate(defresult, scope);
}

function call(node: FuncCall, scope: Scope): Value {
  const name = listName(node.funcname);
  const given = called(node, scope);
  const own = name.schema === undefined || name.schema === 'pg_catalog' ? catalogFunction(name.name, given.values, scope.machine) ?? builtin(name.name, given.values) : undefined;
  if (own !== undefined && node.func_variadic !== true) return own;
  const value = node.func_variadic === true ? undefined : scope.machine.call(name, given, scope.machine);
  if (value === undefined) return UNKNOWN;
  scope.machine.followed.add(callKey(name, node.args?.length ?? 0));
  return value;
}

function called({ args = [] }: FuncCall, scope: Scope): Called {
  const named = new Map<string, Value>();
  const values: Value[] = [];
  for (const each of args) {
    const argument = as(each, 'NamedArgExpr');
    if (argument === undefined) values.push(scalar(evaluate(each, scope)));
    else named.set(argument.name ?? '', scalar(evaluate(argument.arg, scope)));
  }
  return { values, named };
}

/** What the server tells of its own state. */
function catalogFunction(name: string, [first = null]: readonly Value[], { catalog, version }: Machine): Value | undefined {
  switch (name) {
    case 'current_schema':
      return catalog.searchPath[0] ?? null;
    case 'current_schemas':
      return { kind: 'list', items: catalog.searchPath };
    case 'current_database':
      return { kind: 'identity', id: 'database' };
    case 'to_regclass':
      return orUnknown(regclass(first, catalog, true));
    case 'current_setting':
      return first === 'server_version_num' ? String(version * 10_000) : UNKNOWN;
    case 'parse_ident': {
      const parsed = typeof first === 'string' ? parseRegclass(first) : undefined;
      return parsed === undefined ? UNKNOWN : { kind: 'list', items: [...(parsed.schema === undefined ? [] : [parsed.schema]), parsed.name] };
    }
    default:
      return undefined;
  }
}

function subquery({ subLinkType, testexpr, subselect }: SubLink, scope: Scope): Value {
  const select = as(subselect, 'SelectStmt');
  const found = select === undefined ? undefined : selectRows(select, scope);
  if (found === undefined) return UNKNOWN;
  switch (subLinkType) {
    case 'EXISTS_SUBLINK':
      if (found.rows.length > 0) return true;
      return found.complete && !found.doubtful ? false : UNKNOWN;
    case 'EXPR_SUBLINK': {
      if (!found.complete || found.doubtful || found.rows.length > 1) return UNKNOWN;
      return found.rows[0]?.[0] ?? null;
    }
    case 'ARRAY_SUBLINK':
      return found.complete && !found.doubtful ? { kind: 'list', items: found.rows.map(([value = null]) => value) } : UNKNOWN;
    case 'ANY_SUBLINK': {
      const value = among(evaluate(testexpr, scope), found.rows.map(([each = null]) => each));
      return value === true || (found.complete && !found.doubtful) ? valueOf(value) : UNKNOWN;
    }
    default:
      return UNKNOWN;
  }
}
