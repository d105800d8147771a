import type { Method, Methods } from './host.ts';

/** Methods under the same names, each changed where it is asked for: a migration calls few of them. */
export const changing = (methods: Methods, change: (method: Method, name: string) => Method): Methods => ({
  has: (name) => methods.has(name),
  get(name) {
    const method = methods.get(name);
    return method === undefined ? undefined : change(method, name);
  },
});

/** With others, which come first. */
export const extended = (methods: Methods | undefined, by: ReadonlyMap<string, Method>): Methods => ({
  has: (name) => by.has(name) || methods?.has(name) === true,
  get: (name) => by.get(name) ?? methods?.get(name),
});
