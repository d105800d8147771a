import type { Residue } from './residue.ts';
import type { Store } from '../state/store.ts';
import type { Entry, Side } from './sides.ts';
import { addAssumptions, collectTouched, describeSide, kindOf, partsThatStayed } from './sides.ts';

/**
 * What is different now from then, told by name: identity, order of columns and order of creation aside.
 * Looks at nothing but what has been touched since; what was unknown then differs from nothing.
 */
export function differencesSince(store: Store, moment: number): readonly Residue[] {
  const touched = collectTouched(store, moment);
  const stayed = partsThatStayed(touched);
  const then = describeSide(store, touched, touched.then, stayed);
  const now = describeSide(store, touched, touched.now, stayed);
  addAssumptions(then.side, then.subjects, touched);
  return compare(then.side, now.side);
}

function compare(then: Side, now: Side): readonly Residue[] {
  const missing = new Map([...then].filter(([label]) => !now.has(label)));
  const extra = new Map([...now].filter(([label]) => !then.has(label)));
  forgiveGuesses(missing, extra);
  const residues: Residue[] = [];
  const explained = (entry: Entry): boolean => entry.owner !== undefined && (missing.has(entry.owner) || extra.has(entry.owner));
  const renamed = renames(missing, extra);
  for (const [label, entry] of then) {
    const other = now.get(label);
    const newName = renamed.get(label);
    if (explained(entry)) continue;
    if (newName !== undefined) residues.push({ difference: 'changed', object: label, detail: `name: ${bare(label)} → ${bare(newName)}` });
    else if (other === undefined && !entry.maybe && missing.has(label)) residues.push({ difference: 'missing', object: label });
    else if (other !== undefined) residues.push(...changes(entry, other, renamed));
  }
  const newNames = new Set(renamed.values());
  for (const [label, entry] of extra) {
    if (!explained(entry) && !newNames.has(label) && !mayHaveBeen(entry, then, now)) residues.push({ difference: 'extra', object: label });
  }
  return residues.toSorted((a, b) => ORDER.indexOf(a.difference) - ORDER.indexOf(b.difference) || (a.object < b.object ? -1 : 1));
}

const ORDER: readonly Residue['difference'][] = ['missing', 'extra', 'changed'];

/** A part of what was not known then and has been made anew since. */
function mayHaveBeen({ owner }: Entry, then: Side, now: Side): boolean {
  const before = owner === undefined ? undefined : then.get(owner);
  return before !== undefined && !before.complete && before.object !== now.get(owner ?? '')?.object;
}

/** The same object under another name. */
function renames(missing: Side, extra: Side): ReadonlyMap<string, string> {
  const gone = new Map<number, string>();
  for (const [label, entry] of missing) if (isWhole(entry) && entry.object !== undefined) gone.set(entry.object, label);
  const found = new Map<string, string>();
  for (const [label, entry] of extra) {
    const old = isWhole(entry) && entry.object !== undefined ? gone.get(entry.object) : undefined;
    if (old !== undefined && kindOf(old) === kindOf(label)) found.set(old, label);
  }
  return found;
}

/** An object of its own rather than a part. */
const isWhole = (entry: Entry): boolean => entry.owner === undefined || entry.label.startsWith('index ') || entry.label.startsWith('table ');

const bare = (label: string): string => label.slice(kindOf(label).length + 1);

/**
 * A routine dropped by its name alone is the one that is there again, whatever its parameters; a relation that was
 * only mentioned was taken for a table and may be another kind.
 */
function forgiveGuesses(missing: Side, extra: Side): void {
  for (const label of extra.keys()) {
    const open = label.indexOf('(');
    const guess = open === -1 ? `table ${bare(label)}` : label.slice(0, open);
    const entry = guess === label ? undefined : missing.get(guess);
    if (entry === undefined || Object.keys(entry.facts()).length > 0) continue;
    missing.delete(guess);
    extra.delete(label);
  }
}

function changes(then: Entry, now: Entry, renamed: ReadonlyMap<string, string>): readonly Residue[] {
  if (then.source !== undefined && then.source === now.source) return [];
  const details: string[] = [];
  const known = then.facts();
  for (const [fact, value] of Object.entries(now.facts())) {
    const before = known[fact];
    if (before === undefined) {
      if (then.nots[fact] === value) details.push(`${fact}: ? → ${shown(value)}`);
    } else if (before !== value && !follows(fact, before, value, renamed)) {
      details.push(before.length + value.length > LONG ? `${fact} differs` : `${fact}: ${shown(before)} → ${shown(value)}`);
    }
  }
  return details.length === 0 ? [] : [{ difference: 'changed', object: now.label, detail: details.join('; ') }];
}

/** Longer texts are not put into a sentence. */
const LONG = 160;

const shown = (value: string): string => (value === '' ? 'none' : value);

/** Values that came or went, and tables that have another name, are told on their own. */
function follows(fact: string, before: string, value: string, renamed: ReadonlyMap<string, string>): boolean {
  if (fact === 'order of values') return !sameMembers(before, value);
  return (fact === 'references' || fact === 'table' || fact === 'partition of') && renamed.get(`table ${before}`) === `table ${value}`;
}

const sameMembers = (a: string, b: string): boolean => a.split(', ').toSorted().join() === b.split(', ').toSorted().join();
