import type { Dialect, ParsedText } from '../dialects/dialect.ts';

/** Texts that are remembered at a time, and the characters of a long one, which is a file and comes once. */
const MOST = 20_000;
const LONG = 2000;

/** The same dialect, which need not read again what it has read: of a program that has changed, most of what it sends has not. */
export function remembering(dialect: Dialect): Dialect {
  const known = new Map<string, ParsedText>();
  return {
    ...dialect,
    parse(text, options = {}) {
      if (text.length > LONG || options.placeholders !== undefined) return dialect.parse(text, options);
      const key = `${String(options.offset ?? 0)} ${text}`;
      let parsed = known.get(key);
      if (parsed === undefined) {
        if (known.size >= MOST) known.clear();
        known.set(key, (parsed = dialect.parse(text, options)));
      }
      return parsed;
    },
  };
}
