import type { Site } from '../../../hosts/typescript/host.ts';
import type { FunctionValue, HostValue, RecordValue, UnknownValue, Value } from '../../../hosts/typescript/value.ts';
import { hostValue, unknown } from '../../../hosts/typescript/value.ts';
import { answer } from '../../shared/host-sending.ts';
import { refuse } from '../../shared/refusal.ts';
import type { Entity } from './entity.ts';

/** A connection, as what is done with entities sees it. */
export interface Work {
  /** `what` names what does it, as in `save`; `perhaps`: only the rows of the database tell whether it is sent. */
  readonly send: (sql: string, what: string, site: Site, perhaps?: true) => void;
  /** Does it in one transaction, which it begins where none is open. */
  readonly together: (site: Site, run: () => void) => void;
  readonly entity: (of: FunctionValue) => Entity;
  /** The connection that entities use by themselves: that of the data source. */
  readonly beside: () => Work;
}

/** What a method works on. */
export interface Target {
  readonly of: FunctionValue;
  readonly work: Work;
}

/** A row that was read from the database, with what the program has changed in it. */
interface Stored {
  readonly target: Target;
  readonly changed: RecordValue;
}

const storedRows = new WeakMap<object, Stored>();
/** Objects of the program that are rows by now. */
const saved = new WeakSet<RecordValue>();

export const isSaved = (row: RecordValue): boolean => saved.has(row);
export const storedIn = (value: Value): Stored | undefined => (value.kind === 'host' ? storedRows.get(value.host) : undefined);

/** What the database fills in when a row is saved. */
export function filled(row: RecordValue, entity: Entity, site: Site): void {
  saved.add(row);
  for (const { path: [name = '', ...inner], returned, primary } of entity.columns) {
    const own = row.entries.get(name);
    if (inner.length === 0 && (returned || primary) && (own === undefined || own.kind === 'undefined')) row.entries.set(name, { ...answer(site), reason: `the database fills \`${name}\`` });
  }
}

type OnRow = (name: string, row: HostValue) => Value | undefined;

/** A row of the table that is only known when it runs. */
export function storedRow(target: Target, site: Site, own: OnRow): HostValue {
  const changed: RecordValue = { kind: 'record', entries: new Map() };
  const { of } = target;
  const row: HostValue = hostValue({
    name: `a row of ${of.name}`,
    sends: true,
    member: (name, at) => changed.entries.get(name) ?? methodOf(of, name) ?? own(name, row) ?? unknown(`\`${name}\` of a row of ${of.name} is what the server answers`, at.call, at.source(at.call)),
    set: (name, value) => void changed.entries.set(name, value),
  });
  storedRows.set(row.host, { target, changed });
  return row;
}

/** A method that the class itself has. */
function methodOf(of: FunctionValue, name: string): Value | undefined {
  const prototype = of.members.get('prototype');
  return prototype?.kind === 'record' ? prototype.entries.get(name) : undefined;
}

export const rowsOf = (site: Site, item: Value): UnknownValue => ({ ...answer(site), item });

/** Rows that a method is handed. */
export function given(value: Value | undefined, what: string): readonly Value[] {
  if (value === undefined || value.kind === 'null' || value.kind === 'undefined') return refuse(`${what} is handed nothing, so TypeORM stops`, 'unsupported');
  if (value.kind === 'list') return value.items;
  return value.kind === 'unknown' && value.item !== undefined ? [value.item] : value.kind === 'unknown' && value.present !== undefined ? [value.present] : [value];
}
