import type { Traced } from '../program.ts';
import type { Value } from './value.ts';
import { boolean, number } from './value.ts';

/** A value as JavaScript prints it in a text; undefined where that is not known. */
export function printed(value: Value): Traced | undefined {
  switch (value.kind) {
    case 'text':
      return value;
    case 'number':
    case 'boolean':
      return { text: String(value.value), runs: [] };
    case 'null':
    case 'undefined':
      return { text: value.kind, runs: [] };
    case 'list': {
      const items = value.items.map((item) => (item.kind === 'null' || item.kind === 'undefined' ? { text: '' } : printed(item)));
      return items.every((item) => item !== undefined) ? { text: items.map((item) => item.text).join(','), runs: [] } : undefined;
    }
    case 'error':
      return printed(value.message);
    case 'host':
      return value.host.printed?.();
    case 'record': {
      const own = value.entries.get('toString');
      const said = own?.kind === 'function' ? own.call([], value, value.span ?? { start: 0, end: 0 }) : undefined;
      return said?.kind === 'text' ? said : undefined;
    }
    default:
      return undefined;
  }
}

/** Numbers, and what else operators make of what is known; sums of texts are the caller's. */
export function arithmetic(operator: string, left: Value, right: Value): Value | undefined {
  const a = numeric(left);
  const b = numeric(right);
  if (a === undefined || b === undefined) return undefined;
  if (left.kind === 'number' && right.kind === 'number' && typeof left.value === 'bigint' && typeof right.value === 'bigint' && (operator === '+' || operator === '-' || operator === '*')) {
    return number(operator === '+' ? left.value + right.value : operator === '-' ? left.value - right.value : left.value * right.value);
  }
  const result = NUMERIC[operator]?.(a, b);
  return result === undefined ? undefined : number(result);
}

const NUMERIC: Readonly<Record<string, ((a: number, b: number) => number) | undefined>> = {
  __proto__: null as never,
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '**': (a, b) => a ** b,
  '|': (a, b) => a | b,
  '&': (a, b) => a & b,
  '^': (a, b) => a ^ b,
  '<<': (a, b) => a << b,
  '>>': (a, b) => a >> b,
  '>>>': (a, b) => a >>> b,
};

export const isComparison = (operator: string): boolean => /^(?:[!=]==?|[<>]=?|instanceof|in)$/.test(operator);

export function comparison(operator: string, left: Value, right: Value): Value | undefined {
  if (operator === 'in') return left.kind === 'text' && right.kind === 'record' && right.partly === undefined ? boolean(right.entries.has(left.text)) : undefined;
  if (/^[!=]/.test(operator)) {
    const same = operator.length === 3 ? identical(left, right) : (bothNothing(left, right) ?? alike(left, right));
    return same === undefined ? undefined : boolean(same === operator.startsWith('='));
  }
  const comparable = (left.kind === 'number' && right.kind === 'number') || (left.kind === 'text' && right.kind === 'text');
  if (!comparable) return undefined;
  const a = left.kind === 'text' ? left.text : left.value;
  const b = right.kind === 'text' ? right.text : right.value;
  return boolean(operator === '<' ? a < b : operator === '<=' ? a <= b : operator === '>' ? a > b : a >= b);
}

/** `==` of two values that are something: a text is the number that it says. */
function alike(left: Value, right: Value): boolean | undefined {
  const a = left.kind === right.kind ? undefined : primitive(left);
  const b = primitive(right);
  return a === undefined || b === undefined ? identical(left, right) : a === b;
}

const primitive = (value: Value): number | undefined => (value.kind === 'text' || value.kind === 'number' || value.kind === 'boolean' ? numeric(value) : undefined);

/** As operators and `Number` take a value; undefined where that is not known. */
export function numeric(value: Value): number | undefined {
  if (value.kind === 'number') return Number(value.value);
  if (value.kind === 'text') return Number(value.text);
  if (value.kind === 'boolean') return Number(value.value);
  return value.kind === 'null' ? 0 : value.kind === 'undefined' ? Number.NaN : undefined;
}

/** `===`; undefined where it is not known. */
export function identical(left: Value, right: Value): boolean | undefined {
  if (left === right && left.kind !== 'unknown' && left.kind !== 'number') return true;
  if (left.kind === 'unknown' || right.kind === 'unknown' || left.kind === 'chain' || right.kind === 'chain') return undefined;
  if (left.kind !== right.kind) return false;
  if (left.kind === 'text') return left.text === (right as typeof left).text;
  if (left.kind === 'number' || left.kind === 'boolean') return left.value === (right as typeof left).value;
  return left.kind === 'null' || left.kind === 'undefined';
}

function bothNothing(left: Value, right: Value): boolean | undefined {
  const isNothing = ({ kind }: Value): boolean => kind === 'null' || kind === 'undefined';
  return isNothing(left) && isNothing(right) ? true : undefined;
}
