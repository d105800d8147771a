import { cut, joined } from '../../traced.ts';
import type { Host } from '../host.ts';
import type { TextValue, Value } from '../value.ts';
import { boolean, hostValue, list, NULL, text, unknown } from '../value.ts';

const ATOM = String.raw`(?:[^\\^$.*+?()[{|]|\\[dDwWsSnrt^$.*+?()[\]{}|/\\"'-]|\.|\[\^?(?:[^\]\\[]|\\[dwsnrt\]\\^/.*+?$-])+\])`;
/** Characters one after the other, of which at most the last may come any number of times: what is found so takes a time that grows with the text alone. */
const ONE = `(?:\\^?${ATOM}+\\$?|\\^?${ATOM}+[*+])`;
const SIMPLE = new RegExp(`^${ONE}(?:\\|${ONE}){0,8}$`);
const MOST = 80;

/** Longest text that is searched. */
const LONGEST = 1_000_000;

const known = new WeakMap<Host, RegExp>();

/** A regular expression of a program, as far as it is simple enough to be run on any text; undefined: it is not. */
export function regularExpression(source: string, flags: string): Value | undefined {
  if (source.length > MOST || !SIMPLE.test(source) || !/^[gims]*$/.test(flags)) return undefined;
  const own = compiled(source, flags);
  if (own === undefined) return undefined;
  const host: Host = {
    name: `/${source}/${flags}`,
    methods: new Map([['test', ([value], site) => (value?.kind === 'text' && value.text.length <= LONGEST ? boolean(new RegExp(source, flags.replace('g', '')).test(value.text)) : unknown('it is tested with a regular expression', site.call, site.source(site.call)))]]),
  };
  known.set(host, own);
  return hostValue(host);
}

/** Undefined for what is no regular expression, as `[z-a]`: whoever parsed the program need not have looked. */
function compiled(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}

const within = (self: TextValue, value: Value | undefined): RegExp | undefined => (value?.kind === 'host' && self.text.length <= LONGEST ? known.get(value.host) : undefined);

/** The text with what is found replaced, each other character from its own place. */
export function replacedBy(self: TextValue, what: Value | undefined, by: string): Value | undefined {
  const own = within(self, what);
  if (own === undefined || /\$[^$&]/.test(by)) return undefined;
  const parts: Parameters<typeof joined>[0][number][] = [];
  let from = 0;
  for (const { 0: found, index } of matches(self, own)) {
    parts.push(cut(self, from, index), by.replace(/\$([$&])/g, (_all, sign: string) => (sign === '$' ? '$' : found)));
    from = index + found.length;
  }
  return { kind: 'text', ...joined([...parts, cut(self, from)]) };
}

/** The parts between what is found. */
export function splitBy(self: TextValue, what: Value | undefined): Value | undefined {
  const own = within(self, what);
  if (own === undefined || own.test('')) return undefined;
  const parts: Value[] = [];
  let from = 0;
  for (const { 0: found, index } of self.text.matchAll(new RegExp(own.source, `g${own.flags.replace('g', '')}`))) {
    parts.push({ kind: 'text', ...cut(self, from, index) });
    from = index + found.length;
  }
  return list([...parts, { kind: 'text', ...cut(self, from) }]);
}

/** What is found. */
export function matchesOf(self: TextValue, what: Value | undefined): Value | undefined {
  const own = within(self, what);
  if (own === undefined) return undefined;
  const found = matches(self, own).map(([all]) => text(all));
  return found.length === 0 ? NULL : list(found);
}

const matches = (self: TextValue, own: RegExp): readonly RegExpExecArray[] => (own.global ? [...self.text.matchAll(own)] : [own.exec(self.text)].filter((one) => one !== null));
