import type { Relation } from '../../../catalog/schema.ts';
import type { CatalogView } from '../../../catalog/view.ts';
import { isMissing, isSelfContained, relationIdentity } from './system-objects.ts';
import type { Value } from './values.ts';
import { isSame, isUnknown } from './values.ts';

/** A row of a system table; columns that it leaves out are unknown. */
export type Fields = Readonly<Record<string, Value>>;

/** A view or table of the server's own, as the catalog under replay fills it. */
export interface SystemTable {
  readonly columns: readonly string[];
  rows(catalog: CatalogView, hints: ReadonlyMap<string, Value>): FoundFields;
}

export interface FoundFields {
  readonly rows: Iterable<Fields>;
  /** The server has no more of them, its own objects aside. */
  readonly complete: boolean;
}

/** The columns that tell which relation a row is about. */
export interface About {
  readonly name?: string;
  readonly schema?: string;
  readonly oid?: string;
}

/** A table with rows for each relation of some kind. */
export function perRelation<Kind extends Relation['kind']>(
  columns: readonly string[],
  about: About,
  kinds: readonly Kind[],
  fields: (relation: Extract<Relation, { readonly kind: Kind }>, catalog: CatalogView) => readonly Fields[],
): SystemTable {
  const isKind = (relation: Relation): relation is Extract<Relation, { readonly kind: Kind }> => (kinds as readonly string[]).includes(relation.kind);
  return {
    columns,
    rows(catalog, hints) {
      const wanted = (column: string | undefined): Value | undefined => (column === undefined ? undefined : hints.get(column));
      const [name, schema, oid] = [wanted(about.name), wanted(about.schema), wanted(about.oid)];
      const candidates = oid === undefined ? [...catalog.relations()] : ofOid(oid, catalog);
      const found = candidates.filter(isKind).filter((relation) => agrees(relation.name, name) && agrees(relation.schema, schema));
      const sole = (name !== undefined || oid !== undefined) && found.length > 0 && found.every((relation) => !('complete' in relation) || relation.complete);
      const absent = found.length === 0 && typeof name === 'string' && isMissing({ name, ...(typeof schema === 'string' ? { schema } : {}) }, catalog);
      return { rows: generated(found, (relation) => fields(relation, catalog)), complete: sole || absent || isSelfContained(catalog) };
    },
  };
}

/** Could a thing of this name be the one that is asked for? */
export const agrees = (name: string, wanted: Value | undefined): boolean => wanted === undefined || isUnknown(wanted) || isSame(name, wanted) !== false;

function ofOid(oid: Value, catalog: CatalogView): readonly Relation[] {
  const relation = typeof oid === 'object' && oid !== null && oid.kind === 'identity' ? catalog.byId(Number(oid.id)) : undefined;
  return relation !== undefined && isSame(relationIdentity(relation), oid) === true ? [relation] : [];
}

function* generated<Item>(items: Iterable<Item>, build: (item: Item) => readonly Fields[]): Iterable<Fields> {
  for (const item of items) yield* build(item);
}
