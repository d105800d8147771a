import type { ObjectName, QualifiedName } from '../../ir/names.ts';
import { isTemplateName, namesOf } from '../../ir/names.ts';
import type { Operation } from '../../ir/operation.ts';
import type { Column, ObjectId, Origin, Relation, Sequence, Table } from '../schema.ts';
import { write } from '../state/journal.ts';
import { assumeObject, dropUnknown, label } from '../state/learn.ts';
import { editRelation, putRelation } from '../state/relations.ts';
import { findRelation, goneSchema, resolveRelation } from '../state/resolve.ts';
import type { Store } from '../state/store.ts';
import { nameKey, newId } from '../state/store.ts';

/** What a handler works on. */
export interface Replay {
  readonly store: Store;
  /** Of the operation being applied. */
  readonly origin: Origin;
  /** How many more operations the bodies of called routines may bring. */
  readonly budget: { left: number };
}

/** Origin of what the history takes for granted. */
export const BEFORE_HISTORY: Origin = { migration: -1, unit: null };

/** A condition, or a handler of errors around the operation takes care of what would be an error. */
export const isGuarded = ({ within, passedOver }: Operation): boolean => within?.conditional === true || within?.caught === true || passedOver === true;

/** Skips what exists: written so, or guarded. */
export const skipsExisting = (operation: Operation & { readonly ifNotExists?: boolean }): boolean => operation.ifNotExists === true || isGuarded(operation);

/** Skips what is missing: written so, guarded, or with another way where it is. */
export const skipsMissing = (operation: Operation & { readonly ifExists?: boolean; readonly tableIfExists?: boolean }): boolean =>
  operation.ifExists === true || operation.tableIfExists === true || operation.alternative === true || isGuarded(operation);

/** The history itself dropped or renamed it, so that it is absent rather than unknown. */
export const isGone = (store: Store, { schema, name }: QualifiedName): boolean => store.gone.has(`relation:${nameKey(store, schema, name)}`);

export const noteGone = (store: Store, { schema, name }: QualifiedName): void => {
  if (!store.semantics.isSystemSchema(schema)) write(store.journal, store.gone, `relation:${nameKey(store, schema, name)}`, true);
};

/**
 * The table of that name; one that the history never made is taken to have been there before it.
 * Undefined when the name is another kind of relation's, the server's own, or (with `maybe`) known to be gone.
 */
export function tableFor({ store }: Replay, name: ObjectName, maybe = false): Table | undefined {
  const known = findRelation(store, name);
  if (known !== undefined) return known.kind === 'table' ? (maybe ? known : taken(store, known)) : undefined;
  const place = assumable(store, name, maybe);
  if (place === undefined) return undefined;
  const table: Table = { ...emptyTable(newId(store), place, BEFORE_HISTORY), complete: false, empty: false, barren: false, ...(maybe && { perhaps: true }) };
  assume(store, table, maybe);
  if (!store.settings.has('search_path')) doubt(store, name);
  return table;
}

/** It is there after all. */
function taken(store: Store, table: Table): Table {
  if (table.perhaps !== true) return table;
  const known = without(table, 'perhaps');
  editRelation(store, table, () => known);
  return known;
}

/** Settings of the tool may put another schema in front of the path: what the history made with or without its schema may be what it names the other way. */
function doubt(store: Store, { schema, name }: ObjectName): void {
  const [standard = ''] = store.semantics.searchPath;
  for (const other of schema === undefined ? store.schemas.keys() : [standard]) {
    const twin = findRelation(store, { schema: other, name });
    if (twin?.kind === 'table' && twin.complete) editRelation(store, twin, (now) => ({ ...now, complete: false }));
  }
}

/** A name that only running tells is that of any table which it can be, unless the history has made one by it. */
export function doubtAll({ store }: Replay, { name, ...schema }: ObjectName): void {
  if (!isTemplateName(name)) return;
  const own = findRelation(store, { ...schema, name });
  if (own !== undefined && own.origin.migration >= 0) return;
  const isMeant = namesOf(name);
  for (const one of store.relations.values()) if (one.kind === 'table' && one.doubtful !== true && isMeant(one.name)) editRelation<Table>(store, one, (now) => ({ ...now, doubtful: true }));
}

/** Any relation of that name; a table is assumed for what is unknown. */
export function relationFor(replay: Replay, name: ObjectName): Relation | undefined {
  const known = findRelation(replay.store, name);
  return known === undefined ? tableFor(replay, name) : known.kind === 'table' ? taken(replay.store, known) : known;
}

export function sequenceFor({ store }: Replay, name: ObjectName, maybe: boolean): Sequence | undefined {
  const known = findRelation(store, name);
  if (known !== undefined) return known.kind === 'sequence' ? known : undefined;
  const place = assumable(store, name, maybe);
  if (place === undefined) return undefined;
  const sequence: Sequence = { kind: 'sequence', id: newId(store), ...place, origin: BEFORE_HISTORY, dependents: [], complete: false, temporary: false };
  assume(store, sequence, maybe);
  return sequence;
}

/** Puts a relation in place that is taken to have been there before the history. */
export function assume(store: Store, relation: Relation, maybe: boolean): void {
  ensureSchema(store, relation.schema);
  putRelation(store, relation);
  assumeObject(store, label(KIND_LABELS[relation.kind], relation), relation.id, maybe);
}

/** Notes that an object which the catalog does not show has been there (it is being dropped). */
export function assumeDropped({ store }: Replay, kind: string, name: QualifiedName, maybe: boolean): void {
  if (store.semantics.isSystemSchema(name.schema)) return;
  dropUnknown(store, label(kind, name), maybe);
}

/** Name of an unknown relation that may be assumed. */
export function assumable(store: Store, name: ObjectName, maybe: boolean): QualifiedName | undefined {
  const place = resolveRelation(store, name);
  if (store.semantics.isSystemSchema(place.schema)) return undefined;
  return maybe && isGone(store, place) ? undefined : place;
}

export function ensureSchema(store: Store, schema: string): void {
  const key = store.semantics.key(schema);
  write(store.journal, store.gone, goneSchema(store, schema), undefined);
  if (store.schemas.has(key) || store.semantics.schemas.includes(schema)) return;
  write(store.journal, store.schemas, key, {});
  assumeObject(store, `schema ${schema}`, undefined, false);
}

/** A table that was only ever mentioned: it may turn out to be another kind of relation. */
export const isPlaceholder = (relation: Relation): relation is Table => relation.kind === 'table' && !relation.complete && relation.origin.migration === -1;

/** Nothing says that it was there before the history, and much that it was not where the history makes it. */
export const mayBeMissing = (relation: Relation): boolean => isPlaceholder(relation) && relation.perhaps === true;

export const KIND_LABELS: { readonly [Kind in Relation['kind']]: string } = {
  table: 'table',
  view: 'view',
  materializedView: 'materialized view',
  index: 'index',
  sequence: 'sequence',
  compositeType: 'type',
};

/** What every table has from the start; copied, as writing it out each time takes five times as long. */
export const EMPTY_TABLE: Table = {
  kind: 'table',
  id: 0,
  schema: '',
  name: '',
  origin: BEFORE_HISTORY,
  dependents: [],
  complete: true,
  persistence: 'permanent',
  foreign: false,
  columns: [],
  constraints: [],
  triggers: [],
  rules: [],
  policies: [],
  rowSecurity: { enabled: false, forced: false },
  indexes: [],
  inherits: [],
  children: [],
  referencedBy: [],
  options: {},
  replicaIdentity: 'default',
  empty: true,
  barren: true,
};

export const emptyTable = (id: ObjectId, { schema, name }: QualifiedName, origin: Origin): Table => ({ ...EMPTY_TABLE, id, schema, name, origin });

/** Whether the column's default is the next value of a sequence. */
export const drawsFromSequence = (column: Column): boolean => column.default?.calls.some((call) => call.name.name === 'nextval') === true;

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** The object without properties that are optional in it. */
export function without<T extends object, K extends T extends unknown ? keyof T : never>(value: T, ...keys: readonly K[]): Without<T, K> {
  const copy: Partial<T> = { ...value };
  for (const key of keys) Reflect.deleteProperty(copy, key);
  return copy as Without<T, K>;
}
