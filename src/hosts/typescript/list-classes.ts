import type { FunctionValue, ListValue, RecordValue, Value } from './value.ts';
import { UNDEFINED } from './value.ts';

const isArray = (value: Value | undefined): boolean => value?.kind === 'host' && value.host.name === 'Array';

/** The built-in Array as a class to be extended; undefined for all else. */
export const listBase = (value: Value | undefined): FunctionValue | undefined =>
  value === undefined || !isArray(value)
    ? undefined
    : {
        kind: 'function',
        name: 'Array',
        base: value,
        members: new Map(),
        arity: 0,
        call(args, self) {
          if (self.kind === 'record' && !(args.length === 1 && args[0]?.kind === 'number')) for (const [index, item] of args.entries()) self.entries.set(String(index), item);
          return UNDEFINED;
        },
      };

/** An instance of a class: of one that extends Array, the list with all that was set on it by name. */
export function instanceOf({ base }: FunctionValue, self: RecordValue): RecordValue | ListValue {
  if (!isArray(base)) return self;
  const items = [...self.entries].filter(([name]) => /^\d+$/.test(name)).map(([, item]) => item);
  return { kind: 'list', items, named: new Map([...self.entries].filter(([name]) => !/^\d+$/.test(name))) };
}
