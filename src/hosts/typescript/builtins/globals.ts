import { jsonValue } from '../json.ts';
import type { Host, Method } from '../host.ts';
import { itemsOf } from '../loops.ts';
import { printed } from '../operators.ts';
import type { TextValue, Value } from '../value.ts';
import { URL_CLASS } from './node.ts';
import { boolean, FALSE, hostValue, list, number, record, text, truth, UNDEFINED, unknown } from '../value.ts';

let made: ReadonlyMap<string, Value> | undefined;

/** What the language and Node give every file. */
export const globals = (): ReadonlyMap<string, Value> => (made ??= new Map(Object.entries(GLOBALS)));

const object = (name: string, methods: Record<string, Method>, more: Partial<Host> = {}): Value => hostValue({ name, methods: new Map(Object.entries(methods)), member: () => unknown(`\`${name}\` has more than is followed`, NOWHERE, name), ...more });
const NOWHERE = { start: 0, end: 0 };

const dynamic = (what: string): Method => (_args, site) => unknown(what, site.span, site.source(site.call));

const all: Method = ([values], site) => {
  const items = values === undefined ? undefined : itemsOf(values);
  return items === undefined ? (values ?? UNDEFINED) : list(items.map((item) => site.settled(item)));
};

/** One after the other, as Bluebird's `each`, `map` and `mapSeries` do. */
const each: Method = ([values, callback], site) => {
  const items = values === undefined ? undefined : itemsOf(values);
  return items === undefined ? unknown('it goes over something unknown', site.span, site.source(site.call)) : list(items.map((item, index) => site.settled(site.invoke(callback, [item, number(index)]))));
};

const entries = (value: Value | undefined): readonly (readonly [string, Value])[] | undefined => {
  if (value?.kind === 'record') return value.partly === undefined ? [...value.entries] : undefined;
  return value?.kind === 'list' ? value.items.map((item, index) => [String(index), item] as const) : undefined;
};

const ofEntries =
  (make: (entries: readonly (readonly [string, Value])[]) => readonly Value[]): Method =>
  ([value], site) => {
    const known = entries(value);
    return known === undefined ? unknown('the entries of the object are only known when it runs', site.span, site.source(site.call)) : list(make(known));
  };

const collection =
  (className: 'Map' | 'Set'): Method =>
  ([from], site) => {
    const items = from === undefined ? [] : itemsOf(from);
    if (items === undefined) return unknown('it is filled from something unknown', site.span, site.source(site.call));
    const own = items.map((item): readonly [string, Value] => {
      const [key = UNDEFINED, value = UNDEFINED] = className === 'Map' && item.kind === 'list' ? item.items : [item, item];
      return [printed(key)?.text ?? '', value];
    });
    return { ...record(own), className };
  };

const error = (name: string): Value => {
  const make: Method = ([message = text('')]) => ({ kind: 'error', message });
  return hostValue({ name, call: make, construct: make, member: (own) => hostValue({ name: `${name}.${own}`, call: nothing }) });
};

const nothing: Method = () => UNDEFINED;
const converted = (make: (value: Value) => Value | undefined): Method => ([value = UNDEFINED], site) => make(value) ?? unknown('it is made of something unknown', site.span, site.source(site.call));

const GLOBALS: Readonly<Record<string, Value>> = {
  undefined: UNDEFINED,
  NaN: number(Number.NaN),
  Infinity: number(Number.POSITIVE_INFINITY),
  Promise: object(
    'Promise',
    {
      all,
      allSettled: all,
      race: all,
      any: all,
      resolve: ([value = UNDEFINED], site) => site.settled(value),
      reject: ([error = UNDEFINED], site) => void site.fail(error),
      each,
      map: each,
      mapSeries: each,
      try: ([callback], site) => site.settled(site.invoke(callback, [])),
      method: ([callback]) => callback,
      coroutine: ([callback]) => callback,
      promisify: dynamic('a function made a promise is not followed'),
      delay: nothing,
    },
    {
      construct([executor], site) {
        let result: Value = UNDEFINED;
        const resolve = hostValue({
          name: 'resolve',
          call([value = UNDEFINED]) {
            result = value;
            return UNDEFINED;
          },
        });
        site.invoke(executor, [resolve, hostValue({ name: 'reject', call: nothing })]);
        return site.settled(result);
      },
    },
  ),
  Object: object('Object', {
    keys: ofEntries((own) => own.map(([name]) => text(name))),
    values: ofEntries((own) => own.map(([, value]) => value)),
    entries: ofEntries((own) => own.map(([name, value]) => list([text(name), value]))),
    freeze: ([value]) => value,
    seal: ([value]) => value,
    create: () => record(),
    defineProperty([target, name, descriptor]) {
      const value = descriptor?.kind === 'record' ? descriptor.entries.get('value') : undefined;
      if (target?.kind === 'record' && name?.kind === 'text' && name.text !== '__esModule' && value !== undefined) target.entries.set(name.text, value);
      return target;
    },
    fromEntries: ([value], site) => (value === undefined ? undefined : pairs(value)) ?? unknown('its entries are only known when it runs', site.span, site.source(site.call)),
    assign([target, ...sources]) {
      if (target?.kind !== 'record') return target;
      for (const source of sources) {
        if (source.kind === 'record') for (const [name, value] of source.entries) target.entries.set(name, value);
        else if (source.kind === 'unknown') target.partly = source;
      }
      return target;
    },
  }),
  Array: object(
    'Array',
    {
      isArray: ([value]) => (value?.kind === 'unknown' || value?.kind === 'chain' ? unknown('whether it is an array is only known when it runs', NOWHERE) : boolean(value?.kind === 'list')),
      of: (args) => list(args),
      from([value = UNDEFINED, callback], site) {
        const length = value.kind === 'record' ? value.entries.get('length') : undefined;
        const items = length?.kind === 'number' && Number(length.value) <= 10_000 ? Array.from({ length: Number(length.value) }, () => UNDEFINED) : itemsOf(value);
        if (items === undefined) return unknown('its items are only known when it runs', site.span, site.source(site.call));
        return list(callback === undefined ? items : items.map((item, index) => site.invoke(callback, [item, number(index)])));
      },
    },
    { construct: (args) => list(args.length === 1 && args[0]?.kind === 'number' ? [] : args) },
  ),
  JSON: object('JSON', {
    stringify: ([value = UNDEFINED], site) => {
      const json = plainJson(value, 0);
      return json === undefined ? unknown('it is JSON of something unknown', site.span, site.source(site.call)) : text(JSON.stringify(json));
    },
    parse: ([value], site) => (value?.kind === 'text' ? jsonValue(value.text) : undefined) ?? unknown('it is read from something unknown', site.span, site.source(site.call)),
  }),
  String: object('String', { fromCharCode: dynamic('it is made of character codes') }, { call: converted(asText), construct: converted((value) => { const own = asText(value); return own === undefined ? undefined : { ...own, boxed: true }; }), member: (name) => (name === 'raw' ? hostValue({ name: 'String.raw' }) : undefined) }),
  Number: object('Number', { isInteger: ([value]) => boolean(value?.kind === 'number' && Number.isInteger(Number(value.value))) }, { call: converted(toNumber) }),
  BigInt: hostValue({ name: 'BigInt', call: converted(toNumber) }),
  parseInt: hostValue({ name: 'parseInt', call: converted((value) => (value.kind === 'text' || value.kind === 'number' ? number(Number.parseInt(printed(value)?.text ?? '', 10)) : undefined)) }),
  Boolean: hostValue({ name: 'Boolean', call: converted((value) => (truth(value) === undefined ? undefined : boolean(truth(value) ?? false))) }),
  Math: object('Math', {
    max: (args) => number(Math.max(...args.map((arg) => (arg.kind === 'number' ? Number(arg.value) : Number.NaN)))),
    min: (args) => number(Math.min(...args.map((arg) => (arg.kind === 'number' ? Number(arg.value) : Number.NaN)))),
    floor: ([value]) => (value?.kind === 'number' ? number(Math.floor(Number(value.value))) : undefined),
    ceil: ([value]) => (value?.kind === 'number' ? number(Math.ceil(Number(value.value))) : undefined),
    round: ([value]) => (value?.kind === 'number' ? number(Math.round(Number(value.value))) : undefined),
    random: dynamic('it is a random number'),
  }),
  Date: object('Date', { now: dynamic('it is the time at which it runs') }, { call: dynamic('it is the time at which it runs'), construct: dynamic('it is a date') }),
  RegExp: hostValue({ name: 'RegExp', call: dynamic('a regular expression is not followed'), construct: dynamic('a regular expression is not followed') }),
  Symbol: hostValue({ name: 'Symbol', call: dynamic('it is a symbol'), member: () => hostValue({ name: 'a symbol', call: dynamic('it is a symbol') }) }),
  Map: hostValue({ name: 'Map', construct: collection('Map') }),
  Set: hostValue({ name: 'Set', construct: collection('Set') }),
  WeakMap: hostValue({ name: 'WeakMap', construct: () => ({ ...record(), className: 'Map' }) }),
  Error: error('Error'),
  TypeError: error('TypeError'),
  RangeError: error('RangeError'),
  console: object('console', {}, { member: (name) => hostValue({ name: `console.${name}`, call: nothing }) }),
  URL: URL_CLASS,
  // Where the tool runs is told by no file: paths from there are looked for upwards.
  process: object('process', { cwd: () => text('.') }, { member: (name) => unknown(`\`process.${name}\` is only known when it runs`, NOWHERE, `process.${name}`) }),
  setTimeout: hostValue({ name: 'setTimeout', call: ([callback], site) => site.invoke(callback, []) }),
  setImmediate: hostValue({ name: 'setImmediate', call: ([callback], site) => site.invoke(callback, []) }),
  isNaN: hostValue({ name: 'isNaN', call: ([value]) => (value?.kind === 'number' ? boolean(Number.isNaN(value.value)) : FALSE) }),
};

function asText(value: Value): TextValue | undefined {
  const own = printed(value);
  return own === undefined ? undefined : { kind: 'text', ...own };
}

function toNumber(value: Value): Value | undefined {
  return value.kind === 'number' ? value : value.kind === 'text' ? number(Number(value.text)) : undefined;
}

function pairs(value: Value): Value | undefined {
  const items = itemsOf(value);
  if (items === undefined) return undefined;
  const own: (readonly [string, Value])[] = [];
  for (const item of items) {
    const [key, entry] = item.kind === 'list' ? item.items : [];
    const name = key === undefined ? undefined : printed(key)?.text;
    if (name === undefined) return undefined;
    own.push([name, entry ?? UNDEFINED]);
  }
  return record(own);
}

/** A known value as JSON has it; undefined where a part of it is unknown. */
function plainJson(value: Value, depth: number): unknown {
  if (depth > 100) return undefined;
  switch (value.kind) {
    case 'text':
      return value.text;
    case 'number':
      return Number(value.value);
    case 'boolean':
      return value.value;
    case 'null':
      return null;
    case 'list': {
      const items = value.items.map((item) => plainJson(item, depth + 1));
      return items.includes(undefined) ? undefined : items;
    }
    case 'record': {
      if (value.partly !== undefined) return undefined;
      const own: [string, unknown][] = [];
      for (const [name, entry] of value.entries) {
        if (entry.kind === 'undefined' || entry.kind === 'function') continue;
        const json = plainJson(entry, depth + 1);
        if (json === undefined) return undefined;
        own.push([name, json]);
      }
      return Object.fromEntries(own);
    }
    default:
      return undefined;
  }
}
