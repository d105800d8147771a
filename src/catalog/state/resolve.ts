import type { ObjectName, QualifiedName } from '../../ir/names.ts';
import type { Relation, Routine, UserType } from '../schema.ts';
import { identifier, tokens } from '../text.ts';
import type { Store } from './store.ts';
import { nameKey } from './store.ts';

/** Schemas that are searched, as the setting says now. */
export function searchPath(store: Store): readonly string[] {
  const value = store.settings.get('search_path')?.value;
  if (store.pathCache.value !== value) {
    store.pathCache.value = value;
    store.pathCache.path = value === undefined ? store.semantics.searchPath : parsePath(value);
  }
  return store.pathCache.path;
}

/** Where an unqualified new object goes: the first schema that is not known to be gone. */
function creationSchema(store: Store): string {
  const path = searchPath(store);
  return path.find((schema) => !store.gone.has(goneSchema(store, schema))) ?? path[0] ?? store.semantics.searchPath[0] ?? '';
}

/** Where a new object goes. */
export const creationName = (store: Store, { schema = creationSchema(store), name }: ObjectName): QualifiedName => ({ schema, name });

/** Key of a dropped schema in `gone`. */
export const goneSchema = (store: Store, schema: string): string => `schema:${store.semantics.key(schema)}`;

export function findRelation(store: Store, name: ObjectName): Relation | undefined {
  const id = lookup(store, name, store.relationNames);
  return id === undefined ? undefined : store.relations.get(id);
}

export function findType(store: Store, name: ObjectName): UserType | undefined {
  const id = lookup(store, name, store.typeNames);
  return id === undefined ? undefined : store.types.get(id);
}

export function findRoutines(store: Store, name: ObjectName): readonly Routine[] {
  const ids = lookup(store, name, store.routineNames) ?? [];
  return ids.map((id) => store.routines.get(id)).filter((routine) => routine !== undefined);
}

/** Where the relation is, or would be. */
export function resolveRelation(store: Store, name: ObjectName): QualifiedName {
  return named(findRelation(store, name)) ?? expected(store, name, store.semantics.systemSchemaOf?.(name.name));
}

export const resolveType = (store: Store, name: ObjectName): QualifiedName => named(findType(store, name)) ?? expected(store, name);

export const resolveRoutine = (store: Store, name: ObjectName): QualifiedName => named(findRoutines(store, name)[0]) ?? expected(store, name);

/** Whatever kind of object it is. */
export function resolveAny(store: Store, name: ObjectName): QualifiedName {
  return (
    named(findRelation(store, name) ?? findType(store, name) ?? findRoutines(store, name)[0]) ??
    expected(store, name, store.semantics.systemSchemaOf?.(name.name))
  );
}

const named = (object: QualifiedName | undefined): QualifiedName | undefined =>
  object === undefined ? undefined : { schema: object.schema, name: object.name };

const expected = (store: Store, name: ObjectName, otherwise?: string): QualifiedName => ({
  schema: name.schema ?? otherwise ?? creationSchema(store),
  name: name.name,
});

function lookup<Found>(store: Store, name: ObjectName, names: ReadonlyMap<string, Found>): Found | undefined {
  if (name.schema !== undefined) return names.get(nameKey(store, name.schema, name.name));
  const path = searchPath(store);
  const { temporarySchema } = store.semantics;
  if (store.temporaries.size > 0 && !path.includes(temporarySchema)) {
    const temporary = names.get(nameKey(store, temporarySchema, name.name));
    if (temporary !== undefined) return temporary;
  }
  for (const schema of path) {
    const found = names.get(nameKey(store, schema, name.name));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `"$user"` names a schema that hardly ever exists; it is passed over, as the server does with what is missing. */
function parsePath(value: string): readonly string[] {
  const path: string[] = [];
  for (const item of splitList(value)) {
    const list = tokens(item);
    const name = list.length === 1 ? (list[0]?.kind === 'quoted' ? identifier(list[0]) : list[0]?.text) : item.trim();
    const bare = name?.startsWith("'") === true ? name.slice(1, -1) : name;
    if (bare !== undefined && bare !== '' && bare !== '$user') path.push(bare);
  }
  return path;
}

function splitList(value: string): readonly string[] {
  const items: string[] = [];
  let start = 0;
  for (const token of tokens(value)) {
    if (token.text !== ',') continue;
    items.push(value.slice(start, token.start));
    start = token.end;
  }
  return [...items, value.slice(start)];
}
