import type { Emission } from '../program.ts';
import { settle } from './calls.ts';
import { perhaps, whenUnknown } from './conditions.ts';
import { evaluate } from './expressions.ts';
import type { Frame } from './frame.ts';
import { sourceOf, unknownAt } from './frame.ts';
import type { LoopOver, Statement, TestedLoop } from './nodes.ts';
import { assign, bind } from './patterns.ts';
import { functionScope } from './scope.ts';
import { collected } from './builtins/collections.ts';
import { inOrder } from './builtins/entries.ts';
import type { Completion } from './statements.ts';
import { execute, inner } from './statements.ts';
import type { Value } from './value.ts';
import { text, truth } from './value.ts';

/** `for … of` and `for … in`: unrolled over what is known; over anything else once, with an unknown variable. */
export function loopOver(node: LoopOver, frame: Frame): Completion {
  const over = settle(evaluate(node.right, frame), node.right, frame);
  const items = node.type === 'ForOfStatement' ? itemsOf(over) : keysOf(over);
  if (items === undefined) {
    const item = over.kind === 'unknown' && over.item !== undefined ? over.item : unknownAt(frame, node.right, `it is one of \`${sourceOf(frame, node.right)}\`, which is only known when it runs`);
    whenUnknown(over, node.right, frame, [() => void round(node, item, frame)], true);
    return undefined;
  }
  for (const item of items) {
    if (frame.machine.spent()) return undefined;
    const end = ofLoop(withItem(item, frame, () => round(node, item, frame)), frame);
    if (isOver(end)) return end?.type === 'break' && end.label === undefined ? undefined : end;
  }
  return undefined;
}

/** What is done with an item that may not be there is done perhaps. */
function withItem<Result>(item: Value, { machine }: Frame, run: () => Result): Result {
  if (item.kind !== 'text' || item.perhaps !== true) return run();
  const done: { result?: Result } = {};
  for (const emission of machine.collect(() => {
    done.result = run();
  })) machine.emit(perhaps(emission, false), emission.call);
  return done.result as Result;
}

/** `continue outer` within the loop of that name. */
const ofLoop = (end: Completion, { label }: Frame): Completion => ((end?.type === 'break' || end?.type === 'continue') && end.label !== undefined && end.label === label ? { type: end.type } : end);

function round(node: LoopOver, item: Value, frame: Frame): Completion {
  const own = inner({ ...frame, label: undefined });
  if (node.left.type === 'VariableDeclaration') {
    const id = node.left.declarations[0]?.id;
    if (id !== undefined) bind(id, item, own, node.left.kind === 'var' ? functionScope(own.scope) : own.scope);
  } else assign(node.left, item, own);
  return execute(node.body, own);
}

const isOver = (end: Completion): boolean => end !== undefined && end.type !== 'forked' && (end.type !== 'continue' || end.label !== undefined);

/** What a loop goes over; undefined where that is not known. */
export function itemsOf(value: Value): readonly Value[] | undefined {
  if (value.kind === 'list') return value.items;
  if (value.kind === 'text') return [...value.text].map((character) => text(character));
  // Maps and sets are kept as objects, with their class's name.
  if (value.kind !== 'record' || value.partly !== undefined) return undefined;
  return collected(value);
}

function keysOf(value: Value): readonly Value[] | undefined {
  if (value.kind === 'list') return value.items.map((_item, index) => text(String(index)));
  return value.kind === 'record' && value.partly === undefined ? inOrder(value.entries).map(([name]) => text(name)) : undefined;
}

/** `for (;;)`, `while` and `do`: as long as the test is known; a round after which only the run tells whether there is another stands for all that may come. */
export function testedLoop(node: TestedLoop, frame: Frame): Completion {
  const { machine } = frame;
  const loop = { mayEnd: false };
  const own: Frame = { ...inner(frame), loop, label: undefined };
  if (node.init?.type === 'VariableDeclaration') execute(node.init as Statement, own);
  else if (node.init !== undefined && node.init !== null) evaluate(node.init, own);
  const goesOn = (): { readonly decided: boolean | undefined; readonly test?: Value } => {
    const test = node.test === null ? undefined : evaluate(node.test, own);
    return test === undefined ? { decided: true } : { decided: truth(test), test };
  };
  for (;;) {
    if (machine.spent() || machine.thrown !== undefined) return undefined;
    if (node.type !== 'DoWhileStatement') {
      const { decided, test } = goesOn();
      if (decided === false) return undefined;
      if (decided === undefined && test !== undefined && node.test !== null) {
        whenUnknown(test, node.test, own, [() => void execute(node.body, own)], true);
        return undefined;
      }
    }
    const { end, sent, decided } = turn();
    const isLast = isOver(end);
    const isOpen = !isLast && (loop.mayEnd || decided === undefined);
    for (const emission of sent) machine.emit(isOpen ? perhaps(emission, true) : emission, emission.call);
    if (isLast) return end?.type === 'break' && end.label === undefined ? undefined : end;
    if (isOpen || !decided) return undefined;
    if (node.update !== undefined && node.update !== null) evaluate(node.update, own);
  }

  /** Goes through the body once, and asks after it what `do` asks there. */
  function turn(): { readonly end: Completion; readonly sent: readonly Emission[]; readonly decided: boolean | undefined } {
    const done: { end: Completion; decided: boolean | undefined } = { end: undefined, decided: true };
    const sent = machine.collect(() => {
      done.end = ofLoop(execute(node.body, own), frame);
      if (node.type === 'DoWhileStatement' && !isOver(done.end)) done.decided = goesOn().decided;
    });
    return { ...done, sent };
  }
}
