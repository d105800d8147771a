import { printed } from '../operators.ts';
import type { RecordValue, Value } from '../value.ts';
import { boolean, list, text, UNDEFINED } from '../value.ts';
import type { OwnMethod } from './own-method.ts';

type RecordMethod = OwnMethod<RecordValue>;

const key = (value: Value | undefined): string => printed(value ?? UNDEFINED)?.text ?? '';
const isCollection = ({ className }: RecordValue): boolean => className === 'Map' || className === 'Set';

const ofCollections =
  (method: RecordMethod): RecordMethod =>
  (self, args, site) =>
    isCollection(self) ? method(self, args, site) : UNDEFINED;

/** Of plain objects, maps and sets. */
export const RECORDS: ReadonlyMap<string, RecordMethod> = new Map<string, RecordMethod>([
  ['hasOwnProperty', (self, [name]) => boolean(self.entries.has(key(name)))],
  ['get', ofCollections((self, [name]) => self.entries.get(key(name)) ?? UNDEFINED)],
  ['has', ofCollections((self, [name]) => boolean(self.entries.has(key(name))))],
  [
    'set',
    ofCollections((self, [name, value]) => {
      self.entries.set(key(name), value ?? UNDEFINED);
      return self;
    }),
  ],
  [
    'add',
    ofCollections((self, [value]) => {
      self.entries.set(key(value), value ?? UNDEFINED);
      return self;
    }),
  ],
  ['delete', ofCollections((self, [name]) => boolean(self.entries.delete(key(name))))],
  ['keys', ofCollections((self) => list(self.className === 'Set' ? [...self.entries.values()] : [...self.entries.keys()].map((name) => text(name))))],
  ['values', ofCollections((self) => list([...self.entries.values()]))],
  ['entries', ofCollections((self) => list([...self.entries].map(([name, value]) => list([self.className === 'Set' ? value : text(name), value]))))],
  [
    'forEach',
    ofCollections((self, [callback], site) => {
      for (const [name, value] of [...self.entries]) site.invoke(callback, [value, self.className === 'Set' ? value : text(name), self]);
      return UNDEFINED;
    }),
  ],
]);
