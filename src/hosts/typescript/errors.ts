import type { Value } from './value.ts';
import { text } from './value.ts';

/** The errors of the language, which a class of the program may extend. */
export const ERRORS = ['Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError', 'EvalError', 'URIError', 'AggregateError'];

export const isErrorClass = (value: Value | undefined): boolean => value?.kind === 'host' && ERRORS.includes(value.host.name);

/** What the constructor of an error does for a class that extends it. */
export function setMessage(self: Value, [message = text('')]: readonly Value[]): void {
  if (self.kind === 'record') self.entries.set('message', message);
}
