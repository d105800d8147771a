import type { QualifiedName } from '../../ir/names.ts';
import type { ObjectId } from '../schema.ts';
import type { PartKind, Shadow } from './assumptions.ts';
import { write } from './journal.ts';
import type { Store } from './store.ts';
import { newId } from './store.ts';

/** An object that the catalog may not know in full. */
export interface Known {
  readonly id: ObjectId;
  readonly complete: boolean;
}

/** How an object is called in a difference: `index public.users_email_idx`. */
export const label = (kind: string, { schema, name }: QualifiedName): string => `${kind} ${schema}.${name}`;

/** Notes that an object was there before the history said so. */
export function assumeObject(store: Store, name: string, object: ObjectId | undefined, maybe: boolean): void {
  store.journal.entries.push({ subject: newId(store), object, part: undefined, name, maybe });
}

/** An object that the catalog does not show is dropped: so it was there. */
export function dropUnknown(store: Store, name: string, maybe: boolean): void {
  if (store.ghosts.has(name)) write(store.journal, store.ghosts, name, undefined);
  else assumeObject(store, name, undefined, maybe);
}

/** An object that the catalog does not show is renamed: it was there and is there still. */
export function renameUnknown(store: Store, name: string, newName: string): void {
  const ghost = store.ghosts.get(name) ?? newId(store);
  if (!store.ghosts.has(name)) assumeObject(store, name, ghost, false);
  write(store.journal, store.ghosts, name, undefined);
  write(store.journal, store.ghosts, newName, ghost);
}

/** Notes that a part, which the catalog does not show, is there. */
export function assumePart(store: Store, owner: Known, part: PartKind, name: string, maybe = false): Shadow | undefined {
  if (owner.complete) return undefined;
  const key = shadowKey(owner.id, part, name);
  const known = store.shadows.get(key);
  if (known !== undefined) return known;
  const shadow: Shadow = { subject: newId(store), facts: {} };
  store.journal.entries.push({ subject: shadow.subject, object: owner.id, part, name, maybe });
  write(store.journal, store.shadows, key, shadow);
  return shadow;
}

/** Notes what an operation makes of a part of which it was unknown: it was something else before. */
export function learnFact(store: Store, owner: Known, part: PartKind, name: string, fact: string, value: string): void {
  const shadow = assumePart(store, owner, part, name);
  if (shadow === undefined) return;
  if (shadow.facts[fact] === undefined) {
    store.journal.entries.push({ subject: shadow.subject, object: owner.id, part, name, maybe: false, not: { fact, value } });
  }
  write(store.journal, store.shadows, shadowKey(owner.id, part, name), { subject: shadow.subject, facts: { ...shadow.facts, [fact]: value } });
}

/** Notes a fact of something that has just been made, and of which not all is told: it was nothing before. */
export function bornWith(store: Store, owner: Known, fact: string, value: string): void {
  if (!owner.complete) write(store.journal, store.shadows, shadowKey(owner.id, 'itself', ''), { subject: newId(store), facts: { [fact]: value } });
}

/** What the history has made of a part that the catalog does not show; undefined when it did not say. */
export const learntFact = (store: Store, owner: Known, part: PartKind, name: string, fact: string): string | undefined => store.shadows.get(shadowKey(owner.id, part, name))?.facts[fact];

/** A part that the catalog does not show is dropped: so it was there. */
export function dropPart(store: Store, owner: Known, part: PartKind, name: string, maybe: boolean): void {
  if (assumePart(store, owner, part, name, maybe) === undefined) return;
  write(store.journal, store.shadows, shadowKey(owner.id, part, name), undefined);
}

export function renamePart(store: Store, owner: Known, part: PartKind, name: string, newName: string): void {
  const shadow = assumePart(store, owner, part, name);
  if (shadow === undefined) return;
  write(store.journal, store.shadows, shadowKey(owner.id, part, name), undefined);
  write(store.journal, store.shadows, shadowKey(owner.id, part, newName), shadow);
}

const shadowKey = (owner: ObjectId, part: PartKind, name: string): string => `${String(owner)}\0${part}\0${name}`;

export function readShadowKey(key: string): { readonly owner: ObjectId; readonly part: PartKind; readonly name: string } {
  const [owner = '', part = '', ...name] = key.split('\0');
  return { owner: Number(owner), part: part as PartKind, name: name.join('\0') };
}
