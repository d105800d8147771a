import { joined } from '../../traced.ts';
import { perhaps } from '../conditions.ts';
import type { Site } from '../host.ts';
import { identical, numeric, printed } from '../operators.ts';
import type { ListValue, Value } from '../value.ts';
import { FALSE, list, number, TRUE, truth, UNDEFINED, unknown } from '../value.ts';
import type { OwnMethod } from './own-method.ts';

type ListMethod = OwnMethod<ListValue>;

function called(site: Site, callback: Value | undefined, item: Value, index: number, self: Value): Value {
  if (item.kind !== 'text' || item.perhaps !== true) return site.invoke(callback, [item, number(index), self]);
  let value: Value = UNDEFINED;
  for (const emission of site.collect(() => {
    value = site.invoke(callback, [item, number(index), self]);
  })) site.emit(perhaps(emission, false));
  return value;
}

/** Methods that ask a question of each item; undefined as an answer makes the whole result unknown. */
const asking =
  (decide: (self: ListValue, answers: readonly (boolean | undefined)[]) => Value | undefined): ListMethod =>
  (self, [callback], site) =>
    decide(
      self,
      self.items.map((item, index) => truth(called(site, callback, item, index, self))),
    ) ?? unknown('what is asked of each item is only known when it runs', site.call, site.source(site.call));

const indexOf = (self: ListValue, item: Value | undefined): number => self.items.findIndex((own) => identical(own, item ?? UNDEFINED) === true);
const integer = (value: Value | undefined, otherwise: number): number => (value?.kind === 'number' ? Number(value.value) : otherwise);

/** Most items that a list may come to have by methods. */
const MOST = 100_000;

const add = (self: ListValue, items: readonly Value[], start = false): Value => {
  if (self.items.length + items.length <= MOST) self.items[start ? 'unshift' : 'push'](...items);
  return number(self.items.length);
};

export const LISTS: ReadonlyMap<string, ListMethod> = new Map<string, ListMethod>([
  ['map', (self, [callback], site) => list([...self.items].map((item, index) => called(site, callback, item, index, self)))],
  ['flatMap', (self, [callback], site) => list([...self.items].flatMap((item, index) => flat(called(site, callback, item, index, self))))],
  [
    'forEach',
    (self, [callback, self_ = UNDEFINED], site) => {
      const bound = self_.kind === 'undefined' ? undefined : self_;
      for (const [index, item] of [...self.items].entries()) {
        if (bound === undefined) site.start(callback, [item, number(index), self]);
        else site.invoke(callback, [item, number(index), self], bound);
      }
      return UNDEFINED;
    },
  ],
  ['filter', asking((self, answers) => (answers.includes(undefined) ? undefined : list(self.items.filter((_item, index) => answers[index]))))],
  ['find', asking((self, answers) => (answers.includes(undefined) ? undefined : (self.items[answers.indexOf(true)] ?? UNDEFINED)))],
  ['findLast', asking((self, answers) => (answers.includes(undefined) ? undefined : (self.items[answers.lastIndexOf(true)] ?? UNDEFINED)))],
  ['findLastIndex', asking((_self, answers) => (answers.includes(undefined) ? undefined : number(answers.lastIndexOf(true))))],
  ['findIndex', asking((_self, answers) => (answers.includes(undefined) ? undefined : number(answers.indexOf(true))))],
  ['some', asking((_self, answers) => (answers.includes(true) ? TRUE : answers.includes(undefined) ? undefined : FALSE))],
  ['every', asking((_self, answers) => (answers.includes(false) ? FALSE : answers.includes(undefined) ? undefined : TRUE))],
  [
    'reduce',
    (self, [callback, start], site) => {
      const items = start === undefined ? self.items.slice(1) : [...self.items];
      return items.reduce<Value>((value, item, index) => site.invoke(callback, [value, item, number(index), self]), start ?? self.items[0] ?? UNDEFINED);
    },
  ],
  [
    'reduceRight',
    (self, [callback, start], site) => {
      const items = [...self.items.entries()].reverse();
      const [first] = items;
      return (start === undefined ? items.slice(1) : items).reduce<Value>((value, [index, item]) => site.invoke(callback, [value, item, number(index), self]), start ?? first?.[1] ?? UNDEFINED);
    },
  ],
  ['join', join],
  ['toString', (self, _args, site) => join(self, [], site)],
  ['concat', (self, args) => list([...self.items, ...args.flatMap(flat)])],
  ['slice', (self, [start, end]) => list(self.items.slice(integer(start, 0), integer(end, self.items.length)))],
  ['flat', (self, [depth]) => list(flattened(self.items, integer(depth, 1)))],
  ['reverse', (self) => ({ ...self, items: self.items.reverse() })],
  ['toReversed', (self) => list([...self.items].reverse())],
  ['at', (self, [index]) => self.items.at(integer(index, 0)) ?? UNDEFINED],
  [
    'includes',
    (self, [item = UNDEFINED], site) => {
      const answers = self.items.map((own) => (Number.isNaN(item.kind === 'number' ? item.value : 0) ? own.kind === 'number' && Number.isNaN(own.value) : site.same(own, item)));
      return answers.includes(true) ? TRUE : answers.includes(undefined) ? unknown('what is looked for is only known when it runs', site.call, site.source(site.call)) : FALSE;
    },
  ],
  ['indexOf', (self, [item]) => number(indexOf(self, item))],
  ['lastIndexOf', (self, [item]) => number(self.items.findLastIndex((own) => identical(own, item ?? UNDEFINED) === true))],
  ['push', (self, args) => add(self, args)],
  ['unshift', (self, args) => add(self, args, true)],
  ['pop', (self) => self.items.pop() ?? UNDEFINED],
  ['shift', (self) => self.items.shift() ?? UNDEFINED],
  ['splice', (self, [start, count, ...items]) => list(self.items.splice(integer(start, 0), integer(count, self.items.length), ...items))],
  ['toSpliced', (self, [start, count, ...items]) => list(self.items.toSpliced(integer(start, 0), integer(count, self.items.length), ...items))],
  ['with', (self, [index, item]) => list(self.items.map((own, at) => (at === (integer(index, 0) + self.items.length) % self.items.length ? (item ?? UNDEFINED) : own)))],
  [
    'fill',
    (self, [value = UNDEFINED, start, end]) => {
      self.items.fill(value, integer(start, 0), integer(end, self.items.length));
      return self;
    },
  ],
  ['sort', sorted],
  ['toSorted', (self, args, site) => sorted(list(self.items), args, site)],
  ['entries', (self) => list(self.items.map((item, index) => list([number(index), item])))],
  ['keys', (self) => list(self.items.map((_item, index) => number(index)))],
  ['values', (self) => list(self.items)],
]);

const flattened = (items: readonly Value[], depth: number): readonly Value[] => (depth < 1 ? items : items.flatMap((item) => (item.kind === 'list' ? flattened(item.items, Math.min(depth, 20) - 1) : [item])));

const flat = (value: Value): readonly Value[] => (value.kind === 'list' ? value.items : [value]);

function join(self: ListValue, [separator]: readonly Value[], site: Site): Value {
  const between = separator === undefined || separator.kind === 'undefined' ? ',' : separator.kind === 'text' ? separator.text : undefined;
  const parts = self.items.map((item) => (item.kind === 'null' || item.kind === 'undefined' ? '' : (printed(item) ?? (item.kind === 'unknown' ? `\${${item.source.replace(/[{}$`'"\\]/g, '')}}` : undefined))));
  return between === undefined || parts.includes(undefined) ? unknown('it is joined of unknown parts', site.call, site.source(site.call)) : { kind: 'text', ...joined(parts as Exclude<(typeof parts)[number], undefined>[], between) };
}

/** By a function of the program; what it cannot say of two items leaves the order unknown. */
function sortedBy(self: ListValue, callback: Value, site: Site): Value {
  let isKnown = self.items.length <= MOST_SORTED;
  const own = [...self.items];
  if (isKnown) {
    own.sort((a, b) => {
      const order = isKnown ? numeric(site.invoke(callback, [a, b])) : undefined;
      isKnown = order !== undefined;
      return order ?? 0;
    });
  }
  if (!isKnown) return unknown('how it is sorted is not followed', site.call, site.source(site.call));
  self.items.splice(0, self.items.length, ...own);
  return self;
}

const MOST_SORTED = 2_000;

/** Without a function of its own: by text, as the language does it. */
function sorted(self: ListValue, [callback]: readonly Value[], site: Site): Value {
  if (callback !== undefined && callback.kind !== 'undefined') return sortedBy(self, callback, site);
  const keys = new Map(self.items.map((item) => [item, printed(item)?.text]));
  if ([...keys.values()].includes(undefined)) return unknown('how it is sorted is not followed', site.call, site.source(site.call));
  self.items.sort((a, b) => ((keys.get(a) ?? '') < (keys.get(b) ?? '') ? -1 : (keys.get(a) ?? '') > (keys.get(b) ?? '') ? 1 : 0));
  return self;
}
