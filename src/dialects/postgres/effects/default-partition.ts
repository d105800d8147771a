import type { ObjectId, Table } from '../../../catalog/schema.ts';
import type { CatalogView } from '../../../catalog/view.ts';

/** The DEFAULT partition of a table, if it has one. */
export function defaultPartition(parent: Table, catalog: CatalogView): Table | undefined {
  const { children } = parent;
  const searches = SEARCHES.get(catalog) ?? new Map<ObjectId, Search>();
  SEARCHES.set(catalog, searches);
  const earlier = searches.get(parent.id);
  // Partitions are added at the end and their bounds stay, so that what has been looked through need not be again.
  const start = earlier !== undefined && children[earlier.length - 1] === earlier.last ? earlier.length : 0;
  let found = start > 0 ? tableOf(catalog, earlier?.found) : undefined;
  for (let i = start; i < children.length && found === undefined; i++) {
    const child = tableOf(catalog, children[i]);
    if (child?.partitionOf?.bound.kind === 'default') found = child;
  }
  searches.set(parent.id, { length: children.length, last: children.at(-1), found: found?.id });
  return found;
}

interface Search {
  readonly length: number;
  readonly last: ObjectId | undefined;
  readonly found: ObjectId | undefined;
}
const SEARCHES = new WeakMap<CatalogView, Map<ObjectId, Search>>();

function tableOf(catalog: CatalogView, id: ObjectId | undefined): Table | undefined {
  const relation = id === undefined ? undefined : catalog.byId(id);
  return relation?.kind === 'table' ? relation : undefined;
}
