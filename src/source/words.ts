/** With a capital letter, unless it begins with code: `changeColumn`, `alter()`, `a.b`. */
export const capitalised = (words: string): string => (/^\S+?[A-Z(._]/.test(words) ? words : `${words.charAt(0).toUpperCase()}${words.slice(1)}`);

/** `1 finding`, `2 findings`. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${String(count)} ${count === 1 ? one : many}`;
