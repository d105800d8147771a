import type { Traced } from '../program.ts';
import { regularExpression } from './builtins/regular.ts';
import { joined, placedAt } from '../traced.ts';
import { callExpression, newExpression, settle, taggedTemplate, waits } from './calls.ts';
import { whenUnknown } from './conditions.ts';
import { arithmetic, comparison, isComparison, printed } from './operators.ts';
import type { Frame } from './frame.ts';
import { placeOf, sourceOf, unknownAt } from './frame.ts';
import { classOf, functionOf } from './functions.ts';
import { isInstance } from './instances.ts';
import { literalText, templateTexts } from './literals.ts';
import { SPENT } from './machine.ts';
import { memberOf } from './members.ts';
import type { BinaryExpression, Expression, Literal, Node, Of, TemplateLiteral } from './nodes.ts';
import { arrayOf, objectOf } from './objects.ts';
import { assign } from './patterns.ts';
import { find } from './scope.ts';
import { unary } from './unary.ts';
import { yielded } from './generators.ts';
import type { Value } from './value.ts';
import { boolean, NULL, number, record, SHORT, text, truth, UNDEFINED } from './value.ts';

/** What an expression is; calls in it are carried out. */
export function evaluate(node: Expression, frame: Frame): Value {
  const { machine } = frame;
  if (!machine.enter()) return SPENT;
  const read = READERS[node.type] as ((node: Expression, frame: Frame) => Value) | undefined;
  const value = machine.thrown !== undefined ? UNDEFINED : read === undefined ? unknownAt(frame, node, `\`${sourceOf(frame, node)}\` is not followed`) : read(node, frame);
  machine.leave();
  return value;
}

type Readers = { [K in Expression['type']]: (node: Of<Expression, K>, frame: Frame) => Value };

const wrapped = ({ expression }: { readonly expression: Expression }, frame: Frame): Value => evaluate(expression, frame);
const opaqueExpression = (node: Expression, frame: Frame): Value => unknownAt(frame, node, `\`${sourceOf(frame, node)}\` is not followed`);

const READERS: Readers = {
  Identifier: (node, frame) => find(frame.scope, node.name)?.value ?? frame.module.globals.get(node.name) ?? (node.name === 'undefined' ? UNDEFINED : unknownAt(frame, node, `\`${node.name}\` is not defined in the files of the migration`)),
  Literal: literal,
  TemplateLiteral: template,
  ThisExpression: (_node, frame) => frame.self,
  Super: (_node, frame) => frame.self,
  MetaProperty: (_node, { module: { path } }) => record([['url', text(path)], ['filename', text(path)], ['dirname', text(path.slice(0, Math.max(0, path.lastIndexOf('/'))))]]),
  JSXElement: opaqueExpression,
  JSXFragment: opaqueExpression,
  ArrayExpression: (node, frame) => arrayOf(node.elements, frame),
  ObjectExpression: objectOf,
  FunctionExpression: functionOf,
  ArrowFunctionExpression: functionOf,
  FunctionDeclaration: functionOf,
  ClassExpression: classOf,
  ClassDeclaration: classOf,
  UnaryExpression: unary,
  UpdateExpression(node, frame) {
    const before = evaluate(node.argument, frame);
    const after = arithmetic(node.operator === '++' ? '+' : '-', before, number(1)) ?? unknownAt(frame, node, `\`${sourceOf(frame, node)}\` is counted from something unknown`);
    assign(node.argument as never, after, frame);
    return node.prefix ? after : before;
  },
  BinaryExpression: binary,
  LogicalExpression(node, frame) {
    const left = evaluate(node.left, frame);
    const decided = node.operator === '??' ? (left.kind === 'unknown' || left.kind === 'chain' ? undefined : left.kind !== 'null' && left.kind !== 'undefined') : truth(left);
    if (decided !== undefined) return decided === (node.operator !== '&&') ? left : evaluate(node.right, frame);
    if (node.operator !== '&&') {
      const right = evaluate(node.right, frame);
      // What a package has is what is asked for first: `Sequelize.DataTypes || Sequelize`.
      if (left.kind === 'chain' && left.steps.every(({ step }) => step === 'member')) return left;
      // What the environment may say otherwise: the value that the authors wrote down is the one they mean.
      return left.kind === 'unknown' && /^process\.env\b/.test(left.source) && right.kind !== 'unknown' ? right : perhaps(node, frame);
    }
    whenUnknown(left, node, frame, [() => void evaluate(node.right, frame)]);
    return perhaps(node, frame, left);
  },
  AssignmentExpression(node, frame) {
    if (node.operator === '=') {
      const value = evaluate(node.right, frame);
      assign(node.left, value, frame);
      return value;
    }
    const operator = node.operator.slice(0, -1);
    const before = evaluate(node.left as Expression, frame);
    const logical = operator === '||' || operator === '&&' || operator === '??';
    if (logical && (operator === '??' ? before.kind !== 'null' && before.kind !== 'undefined' : truth(before) === (operator === '||'))) return before;
    const right = evaluate(node.right, frame);
    const after = logical ? right : (added(operator, [{ value: before }, { value: right, node: node.right }], frame) ?? arithmetic(operator, before, right) ?? unknownAt(frame, node, `\`${sourceOf(frame, node)}\` is computed from something unknown`));
    assign(node.left, after, frame);
    return after;
  },
  ConditionalExpression(node, frame) {
    const test = evaluate(node.test, frame);
    const decided = truth(test);
    if (decided !== undefined) return evaluate(decided ? node.consequent : node.alternate, frame);
    const values: Value[] = [];
    whenUnknown(test, node.test, frame, [() => void values.push(evaluate(node.consequent, frame)), () => void values.push(evaluate(node.alternate, frame))]);
    return unknownAt(frame, node, `it depends on \`${sourceOf(frame, node.test)}\``);
  },
  SequenceExpression: (node, frame) => node.expressions.reduce<Value>((_last, expression) => evaluate(expression, frame), UNDEFINED),
  MemberExpression: (node, frame) => memberOf(node, frame).value,
  CallExpression: callExpression,
  NewExpression: newExpression,
  TaggedTemplateExpression: taggedTemplate,
  AwaitExpression: awaited,
  YieldExpression: yielded,
  ImportExpression(node, frame) {
    const from = evaluate(node.source, frame);
    return from.kind === 'text' ? frame.module.require(from.text, placeOf(frame, node)) : unknownAt(frame, node, 'what is imported is only known when it runs');
  },
  ChainExpression(node, frame) {
    const value = wrapped(node, frame);
    return value === SHORT ? UNDEFINED : value;
  },
  TSAsExpression: wrapped,
  TSTypeAssertion: wrapped,
  TSNonNullExpression: wrapped,
  TSSatisfiesExpression: wrapped,
  TSInstantiationExpression: wrapped,
  ParenthesizedExpression: wrapped,
};

export function awaited(node: { readonly argument: Expression } & Extract<Expression, { readonly type: 'AwaitExpression' | 'YieldExpression' }>, frame: Frame): Value {
  waits(node.argument, node, frame);
  const value = settle(evaluate(node.argument, frame), node, frame);
  frame.machine.turns += 1;
  if (value.kind === 'unknown' && value.asksExistence === true) frame.machine.asked += 1;
  return value;
}

export const perhaps = (node: Node, frame: Frame, because?: Value): Value => unknownAt(frame, node, because?.kind === 'unknown' ? because.reason : `\`${sourceOf(frame, node)}\` depends on something unknown`, because?.kind === 'unknown' && because.asksExistence === true ? { asksExistence: true } : {});

function literal(node: Literal, frame: Frame): Value {
  if (node.regex !== undefined) return regularExpression(node.regex.pattern, node.regex.flags, frame.machine) ?? unknownAt(frame, node, 'a regular expression is not followed');
  const { value } = node;
  if (typeof value === 'string') {
    const own = literalText(node, frame.module.text);
    return text(own.text, frame.module.main ? own.runs : []);
  }
  if (typeof value === 'number' || typeof value === 'bigint') return number(value);
  if (typeof node.bigint === 'string') return /^\w+$/.test(node.bigint) ? number(BigInt(node.bigint)) : unknownAt(frame, node, 'it is no number');
  return typeof value === 'boolean' ? boolean(value) : NULL;
}

function template(node: TemplateLiteral, frame: Frame): Value {
  const texts = templateTexts(node, frame.module.text);
  const parts: Traced[] = [];
  for (const [index, own] of texts.entries()) {
    parts.push(frame.module.main ? own : { text: own.text, runs: [] });
    const hole = node.expressions[index];
    if (hole !== undefined) parts.push(holeText(evaluate(hole, frame), hole, frame));
  }
  return { kind: 'text', ...joined(parts) };
}

/** What stands in a hole, placed at the hole; something unknown stays as `${source}`, which is read as a placeholder. */
export function holeText(value: Value, hole: Expression, frame: Frame): Traced {
  const [start, end] = hole.range;
  const around = frame.module.text.lastIndexOf('${', start);
  const behind = frame.module.text.indexOf('}', end);
  const span = frame.module.main ? { start: around < 0 ? start : around, end: behind < 0 ? end : behind + 1 } : undefined;
  const own = printed(value) ?? { text: `\${${sourceOf(frame, hole).replace(/[{}$`'"\\]/g, '')}}`, runs: [] };
  return span === undefined ? { text: own.text, runs: [] } : within(own, span) ? own : placedAt(own, span);
}

const within = ({ runs }: Traced, { start, end }: { readonly start: number; readonly end: number }): boolean => runs.length > 0 && runs.every(({ span }) => span.start >= start && span.end <= end);

interface Operand {
  readonly value: Value;
  readonly node?: Expression;
}

/** A sum with a text in it; undefined for all else. */
function added(operator: string, operands: readonly Operand[], frame: Frame): Value | undefined {
  if (operator !== '+' || !operands.some(({ value }) => value.kind === 'text')) return undefined;
  const parts = operands.map(({ value, node }): Traced => {
    if (node === undefined) return printed(value) ?? { text: '${…}', runs: [] };
    const own = printed(value) ?? { text: `\${${sourceOf(frame, node).replace(/[{}$`'"\\]/g, '')}}`, runs: [] };
    const [start, end] = node.range;
    return !frame.module.main ? { text: own.text, runs: [] } : within(own, { start, end }) ? own : placedAt(own, { start, end });
  });
  if (parts.reduce((length, part) => length + part.text.length, 0) > LONGEST) return undefined;
  return { kind: 'text', ...joined(parts) };
}

/** More than any migration sends at once. */
const LONGEST = 5_000_000;

function binary(node: BinaryExpression, frame: Frame): Value {
  // Long sums lean to the left: one after the other instead of one inside of the other.
  const operands: Expression[] = [];
  let at: Expression | BinaryExpression['left'] = node;
  while (at.type === 'BinaryExpression' && at.operator === node.operator && node.operator === '+') {
    operands.unshift(at.right);
    at = at.left;
  }
  if (operands.length === 0) {
    const left = node.left.type === 'PrivateIdentifier' ? UNDEFINED : evaluate(node.left, frame);
    const right = evaluate(node.right, frame);
    return (node.operator === 'instanceof' ? isInstance(left, right) : isComparison(node.operator) ? (comparison(node.operator, left, right) ?? ofSetting(node.operator, left, right, frame)) : arithmetic(node.operator, left, right)) ?? perhaps(node, frame, left.kind === 'unknown' ? left : right);
  }
  operands.unshift(at as Expression);
  const values = operands.map((operand): Operand => ({ value: evaluate(operand, frame), node: operand }));
  const sum = added('+', values, frame);
  if (sum !== undefined) return sum;
  return values.map(({ value }) => value).reduce((a, b) => arithmetic('+', a, b) ?? perhaps(node, frame));
}

/** `client === 'mysql'`: what the setting is, nobody can read; which engine it is, is known. */
function ofSetting(operator: string, left: Value, right: Value, frame: Frame): Value | undefined {
  const same = /^[!=]/.test(operator) ? sameEngine(left, right, frame) : undefined;
  return same === undefined ? undefined : boolean(same === operator.startsWith('='));
}

/** Whether a setting, or what is said to be one, is the engine that the other side names: `'mysql'`, `DatabaseType.MySQL`. */
export function sameEngine(left: Value, right: Value, { machine }: Frame): boolean | undefined {
  const isServers = [left, right].some((value) => value.kind === 'unknown' && value.reason === SERVER);
  if (isServers || ![left, right].some(({ kind }) => kind === 'unknown' || kind === 'chain')) return undefined;
  const [a, b] = [left, right].map((value) => {
    const name = engineName(value);
    return name === undefined ? undefined : machine.setting(name);
  });
  // Two engines that are both not this one may be the same.
  return a === undefined || b === undefined ? (a ?? b) : a === b ? a || undefined : false;
}

/** The text, or the last word of `DatabaseType.Postgres`. */
function engineName(value: Value): string | undefined {
  if (value.kind === 'text') return value.text;
  if (value.kind === 'unknown') return /^process\b/.test(value.source) ? undefined : /\.(\w+)$/.exec(value.source)?.[1];
  const last = value.kind === 'chain' ? value.steps.at(-1) : undefined;
  return last?.step === 'member' ? last.name : undefined;
}

const SERVER = 'it is what the server answers';
