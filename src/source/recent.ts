/**
 * What was worked out for the last few objects, or texts, that somebody asked about. A WeakMap would keep it for all of them: V8's quick
 * collection takes the values for alive, and with them whatever leads back to the keys, until the great collection.
 */
export function recently<Key extends object | string, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const keys: (Key | undefined)[] = Array.from({ length: KEPT }, () => undefined);
  const values: (Value | undefined)[] = Array.from({ length: KEPT }, () => undefined);
  let next = 0;
  return (key) => {
    const known = keys.indexOf(key);
    if (known >= 0) return values[known] as Value;
    const value = make(key);
    keys[next] = key;
    values[next] = value;
    next = (next + 1) % KEPT;
    return value;
  };
}

/** A script and its way back, and what either of them is in the middle of. */
const KEPT = 4;
