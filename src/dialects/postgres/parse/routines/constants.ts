import type { A_Expr, FuncCall, Node } from 'libpg-query';
import { as, strings } from '../ast.ts';
import { parsePiece } from '../statement.ts';
import { literalOf } from '../terms.ts';
import type { Range } from '../tokens.ts';
import type { Assignment } from './block-tree.ts';
import type { BodyContext } from './flatten.ts';
import { HOLE } from './hole.ts';
import { formatted, quotedIdentifier, quotedLiteral } from './format.ts';

// A loop over a list of names is read as the statements that it runs; longer ones are left computed.
const MOST_TEXTS = 64;
const DEEPEST = 20;

/** All the texts that the expression can be, with holes for what is not known; undefined when they are too many. */
export function textsOf(range: Range, context: BodyContext, depth = 0): readonly string[] | undefined {
  const node = expressionIn(range, context);
  return node === undefined ? undefined : evaluate(node, { context, depth });
}

interface Scope {
  readonly context: BodyContext;
  readonly depth: number;
}

/** Longer texts are left computed. */
const LONGEST_TEXT = 100_000;

/** The syntax tree of an expression. */
export function expressionIn(range: Range, { tokens, reading }: Pick<BodyContext, 'tokens' | 'reading'>): Node | undefined {
  if (range.from >= range.to) return undefined;
  const parsed = parsePiece({ tokens, first: range.from, last: range.to, prefix: 'SELECT ' }, reading);
  return 'nodes' in parsed ? as(as(parsed.nodes[0], 'SelectStmt')?.targetList?.[0], 'ResTarget')?.val : undefined;
}

const UNKNOWN: readonly string[] = [HOLE];

function evaluate(node: Node | undefined, scope: Scope): readonly string[] | undefined {
  const literal = literalOf(node);
  if (literal !== undefined) return [literal === null ? '' : String(literal)];
  const cast = as(node, 'TypeCast');
  if (cast !== undefined) return evaluate(cast.arg, scope);
  const column = as(node, 'ColumnRef');
  if (column !== undefined) {
    const names = strings(column.fields);
    return names.length === 1 ? valuesOf(names[0] ?? '', scope) : UNKNOWN;
  }
  const expression = as(node, 'A_Expr');
  if (expression !== undefined) return operation(expression, scope);
  const call = as(node, 'FuncCall');
  return call === undefined ? UNKNOWN : evaluateCall(call, scope);
}

function operation({ kind, name, lexpr, rexpr }: A_Expr, scope: Scope): readonly string[] | undefined {
  const build = kind === 'AEXPR_OP' ? OPERATORS.get(strings(name)[0] ?? '') : undefined;
  return build === undefined ? UNKNOWN : combined([evaluate(lexpr, scope), evaluate(rexpr, scope)], ([left = '', right = '']) => build(left, right));
}

const OPERATORS = new Map<string, (left: string, right: string) => string>([
  ['||', (left, right) => left + right],
  ['+', (left, right) => number(left, right, (a, b) => a + b)],
  ['-', (left, right) => number(left, right, (a, b) => a - b)],
  ['*', (left, right) => number(left, right, (a, b) => a * b)],
]);

const WHOLE_NUMBER = /^-?\d{1,9}$/;

const number = (left: string, right: string, build: (left: number, right: number) => number): string =>
  WHOLE_NUMBER.test(left) && WHOLE_NUMBER.test(right) ? String(build(Number(left), Number(right))) : HOLE;

function evaluateCall(call: FuncCall, scope: Scope): readonly string[] | undefined {
  const build = FUNCTIONS.get(strings(call.funcname).at(-1) ?? '');
  if (build === undefined || call.func_variadic === true) return UNKNOWN;
  return combined((call.args ?? []).map((each) => evaluate(each, scope)), build);
}

const whole = (value: string, build: (value: string) => string): string => (value.includes(HOLE) ? HOLE : build(value));

const FUNCTIONS = new Map<string, (values: readonly string[]) => string>([
  ['format', ([pattern = '', ...values]) => formatted(pattern, values, HOLE)],
  ['concat', (values) => values.join('')],
  ['concat_ws', ([separator = '', ...values]) => values.join(separator)],
  ['quote_ident', ([value = '']) => whole(value, quotedIdentifier)],
  ['quote_literal', ([value = '']) => whole(value, quotedLiteral)],
  ['lower', ([value = '']) => value.toLowerCase()],
  ['upper', ([value = '']) => whole(value, (each) => each.toUpperCase())],
]);

/** Every combination of the parts' values. */
function combined(parts: readonly (readonly string[] | undefined)[], build: (values: readonly string[]) => string): readonly string[] | undefined {
  let rows: readonly (readonly string[])[] = [[]];
  for (const values of parts) {
    if (values === undefined || rows.length * values.length > MOST_TEXTS) return undefined;
    rows = rows.flatMap((row) => values.map((value) => [...row, value]));
  }
  const texts = [...new Set(rows.map(build))];
  return texts.some((text) => text.length > LONGEST_TEXT) ? undefined : texts;
}

/** The values of a variable that is set in one place, and there to something known. */
function valuesOf(name: string, scope: Scope): readonly string[] | undefined {
  const { body, known } = scope.context;
  const [assignment, ...others] = body.assignments.get(name) ?? [];
  if (assignment === undefined || others.length > 0 || scope.depth > DEEPEST) return UNKNOWN;
  const found = known.get(name);
  if (found !== undefined) return found.texts;
  const texts = assigned(assignment, { ...scope, depth: scope.depth + 1 });
  known.set(name, { texts });
  return texts;
}

function assigned(assignment: Assignment, scope: Scope): readonly string[] | undefined {
  switch (assignment.kind) {
    case 'unknown':
      return UNKNOWN;
    case 'text':
      return [assignment.text];
    case 'expression':
      return textsOf(assignment.range, scope.context, scope.depth);
    case 'elements':
      return elements(expressionIn(assignment.range, scope.context), scope);
    case 'numbers':
      return numbers(textsOf(assignment.from, scope.context, scope.depth), textsOf(assignment.to, scope.context, scope.depth));
  }
}

/** `ARRAY['a', 'b']`, `'{a,b}'::text[]`, or a variable that is one of these. */
function elements(node: Node | undefined, scope: Scope): readonly string[] | undefined {
  const cast = as(node, 'TypeCast');
  if (cast !== undefined) return elements(cast.arg, scope);
  const array = as(node, 'A_ArrayExpr')?.elements;
  if (array !== undefined) {
    const values = array.map((each) => evaluate(each, scope));
    if (values.some((each) => each === undefined) || array.length > MOST_TEXTS) return undefined;
    return [...new Set(values.flatMap((each) => each ?? []))];
  }
  const text = as(node, 'A_Const')?.sval?.sval;
  if (text !== undefined) return /^\{[^{}"\\]*\}$/.test(text) ? text.slice(1, -1).split(',').map((each) => each.trim()) : UNKNOWN;
  const names = strings(as(node, 'ColumnRef')?.fields);
  const [assignment, ...others] = names.length === 1 ? (scope.context.body.assignments.get(names[0] ?? '') ?? []) : [];
  if (assignment?.kind !== 'expression' || others.length > 0 || scope.depth > DEEPEST) return UNKNOWN;
  return elements(expressionIn(assignment.range, scope.context), { ...scope, depth: scope.depth + 1 });
}

function numbers(from: readonly string[] | undefined, to: readonly string[] | undefined): readonly string[] | undefined {
  const [first, last] = [Number(from?.[0] ?? Number.NaN), Number(to?.[0] ?? Number.NaN)];
  if (from?.length !== 1 || to?.length !== 1 || !Number.isInteger(first) || !Number.isInteger(last)) return UNKNOWN;
  if (last - first >= MOST_TEXTS) return undefined;
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, step) => String(first + step));
}
