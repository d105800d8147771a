import { cut, joined } from '../../traced.ts';
import type { Host, Site } from '../host.ts';
import { printed } from '../operators.ts';
import type { TextValue, Value } from '../value.ts';
import { boolean, hostValue, list, NULL, number, record, text, UNDEFINED, unknown } from '../value.ts';
import { effortOf } from './patterns.ts';

const MOST = 200;

/** Steps that all searches of one program may take. */
const STEPS = 1_000_000_000;

/** What they have taken so far. */
export interface Searching {
  searched: number;
}

interface Known {
  readonly expression: RegExp;
  /** Whether it may be searched; it then counts as searched. */
  readonly mayBe: (value: string) => boolean;
}
const known = new WeakMap<Host, Known>();

/** A regular expression of a program, as far as the time that it takes is bounded; undefined: it is not. */
export function regularExpression(source: string, flags: string, state: Searching): Value | undefined {
  const effort = source.length > MOST || !/^[gimsuy]*$/.test(flags) ? undefined : effortOf(source);
  const expression = effort === undefined ? undefined : compiled(source, flags);
  if (expression === undefined || effort === undefined) return undefined;
  const mayBe = ({ length }: string): boolean => {
    const steps = effort.factor * (length + 1) ** effort.power;
    const isBounded = state.searched + steps <= STEPS;
    if (isBounded) state.searched += steps;
    return isBounded;
  };
  const own: Known = { expression, mayBe };
  const searched = ([value]: readonly Value[], site: Site, find: (value: TextValue) => Value): Value => (value?.kind === 'text' && mayBe(value.text) ? find(value) : unknown('it is searched with a regular expression', site.call, site.source(site.call)));
  const host: Host = {
    name: `/${source}/${flags}`,
    methods: new Map([
      ['test', (args, site) => searched(args, site, (value) => boolean(expression.test(value.text)))],
      ['exec', (args, site) => searched(args, site, (value) => { const match = expression.exec(value.text); return match === null ? NULL : matched(match, value); })],
    ]),
    member: (name) => (name === 'source' ? text(source) : name === 'flags' ? text(flags) : name === 'lastIndex' ? number(expression.lastIndex) : undefined),
    set(name, value) {
      if (name === 'lastIndex' && value.kind === 'number') expression.lastIndex = Number(value.value);
    },
    printed: () => text(String(expression)),
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

/** The expression, where it may be run on the text; a text stands for itself. */
function within(self: TextValue, value: Value | undefined): RegExp | undefined {
  const own = value?.kind === 'host' ? known.get(value.host) : undefined;
  if (own === undefined || !own.mayBe(self.text)) return undefined;
  own.expression.lastIndex = 0;
  return own.expression;
}

/** The text with what is found replaced, each other character from its own place. */
export function replacedBy(self: TextValue, what: Value | undefined, by: Value | undefined, site: Site): Value | undefined {
  const own = within(self, what) ?? (what?.kind === 'text' && by?.kind === 'function' ? new RegExp(what.text.replace(/[^\w\s]/g, '\\$&')) : undefined);
  if (own === undefined) return undefined;
  const parts: Parameters<typeof joined>[0][number][] = [];
  let from = 0;
  for (const match of matches(self, own)) {
    const { 0: found, index } = match;
    const put = by?.kind === 'text' ? filled(by.text, match) : by?.kind === 'function' || by?.kind === 'host' ? printed(site.invoke(by, [...groupsOf(match), number(index), self])) : undefined;
    if (put === undefined) return undefined;
    parts.push(cut(self, from, index), put);
    from = index + found.length;
  }
  return { kind: 'text', ...joined([...parts, cut(self, from)]) };
}

/** What a replacement says of the match: `$&`, `$1`, `$<name>`; undefined for what else there is. */
function filled(by: string, match: RegExpExecArray): string | undefined {
  if (/\$[`']/.test(by)) return undefined;
  return by.replace(/\$(?:([$&])|(\d\d?)|<(\w+)>)/g, (all, sign: string | undefined, index: string | undefined, name: string | undefined) => {
    if (sign !== undefined) return sign === '$' ? '$' : match[0];
    if (name !== undefined) return match.groups === undefined ? all : (match.groups[name] ?? '');
    const two = Number(index);
    const [group, rest] = two >= match.length && String(index).length === 2 ? [Math.floor(two / 10), String(two % 10)] : [two, ''];
    return group === 0 || group >= match.length ? all : (match[group] ?? '') + rest;
  });
}

/** The parts between what is found. */
export function splitBy(self: TextValue, what: Value | undefined): Value | undefined {
  const own = within(self, what);
  if (own === undefined || new RegExp(own.source, own.flags.replace(/[gy]/g, '')).test('')) return undefined;
  const parts: Value[] = [];
  let from = 0;
  for (const match of self.text.matchAll(new RegExp(own.source, `g${own.flags.replace(/[gy]/g, '')}`))) {
    parts.push({ kind: 'text', ...cut(self, from, match.index) }, ...groupsOf(match).slice(1));
    from = match.index + match[0].length;
  }
  return list([...parts, { kind: 'text', ...cut(self, from) }]);
}

/** What is found: all of it, or the first with its groups. */
export function matchesOf(self: TextValue, what: Value | undefined): Value | undefined {
  const own = within(self, what);
  if (own === undefined) return undefined;
  const found = matches(self, own);
  const [first] = found;
  return first === undefined ? NULL : own.global ? list(found.map(([all]) => text(all))) : matched(first, self);
}

export function allMatches(self: TextValue, what: Value | undefined): Value | undefined {
  const own = within(self, what);
  return own === undefined ? undefined : list(matches(self, own).map((match) => matched(match, self)));
}

export function placeOfMatch(self: TextValue, what: Value | undefined): Value | undefined {
  if (what?.kind === 'text') return number(self.text.indexOf(what.text));
  const own = within(self, what);
  return own === undefined ? undefined : number(self.text.search(own));
}

/** A match as the language gives it. */
function matched(match: RegExpExecArray, of: TextValue): Value {
  const { groups } = match;
  const named = groups === undefined ? UNDEFINED : record(Object.entries(groups).map(([name, own]) => [name, textOrNothing(own)]));
  return { ...list(groupsOf(match)), named: new Map<string, Value>([['index', number(match.index)], ['input', of], ['groups', named]]) };
}

const groupsOf = (match: RegExpExecArray): readonly Value[] => match.map(textOrNothing);

const textOrNothing = (own: string | undefined): Value => (own === undefined ? UNDEFINED : text(own));

const matches = (self: TextValue, own: RegExp): readonly RegExpExecArray[] => (own.global ? [...self.text.matchAll(own)] : [own.exec(self.text)].filter((one) => one !== null));
