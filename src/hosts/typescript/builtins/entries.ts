/** Entries of an object as the language goes over them: names that are whole numbers come first. */
export function inOrder<T>(entries: Iterable<readonly [string, T]>): readonly (readonly [string, T])[] {
  const all = [...entries];
  if (!all.some(([name]) => INTEGER.test(name))) return all;
  return [...all.filter(([name]) => INTEGER.test(name)).sort(([a], [b]) => Number(a) - Number(b)), ...all.filter(([name]) => !INTEGER.test(name))];
}

const INTEGER = /^(?:0|[1-9]\d{0,8})$/;
