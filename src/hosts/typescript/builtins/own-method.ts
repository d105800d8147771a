import type { Method } from '../host.ts';
import type { Value } from '../value.ts';

/** A method of the language itself, with the value that it is called on. */
export type OwnMethod<T extends Value = Value> = (self: T, ...args: Parameters<Method>) => Value | undefined;
