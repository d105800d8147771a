import { notes } from '../../source/notes.ts';
import type { Emission } from '../program.ts';
import { isCollection } from './builtins/collections.ts';
import type { Site } from './host.ts';
import { sends } from './members.ts';
import { identical } from './operators.ts';
import type { HostValue, ListValue, RecordValue, UnknownValue, Value } from './value.ts';
import { hostValue } from './value.ts';

/** What a builder was told, as it keeps it. */
export interface Told {
  readonly kind: 'told';
  readonly parts: readonly unknown[][];
}

/** What a program changes in place. */
export type Changeable = ListValue | RecordValue | Told;

/** What it holds at one moment. */
export type Held = Items | Members;

interface Items {
  /** Of a builder, part by part. */
  readonly items: readonly (readonly unknown[])[];
}

interface Members {
  readonly members: ReadonlyMap<string, Value>;
  readonly partly: UnknownValue | undefined;
}

/** When it was made, in steps of the run. Of what has no such note nothing is said. */
export const births = notes<Changeable, number>('made');

export function heldBy(of: Changeable): Held {
  if (of.kind === 'record') return { members: new Map(of.entries), partly: of.partly };
  return { items: partsOf(of).map((part) => [...part]) };
}

export function hold(of: Changeable, held: Held): void {
  if (of.kind !== 'record') {
    if ('items' in held) for (const [index, part] of partsOf(of).entries()) part.splice(0, part.length, ...(held.items[index] ?? []));
    return;
  }
  if ('items' in held) return;
  of.entries.clear();
  for (const [name, value] of held.members) of.entries.set(name, value);
  if (held.partly === undefined) delete of.partly;
  else of.partly = held.partly;
}

const partsOf = (of: ListValue | Told): readonly unknown[][] => (of.kind === 'list' ? [of.items] : of.parts);

/** One way, or each of several, that a program may have gone, and how that is told. */
export interface Doubt {
  /** Whether something exists was asked: what is done about it is foreseen. */
  readonly asks: boolean;
  /** Any number of times. */
  readonly loop: boolean;
  /** A value of which only the run tells what it is. */
  readonly open: (sending: boolean) => UnknownValue;
  /** The same as long as nobody waits for it; then it is sent under the condition. */
  readonly perhaps: (emission: Emission) => Emission;
  /** Another value takes the place of one that is waited for later. */
  readonly takesPlace: (other: HostValue, of: HostValue) => void;
}

/**
 * Leaves what was changed on some of the ways as it can be told afterwards: entries that differ are unknown; what was added to a list is there
 * perhaps; builders keep what the first way told them. Gives whether something of a builder is left to the run.
 */
export function reconcile(of: Changeable, before: Held, ways: readonly (Held | undefined)[], doubt: Doubt): boolean {
  const changed = ways.filter((way) => way !== undefined).filter((way) => !isSame(before, way));
  const [first] = changed;
  if (first === undefined) return false;
  hold(of, first);
  if (of.kind === 'told') return changed.length > 1 || !(doubt.asks || doubt.loop);
  if (doubt.asks && changed.length === 1) return false;
  if (of.kind === 'list') added(of, 'items' in before ? (before.items[0] ?? []) : [], doubt);
  else differing(of, [...changed, ...(changed.length < ways.length || ways.length === 1 ? [before] : [])].filter((way) => 'members' in way), doubt);
  return false;
}

const isSame = (one: Held, other: Held): boolean =>
  'members' in one
    ? 'members' in other && one.partly === other.partly && one.members.size === other.members.size && [...one.members].every(([name, value]) => other.members.get(name) === value)
    : 'items' in other && one.items.every((part, index) => part.length === other.items[index]?.length && part.every((item, at) => item === other.items[index]?.[at]));

function differing(of: RecordValue, ways: readonly Members[], { open }: Doubt): void {
  const partly = ways.find((way) => way.partly !== undefined)?.partly;
  if (partly !== undefined) of.partly = partly;
  if (isCollection(of)) {
    of.partly ??= open(false);
    return;
  }
  for (const name of new Set(ways.flatMap(({ members }) => [...members.keys()]))) {
    const [first, ...others] = ways.map(({ members }) => members.get(name));
    if (others.every((other) => other === first || (other !== undefined && first !== undefined && identical(first, other) === true))) continue;
    of.entries.set(name, open([first, ...others].some((value) => value !== undefined && sends(value))));
  }
}

function added({ items }: ListValue, before: readonly unknown[], doubt: Doubt): void {
  if (!before.every((item, index) => item === items[index])) return;
  for (const [index, item] of items.entries()) {
    if (index < before.length) continue;
    if (item.kind === 'host' && item.host.settle !== undefined) items[index] = waitedForPerhaps(item, doubt);
    else if (!doubt.loop && item.kind === 'text') items[index] = { ...item, perhaps: true };
  }
}

function waitedForPerhaps(item: HostValue, { perhaps, takesPlace }: Doubt): HostValue {
  const own = hostValue({
    ...item.host,
    settle(site: Site) {
      const gave: { value: Value } = { value: { kind: 'undefined' } };
      const sent = site.collect(() => {
        gave.value = item.host.settle?.(site) ?? gave.value;
      });
      for (const emission of sent) site.emit(perhaps(emission));
      return gave.value;
    },
  });
  takesPlace(own, item);
  return own;
}
