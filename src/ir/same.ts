import type { Operation } from './operation.ts';

/** Whether two lists of operations do the same, wherever and however they are written. */
export const sameOperations = (one: readonly Operation[], other: readonly Operation[]): boolean => one.length === other.length && one.every((operation, index) => same(operation, other[index]));

function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null || Array.isArray(one) !== Array.isArray(other)) return false;
  const [left, right] = [entriesOf(one), entriesOf(other)];
  return left.length === right.length && left.every(([key, value]) => key in other && same(value, (other as Record<string, unknown>)[key]));
}

const entriesOf = (of: object): readonly (readonly [string, unknown])[] => Object.entries(of).filter(([key, value]) => value !== undefined && !/^(?:span|.*Span)$/.test(key));
