/** With a capital letter, unless it begins with code: `changeColumn`, `alter()`, `a.b`. */
export const capitalised = (words: string): string => (/^\S+?[A-Z(._]/.test(words) ? words : `${words.charAt(0).toUpperCase()}${words.slice(1)}`);

/** The first of them, and how many more there are. */
export const listed = (items: readonly string[], most = 5): string => `${items.slice(0, most).join(', ')}${items.length > most ? ` and ${String(items.length - most)} more` : ''}`;

/** On one line, and not longer than a name in a message may be. */
export function brief(text: string, most = 80): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

/** `1 finding`, `2 findings`. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${String(count)} ${count === 1 ? one : many}`;
