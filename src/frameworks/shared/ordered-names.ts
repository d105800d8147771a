/** Names that were given to be run in order: most of them start with a number, or with the same letters and a number. */
export function isOrdered(names: readonly string[]): boolean {
  const numbers = names.map(orderOf).filter((order) => order !== undefined);
  return numbers.length >= 2 && numbers.length * 3 >= names.length * 2 && new Set(numbers).size > 1;
}

/** Most names start with a number, and not all with the same. */
export const isNumbered = (names: readonly string[]): boolean => isOrdered(names) && names.filter((name) => /^\d/.test(name)).length * 3 >= names.length * 2;

/** The leading number of a name, with the letters before it; undefined where it carries no order. */
export const orderOf = (name: string): string | undefined => /^(?:[A-Za-z]{1,12}[-_ ]?)?\d+/.exec(name)?.[0];
