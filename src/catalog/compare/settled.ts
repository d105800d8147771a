import { normalise } from '../text.ts';

/**
 * An expression in the words of `normalise`, without what the server adds when it prints it back: casts, parentheses
 * around one word, the schema before a function, the other spelling of an operator or function.
 * Whoever pastes that form into a migration means the same expression.
 */
export function settled(text: string): string {
  let current = OTHER_SPELLINGS.reduce((now, [written, printed]) => now.replace(written, printed), text.replace(CAST, ''));
  for (let pass = 0; pass < NESTED; pass++) {
    const next = current.replace(AROUND_ONE, '$1$2');
    if (next === current) break;
    current = next;
  }
  return normalise(current).replace(ANY_OF, ' in ( $1 )').replace(NONE_OF, ' not in ( $1 )');
}

const OTHER_SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/! =/g, '< >'],
  [/\bcurrent_timestamp\b/g, 'now ( )'],
  [/\b\w+ \. (?=\w+ \()/g, ''],
  [/\bnotnull\b/g, 'is not null'],
  [/\bisnull\b/g, 'is null'],
  [/ ! ~ ~ \* /g, ' not ilike '],
  [/ ~ ~ \* /g, ' ilike '],
  [/ ! ~ ~ /g, ' not like '],
  [/ ~ ~ /g, ' like '],
];

const ANY_OF = / = any \( (?:\( )?array \[ ([^[\]]*) \] (?:\) )?\)/g;
const NONE_OF = / < > all \( (?:\( )?array \[ ([^[\]]*) \] (?:\) )?\)/g;

/** Parentheses nested deeper around one word stay. */
const NESTED = 4;
const CAST =
  / : : (?:double precision|character varying|bit varying|(?:timestamp|time)(?: \( \d+ \))? with(?:out)? time zone|(?:\w+ \. )?[\w"]+)(?: \( \d+(?: , -?\d+)? \))?(?: \[ \])*/g;
/** After a word the parentheses are those of a call. */
const AROUND_ONE = /(^|[^\w" ] )\( ([^\s()]+) \)/g;
