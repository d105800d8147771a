import type { Dialect, ParsedText } from '../dialects/dialect.ts';

/** Texts that are remembered at a time, and the characters of a long one, which is a file and comes once. */
const MOST = 20_000;
const LONG = 2000;

interface Remembering {
  /** The same dialect, which need not read again what it has read: of a program that has changed, most of what it sends has not. */
  readonly dialect: Dialect;
  /** Takes over what somebody else has read in a text. */
  learn(text: string, offset: number, parsed: ParsedText): void;
}

export function remembering(dialect: Dialect): Remembering {
  /** By where a text begins in its script. */
  const known = new Map<number, Map<string, ParsedText>>();
  let count = 0;
  const learn = (text: string, offset: number, parsed: ParsedText): void => {
    if (count++ >= MOST) {
      known.clear();
      count = 0;
    }
    const own = known.get(offset);
    if (own === undefined) known.set(offset, new Map([[text, parsed]]));
    else own.set(text, parsed);
  };
  return {
    learn,
    dialect: {
      ...dialect,
      parse(text, options = {}) {
        const { offset = 0, placeholders } = options;
        if (placeholders !== undefined) return dialect.parse(text, options);
        const found = known.get(offset)?.get(text);
        if (found !== undefined) return found;
        const parsed = dialect.parse(text, options);
        if (text.length <= LONG) learn(text, offset, parsed);
        return parsed;
      },
    },
  };
}
