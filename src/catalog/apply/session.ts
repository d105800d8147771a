import type { OperationOf } from '../../ir/operation.ts';
import type { Relation } from '../schema.ts';
import { write } from '../state/journal.ts';
import { editRelation } from '../state/relations.ts';
import { findRelation } from '../state/resolve.ts';
import type { Store } from '../state/store.ts';
import { nameKey } from '../state/store.ts';
import type { Setting } from '../view.ts';
import { dropRelations } from './cascade.ts';
import type { Replay } from './context.ts';

export function setSetting(operation: OperationOf<'setSetting'>, { store, origin }: Replay): void {
  const { name, value, local } = operation;
  if (name === 'all') {
    for (const each of [...store.settings.keys()]) clear(store, each);
    return;
  }
  // Outside a transaction SET LOCAL does nothing but warn.
  if (local && origin.unit === null) return;
  if (local && !store.covered.has(name)) write(store.journal, store.covered, name, store.settings.get(name) ?? null);
  if (!local) write(store.journal, store.covered, name, undefined);
  write(store.journal, store.settings, name, { value, local });
}

function clear(store: Store, name: string): void {
  write(store.journal, store.settings, name, undefined);
  write(store.journal, store.covered, name, undefined);
}

export function endTransaction(store: Store): void {
  for (const [name, previous] of [...store.covered]) {
    const restored: Setting | undefined = previous ?? undefined;
    write(store.journal, store.settings, name, restored);
    write(store.journal, store.covered, name, undefined);
  }
}

/** A new connection has the server's settings and no temporary objects. */
export function newSession(store: Store): void {
  for (const name of [...store.left.keys()]) if (!store.settings.has(name)) write(store.journal, store.left, name, undefined);
  for (const [name, setting] of store.settings) write(store.journal, store.left, name, setting);
  for (const name of [...store.settings.keys()]) clear(store, name);
  if (store.temporaries.size > 0) dropRelations(store, [...store.temporaries.keys()]);
}

export function opaque(operation: OperationOf<'opaque'>, { store }: Replay): void {
  if (operation.touches?.length !== 0) write(store.journal, store.counters, 'opaque', (store.counters.get('opaque') ?? 0) + 1);
  const touched = operation.touches?.map((name) => findRelation(store, name)) ?? mentioned(store, operation);
  for (const relation of touched) {
    if (relation?.kind === 'table') editRelation(store, relation, (now) => ({ ...now, complete: false, doubtful: true, empty: false, barren: false, columns: now.columns.map((column) => ({ ...column, given: true })) }));
  }
}

/** Of a statement that is known in part: what it names may be in any schema, in those that every database has only for what nobody reads. */
function mentioned(store: Store, { detail, reason, text = '' }: OperationOf<'opaque'>): readonly (Relation | undefined)[] {
  const words = new Set(`${detail} ${text}`.slice(0, LONGEST).match(/\w+/g));
  const schemas = new Set([...(reason === 'unsupported' ? store.semantics.schemas : []), ...store.schemas.keys()]);
  return [...words].flatMap((word) => [...schemas].map((schema) => store.relations.get(store.relationNames.get(nameKey(store, schema, word)) ?? NO_ID)));
}

const LONGEST = 20_000;
const NO_ID = -1;
