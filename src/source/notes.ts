/**
 * What is noted about objects, by themselves: it lives as long as the object does. A WeakMap would keep what leads back to its
 * key alive, as V8's quick collection takes the values of one for alive.
 */
export function notes<Key extends object, Value>(name: string): { readonly get: (key: Key) => Value | undefined; readonly set: (key: Key, value: Value) => void } {
  const place = Symbol(name);
  return {
    get: (key) => (key as { readonly [place]?: Value })[place],
    // Copies of the object are other objects.
    set: (key, value) => void Object.defineProperty(key, place, { value, writable: true, configurable: true, enumerable: false }),
  };
}
