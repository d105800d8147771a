import type { Routine, UserType } from '../schema.ts';
import { write } from './journal.ts';
import type { Store } from './store.ts';
import { nameKey } from './store.ts';

export function putType(store: Store, next: UserType): void {
  const previous = store.types.get(next.id);
  write(store.journal, store.types, next.id, next);
  const key = nameKey(store, next.schema, next.name);
  if (previous !== undefined) unname(store, previous, key);
  write(store.journal, store.typeNames, key, next.id);
}

export function removeType(store: Store, type: UserType): void {
  unname(store, type);
  write(store.journal, store.types, type.id, undefined);
}

function unname(store: Store, type: UserType, keep?: string): void {
  const key = nameKey(store, type.schema, type.name);
  if (key === keep || store.typeNames.get(key) !== type.id) return;
  write(store.journal, store.typeNames, key, undefined);
  write(store.journal, store.gone, `type:${key}`, true);
}

export const isTypeGone = (store: Store, schema: string, name: string): boolean => store.gone.has(`type:${nameKey(store, schema, name)}`);

export function editType<T extends UserType>(store: Store, type: T, change: (now: T) => T): void {
  const now = store.types.get(type.id);
  if (now?.kind === type.kind) putType(store, change(now as T));
}

export function putRoutine(store: Store, next: Routine): void {
  const previous = store.routines.get(next.id);
  const key = nameKey(store, next.schema, next.name);
  const before = previous === undefined ? undefined : nameKey(store, previous.schema, previous.name);
  write(store.journal, store.routines, next.id, next);
  if (before === key) return;
  if (before !== undefined) list(store, before, next.id, false);
  list(store, key, next.id, true);
}

export function removeRoutine(store: Store, routine: Routine): void {
  const key = nameKey(store, routine.schema, routine.name);
  list(store, key, routine.id, false);
  write(store.journal, store.routines, routine.id, undefined);
  write(store.journal, store.gone, `routine:${key}`, true);
}

export const isRoutineGone = (store: Store, schema: string, name: string): boolean => store.gone.has(`routine:${nameKey(store, schema, name)}`);

function list(store: Store, key: string, id: number, present: boolean): void {
  const ids = (store.routineNames.get(key) ?? []).filter((other) => other !== id);
  const next = present ? [...ids, id] : ids;
  write(store.journal, store.routineNames, key, next.length === 0 ? undefined : next);
}
