import type { Traced } from '../../../hosts/program.ts';
import { joined, sql, written } from '../../../hosts/traced.ts';
import type { Recorded } from '../../../hosts/typescript/recorder.ts';
import type { Value } from '../../../hosts/typescript/value.ts';
import { entryOf, isNothing, text, textOf } from '../../../hosts/typescript/value.ts';
import { columnized, wrapped } from './names.ts';
import { bound } from './raw.ts';

export const SELECTION = ['select', 'column', 'columns', 'distinct', 'first', 'pluck'];
const CLEARS: Readonly<Record<string, (name: string) => boolean>> = {
  where: (name) => /where/i.test(name),
  select: (name) => SELECTION.includes(name),
  columns: (name) => SELECTION.includes(name),
  order: (name) => name.startsWith('orderBy'),
  group: (name) => name.startsWith('groupBy'),
  having: (name) => /having/i.test(name),
  limit: (name) => name === 'limit',
  offset: (name) => name === 'offset',
  union: (name) => name.startsWith('union'),
  join: (name) => /join/i.test(name),
  with: (name) => name.startsWith('with'),
};

/** The calls that count: some take back what others said before. */
export function inForce(calls: readonly Recorded[]): readonly Recorded[] {
  let own: readonly Recorded[] = calls;
  for (const call of calls) {
    const what = /^clear(\w*)$/.exec(call.name)?.[1];
    if (what === undefined) continue;
    const clears = CLEARS[what === '' ? (textOf(call.args[0]) ?? '') : what.toLowerCase()];
    if (clears !== undefined) own = own.filter((other) => !clears(other.name) || calls.indexOf(other) > calls.indexOf(call));
  }
  return own;
}

/** `count('* as n')`, `count({ n: 'id' })` and `count('id', { as: 'n' })` alike. */
export function aggregated(name: string, column: Value | undefined, as: Value | undefined): Traced {
  const [alias, of] = column?.kind === 'record' ? ([...column.entries][0] ?? []) : [as === undefined ? undefined : textOf(as), column];
  const [, bare, own] = of?.kind === 'text' ? (/^(.*?) +as +(.*)$/i.exec(of.text) ?? []) : [];
  const inner = isNothing(of) ? '*' : bare === undefined ? (of?.kind === 'list' ? columnized(of) : wrapped(of)) : wrapped(text(bare));
  const named = own ?? alias;
  return sql`${name.replace('Distinct', '')}(${name.endsWith('Distinct') ? 'distinct ' : ''}${inner})${named === undefined ? '' : sql` as ${wrapped(text(named))}`}`;
}

export function listed(calls: readonly Recorded[], word: string, names: RegExp): Traced {
  const own = calls.filter(({ name }) => names.test(name)).map(({ name, args }) => {
    const [first, second] = args;
    if (name.endsWith('Raw')) return bound(first, second);
    return word === 'order by' ? orderOf(first, second ?? text('asc')) : joined(args.flatMap((arg) => (arg.kind === 'list' ? arg.items : [arg])).map((column) => columnized(column)), ', ');
  });
  return own.length === 0 ? written('') : sql` ${word} ${joined(own, ', ')}`;
}

/** `orderBy('a', 'desc')`, or a list of columns, names alone or with their order. */
export function orderOf(columns: Value | undefined, order: Value | undefined): Traced {
  const items = columns?.kind === 'list' ? columns.items : [columns];
  return joined(
    items.map((item) => {
      const nulls = textOf(entryOf(item, 'nulls'));
      const word = textOf(entryOf(item, 'order')) ?? (columns?.kind === 'list' ? 'asc' : textOf(order));
      const name = item?.kind === 'record' ? entryOf(item, 'column') : item;
      return nulls === undefined ? sql`${wrapped(name)}${word === undefined ? '' : ` ${word}`}` : sql`(${wrapped(name)} is ${nulls === 'first' ? 'not null' : 'null'}) ${word ?? 'asc'}`;
    }),
    ', ',
  );
}

export function lockOf(calls: readonly Recorded[]): Traced {
  const lock = calls.findLast(({ name }) => /^for(?:Update|Share|NoKeyUpdate|KeyShare)$/.test(name));
  if (lock === undefined) return written('');
  const tables = lock.args.flatMap((arg) => (arg.kind === 'list' ? arg.items : [arg]));
  const wait = calls.findLast(({ name }) => name === 'skipLocked' || name === 'noWait')?.name;
  return sql` for ${{ forUpdate: 'update', forShare: 'share', forNoKeyUpdate: 'no key update', forKeyShare: 'key share' }[lock.name] ?? 'update'}${tables.length === 0 ? '' : sql` of ${joined(tables.map(wrapped), ', ')}`}${wait === undefined ? '' : wait === 'noWait' ? ' nowait' : ' skip locked'}`;
}
