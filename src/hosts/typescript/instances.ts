import { isErrorClass } from './errors.ts';
import type { FunctionValue, Value } from './value.ts';
import { boolean } from './value.ts';

/** `instanceof`; undefined where it is not known. */
export function isInstance(left: Value, right: Value): Value | undefined {
  if (left.kind === 'unknown' || left.kind === 'chain' || left.kind === 'host') return undefined;
  if (right.kind === 'function') return boolean(left.kind === 'record' && classesOf(left.madeBy).some(({ members }) => members === right.members));
  if (right.kind !== 'host') return undefined;
  if (right.host.name === 'Array') return boolean(left.kind === 'list');
  if (right.host.name === 'Map' || right.host.name === 'Set') return boolean(left.kind === 'record' && left.className === right.host.name);
  if (!isErrorClass(right)) return undefined;
  return left.kind === 'error' && right.host.name !== 'Error' ? undefined : left.kind === 'record' ? undefined : boolean(left.kind === 'error');
}

const classesOf = (own: FunctionValue | undefined): readonly FunctionValue[] => (own === undefined ? [] : [own, ...classesOf(own.above)]);
