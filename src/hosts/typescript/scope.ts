import type { Value } from './value.ts';

export interface Binding {
  value: Value;
}

/** Names that are visible at a place. */
export interface Scope {
  readonly names: Map<string, Binding>;
  readonly outer: Scope | undefined;
  /** The function's own scope, to which `var` belongs. */
  readonly ofFunction: boolean;
}

export const scope = (outer: Scope | undefined, ofFunction = false): Scope => ({ names: new Map(), outer, ofFunction });

export function find(from: Scope, name: string): Binding | undefined {
  for (let at: Scope | undefined = from; at !== undefined; at = at.outer) {
    const binding = at.names.get(name);
    if (binding !== undefined) return binding;
  }
  return undefined;
}

export function declare(at: Scope, name: string, value: Value): void {
  at.names.set(name, { value });
}

/** A name whose value is made when it is first asked for. */
export function declareLate(at: Scope, name: string, make: () => Value): void {
  let value: Value | undefined;
  at.names.set(name, {
    get value() {
      return (value ??= make());
    },
    set value(own) {
      value = own;
    },
  });
}

/** That of the file, where a name that nobody declared comes to be. */
export const outermost = (from: Scope): Scope => (from.outer === undefined ? from : outermost(from.outer));

export function functionScope(from: Scope): Scope {
  let at = from;
  while (!at.ofFunction && at.outer !== undefined) at = at.outer;
  return at;
}
