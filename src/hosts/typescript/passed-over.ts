import type { Frame } from './frame.ts';
import type { BlockStatement, Expression, SpreadElement, Statement } from './nodes.ts';

/** Runs what the program handles the errors of and goes on: where it commits by itself, nothing comes of an error. */
export function passingOver({ machine }: Frame, run: () => void): void {
  for (const emission of machine.collect(run)) machine.emit('opaque' in emission ? emission : { ...emission, passedOver: true }, emission.call);
}

/** Whether a program goes on behind a handler: it neither throws in any case nor tells somebody who waits. */
export const goesOn = ({ body, range: [start, end] }: BlockStatement, { module }: Frame): boolean => !body.some(isThrow) && !TELLS.test(module.text.slice(start, end));

const isThrow = ({ type }: Statement): boolean => type === 'ThrowStatement';

const TELLS = /\b(?:reject|done|callback|cb|next|exit)\s*\(/;

/** The same for what `.catch(…)` is handed. */
export const catches = ([handler]: readonly (Expression | SpreadElement)[], frame: Frame): boolean => {
  if (handler?.type !== 'ArrowFunctionExpression' && handler?.type !== 'FunctionExpression') return false;
  return handler.body?.type === 'BlockStatement' ? goesOn(handler.body, frame) : !TELLS.test(frame.module.text.slice(...handler.range));
};
