import type { Value } from '../value.ts';
import { UNDEFINED } from '../value.ts';
import type { OwnMethod } from './own-method.ts';

/** What every value has once somebody waits for it: the value itself resolves to itself. */
export const PROMISES: ReadonlyMap<string, OwnMethod> = new Map<string, OwnMethod>([
  ['then', (self, [callback], site) => site.settled(callback === undefined ? site.settled(self) : next(callback, site.settled(self), site))],
  // What is caught is only known when it runs; that nothing is thrown is what the author wants.
  ['catch', (self, _args, site) => site.settled(self)],
  [
    'finally',
    (self, [callback], site) => {
      const value = site.settled(self);
      site.settled(site.invoke(callback, []));
      return value;
    },
  ],
  [
    'tap',
    (self, [callback], site) => {
      const value = site.settled(self);
      if (callback !== undefined) site.settled(next(callback, value, site));
      return value;
    },
  ],
  ['spread', (self, [callback], site) => (self.kind === 'list' ? site.settled(site.invoke(callback, self.items)) : undefined)],
]);

const next = (callback: Value, value: Value, site: Parameters<OwnMethod>[2]): Value => (callback.kind === 'function' || callback.kind === 'host' ? site.invoke(callback, [value]) : UNDEFINED);
