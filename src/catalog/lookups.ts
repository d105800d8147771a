import type { DataType } from '../ir/expressions.ts';
import type { ObjectName } from '../ir/names.ts';
import type { Column, Constraint, Index, MaterializedView, ObjectId, Table, UserType, View } from './schema.ts';
import { nearestFirst } from './state/graph.ts';
import { learntFact } from './state/learn.ts';
import { tableById } from './state/relations.ts';
import { creationName, findRelation, findRoutines, findType, goneSchema, resolveAny, searchPath } from './state/resolve.ts';
import type { Store } from './state/store.ts';
import { nameKey } from './state/store.ts';
import type { CatalogView } from './view.ts';

const IS_THERE = {
  relation: (store: Store, name: ObjectName) => findRelation(store, name) !== undefined,
  type: (store: Store, name: ObjectName) => findType(store, name) !== undefined,
  routine: (store: Store, name: ObjectName) => findRoutines(store, name).length > 0,
} as const;

/** The reading side of the catalog. */
export function createView(store: Store): CatalogView {
  const { relations, types, semantics } = store;
  const tables = (ids: readonly ObjectId[]): readonly Table[] => ids.map((id) => tableById(store, id)).filter((table) => table !== undefined);
  return {
    get searchPath() {
      return searchPath(store);
    },
    temporarySchema: semantics.temporarySchema,
    settings: store.settings,
    left: store.left,
    get opaqueCount() {
      return store.counters.get('opaque') ?? 0;
    },
    get skippedColumn() {
      return store.counters.has('skippedColumn');
    },
    creationName: (name) => creationName(store, name),
    resolve: (name) => resolveAny(store, name),
    relation: (name) => findRelation(store, name),
    byId: (id) => relations.get(id),
    isGone(name, of = 'relation') {
      if ((store.counters.get('opaque') ?? 0) > 0 || IS_THERE[of](store, name)) return false;
      const { schema, name: plain } = resolveAny(store, name);
      return store.gone.has(`${of}:${nameKey(store, schema, plain)}`);
    },
    isSchemaGone: (name) => (store.counters.get('opaque') ?? 0) === 0 && store.gone.has(goneSchema(store, name)),
    table(name) {
      const relation = findRelation(store, name);
      return relation?.kind === 'table' ? relation : undefined;
    },
    index(name) {
      const relation = findRelation(store, name);
      return relation?.kind === 'index' ? relation : undefined;
    },
    column: (table, name) => columnOf(store, table, name),
    isNotNull: (table, name) => columnOf(store, table, name)?.notNull ?? (table !== undefined && learntFact(store, table, 'column', name, 'nullability') === 'not null'),
    constraint: (table, name) => constraintOf(store, table, name),
    indexesOf: (table) => indexesOf(store, table),
    referencing: (table) =>
      tables(table.referencedBy).flatMap((other) =>
        other.constraints.filter((constraint) => constraint.references === table.id).map((constraint) => ({ table: other, constraint })),
      ),
    descendants: (table) => tables(nearestFirst(table.id, (id) => tableById(store, id)?.children ?? [])),
    ancestors: (table) => tables(nearestFirst(table.id, (id) => parentsOf(tableById(store, id)))),
    dependentViews: (relation) =>
      nearestFirst(relation.id, (id) => relations.get(id)?.dependents ?? [])
        .map((id) => relations.get(id))
        .filter((view) => view !== undefined),
    type: (name) => findType(store, name),
    typeById: (id) => types.get(id),
    enumOf(type) {
      const found = findType(store, typeObject(type));
      return found?.kind === 'enum' ? found : undefined;
    },
    domainOf(type) {
      const found = findType(store, typeObject(type));
      return found?.kind === 'domain' ? found : undefined;
    },
    columnsOfType: (type) => columnsOfType(store, type),
    routines: (name) => findRoutines(store, name),
    extension: (name) => store.extensions.get(semantics.key(name)),
    hasSchema: (name) => store.schemas.has(semantics.key(name)) || semantics.schemas.some((schema) => semantics.key(schema) === semantics.key(name)),
    relations: () => relations.values(),
    types: () => types.values(),
    extensions: () => store.extensions.values(),
  };
}

export function columnOf(store: Store, table: Table | undefined, name: string): Column | undefined {
  const { key } = store.semantics;
  const wanted = key(name);
  return table?.columns.find((column) => key(column.name) === wanted);
}

export function constraintOf(store: Store, table: Table | undefined, name: string): Constraint | undefined {
  const { key } = store.semantics;
  const wanted = key(name);
  return table?.constraints.find((constraint) => key(constraint.name) === wanted);
}

/** Whether a view needs a column of a table that it reads, as far as its text tells. */
export function readsColumn({ query, uses }: View | MaterializedView, table: Pick<Table, 'id'>, column: string): 'yes' | 'no' | 'maybe' {
  if (query === undefined) return 'maybe';
  const own = uses.filter((use) => use.table === table.id && (use.column === column || use.column === undefined));
  return own.length === 0 ? 'no' : own.some(({ sure }) => sure) ? 'yes' : 'maybe';
}

export function indexesOf(store: Store, relation: { readonly indexes: readonly ObjectId[] }): readonly Index[] {
  const indexes: Index[] = [];
  for (const id of relation.indexes) {
    const index = store.relations.get(id);
    if (index?.kind === 'index') indexes.push(index);
  }
  return indexes;
}

export function columnsOfType(store: Store, type: Pick<UserType, 'id'>): readonly { readonly table: Table; readonly column: Column }[] {
  return (store.uses.get(`type:${String(type.id)}`) ?? []).flatMap((id) => {
    const table = tableById(store, id);
    return (table?.columns ?? []).filter((column) => column.typeId === type.id).flatMap((column) => (table === undefined ? [] : [{ table, column }]));
  });
}

export const parentsOf = (table: Table | undefined): readonly ObjectId[] =>
  table === undefined ? [] : table.partitionOf === undefined ? table.inherits : [table.partitionOf.parent, ...table.inherits];

/** The type's name without modifiers and dimensions. */
export const typeObject = (type: DataType): ObjectName => (type.schema === undefined ? { name: type.name } : { schema: type.schema, name: type.name });
