import type { Relation } from '../../../catalog/schema.ts';
import type { CatalogView } from '../../../catalog/view.ts';
import type { ObjectName } from '../../../ir/names.ts';
import { parseRegclass } from '../effects/scene.ts';
import { quotedIdentifier } from '../parse/routines/format.ts';
import type { Value } from './values.ts';
import { identity, isWhole } from './values.ts';

export const relationIdentity = (relation: Relation): Value => identity(String(relation.id));

export const schemaIdentity = (schema: string): Value => identity(`schema ${schema}`);

/**
 * Whether the history made everything that it ever mentions, and nothing of it was unreadable: then what the catalog does not
 * have is not there.
 */
export function isSelfContained(catalog: CatalogView): boolean {
  if (catalog.opaqueCount > 0) return false;
  let any = false;
  for (const { origin } of catalog.relations()) {
    if (origin.migration < 0) return false;
    any = true;
  }
  return any;
}

/** The relation that a regclass stands for, printed as the server does; undefined where that is not known, null (`maybe`) where there is none. */
export function regclass(value: Value, catalog: CatalogView, maybe = false): Value | undefined {
  if (value === null) return null;
  if (typeof value === 'object' && value.kind === 'identity') {
    const relation = catalog.byId(Number(value.id));
    return relation === undefined ? undefined : identity(value.id, printed(relation, catalog));
  }
  const name = typeof value === 'string' && isWhole(value) ? parseRegclass(value) : undefined;
  if (name === undefined) return undefined;
  const relation = catalog.relation(name);
  if (relation !== undefined) return identity(String(relation.id), printed(relation, catalog));
  return maybe && isMissing(name, catalog) ? null : undefined;
}

export const isMissing = (name: ObjectName, catalog: CatalogView): boolean => catalog.relation(name) === undefined && (catalog.isGone(name) || isSelfContained(catalog));

function printed(relation: Relation, catalog: CatalogView): string {
  const name = quotedIdentifier(relation.name);
  return catalog.relation({ name: relation.name })?.id === relation.id ? name : `${quotedIdentifier(relation.schema)}.${name}`;
}
