import { isLike, isMatch } from './patterns.ts';
import type { Truth, Value } from './values.ts';
import { compare, isSame, isWhole, listOf, textOf, UNKNOWN, valueOf } from './values.ts';

export const negated = (value: Truth, really: boolean): Truth => (really && typeof value === 'boolean' ? !value : value);

/** Whether one of the values is the one. */
export function among(value: Value, values: readonly Value[]): Truth {
  let result: Truth = false;
  for (const each of values) {
    const same = isSame(value, each);
    if (same === true) return true;
    if (same === undefined) result = undefined;
    else if (same === null && result === false) result = null;
  }
  return result;
}

const BINARY = new Map<string, (left: Value, right: Value) => Value>(
  Object.entries({
    '=': (left: Value, right: Value): Value => valueOf(isSame(left, right)),
    '<>': (left: Value, right: Value): Value => valueOf(negated(isSame(left, right), true)),
    '<': (left: Value, right: Value): Value => ordered(left, right, (order) => order < 0),
    '>': (left: Value, right: Value): Value => ordered(left, right, (order) => order > 0),
    '<=': (left: Value, right: Value): Value => ordered(left, right, (order) => order <= 0),
    '>=': (left: Value, right: Value): Value => ordered(left, right, (order) => order >= 0),
    '||': joined,
    '+': (left: Value, right: Value): Value => counted(left, right, (a, b) => a + b),
    '-': (left: Value, right: Value): Value => counted(left, right, (a, b) => a - b),
    '*': (left: Value, right: Value): Value => counted(left, right, (a, b) => a * b),
    '/': (left: Value, right: Value): Value => counted(left, right, (a, b) => Math.trunc(a / b)),
    '%': (left: Value, right: Value): Value => counted(left, right, (a, b) => a % b),
    '~~': (left: Value, right: Value): Value => patterned(left, right, (text, pattern) => isLike(text, pattern, false)),
    '!~~': (left: Value, right: Value): Value => patterned(left, right, (text, pattern) => opposite(isLike(text, pattern, false))),
    '~~*': (left: Value, right: Value): Value => patterned(left, right, (text, pattern) => isLike(text, pattern, true)),
    '!~~*': (left: Value, right: Value): Value => patterned(left, right, (text, pattern) => opposite(isLike(text, pattern, true))),
    '~': (left: Value, right: Value): Value => patterned(left, right, (text, pattern) => isMatch(text, pattern, false)),
    '!~': (left: Value, right: Value): Value => patterned(left, right, (text, pattern) => opposite(isMatch(text, pattern, false))),
    '~*': (left: Value, right: Value): Value => patterned(left, right, (text, pattern) => isMatch(text, pattern, true)),
    '!~*': (left: Value, right: Value): Value => patterned(left, right, (text, pattern) => opposite(isMatch(text, pattern, true))),
  }),
);

/** What an operator makes of two values; unknown for operators that are not known here. */
export function binary(operator: string, left: Value, right: Value): Value {
  const make = BINARY.get(operator);
  return make === undefined ? UNKNOWN : make(left, right);
}

const opposite = (value: boolean | undefined): boolean | undefined => (value === undefined ? undefined : !value);

function ordered(left: Value, right: Value, holds: (order: number) => boolean): Value {
  if (left === null || right === null) return null;
  const order = compare(left, right);
  return order === undefined ? UNKNOWN : holds(order);
}

function joined(left: Value, right: Value): Value {
  if (left === null || right === null) return null;
  const [a, b] = [listOf(left), listOf(right)];
  if (typeof left === 'object' && left.kind === 'list') return b === undefined ? { kind: 'list', items: [...left.items, right] } : { kind: 'list', items: [...left.items, ...b] };
  if (typeof right === 'object' && right.kind === 'list') return { kind: 'list', items: [...(a ?? [left]), ...right.items] };
  const text = `${textOf(left) ?? ''}${textOf(right) ?? ''}`;
  return text.length > LONGEST ? UNKNOWN : text;
}

const LONGEST = 100_000;

const counted = (left: Value, right: Value, build: (a: number, b: number) => number): Value => {
  if (left === null || right === null) return null;
  const [a, b] = [Number(textOf(left)), Number(textOf(right))];
  const result = build(a, b);
  return Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number.isSafeInteger(result) ? result : UNKNOWN;
};

function patterned(left: Value, right: Value, test: (text: string, pattern: string) => boolean | undefined): Value {
  const [text, pattern] = [textOf(left), textOf(right)];
  if (text === null || pattern === null) return null;
  return isWhole(text) && isWhole(pattern) ? valueOf(test(text, pattern)) : UNKNOWN;
}
