import { notes } from '../../source/notes.ts';
import { settle } from './calls.ts';
import { decorations } from './decorations.ts';
import { evaluate } from './expressions.ts';
import type { Frame } from './frame.ts';
import { placeOf, sourceOf, unknownAt } from './frame.ts';
import { instanceOf, listBase } from './list-classes.ts';
import { keyName } from './members.ts';
import type { ClassMember, ClassNode, Expression, FunctionNode } from './nodes.ts';
import { bind } from './patterns.ts';
import { declare, scope } from './scope.ts';
import { identical } from './operators.ts';
import { isGivenAt } from './site.ts';
import { block, execute } from './statements.ts';
import { leftAlone } from './unawaited.ts';
import type { FunctionValue, RecordValue, Value } from './value.ts';
import { list, record, UNDEFINED } from './value.ts';

/** A function with the scope around it. */
export function functionOf(node: FunctionNode, frame: Frame): FunctionValue {
  const name = node.id?.name ?? '';
  return {
    kind: 'function',
    name,
    arity: node.params.length,
    ...(node.async === true ? { isAsync: true as const } : {}),
    members: new Map(),
    call: (args, self) => run(node, args, node.type === 'ArrowFunctionExpression' ? frame : { ...frame, self }),
  };
}

/** A function that calls itself, with what is unknown: it would never come to the end. */
const TURNS = 6;
const running = new WeakMap<FunctionNode, readonly (readonly Value[])[]>();

function run(node: FunctionNode, args: readonly Value[], outer: Frame): Value {
  const turns = running.get(node) ?? [];
  if (args.some(({ kind }) => kind === 'unknown') && (turns.length >= TURNS || turns.some((before) => areAlike(before, args)))) return unknownAt(outer, node, `what \`${node.id?.name ?? sourceOf(outer, node)}\` gives is only known when it runs`);
  running.set(node, [...turns, args]);
  const before = outer.machine.turns;
  try {
    return once(node, args, outer);
  } finally {
    running.set(node, turns);
    outer.machine.turns = before;
  }
}

/** Nothing that is known tells two calls apart. */
const areAlike = (before: readonly Value[], now: readonly Value[]): boolean => before.length === now.length && before.every((value, index) => isAlike(value, now[index] ?? UNDEFINED));

const isAlike = (a: Value, b: Value): boolean => a === b || (a.kind === 'unknown' && b.kind === 'unknown') || (a.kind === 'host' && b.kind === 'host' && a.host.name === b.host.name) || identical(a, b) === true;

function once(node: FunctionNode, args: readonly Value[], outer: Frame): Value {
  const perhaps: { value: Value | undefined } = { value: undefined };
  const { machine } = outer;
  const frame: Frame = { ...outer, scope: scope(outer.scope, true), perhaps, isAsync: node.async === true, resultAlone: node.async === true ? undefined : machine.resultAlone, loop: { mayEnd: false } };
  machine.resultAlone = undefined;
  for (const [index, given] of node.params.entries()) {
    const param = given.type === 'TSParameterProperty' ? given.parameter : given;
    bind(param, param.type === 'RestElement' ? list(args.slice(index)) : (args[index] ?? UNDEFINED), frame);
    if (given.type === 'TSParameterProperty' && frame.self.kind === 'record' && given.parameter.type === 'Identifier') frame.self.entries.set(given.parameter.name, args[index] ?? UNDEFINED);
  }
  if (node.type !== 'ArrowFunctionExpression') declare(frame.scope, 'arguments', list(args));
  // An abstract method, or one that is only declared: some parsers leave the body away.
  const body = node.body ?? null;
  if (body === null) return UNDEFINED;
  const value = body.type === 'BlockStatement' ? bodyOf(body.body, frame) : arrowBody(body, node.async === true, frame);
  if (perhaps.value !== undefined) return unknownAt(frame, node, `what \`${node.id?.name ?? sourceOf(frame, node)}\` gives depends on something unknown`);
  return value;
}

function arrowBody(body: Expression, isAsync: boolean, frame: Frame): Value {
  const value = frame.resultAlone === undefined ? evaluate(body, frame) : leftAlone(body, frame, () => evaluate(body, frame), frame.resultAlone);
  isGivenAt(value, body, frame);
  return isAsync ? settle(value, body, frame) : value;
}

function bodyOf(statements: Parameters<typeof block>[0], frame: Frame): Value {
  const end = block(statements, frame);
  return end?.type === 'return' ? end.value : UNDEFINED;
}

export function classOf(node: ClassNode, frame: Frame): FunctionValue {
  const extended = node.superClass === null ? undefined : evaluate(node.superClass, frame);
  const above = listBase(extended) ?? extended;
  const name = node.id?.name ?? '';
  const methods = record();
  if (above?.kind === 'function') for (const [key, value] of prototypeOf(above)) methods.entries.set(key, value);
  const inherited: RecordValue = record(methods.entries);
  const inner: Frame = { ...frame, scope: scope(frame.scope), ...(above === undefined ? {} : { above: inherited }) };
  const members = new Map<string, Value>(above?.kind === 'function' ? above.members : []);
  members.set(PROTOTYPE, methods);
  const staticGetters = new Map<string, FunctionValue>();
  let maker: FunctionValue | undefined;
  const fields: Extract<ClassMember, { readonly type: 'PropertyDefinition' | 'AccessorProperty' }>[] = [];
  for (const member of node.body.body) {
    if (member.type === 'PropertyDefinition' && !member.static) fields.push(member);
    if (member.type !== 'MethodDefinition') continue;
    const key = keyName(member.key, member.computed, inner);
    if (key === undefined || member.value.body === null) continue;
    const method = functionOf({ ...member.value, type: 'FunctionExpression' }, member.kind === 'constructor' && above !== undefined ? { ...inner, above } : inner);
    if (member.kind === 'constructor') maker = method;
    else if (member.kind === 'get') (member.static ? staticGetters : getters(methods)).set(key, method);
    else if (member.kind === 'method') (member.static ? members : methods.entries).set(key, method);
  }
  const prepare = (self: RecordValue): void => {
    for (const field of fields) {
      const key = keyName(field.key, field.computed, inner);
      if (key !== undefined) self.entries.set(key, field.value === null ? UNDEFINED : evaluate(field.value, { ...inner, self }));
    }
  };
  const base = above?.kind === 'function' ? above.base : above?.kind === 'chain' || above?.kind === 'unknown' ? above : undefined;
  const value: FunctionValue = {
    kind: 'function',
    name,
    ...(base === undefined ? {} : { base }),
    ...(above?.kind === 'function' ? { above } : {}),
    decorated: () => decorations(node, inner),
    members,
    arity: maker?.arity ?? 0,
    // Called by `super(…)` of a class below.
    call(args, self, span) {
      if (self.kind !== 'record') return UNDEFINED;
      if (above?.kind === 'function' && maker === undefined) above.call(args, self, span);
      prepare(self);
      maker?.call(args, self, span);
      return UNDEFINED;
    },
    construct(args, span) {
      const self: RecordValue = { ...record(methods.entries), className: name, madeBy: value };
      value.call(args, self, span);
      for (const [key, getter] of getters(methods)) self.entries.set(key, getter.call([], self, span));
      return instanceOf(value, self);
    },
  };
  if (name !== '') declare(inner.scope, name, value);
  for (const member of node.body.body) {
    const at: Frame = { ...inner, self: value };
    if (member.type === 'PropertyDefinition' && member.static) {
      const key = keyName(member.key, member.computed, inner);
      if (key !== undefined) members.set(key, member.value === null ? UNDEFINED : evaluate(member.value, at));
    }
    if (member.type === 'StaticBlock') for (const statement of member.body) execute(statement, at);
  }
  for (const [key, getter] of staticGetters) members.set(key, getter.call([], value, placeOf(frame, node)));
  return value;
}

const PROTOTYPE = 'prototype';
const prototypeOf = (value: FunctionValue): ReadonlyMap<string, Value> => {
  const own = value.members.get(PROTOTYPE);
  return own?.kind === 'record' ? own.entries : new Map<string, Value>();
};

const ofPrototype = notes<RecordValue, Map<string, FunctionValue>>('of the prototype');
function getters(prototype: RecordValue): Map<string, FunctionValue> {
  let own = ofPrototype.get(prototype);
  if (own === undefined) ofPrototype.set(prototype, (own = new Map()));
  return own;
}
