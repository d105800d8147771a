import type { Traced } from '../../hosts/program.ts';
import { joined, placedAt, sql, written } from '../../hosts/traced.ts';
import type { Host, Method, Site } from '../../hosts/typescript/host.ts';
import type { HostValue, Value } from '../../hosts/typescript/value.ts';
import { hostValue, list as emptyList, unknown } from '../../hosts/typescript/value.ts';
import { notes } from '../../source/notes.ts';
import { rowsOf } from '../shared/host-sending.ts';
import { literalOf, pieceOf, quotedName } from '../shared/sql-text.ts';

/** What a template or an expression of it says. */
const texts = notes<Host, Traced>('text');

export const rawOf = (value: Value | undefined): Traced | undefined => (value?.kind === 'host' ? texts.get(value.host) : undefined);

/** A value of SQL: as it is where it is a template, else written for the statement. */
export const valueOf = (value: Value | undefined): Traced => rawOf(value) ?? literalOf(value);

/** `schema.table as alias` or `table.column`. */
export function reference(value: Value | undefined): Traced {
  const raw = rawOf(value);
  if (raw !== undefined) return raw;
  const text = pieceOf(value);
  const [of = '', alias] = text.text.split(/ as /i);
  if (alias === undefined && !text.text.includes('.')) return quotedName(text);
  const quoted = (part: string): string => quotedName(written(part)).text;
  const parts = of.trim().split(/\.(?![^{]*\})/).map(quoted).join('.');
  return placed(alias === undefined ? parts : `${parts} as ${quoted(alias.trim())}`, text);
}

const placed = (text: string, of: Traced): Traced => {
  const span = of.runs[0]?.span;
  return span === undefined ? written(text) : placedAt(written(text), span);
};

export function fragment(text: Traced): HostValue {
  const value: HostValue = hostValue({
    name: 'sql',
    methods: new Map<string, Method>([
      [
        'execute',
        (_args, site) => {
          send(text, site);
          return rowsOf(text, site);
        },
      ],
      ['as', ([alias]) => fragment(sql`${text} as ${reference(alias)}`)],
      ['$castTo', () => value],
      ['$notNull', () => value],
      ['compile', () => compiled(text)],
    ]),
  });
  texts.set(value.host, text);
  return value;
}

/** A text that is ready to be sent, by `executeQuery`. */
export function compiled(text: Traced): HostValue {
  // Its parameters stand in the text.
  const value = hostValue({ name: 'a compiled query', member: (name) => (name === 'sql' ? { kind: 'text', ...text } : name === 'parameters' ? emptyList([]) : undefined) });
  texts.set(value.host, text);
  return value;
}

/** Sends a statement; one that nobody waits for may still run when the migration has ended. */
export function send(text: Traced, site: Site): void {
  if (/^\s*\$\{[^}]*\}\s*;?\s*$/.test(text.text)) site.opaque(`the SQL is \`${text.text.trim().slice(2, -1)}\`, which is only known when it runs`);
  else site.emit({ sql: text.text, runs: text.runs, ...(site.floating ? { traps: [{ trap: 'not-awaited' as const, place: site.call, detail: 'execute() is not awaited: the migration ends before the server has answered' }] } : {}) });
}

const list = (value: Value | undefined): readonly Value[] => (value?.kind === 'list' ? value.items : value === undefined ? [] : [value]);

/** ``sql`…` `` and its relatives. */
export const SQL: HostValue = hostValue({
  name: 'sql',
  call([parts, ...holes], site) {
    if (parts?.kind !== 'list') return unknown('it is no template', site.call, 'sql');
    return fragment(joined(parts.items.flatMap((part, index) => (index === 0 ? [pieceOf(part)] : [inHole(holes[index - 1], site), pieceOf(part)]))));
  },
  methods: new Map<string, Method>([
    ['ref', ([name]) => fragment(reference(name))],
    ['table', ([name]) => fragment(reference(name))],
    ['id', (names) => fragment(joined(names.map((name) => quotedName(pieceOf(name))), '.'))],
    ['raw', ([text]) => fragment(pieceOf(text))],
    ['lit', ([value]) => fragment(literalOf(value))],
    ['literal', ([value]) => fragment(literalOf(value))],
    ['val', ([value]) => fragment(literalOf(value))],
    ['value', ([value]) => fragment(literalOf(value))],
    ['join', ([values, separator]) => fragment(joined(list(values).map(valueOf), rawOf(separator)?.text ?? ', '))],
  ]),
});

/** A hole is a parameter, unless it is SQL itself; its text is placed at the argument. */
function inHole(value: Value | undefined, site: Site): Traced {
  const own = valueOf(value);
  return own.runs.length > 0 && own.runs.every(({ span }) => span.start >= site.call.start && span.end <= site.call.end) ? own : written(own.text);
}
