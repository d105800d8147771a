import { evaluate, perhaps } from './expressions.ts';
import type { Frame } from './frame.ts';
import { memberOf } from './members.ts';
import type { Expression, Of } from './nodes.ts';
import { numeric } from './operators.ts';
import type { Value } from './value.ts';
import { boolean, number, text, TRUE, truth, UNDEFINED } from './value.ts';

export function unary(node: Of<Expression, 'UnaryExpression'>, frame: Frame): Value {
  const { operator, argument } = node;
  if (operator === 'delete') return removed(argument, frame);
  const value = evaluate(argument, frame);
  const decided = truth(value);
  if (operator === '!' && decided !== undefined) return boolean(!decided);
  if (operator === 'void') return UNDEFINED;
  if (operator === 'typeof' && value.kind !== 'unknown' && value.kind !== 'chain') return text(typeOf(value));
  if (operator === '-' && value.kind === 'number') return number(-value.value);
  if (operator === '~' && value.kind === 'number') return number(~value.value);
  const known = operator === '-' || operator === '+' ? numeric(value) : undefined;
  return known === undefined ? perhaps(node, frame, value) : number(operator === '-' ? -known : known);
}

function removed(argument: Expression, frame: Frame): Value {
  const inner = argument.type === 'ChainExpression' ? argument.expression : argument;
  if (inner.type !== 'MemberExpression') return TRUE;
  const { of, name } = memberOf(inner, frame);
  if (of.kind !== 'record' || name === undefined) return TRUE;
  frame.machine.touch(of);
  of.entries.delete(name);
  return TRUE;
}

function typeOf(value: Exclude<Value, { readonly kind: 'unknown' | 'chain' }>): string {
  switch (value.kind) {
    case 'text':
      return value.boxed === true ? 'object' : 'string';
    case 'number':
      return typeof value.value;
    case 'boolean':
    case 'undefined':
    case 'function':
      return value.kind;
    case 'host':
      return value.host.call === undefined && value.host.construct === undefined ? 'object' : 'function';
    default:
      return 'object';
  }
}
