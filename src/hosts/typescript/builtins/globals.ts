import { perhaps } from '../conditions.ts';
import { ERRORS } from '../errors.ts';
import { returnedBy } from '../generators.ts';
import type { Host, Method, Site } from '../host.ts';
import { itemsOf } from '../loops.ts';
import { numeric, printed } from '../operators.ts';
import type { UnknownValue, Value } from '../value.ts';
import { collectionOf, isCollection } from './collections.ts';
import { DATE } from './dates.ts';
import { inOrder } from './entries.ts';
import { JSON_OF_VALUES } from './json.ts';
import { MATH } from './math.ts';
import { URL_CLASS } from './node.ts';
import { regularExpression } from './regular.ts';
import { STRING } from './strings.ts';
import { ARRAY_PROTOTYPE, hasOwn, OBJECT_PROTOTYPE } from './unbound.ts';
import { boolean, hostValue, isNothing, list, number, record, text, truth, UNDEFINED, unknown } from '../value.ts';

let made: ReadonlyMap<string, Value> | undefined;

/** What the language and Node give every file. */
export const globals = (): ReadonlyMap<string, Value> => (made ??= new Map(Object.entries(GLOBALS)));

const object = (name: string, methods: Record<string, Method>, own: Partial<Host> = {}): Value => hostValue({ name, methods: new Map(Object.entries(methods)), member: (own) => more(name, own), ...own });
const more = (name: string, member: string): Value => unknown(`\`${name}.${member}\` is not followed`, NOWHERE, name);
const NOWHERE = { start: 0, end: 0 };

const dynamic = (what: string): Method => (_args, site) => unknown(what, site.span, site.source(site.call));

const all: Method = ([values], site) => {
  const items = values === undefined ? undefined : itemsOf(values);
  if (items !== undefined) return list(items.map((item) => site.settled(item)));
  return values?.kind === 'unknown' && values.item !== undefined ? forEach(values, values.item, (item) => site.settled(item), site) : (values ?? UNDEFINED);
};

/** What is done with one item stands for what is done with all of a list of which only its length is unknown. */
function forEach(of: UnknownValue, item: Value, act: (item: Value) => Value, site: Site): Value {
  let result: Value = UNDEFINED;
  const sent = site.collect(() => {
    result = act(item);
  });
  for (const emission of sent) site.emit(perhaps(emission, true));
  return { ...of, item: result };
}

/** One after the other, as Bluebird's `each`, `map` and `mapSeries` do. */
const each: Method = ([values, callback], site) => {
  const items = values === undefined ? undefined : itemsOf(values);
  if (items === undefined && values?.kind === 'unknown') {
    const item = values.item ?? unknown(values.reason, values.span, values.source);
    return forEach(values, item, (one) => site.settled(site.invoke(callback, [one, unknown('it is the number of an item', site.call, 'index')])), site);
  }
  return items === undefined ? unknown('it goes over something unknown', site.span, site.source(site.call)) : list(items.map((item, index) => site.settled(site.invoke(callback, [item, number(index)]))));
};

const entries = (value: Value | undefined): readonly (readonly [string, Value])[] | undefined => {
  if (value?.kind === 'record') return value.partly !== undefined ? undefined : isCollection(value) ? [] : inOrder(value.entries);
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
  ([from = UNDEFINED], site) => {
    const items = isNothing(from) ? [] : itemsOf(from);
    if (items === undefined) return { ...unknown('it is filled from something unknown', site.span, site.source(site.call)), ...(from.kind === 'unknown' && from.asksExistence === true ? { asksExistence: true } : {}) };
    return collectionOf(className, items.map((item) => (className === 'Map' && item.kind === 'list' ? [item.items[0] ?? UNDEFINED, item.items[1] ?? UNDEFINED] : [item, item])));
  };

const error = (name: string): Value => {
  const make: Method = ([message = text('')]) => ({ kind: 'error', message });
  return hostValue({ name, call: make, construct: make, member: (own) => hostValue({ name: `${name}.${own}`, call: nothing }) });
};

const nothing: Method = () => UNDEFINED;
const converted = (make: (value: Value) => Value | undefined): Method => ([value = UNDEFINED], site) => make(value) ?? unknown('it is made of something unknown', site.span, site.source(site.call));

const open = (site: Site): Value => unknown('it is asked of something unknown', site.span, site.source(site.call));
const ofNumber =
  (asks: (value: unknown) => boolean): Method =>
  ([value = UNDEFINED], site) => (value.kind === 'unknown' || value.kind === 'chain' ? open(site) : boolean(value.kind === 'number' && asks(value.value)));
const expression: Method = ([source, flags], site) => (source?.kind === 'text' && (flags === undefined || flags.kind === 'text') ? regularExpression(source.text, flags?.text ?? '', site.searching) : undefined) ?? unknown('a regular expression is not followed', site.span, site.source(site.call));
const parsedInteger: Method = ([value, radix], site) => (value?.kind === 'text' || value?.kind === 'number' ? number(Number.parseInt(printed(value)?.text ?? '', radix?.kind === 'number' ? Number(radix.value) : undefined)) : unknown('it is made of something unknown', site.span, site.source(site.call)));
const parsedNumber: Method = ([value], site) => (value?.kind === 'text' || value?.kind === 'number' ? number(Number.parseFloat(printed(value)?.text ?? '')) : unknown('it is made of something unknown', site.span, site.source(site.call)));

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
      coroutine: ([callback]) => hostValue({ name: 'coroutine', call: (args, site) => returnedBy(site.invoke(callback, args)) }),
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
    preventExtensions: ([value]) => value,
    hasOwn: ([value, name], site) => hasOwn(value, name, site),
    getOwnPropertyNames: ofEntries((own) => own.map(([name]) => text(name))),
    create: ([prototype]) => record(prototype?.kind === 'record' ? prototype.entries : []),
    defineProperty([target, name, descriptor], site) {
      if (target?.kind === 'record') site.changes.touch(target);
      const value = descriptor?.kind === 'record' ? descriptor.entries.get('value') : undefined;
      if (target?.kind === 'record' && name?.kind === 'text' && name.text !== '__esModule' && value !== undefined) target.entries.set(name.text, value);
      return target;
    },
    fromEntries: ([value], site) => (value === undefined ? undefined : pairs(value)) ?? unknown('its entries are only known when it runs', site.span, site.source(site.call)),
    assign([target, ...sources], site) {
      if (target?.kind !== 'record') return target;
      site.changes.touch(target);
      for (const source of sources) {
        if (source.kind === 'record') for (const [name, value] of source.entries) target.entries.set(name, value);
        else if (source.kind === 'unknown') target.partly = source;
      }
      return target;
    },
  }, { member: (name) => (name === 'prototype' ? OBJECT_PROTOTYPE : more('Object', name)) }),
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
    { call: listOf, construct: listOf, member: (name) => (name === 'prototype' ? ARRAY_PROTOTYPE : more('Array', name)) },
  ),
  JSON: JSON_OF_VALUES,
  String: STRING,
  Number: object('Number', { isInteger: ofNumber(Number.isInteger), isSafeInteger: ofNumber(Number.isSafeInteger), isFinite: ofNumber(Number.isFinite), isNaN: ofNumber(Number.isNaN), parseInt: parsedInteger, parseFloat: parsedNumber }, { call: converted(toNumber), member: (name) => (/^(?:MAX|MIN|EPSILON|NaN|POSITIVE|NEGATIVE)/.test(name) ? number(Number((Number as unknown as Readonly<Record<string, unknown>>)[name])) : more('Number', name)) }),
  BigInt: hostValue({ name: 'BigInt', call: converted(toNumber) }),
  parseInt: hostValue({ name: 'parseInt', call: parsedInteger }),
  parseFloat: hostValue({ name: 'parseFloat', call: parsedNumber }),
  structuredClone: hostValue({ name: 'structuredClone', call: converted((value) => copyOf(value, 0)) }),
  encodeURIComponent: hostValue({ name: 'encodeURIComponent', call: converted((value) => (value.kind === 'text' && value.text.isWellFormed() ? text(encodeURIComponent(value.text)) : undefined)) }),
  Boolean: hostValue({ name: 'Boolean', call: converted((value) => (truth(value) === undefined ? undefined : boolean(truth(value) ?? false))) }),
  Math: MATH,
  Date: DATE,
  RegExp: hostValue({ name: 'RegExp', call: expression, construct: expression }),
  Symbol: hostValue({ name: 'Symbol', call: dynamic('it is a symbol'), member: () => hostValue({ name: 'a symbol', call: dynamic('it is a symbol') }) }),
  Map: hostValue({ name: 'Map', construct: collection('Map') }),
  Set: hostValue({ name: 'Set', construct: collection('Set') }),
  WeakMap: hostValue({ name: 'WeakMap', construct: collection('Map') }),
  WeakSet: hostValue({ name: 'WeakSet', construct: collection('Set') }),
  ...Object.fromEntries(ERRORS.map((name) => [name, error(name)])),
  console: object('console', {}, { member: (name) => hostValue({ name: `console.${name}`, call: nothing }) }),
  URL: URL_CLASS,
  // Where the tool runs is told by no file: paths from there are looked for upwards.
  process: object('process', { cwd: () => text('.') }, { member: (name) => unknown(`\`process.${name}\` is only known when it runs`, NOWHERE, `process.${name}`) }),
  setTimeout: hostValue({ name: 'setTimeout', call: ([callback], site) => site.invoke(callback, []) }),
  setImmediate: hostValue({ name: 'setImmediate', call: ([callback], site) => site.invoke(callback, []) }),
  isNaN: hostValue({ name: 'isNaN', call: ([value = UNDEFINED], site) => { const own = numeric(value); return own === undefined ? open(site) : boolean(Number.isNaN(own)); } }),
  isFinite: hostValue({ name: 'isFinite', call: ([value = UNDEFINED], site) => { const own = numeric(value); return own === undefined ? open(site) : boolean(Number.isFinite(own)); } }),
};

function listOf(args: readonly Value[]): Value {
  const [length] = args;
  if (args.length !== 1 || length?.kind !== 'number') return list(args);
  return list(Array.from({ length: Number(length.value) >= 0 && Number(length.value) <= 10_000 ? Number(length.value) : 0 }, () => UNDEFINED));
}

/** Lists and objects of their own, with what they hold. */
function copyOf(value: Value, depth: number): Value | undefined {
  if (depth > 50) return undefined;
  if (value.kind === 'list') return { ...value, items: value.items.map((item) => copyOf(item, depth + 1) ?? item) };
  return value.kind === 'record' ? { ...value, entries: new Map([...value.entries].map(([name, entry]) => [name, copyOf(entry, depth + 1) ?? entry])) } : value;
}

function toNumber(value: Value): Value | undefined {
  const known = value.kind === 'number' ? value.value : numeric(value);
  return known === undefined ? undefined : number(known);
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

