import { joined } from '../../traced.ts';
import type { Method, Site } from '../host.ts';
import { printed } from '../operators.ts';
import type { TextValue, Value } from '../value.ts';
import { hostValue, text, UNDEFINED, unknown } from '../value.ts';

const ofCodes =
  (make: (...codes: readonly number[]) => string): Method =>
  (args, site) =>
    args.every((arg) => arg.kind === 'number') ? text(make(...args.map(({ value }) => Number(value)))) : unknown('it is made of character codes', site.call, site.source(site.call));

/** `String.raw({ raw }, …holes)`, as tags of one's own call it. */
function rawText([texts, ...holes]: readonly Value[], site: Site): Value {
  const raw = texts?.kind === 'record' ? texts.entries.get('raw') : texts?.kind === 'list' ? texts.named?.get('raw') : undefined;
  const parts = raw?.kind === 'list' ? raw.items.flatMap((part, index) => [part, ...(index + 1 < raw.items.length ? [holes[index] ?? text('')] : [])]) : [UNKNOWN_PART];
  const own = parts.map((part) => (part.kind === 'unknown' && part !== UNKNOWN_PART ? text(`\${${part.source.replace(/[{}$`'"\\]/g, '')}}`) : printed(part)));
  return own.every((part) => part !== undefined) ? { kind: 'text', ...joined(own) } : unknown('it is joined of unknown parts', site.call, site.source(site.call));
}

const UNKNOWN_PART: Value = { kind: 'record', entries: new Map() };

function asText(value: Value): TextValue | undefined {
  const own = printed(value);
  return own === undefined ? undefined : { kind: 'text', ...own };
}

const converted =
  (boxed: boolean): Method =>
  ([value = UNDEFINED], site) => {
    const own = asText(value);
    return own === undefined ? unknown('it is made of something unknown', site.span, site.source(site.call)) : boxed ? { ...own, boxed: true } : own;
  };

/** The function and class `String`. */
export const STRING: Value = hostValue({
  name: 'String',
  methods: new Map<string, Method>([
    ['fromCharCode', ofCodes(String.fromCharCode)],
    ['fromCodePoint', ofCodes((...codes) => (codes.every((code) => code >= 0 && code <= 0x10ffff) ? String.fromCodePoint(...codes) : ''))],
    ['raw', rawText],
  ]),
  member: (name) => unknown(`\`String.${name}\` is not followed`, { start: 0, end: 0 }, `String.${name}`),
  call: converted(false),
  construct: converted(true),
});
