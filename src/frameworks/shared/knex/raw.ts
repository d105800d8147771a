import type { Traced } from '../../../hosts/program.ts';
import { cut, joined, placedAt, written } from '../../../hosts/traced.ts';
import type { Host, Method, Site } from '../../../hosts/typescript/host.ts';
import { entryOf, hostValue, UNDEFINED } from '../../../hosts/typescript/value.ts';
import type { HostValue, Value } from '../../../hosts/typescript/value.ts';
import { notes } from '../../../source/notes.ts';
import { rowsOf } from '../host-sending.ts';
import { literalOf, pieceOf } from '../sql-text.ts';
import { columnized } from './names.ts';

/** What stands for SQL wherever the library takes a value: `knex.raw`, `knex.fn.now()`, `knex.ref`, and queries. */
const raws = notes<Host, () => Traced>('raw');

export const rawOf = (value: Value | undefined): Traced | undefined => (value?.kind === 'host' ? raws.get(value.host)?.() : undefined);

export const isRaw = (value: Value | undefined): boolean => value?.kind === 'host' && raws.get(value.host) !== undefined;

/** Makes a host usable as SQL in other statements. */
export const registerRaw = (host: Host, text: () => Traced): void => { raws.set(host, text); };

/** SQL that is sent when somebody waits for it, and is a part of another statement else. */
export function rawValue(text: Traced, site: Site, more: Partial<Host> = {}): HostValue {
  const own = { text };
  const value: HostValue = hostValue({
    name: 'knex.raw',
    methods: new Map<string, Method>([
      [
        'wrap',
        ([before, after]) => {
          own.text = joined([pieceOrNothing(before), own.text, pieceOrNothing(after)]);
          return value;
        },
      ],
      ...['timeout', 'transacting', 'debug', 'options', 'queryContext', 'connection', 'on'].map((name) => [name, () => value] as const),
      ['toString', () => ({ kind: 'text', ...own.text })],
      ['toQuery', () => ({ kind: 'text', ...own.text })],
    ]),
    settle(at) {
      sent(own.text, at);
      return rowsOf(own.text, { call: site.span });
    },
    printed: () => own.text,
    abandoned: (at) => neverSent(at, site, 'knex.raw'),
    ...more,
  });
  raws.set(value.host, () => own.text);
  return value;
}

const pieceOrNothing = (value: Value | undefined): Traced => (value?.kind === 'text' ? value : written(''));

/** SQL that is nothing but a placeholder says nothing. */
export function sent(text: Traced, site: Site): void {
  if (/^\s*\$\{[^}]*\}\s*;?\s*$/.test(text.text)) site.opaque(`the SQL is \`${text.text.trim().slice(2, -1)}\`, which is only known when it runs`);
  else site.emit({ sql: text.text, runs: text.runs });
}

/** Builders do their work when somebody waits for them. One that has a name may be waited for later. */
export function neverSent(site: Site, made: Site, what: string): void {
  if (site.call.start !== made.call.start) return;
  site.emit({
    sql: '',
    traps: [{ trap: 'not-awaited', neverSent: true, place: site.call, detail: `${what} is neither awaited nor returned: Knex sends it only when somebody waits for it` }],
  });
}

/** ``raw('… ?? = ?', [name, value])`` with the bindings in their places. */
export function bound(text: Value | undefined, bindings: Value | undefined): Traced {
  const own = pieceOf(text);
  if (isRaw(text)) return rawOf(text) ?? own;
  if (bindings?.kind === 'record') return named(own, bindings);
  const values = bindings === undefined || bindings.kind === 'undefined' ? undefined : bindings.kind === 'list' ? bindings.items : [bindings];
  const parts: Traced[] = [];
  let from = 0;
  let index = 0;
  // What stands in a placeholder is the program's.
  for (const match of own.text.matchAll(/\$\{[^}]*\}|\\\?|\?\??/g)) {
    if (match[0].startsWith('$')) continue;
    parts.push(cut(own, from, match.index));
    from = match.index + match[0].length;
    const place = cut(own, match.index, from);
    if (match[0] === '\\?') parts.push(cut(own, match.index + 1, from));
    // Without values a question mark is a parameter all the same, of which the server is told nothing.
    else if (values === undefined) parts.push(placedOn(place, Array.from(match[0], () => `$${String(++index)}`).join('')));
    else parts.push(filled(match[0] === '??' ? columnized(values?.[index++]) : bindingOf(values?.[index++]), place));
  }
  return joined([...parts, cut(own, from)]);
}

function named(own: Traced, bindings: Value): Traced {
  const parts: Traced[] = [];
  let from = 0;
  for (const match of own.text.matchAll(/\\?(:(\w+):(?=::)|:(\w+):(?!:)|:(\w+))/g)) {
    const name = match[2] ?? match[3] ?? match[4] ?? '';
    const value = entryOf(bindings, name);
    // `::text` and the like are no bindings.
    if (match[0].startsWith('\\') || value === undefined || value.kind === 'undefined') continue;
    parts.push(cut(own, from, match.index));
    from = match.index + match[0].length;
    parts.push(filled(match[4] === undefined ? columnized(value) : bindingOf(value), cut(own, match.index, from)));
  }
  return joined([...parts, cut(own, from)]);
}

/** A value where a statement has a parameter. */
export function bindingOf(value: Value | undefined): Traced {
  const raw = rawOf(value);
  if (raw !== undefined) return raw;
  if (value?.kind === 'list') return arrayOf(value.items);
  return literalOf(value ?? UNDEFINED);
}

/** `{1,"a"}`, as the driver writes arrays. */
function arrayOf(items: readonly Value[]): Traced {
  const own = items.map((item) => (item.kind === 'text' ? `"${item.text.replace(/["\\]/g, '\\$&')}"` : item.kind === 'null' ? 'NULL' : pieceOf(item).text));
  return literalOf({ kind: 'text', text: `{${own.join(',')}}`, runs: [] });
}

const placedOn = (hole: Traced, text: string): Traced => filled(written(text), hole);

/** What fills a hole is placed at the hole. */
const filled = (text: Traced, hole: Traced): Traced => {
  const span = hole.runs[0]?.span;
  return span === undefined ? written(text.text) : placedAt(text, span);
};
