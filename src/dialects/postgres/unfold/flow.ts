import type { Block } from '../../../ir/operations/base.ts';
import type { BodyNode } from '../parse/routines/block-tree.ts';
import { commits, turns } from '../parse/routines/flatten.ts';
import { TokenKind } from '../parse/lexer.ts';
import { nameAt } from '../parse/routines/reader.ts';
import type { Range } from '../parse/tokens.ts';
import { DOT, OPEN_PARENTHESIS } from '../parse/tokens.ts';
import { spend } from './machine.ts';
import type { Flow, Frame } from './run.ts';
import { expressionTruth, expressionValue, forget, runNodes, setRow } from './run.ts';
import type { Truth, Value } from './values.ts';
import { isSame, listOf, scalar, textOf, truthOf, UNKNOWN } from './values.ts';

type Choice = Extract<BodyNode, { readonly kind: 'choice' }>;
type Loop = Extract<BodyNode, { readonly kind: 'loop' }>;

/** IF and CASE: the arm that holds, or all that may. */
export function takeChoice(node: Choice, frame: Frame, within: Block): Flow {
  const subject = node.subject === undefined ? undefined : expressionValue(node.subject, frame, within);
  const outcomes: Map<string, Value>[] = [];
  let open = false;
  for (const arm of node.arms) {
    const around = open ? { ...within, conditional: true } : within;
    const holds = arm.conditions.length === 0 ? true : anyHolds(arm.conditions.map((range) => (subject === undefined ? expressionTruth(range, frame, around) : isSame(subject, expressionValue(range, frame, around)))));
    if (holds === false || holds === null) continue;
    if (holds === true && !open) return runNodes(arm.body, frame, within);
    open = true;
    const before = new Map(frame.variables);
    const flow = runNodes(arm.body, frame, { ...within, conditional: true });
    // After an error nothing follows at all.
    if (flow !== 'raise') outcomes.push(frame.variables);
    if (flow !== 'next' && flow !== 'raise') frame.left = true;
    frame.variables = before;
    if (holds === true) return agreed(frame, outcomes);
  }
  if (open) outcomes.push(frame.variables);
  return agreed(frame, outcomes);
}

function anyHolds(values: readonly Truth[]): Truth {
  if (values.includes(true)) return true;
  return values.includes(undefined) ? undefined : false;
}

/** What is known after all ways that may have been taken. */
function agreed(frame: Frame, outcomes: readonly ReadonlyMap<string, Value>[]): Flow {
  const [first, ...more] = outcomes;
  if (first === undefined) return 'next';
  frame.variables = new Map([...first].map(([name, value]) => [name, more.every((other) => other.get(name) === value) ? value : UNKNOWN]));
  return 'next';
}

/** Loops with more turns are left computed. */
const MOST_TURNS = 1000;

/** A loop: turn by turn where its turns are known, otherwise once for all of them. */
export function takeLoop(node: Loop, frame: Frame, within: Block): Flow {
  const inside: Block = { ...within, commits: commits(node.body) };
  if (!differsByTurn(node, frame)) return isPassedOver(node, frame, within) ? 'next' : anyTurns(node, frame, within);
  switch (node.turns?.kind) {
    case 'rows': {
      const { rows } = frame;
      const { targets } = node.turns;
      if (rows === undefined || rows.rows.length > MOST_TURNS) return anyTurns(node, frame, within);
      const flow = each(rows.rows, (values) => {
        setRow(frame, targets, rows.names, values);
        return runNodes(node.body, frame, inside);
      });
      return flow !== 'next' || (rows.complete && !rows.doubtful) ? flow : anyTurns(node, frame, within);
    }
    case 'numbers': {
      const { name, down } = node.turns;
      const [from, to] = [node.turns.from, node.turns.to].map((range) => numberIn(expressionValue(range, frame, within)));
      const step = node.turns.by === undefined ? 1 : numberIn(expressionValue(node.turns.by, frame, within));
      if (from === undefined || to === undefined || step === undefined || step < 1) return anyTurns(node, frame, within);
      const count = Math.max(0, Math.floor((down ? from - to : to - from) / step) + 1);
      if (count > MOST_TURNS) return anyTurns(node, frame, within);
      return each(Array.from({ length: count }, (_, index) => (down ? from - index * step : from + index * step)), (value) => {
        frame.variables.set(name, value);
        return runNodes(node.body, frame, inside);
      });
    }
    case 'elements': {
      const { name, range } = node.turns;
      const items = listOf(scalar(expressionValue(range, frame, within)));
      if (items === undefined || items.length > MOST_TURNS) return anyTurns(node, frame, within);
      return each(items, (value) => {
        frame.variables.set(name, value);
        return runNodes(node.body, frame, inside);
      });
    }
    case 'while':
    case 'endless':
      return whileHolds(node, frame, within, inside);
    case undefined:
      return anyTurns(node, frame, within);
  }
}

/**
 * Whether looking at each turn tells more than reading the body: it computes statements, or leaves them to routines. Batches
 * that commit, and what is tried again until it works, are told as what they are.
 */
const differsByTurn = ({ body }: Loop, frame: Frame): boolean => !commits(body) && !body.some((node) => node.kind === 'caught' && leaves(node.body)) && computes(body, frame);

function computes(nodes: readonly BodyNode[], frame: Frame): boolean {
  return nodes.some((node) => {
    if (node.kind === 'choice') return node.arms.some(({ body }) => computes(body, frame));
    return node.kind === 'execute' || ('range' in node && callsRoutine(node.range, frame)) || ('body' in node && computes(node.body, frame));
  });
}

/** Whether it calls a routine of the history's own. */
function callsRoutine({ from, to }: Range, { tokens, machine }: Frame): boolean {
  for (let i = from; i < to; i++) {
    if (tokens.code(i + 1) === OPEN_PARENTHESIS && tokens.kind(i) === TokenKind.word && machine.catalog.routines({ name: tokens.word(i) }).length > 0) return true;
    if (tokens.code(i + 1) === OPEN_PARENTHESIS && tokens.code(i - 1) === DOT && machine.catalog.routines({ schema: nameAt(tokens, i - 2), name: nameAt(tokens, i) }).length > 0) return true;
  }
  return false;
}

const leaves = (nodes: readonly BodyNode[]): boolean => nodes.some((node) => node.kind === 'return' || (node.kind === 'jump' && node.to === 'exit') || (node.kind === 'choice' && node.arms.some(({ body }) => leaves(body))));

/** A loop over what is known to be nothing. */
function isPassedOver({ turns: taken }: Loop, frame: Frame, within: Block): boolean {
  if (taken?.kind === 'rows') return frame.rows?.rows.length === 0 && frame.rows.complete && !frame.rows.doubtful;
  return taken?.kind === 'elements' && listOf(scalar(expressionValue(taken.range, frame, within)))?.length === 0;
}

function each<Item>(items: readonly Item[], turn: (item: Item) => Flow): Flow {
  for (const item of items) {
    const flow = turn(item);
    if (flow === 'exit') return 'next';
    if (flow === 'return' || flow === 'raise') return flow;
  }
  return 'next';
}

function whileHolds(node: Loop, frame: Frame, within: Block, inside: Block): Flow {
  const condition = node.turns?.kind === 'while' ? node.turns.condition : undefined;
  for (let turn = 0; turn < MOST_TURNS && spend(frame.machine); turn++) {
    const holds = condition === undefined ? true : truthOf(expressionValue(condition, frame, within));
    if (holds === false || holds === null) return 'next';
    if (holds === undefined || frame.left) return anyTurns(node, frame, within);
    const flow = runNodes(node.body, frame, inside);
    if (flow === 'exit') return 'next';
    if (flow === 'return' || flow === 'raise') return flow;
  }
  return anyTurns(node, frame, within);
}

/** Any number of turns: what the loop sets is unknown in it and after it. */
function anyTurns(node: Loop, frame: Frame, within: Block): Flow {
  const set = assignedIn([node]);
  const looped: Block = { ...within, loop: true, commits: commits(node.body), ...turns(node, within, frame.machine) };
  forget(frame, set);
  if (node.turns?.kind === 'while') expressionValue(node.turns.condition, frame, looped);
  const flow = runNodes(node.body, frame, looped);
  if (flow === 'return') frame.left = true;
  forget(frame, set);
  return 'next';
}

function numberIn(value: Value): number | undefined {
  const number = Number(textOf(scalar(value)) ?? Number.NaN);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** Every variable that the statements may set. */
export function assignedIn(nodes: readonly BodyNode[]): readonly string[] {
  return nodes.flatMap((node): readonly string[] => {
    switch (node.kind) {
      case 'expression':
        return node.to === undefined ? [] : [node.to];
      case 'forget':
        return node.names;
      case 'choice':
        return node.arms.flatMap(({ body }) => assignedIn(body));
      case 'loop':
        return [...assignedIn(node.body), ...(node.turns === undefined || !('name' in node.turns) ? [] : [node.turns.name]), ...(node.turns?.kind === 'rows' ? node.turns.targets : [])];
      case 'caught':
      case 'branch':
        return assignedIn(node.body);
      case 'sql':
      case 'execute':
        return node.into ?? [];
      default:
        return [];
    }
  });
}
