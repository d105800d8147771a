import { notes } from '../../../source/notes.ts';
import { printed } from '../operators.ts';
import type { ListValue, RecordValue, Value } from '../value.ts';
import { list, record, UNDEFINED } from '../value.ts';

/** A Map or a Set: each entry is the pair of its key and its value, by a name that two keys share if they are the same. */
export function collectionOf(className: 'Map' | 'Set', pairs: Iterable<readonly [Value, Value]> = []): RecordValue {
  const own: RecordValue = { ...record(), className };
  for (const [key, value] of pairs) put(own, key, value);
  return own;
}

export const isCollection = ({ className }: RecordValue): boolean => className === 'Map' || className === 'Set';

export const put = ({ entries }: RecordValue, key: Value, value: Value): void => void entries.set(nameOf(key), list([key, value]));
const UNKNOWN = '@unknown';
const isOpen = ({ kind }: Value): boolean => kind === 'unknown' || kind === 'chain';

/** Whether only the run tells if it has that key. */
export const mayHold = (of: RecordValue, key: Value): boolean => of.entries.has(nameOf(key)) ? isOpen(key) : of.entries.size > 0 && (isOpen(key) || of.entries.has(UNKNOWN));

/** Undefined where keys that are unknown may be the same. */
export const sizeOf = ({ entries }: RecordValue): number | undefined => (entries.has(UNKNOWN) ? undefined : entries.size);

export const taken = ({ entries }: RecordValue, key: Value): Value | undefined => pairOf(entries.get(nameOf(key)))?.[1];
export const holds = ({ entries }: RecordValue, key: Value): boolean => entries.has(nameOf(key));
export const remove = ({ entries }: RecordValue, key: Value): boolean => entries.delete(nameOf(key));

export const pairsOf = ({ entries }: RecordValue): readonly (readonly [Value, Value])[] => [...entries.values()].map(pairOf).filter((pair) => pair !== undefined);

/** What a loop over it meets; undefined for what is no collection. */
export function collected(value: RecordValue): readonly Value[] | undefined {
  if (value.className === 'Set') return pairsOf(value).map(([key]) => key);
  return value.className === 'Map' ? pairsOf(value).map(([key, own]): ListValue => list([key, own])) : undefined;
}

const pairOf = (entry: Value | undefined): readonly [Value, Value] | undefined => (entry?.kind === 'list' ? [entry.items[0] ?? UNDEFINED, entry.items[1] ?? UNDEFINED] : undefined);

const identities = notes<Value, number>('identity');
let last = 0;

/** Begins with a sign that no name of a member has. All keys that are unknown are one. */
function nameOf(key: Value): string {
  if (isOpen(key)) return UNKNOWN;
  const text = key.kind === 'text' || key.kind === 'number' || key.kind === 'boolean' || key.kind === 'null' || key.kind === 'undefined' ? printed(key)?.text : undefined;
  if (text !== undefined) return `@${key.kind} ${text}`;
  let own = identities.get(key);
  if (own === undefined) identities.set(key, (own = last += 1));
  return `@${String(own)}`;
}
