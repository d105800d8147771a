import type { Site } from '../host.ts';
import { printed } from '../operators.ts';
import type { RecordValue, Value } from '../value.ts';
import { boolean, list, UNDEFINED, unknown } from '../value.ts';
import { collected, holds, isCollection, mayHold, pairsOf, put, remove, taken } from './collections.ts';
import type { OwnMethod } from './own-method.ts';

type RecordMethod = OwnMethod<RecordValue>;

const ofCollections =
  (method: RecordMethod): RecordMethod =>
  (self, args, site) =>
    isCollection(self) ? method(self, args, site) : UNDEFINED;

const open = (site: Site): Value => unknown('which keys it has is only known when it runs', site.call, site.source(site.call));

/** Of plain objects, maps and sets. */
export const RECORDS: ReadonlyMap<string, RecordMethod> = new Map<string, RecordMethod>([
  ['hasOwnProperty', (self, [name]) => boolean(self.entries.has(printed(name ?? UNDEFINED)?.text ?? ''))],
  ['get', ofCollections((self, [key = UNDEFINED], site) => taken(self, key) ?? (mayHold(self, key) ? open(site) : UNDEFINED))],
  ['has', ofCollections((self, [key = UNDEFINED], site) => (mayHold(self, key) ? open(site) : boolean(holds(self, key))))],
  [
    'set',
    ofCollections((self, [key = UNDEFINED, value = UNDEFINED]) => {
      put(self, key, value);
      return self;
    }),
  ],
  [
    'add',
    ofCollections((self, [value = UNDEFINED]) => {
      put(self, value, value);
      return self;
    }),
  ],
  ['delete', ofCollections((self, [key = UNDEFINED]) => boolean(remove(self, key)))],
  [
    'clear',
    ofCollections((self) => {
      self.entries.clear();
      return UNDEFINED;
    }),
  ],
  ['keys', ofCollections((self) => list(pairsOf(self).map(([key]) => key)))],
  ['values', ofCollections((self) => list(pairsOf(self).map(([, value]) => value)))],
  ['entries', ofCollections((self) => list(pairsOf(self).map((pair) => list(pair))))],
  [
    'forEach',
    ofCollections((self, [callback], site) => {
      for (const [key, value] of pairsOf(self)) site.invoke(callback, [value, key, self]);
      return UNDEFINED;
    }),
  ],
]);

/** What `...` of it adds to a list. */
export const spreadOf = (value: RecordValue): readonly Value[] => collected(value) ?? [...value.entries.values()];
