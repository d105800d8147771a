/**
 * An expression in the words of `normalise`, without what the server adds when it prints it back: casts, parentheses
 * around one word, the schema before a function, the other spelling of an operator or function.
 * Whoever pastes that form into a migration means the same expression.
 */
export function settled(text: string): string {
  let current = text.replace(CAST, '').replaceAll('! =', '< >').replace(/\bcurrent_timestamp\b/g, 'now ( )').replace(/\b\w+ \. (?=\w+ \()/g, '');
  for (let pass = 0; pass < NESTED; pass++) {
    const next = current.replace(AROUND_ONE, '$1$2');
    if (next === current) break;
    current = next;
  }
  return current;
}

/** Parentheses nested deeper around one word stay. */
const NESTED = 4;
const CAST =
  / : : (?:double precision|character varying|bit varying|(?:timestamp|time)(?: \( \d+ \))? with(?:out)? time zone|(?:\w+ \. )?[\w"]+)(?: \( \d+(?: , -?\d+)? \))?(?: \[ \])*/g;
/** After a word the parentheses are those of a call. */
const AROUND_ONE = /(^|[^\w" ] )\( ([^\s()]+) \)/g;
