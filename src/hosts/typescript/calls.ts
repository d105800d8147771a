import { joined } from '../traced.ts';
import { evaluate, holeText } from './expressions.ts';
import { isErrorClass, setMessage } from './errors.ts';
import { perhaps, rounds } from './conditions.ts';
import type { Frame } from './frame.ts';
import { placeOf, sourceOf, unknownAt } from './frame.ts';
import { templateTexts } from './literals.ts';
import { memberOf, sends } from './members.ts';
import { spreadInto } from './objects.ts';
import type { CallExpression, Expression, NewExpression, Node, SpreadElement, TemplateLiteral } from './nodes.ts';
import { givenWithin, isWaited, isWaitedFor, siteOf } from './site.ts';
import { catches, passingOver } from './passed-over.ts';
import { leftAloneAt } from './unawaited.ts';
import type { ChainValue, Value } from './value.ts';
import { hostValue, isNothing, list, number, SHORT, text, UNDEFINED } from './value.ts';

export function callExpression(node: CallExpression, frame: Frame): Value {
  const { callee } = node;
  const isCatch = callee.type === 'MemberExpression' && callee.property.type === 'Identifier' && callee.property.name === 'catch';
  if (!isCatch || !catches(node.arguments, frame)) return callOf(node, frame);
  const { machine } = frame;
  const { asked } = machine;
  const sent = machine.emissions().length;
  const gave: { value: Value } = { value: UNDEFINED };
  passingOver(frame, () => {
    gave.value = callOf(node, frame);
  });
  // A question fails where what it is about is missing.
  const isOpen = machine.asked > asked && machine.emissions().length === sent && gave.value.kind !== 'unknown';
  return isOpen ? unknownAt(frame, node, 'whether it exists is asked of the server', { asksExistence: true }) : gave.value;
}

function callOf(node: CallExpression, frame: Frame): Value {
  const { callee } = node;
  if (callee.type === 'Super') {
    const args = argumentsOf(node.arguments, frame);
    if (isErrorClass(frame.above)) setMessage(frame.self, args);
    return frame.above?.kind === 'function' ? frame.above.call(args, frame.self, placeOf(frame, node)) : UNDEFINED;
  }
  const inner = callee.type === 'ChainExpression' ? callee.expression : callee;
  if (inner.type === 'MemberExpression') {
    const { of, name, value } = memberOf(inner, frame);
    if (value === SHORT) return SHORT;
    const own = UNWRAPPED.has(name ?? '') && isCallable(of) ? wrapped(name ?? '', of, node, frame) : undefined;
    if (own !== undefined) return own.value;
    if (node.optional === true && isNothing(value)) return SHORT;
    return called(value, argumentsOf(node.arguments, frame), of, node, frame);
  }
  const value = evaluate(callee, frame);
  if (value === SHORT || (node.optional === true && isNothing(value))) return SHORT;
  return called(value, argumentsOf(node.arguments, frame), UNDEFINED, node, frame);
}

/** `f.call(self, …)`, `f.apply(self, […])` and `f.bind(self)`. */
const UNWRAPPED = new Set(['call', 'apply', 'bind']);
const isCallable = (value: Value): boolean => value.kind === 'function' || (value.kind === 'host' && value.host.call !== undefined);

function wrapped(name: string, of: Value, node: CallExpression, frame: Frame): { readonly value: Value } | undefined {
  if (of.kind === 'function' && of.members.has(name)) return undefined;
  const [self = UNDEFINED, ...rest] = argumentsOf(node.arguments, frame);
  if (name === 'call') return { value: called(of, rest, self, node, frame) };
  if (name === 'apply') return { value: called(of, rest[0]?.kind === 'list' ? rest[0].items : [], self, node, frame) };
  if (of.kind === 'host') {
    const { host } = of;
    // What it does later is said here.
    return { value: hostValue({ ...host, call: (args, site) => host.call?.([...rest, ...args], { ...siteOf(node, frame), invoke: site.invoke }) }) };
  }
  if (of.kind !== 'function') return undefined;
  return { value: { ...of, call: (args, _self, span) => of.call([...rest, ...args], self, span) } };
}

export const argumentsOf = (nodes: readonly (Expression | SpreadElement)[], frame: Frame): readonly Value[] => {
  const args: Value[] = [];
  for (const node of nodes) spreadInto(args, node, frame);
  return args;
};

/** Calls a value with the place of a call. */
export function called(callee: Value, args: readonly Value[], self: Value, node: Node, frame: Frame): Value {
  const { machine } = frame;
  if (machine.thrown !== undefined || machine.spent()) return UNDEFINED;
  if (callee.kind === 'function') {
    const place = placeOf(frame, node);
    machine.calls.push(place);
    const call = (): Value => callee.call(args, self, place);
    machine.resultAlone = leftAloneAt(node, frame);
    const value = callee.isAsync === true && machine.resultAlone !== undefined ? machine.unawaited(machine.resultAlone, call) : call();
    machine.resultAlone = undefined;
    machine.calls.pop();
    return value;
  }
  if (callee.kind === 'host' && callee.host.call !== undefined) {
    const call = (): Value => callee.host.call?.(args, siteOf(node, frame)) ?? UNDEFINED;
    const place = self.kind === 'host' && self.host.sends === true ? leftAloneAt(node, frame) : undefined;
    const gives = place === undefined ? call() : machine.unawaited(place, call);
    if (gives.kind === 'unknown' && gives.asksExistence === true) machine.asked += 1;
    return gives;
  }
  if (isIndenter(callee) && args[0]?.kind === 'text') return args[0];
  if (callee.kind === 'chain') return extended(callee, 'call', args, node, frame, self);
  return unreadable(callee, args, node, frame);
}

/** Packages that change nothing of a text but how it is indented. */
const INDENTERS = new Set(['dedent', 'dedent-js', 'ts-dedent', 'dedent-tabs', 'string-dedent', 'outdent', 'endent', 'common-tags', 'strip-indent', 'heredoc', 'multiline-ts']);
const isIndenter = (value: Value): boolean => value.kind === 'chain' && INDENTERS.has(value.root);

export const invoke = (callee: Value, args: readonly Value[], self: Value, node: Node, frame: Frame): Value => (callee.kind === 'function' || callee.kind === 'host' ? called(callee, args, self, node, frame) : UNDEFINED);

/** A call of something that is not in the files of the migration. It may send something if it came from the runner, or was handed it. */
function unreadable(callee: Value, args: readonly Value[], node: Node, frame: Frame): Value {
  const source = sourceOf(frame, node.type === 'CallExpression' ? node.callee : node);
  const ofRunner = sends(callee);
  if (ofRunner || args.some((arg) => sends(arg))) {
    const reason = callee.kind === 'unknown' ? callee.reason : callee.kind === 'host' ? `${callee.host.name} is not a function` : `\`${source}\` is not in the files of the migration`;
    const told = ofRunner && wasTold(reason, node, frame);
    if (!told) siteOf(node, frame).opaque(ofRunner ? reason : `\`${source}\` is handed the connection, and ${/is not|only known/.test(reason) ? reason : 'its code is not followed'}`, ofRunner ? 'unsupported' : 'dynamic');
  }
  // Code of the project with connections of its own, as models have them: where it is waited for, it does something.
  const unread = !ofRunner && callee.kind === 'unknown' && UNREAD.test(callee.reason) && !args.some((arg) => sends(arg));
  const tell = (): void => {
    const site = siteOf(node, frame);
    const detail = `\`${source}\` may send something, and ${callee.kind === 'unknown' ? callee.reason : ''}`;
    site.emit({ opaque: 'dynamic', detail, ...(callee.kind === 'unknown' && MODELS.test(callee.reason) ? { traps: [{ trap: 'live-code', place: site.call, detail }] } : {}) });
  };
  if (unread && isWaited(node, frame)) tell();
  const name = callee.kind === 'unknown' && node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && node.callee.property.type === 'Identifier' ? node.callee.property.name : '';
  const item = callbacks(args, source, node, frame, EACH.test(name));
  const gives = unknownAt(frame, node, callee.kind === 'unknown' && callee.asksExistence !== true ? callee.reason : `what \`${source}(…)\` gives is only known when it runs`, { ...(ofRunner ? { sends: true as const } : {}), ...(callee.kind === 'unknown' && callee.asksExistence === true ? { asksExistence: true as const } : {}) });
  if (unread && !isWaited(node, frame)) frame.machine.untold.set(gives, tell);
  return name === 'map' && item !== undefined ? { ...gives, item } : gives;
}

/** Why a file of the application is not followed. */
const UNREAD = /is not among the files that can be read$|files that the migration leads to$/;
/** Files of the application that make its tables into objects. */
const MODELS = /\b(?:models?|entit(?:y|ies)|repositor(?:y|ies))\b/i;

/** A chain of calls is told once, at its first link that is not known. */
function wasTold(reason: string, node: Node, frame: Frame): boolean {
  const last = frame.machine.emissions().at(-1);
  const { start, end } = placeOf(frame, node);
  return last !== undefined && 'opaque' in last && last.detail === reason && last.call.start >= start && last.call.end < end;
}

/** Methods of lists, of which one that came from elsewhere calls the function for each of its items. */
const CALLS_EACH = /^(?:map|mapSeries|each|eachSeries|forEach|flatMap|p-map|p-each-series)$/;
const EACH = /^(?:map|forEach|flatMap|filter|reduce|some|every|find|each|mapSeries)$/;

/** Functions that unreadable code is handed: whether and how often it calls them is unknown, what they send is not. Gives what the last of them gives. */
function callbacks(args: readonly Value[], source: string, node: Node, frame: Frame, each = false): Value | undefined {
  let given: Value | undefined;
  for (const arg of args) {
    if (arg.kind !== 'function') continue;
    const run = (): void => {
      const unknowns = Array.from({ length: arg.arity }, () => unknownAt(frame, node, `\`${source}\` gives it`));
      given = called(arg, unknowns, UNDEFINED, node, frame);
    };
    const sent = each ? rounds(node, frame, run) : frame.machine.collect(run);
    if (sent.length === 0) continue;
    if (!each) siteOf(node, frame).opaque(`whether \`${source}\` calls the function that it is handed is not known`);
    for (const emission of sent) frame.machine.emit(each ? perhaps(emission, true) : emission, emission.call);
  }
  return given;
}

function extended(of: ChainValue, step: 'call' | 'new', args: readonly Value[], node: Node, frame: Frame, self?: Value): Value {
  const span = placeOf(frame, node);
  const grown: ChainValue = { ...of, steps: [...of.steps, { step, args, span }], span };
  const own = of.onCall?.(grown, siteOf(node, frame), self);
  if (own !== undefined) return own;
  if (of.onCall === undefined && args.some((arg) => sends(arg))) {
    const source = sourceOf(frame, node.type === 'CallExpression' || node.type === 'NewExpression' ? node.callee : node);
    siteOf(node, frame).opaque(`\`${source}\` of the package ${of.root} is handed the connection`);
  }
  if (of.onCall === undefined) {
    const [over, callback] = args;
    const each = step === 'call' && CALLS_EACH.test(of.steps.at(-1)?.step === 'member' ? (of.steps.at(-1) as { readonly name: string }).name : of.root);
    // `_.each(list, f)`, `Bluebird.map(list, f)`.
    if (each && over?.kind === 'list' && callback?.kind === 'function') for (const [index, item] of over.items.entries()) called(callback, [item, number(index)], UNDEFINED, node, frame);
    else callbacks(args, of.root, node, frame, each && callback?.kind === 'function');
  }
  return grown;
}

export function newExpression(node: NewExpression, frame: Frame): Value {
  const callee = evaluate(node.callee, frame);
  const args = argumentsOf(node.arguments, frame);
  if (frame.machine.thrown !== undefined) return UNDEFINED;
  if (callee.kind === 'function' && callee.construct !== undefined) {
    frame.machine.calls.push(placeOf(frame, node));
    const made = callee.construct(args, placeOf(frame, node));
    frame.machine.calls.pop();
    return made;
  }
  if (callee.kind === 'host' && callee.host.construct !== undefined) {
    const executes = callee.host.name === 'Promise' ? 1 : 0;
    frame.machine.executors += executes;
    const made = callee.host.construct(args, siteOf(node, frame)) ?? UNDEFINED;
    frame.machine.executors -= executes;
    return made;
  }
  if (callee.kind === 'chain') return extended(callee, 'new', args, node, frame);
  return unreadable(callee, args, node, frame);
}

export function taggedTemplate(node: Extract<Expression, { readonly type: 'TaggedTemplateExpression' }>, frame: Frame): Value {
  const { tag, quasi } = node;
  const { value, of } = tag.type === 'MemberExpression' ? memberOf(tag, frame) : { value: evaluate(tag, frame), of: UNDEFINED };
  // Tags that only colour or indent: the template itself.
  if ((value.kind === 'unknown' && value.sends !== true) || isIndenter(value)) return evaluate(quasi, frame);
  if (value.kind === 'host' && value.host.name === 'String.raw') return rawTemplate(quasi, frame);
  const texts = templateTexts(quasi, frame.module.text).map((own) => text(own.text, frame.module.main ? own.runs : []));
  const raw = list(quasi.quasis.map(({ value: { raw: own } }) => text(own)));
  return called(value, [{ ...list(texts), named: new Map([['raw', raw]]) }, ...argumentsOf(quasi.expressions, frame)], of, node, frame);
}

const rawTemplate = (quasi: TemplateLiteral, frame: Frame): Value => ({
  kind: 'text',
  ...joined(
    quasi.quasis.flatMap(({ value: { raw } }, index) => {
      const hole = quasi.expressions[index];
      return hole === undefined ? [raw] : [raw, holeText(evaluate(hole, frame), hole, frame)];
    }),
  ),
});

/** What waiting for a value gives. */
export function settle(value: Value, node: Node, frame: Frame): Value {
  const { machine } = frame;
  if (machine.thrown !== undefined) return UNDEFINED;
  const tell = machine.untold.get(value);
  machine.untold.delete(value);
  tell?.();
  if (value.kind !== 'host' || value.host.settle === undefined) return value;
  const at = givenWithin(value, node, frame) ?? { node, frame };
  return value.host.settle(siteOf(at.node, at.frame));
}

/** Marks the call that a node waits for, before it is evaluated. */
export function waits(argument: Expression, by: Node, frame: Frame): void {
  let at = argument;
  while (at.type === 'ChainExpression' || at.type.startsWith('TS')) at = (at as { readonly expression: Expression }).expression;
  isWaitedFor(at, by, frame);
}
