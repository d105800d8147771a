import { changedTo, cut } from '../../traced.ts';
import { printed } from '../operators.ts';
import type { TextValue, Value } from '../value.ts';
import { boolean, list, number, text, textOf, UNDEFINED, unknown } from '../value.ts';
import type { OwnMethod } from './own-method.ts';
import type { Site } from '../host.ts';
import { allMatches, matchesOf, placeOfMatch, replacedBy, splitBy } from './regular.ts';

const numberOf = (value: Value | undefined): number | undefined => (value?.kind === 'number' ? Number(value.value) : undefined);

const changed = (self: TextValue, to: string): Value => ({ kind: 'text', ...changedTo(to, self) });
const sliced = (self: TextValue, start: number, end: number): Value => ({ kind: 'text', ...cut(self, start, Math.max(start, end)) });

/** Longest text that `repeat` and padding make. */
const LONGEST = 100_000;

const isKnown = (args: readonly Value[]): boolean => args.every(({ kind }) => kind !== 'unknown' && kind !== 'chain' && kind !== 'host');

/** For methods whose result is plain once all arguments are. */
const plain =
  (make: (self: TextValue, args: readonly Value[]) => Value | undefined): OwnMethod<TextValue> =>
  (self, args, site) =>
    (isKnown(args) ? make(self, args) : undefined) ?? unknown('it is made of a text in a way that is not followed', site.call, site.source(site.call));

export const TEXTS: ReadonlyMap<string, OwnMethod<TextValue>> = new Map<string, OwnMethod<TextValue>>([
  ['toString', (self) => self],
  ['valueOf', (self) => self],
  ['trim', (self) => trimmed(self, true, true)],
  ['trimStart', (self) => trimmed(self, true, false)],
  ['trimEnd', (self) => trimmed(self, false, true)],
  ['toLowerCase', (self) => changed(self, self.text.toLowerCase())],
  ['toUpperCase', (self) => changed(self, self.text.toUpperCase())],
  ['concat', plain((self, args) => changed(self, self.text + args.map((arg) => printed(arg)?.text ?? '').join('')))],
  ['slice', plain((self, [start, end]) => sliced(self, at(self, numberOf(start) ?? 0), at(self, numberOf(end) ?? self.text.length)))],
  ['substring', plain((self, [start, end]) => changed(self, self.text.substring(numberOf(start) ?? 0, numberOf(end) ?? self.text.length)))],
  ['substr', plain((self, [start, length]) => sliced(self, at(self, numberOf(start) ?? 0), Math.min(self.text.length, at(self, numberOf(start) ?? 0) + (numberOf(length) ?? self.text.length))))],
  ['at', plain((self, [index]) => { const own = numberOf(index) ?? 0; const from = own < 0 ? self.text.length + own : own; return from < 0 || from >= self.text.length ? UNDEFINED : sliced(self, from, from + 1); })],
  ['charCodeAt', plain((self, [index]) => number(self.text.charCodeAt(numberOf(index) ?? 0)))],
  ['codePointAt', plain((self, [index]) => { const code = self.text.codePointAt(numberOf(index) ?? 0); return code === undefined ? UNDEFINED : number(code); })],
  ['normalize', plain((self, [form]) => changed(self, self.text.normalize(/^NFK?[CD]$/.test(textOf(form) ?? '') ? textOf(form) : 'NFC')))],
  ['search', (self, args, site) => placeOfMatch(self, args[0]) ?? unknown('it is searched with a regular expression', site.call, site.source(site.call))],
  ['matchAll', (self, args, site) => allMatches(self, args[0]) ?? unknown('it is searched with a regular expression', site.call, site.source(site.call))],
  ['charAt', plain((self, [index]) => text(self.text.charAt(numberOf(index) ?? 0)))],
  ['includes', plain((self, [part]) => (part?.kind === 'text' ? boolean(self.text.includes(part.text)) : undefined))],
  ['startsWith', plain((self, [part]) => (part?.kind === 'text' ? boolean(self.text.startsWith(part.text)) : undefined))],
  ['endsWith', plain((self, [part]) => (part?.kind === 'text' ? boolean(self.text.endsWith(part.text)) : undefined))],
  ['indexOf', plain((self, [part]) => (part?.kind === 'text' ? number(self.text.indexOf(part.text)) : undefined))],
  ['lastIndexOf', plain((self, [part]) => (part?.kind === 'text' ? number(self.text.lastIndexOf(part.text)) : undefined))],
  ['repeat', plain((self, [times]) => (self.text.length * (numberOf(times) ?? 0) <= LONGEST && (numberOf(times) ?? -1) >= 0 ? changed(self, self.text.repeat(numberOf(times) ?? 0)) : undefined))],
  ['padStart', plain((self, [length, filler]) => ((numberOf(length) ?? 0) <= LONGEST ? changed(self, self.text.padStart(numberOf(length) ?? 0, textOf(filler) ?? ' ')) : undefined))],
  ['padEnd', plain((self, [length, filler]) => ((numberOf(length) ?? 0) <= LONGEST ? changed(self, self.text.padEnd(numberOf(length) ?? 0, textOf(filler) ?? ' ')) : undefined))],
  ['split', (self, args, site) => splitBy(self, args[0]) ?? plain(split)(self, args, site)],
  ['match', (self, args, site) => matchesOf(self, args[0]) ?? unknown('it is searched with a regular expression', site.call, site.source(site.call))],
  ['replace', (self, args, site) => replaced(self, args, false, site) ?? unknown('it is replaced with a regular expression', site.call, site.source(site.call))],
  ['replaceAll', (self, args, site) => replaced(self, args, true, site) ?? unknown('it is replaced with a regular expression', site.call, site.source(site.call))],
  ['localeCompare', plain((self, [other]) => (other?.kind === 'text' ? number(self.text.localeCompare(other.text, 'en')) : undefined))],
]);

function at(self: TextValue, index: number): number {
  return Math.min(self.text.length, index < 0 ? Math.max(0, self.text.length + index) : index);
}

function trimmed(self: TextValue, start: boolean, end: boolean): Value {
  const from = start ? self.text.length - self.text.trimStart().length : 0;
  return sliced(self, from, end ? self.text.trimEnd().length : self.text.length);
}

function split(self: TextValue, [separator, limit]: readonly Value[]): Value | undefined {
  if (separator === undefined || separator.kind === 'undefined') return list([self]);
  if (separator.kind !== 'text') return undefined;
  const most = limit === undefined || limit.kind === 'undefined' ? Number.POSITIVE_INFINITY : numberOf(limit);
  if (most === undefined || most < 0) return undefined;
  if (separator.text === '') return list(self.text.split('').slice(0, most).map((character) => text(character)));
  const parts: Value[] = [];
  let from = 0;
  for (;;) {
    const to = self.text.indexOf(separator.text, from);
    parts.push(sliced(self, from, to < 0 ? self.text.length : to));
    if (to < 0 || parts.length >= most) return list(parts.slice(0, most));
    from = to + separator.text.length;
  }
}

function replaced(self: TextValue, [what, by]: readonly Value[], all: boolean, site: Site): Value | undefined {
  const found = replacedBy(self, what, by, site);
  if (found !== undefined) return found;
  if (what?.kind !== 'text' || by?.kind !== 'text' || /\$[$&`'\d<]/.test(by.text)) return undefined;
  const result = all ? self.text.replaceAll(what.text, () => by.text) : self.text.replace(what.text, () => by.text);
  return result.length > LONGEST * 10 ? UNDEFINED : changed(self, result);
}
