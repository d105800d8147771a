import { settle } from './calls.ts';
import { decorations } from './decorations.ts';
import { evaluate } from './expressions.ts';
import type { Frame } from './frame.ts';
import { placeOf, sourceOf, unknownAt } from './frame.ts';
import { isErrorClass, setMessage } from './errors.ts';
import { generated } from './generators.ts';
import { instanceOf, listBase } from './list-classes.ts';
import { keyName } from './members.ts';
import type { ClassMember, ClassNode, Expression, FunctionNode } from './nodes.ts';
import { bind } from './patterns.ts';
import { declare, find, scope } from './scope.ts';
import { identical } from './operators.ts';
import { isGivenAt } from './site.ts';
import { block, execute } from './statements.ts';
import { leftAlone } from './unawaited.ts';
import { asideOf } from './objects.ts';
import type { Accessor, FunctionValue, RecordValue, Value } from './value.ts';
import { list, record, UNDEFINED } from './value.ts';

/** A function with the scope around it. */
export function functionOf(node: FunctionNode, frame: Frame): FunctionValue {
  const name = node.id?.name ?? '';
  return {
    kind: 'function',
    name,
    arity: parametersOf(node).length,
    ...(node.async === true ? { isAsync: true as const } : {}),
    members: new Map(),
    call: (args, self) => run(node, args, node.type === 'ArrowFunctionExpression' ? frame : { ...frame, self }),
  };
}

/** `this` as TypeScript declares it is none. */
const parametersOf = ({ params }: FunctionNode): FunctionNode['params'] => (params[0]?.type === 'Identifier' && params[0].name === 'this' ? params.slice(1) : params);

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
  const yields: Value[] | undefined = node.generator === true ? [] : undefined;
  const frame: Frame = { ...outer, scope: scope(outer.scope, true), perhaps, yields, isAsync: node.async === true, resultAlone: node.async === true ? undefined : machine.resultAlone, loop: { mayEnd: false } };
  machine.resultAlone = undefined;
  for (const [index, given] of parametersOf(node).entries()) {
    const param = given.type === 'TSParameterProperty' ? given.parameter : given;
    bind(param, param.type === 'RestElement' ? list(args.slice(index)) : (args[index] ?? UNDEFINED), frame);
    const property = given.type !== 'TSParameterProperty' ? undefined : given.parameter.type === 'AssignmentPattern' ? given.parameter.left : given.parameter;
    if (property?.type === 'Identifier' && frame.self.kind === 'record') frame.self.entries.set(property.name, find(frame.scope, property.name)?.value ?? UNDEFINED);
  }
  if (node.type !== 'ArrowFunctionExpression') declare(frame.scope, 'arguments', list(args));
  // An abstract method, or one that is only declared: some parsers leave the body away.
  const body = node.body ?? null;
  if (body === null) return UNDEFINED;
  const value = body.type === 'BlockStatement' ? bodyOf(body.body, frame) : arrowBody(body, node.async === true, frame);
  if (yields !== undefined) return generated(node, yields, value, frame);
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
  const prototype = above?.kind === 'function' ? above.members.get(PROTOTYPE) : undefined;
  const accessors = new Map<string, Accessor>(prototype?.kind === 'record' ? prototype.accessors : []);
  const methods: RecordValue = { ...record(prototype?.kind === 'record' ? prototype.entries : []), accessors };
  const inherited: RecordValue = record(methods.entries);
  const inner: Frame = { ...frame, scope: scope(frame.scope), ...(above === undefined ? {} : { above: inherited }) };
  const members = new Map<string, Value>(above?.kind === 'function' ? above.members : []);
  members.set(PROTOTYPE, methods);
  const staticGetters = new Map<string, FunctionValue>();
  let maker: FunctionValue | undefined;
  const fields: Extract<ClassMember, { readonly type: 'PropertyDefinition' | 'AccessorProperty' }>[] = [];
  for (const member of node.body.body) {
    if (member.type === 'PropertyDefinition' && !member.static) {
      fields.push(member);
      accessors.delete(keyName(member.key, false, inner) ?? '');
    }
    if (member.type !== 'MethodDefinition') continue;
    const key = keyName(member.key, member.computed, inner);
    if (key === undefined || member.value.body === null) continue;
    const method = functionOf({ ...member.value, type: 'FunctionExpression' }, member.kind === 'constructor' && above !== undefined ? { ...inner, above } : inner);
    if (member.kind === 'constructor') maker = method;
    else if ((member.kind === 'get' || member.kind === 'set') && !member.static) accessors.set(key, { ...accessors.get(key), [member.kind]: method });
    else if (member.kind === 'get') staticGetters.set(key, method);
    else if (member.kind === 'method') {
      (member.static ? members : methods.entries).set(key, method);
      if (!member.static) accessors.delete(key);
    }
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
      if (isErrorClass(above) && maker === undefined) setMessage(self, args);
      prepare(self);
      maker?.call(args, self, span);
      return UNDEFINED;
    },
    construct(args, span) {
      const self: RecordValue = { ...record(methods.entries), ...(accessors.size === 0 ? {} : { accessors }), className: name, madeBy: value };
      value.call(args, self, span);
      for (const [key, { get }] of accessors) if (get !== undefined) self.entries.set(key, asideOf(frame, () => get.call([], self, span)));
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
