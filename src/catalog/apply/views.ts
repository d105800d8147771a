import type { Query } from '../../ir/expressions.ts';
import type { ObjectName } from '../../ir/names.ts';
import type { OperationOf } from '../../ir/operation.ts';
import type { MaterializedView, ObjectId, Relation, View } from '../schema.ts';
import { nearestFirst } from '../state/graph.ts';
import { editRelation, putRelation } from '../state/relations.ts';
import { creationName, findRelation } from '../state/resolve.ts';
import type { Store } from '../state/store.ts';
import { newId } from '../state/store.ts';
import { dropRelation } from './cascade.ts';
import type { Replay } from './context.ts';
import { BEFORE_HISTORY, assumable, assume, ensureSchema, isGuarded, isPlaceholder, relationFor, skipsExisting } from './context.ts';
import { resultColumns, resultTypes } from './query-columns.ts';
import { dropNamed } from './tables.ts';
import { columnUses } from './view-columns.ts';

export function createView(operation: OperationOf<'createView'>, replay: Replay): void {
  const { store, origin } = replay;
  const { query, options } = operation;
  // A view over anything temporary is temporary itself.
  const temporary = operation.temporary || query.reads.some(({ relation }) => findRelation(store, relation)?.schema === store.semantics.temporarySchema);
  const place = creationName(store, temporary ? { schema: store.semantics.temporarySchema, name: operation.view.name } : operation.view);
  const existing = findRelation(store, place);
  const kept = existing?.kind === 'view' && operation.replace ? existing : undefined;
  if (existing !== undefined && kept === undefined && isGuarded(operation)) return;
  const assumed = takePlace(store, kept === undefined ? existing : undefined);
  ensureSchema(store, place.schema);
  const id = kept?.id ?? assumed?.id ?? newId(store);
  const own: Omit<View, 'dependents' | 'origin' | 'triggers' | 'rules'> = {
    kind: 'view',
    id,
    complete: true,
    temporary: place.schema === store.semantics.temporarySchema,
    columns: named(operation.columns, resultColumns(replay, query)),
    types: resultTypes(query, (name) => findRelation(store, name)),
    query,
    ...usesOf(replay, query, id),
    options,
    ...place,
  };
  putRelation(store, kept === undefined ? { dependents: assumed?.dependents ?? [], origin, triggers: [], rules: [], ...own } : { ...kept, ...own });
}

export function createMaterializedView(operation: OperationOf<'createMaterializedView'>, replay: Replay): void {
  const { store, origin } = replay;
  const { query } = operation;
  const place = creationName(store, operation.view);
  const existing = findRelation(store, place);
  if (existing !== undefined && skipsExisting(operation)) return;
  const assumed = takePlace(store, existing);
  ensureSchema(store, place.schema);
  const id = assumed?.id ?? newId(store);
  const view: MaterializedView = {
    kind: 'materializedView',
    id,
    ...place,
    origin,
    dependents: assumed?.dependents ?? [],
    complete: true,
    columns: named(operation.columns, resultColumns(replay, query)),
    query,
    ...usesOf(replay, query, id),
    indexes: [],
    populated: operation.withData,
  };
  putRelation(store, view);
}

/** What only ever was mentioned by that name is the new view, and keeps what points to it; anything else goes. */
function takePlace(store: Store, existing: Relation | undefined): Relation | undefined {
  if (existing === undefined || isPlaceholder(existing)) return existing;
  dropRelation(store, existing);
  return undefined;
}

/** Written column names come first; the query names the rest. */
const named = (written: readonly string[], results: readonly (string | undefined)[]): readonly (string | undefined)[] => [...written, ...results.slice(written.length)];

function usesOf(replay: Replay, query: Query, view: ObjectId): Pick<View, 'reads' | 'uses'> {
  const reads = readRelations(replay, query, view);
  return { reads, uses: columnUses(replay.store, query, reads) };
}

/** The relations a query reads; a view that would read itself, directly or not, is none. */
function readRelations(replay: Replay, query: Query, view: ObjectId): readonly ObjectId[] {
  const { store } = replay;
  const ids = new Set<ObjectId>();
  for (const { relation } of query.reads) {
    const found = relationFor(replay, relation);
    if (found !== undefined && found.id !== view) ids.add(found.id);
  }
  const own = new Set(nearestFirst(view, (id) => store.relations.get(id)?.dependents ?? []));
  return [...ids].filter((id) => !own.has(id));
}

export function dropView(operation: OperationOf<'dropView'>, replay: Replay): void {
  dropNamed(replay, 'view', operation.view, operation);
}

export function dropMaterializedView(operation: OperationOf<'dropMaterializedView'>, replay: Replay): void {
  dropNamed(replay, 'materializedView', operation.view, operation);
}

export function alterView(operation: OperationOf<'alterView'>, { store }: Replay): void {
  const view = findRelation(store, operation.view);
  const { change } = operation;
  if (view?.kind !== 'view') return;
  if (change.type === 'setOptions') editRelation(store, view, (now) => ({ ...now, options: { ...now.options, ...change.options } }));
  if (change.type === 'resetOptions') {
    editRelation(store, view, (now) => ({ ...now, options: Object.fromEntries(Object.entries(now.options).filter(([name]) => !(name in change.options))) }));
  }
}

export function refreshMaterializedView(operation: OperationOf<'refreshMaterializedView'>, replay: Replay): void {
  const { store } = replay;
  const view = findRelation(store, operation.view) ?? assumeMaterializedView(replay, operation.view);
  if (view?.kind === 'materializedView') editRelation(store, view, (now) => ({ ...now, populated: operation.withData }));
}

function assumeMaterializedView({ store }: Replay, name: ObjectName): Relation | undefined {
  const place = assumable(store, name, false);
  if (place === undefined) return undefined;
  const view: MaterializedView = {
    kind: 'materializedView',
    id: newId(store),
    ...place,
    origin: BEFORE_HISTORY,
    dependents: [],
    complete: false,
    columns: [],
    reads: [],
    uses: [],
    indexes: [],
    populated: true,
  };
  assume(store, view, false);
  return view;
}
