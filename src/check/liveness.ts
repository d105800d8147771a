import type { Catalog } from '../catalog/catalog.ts';
import type { ObjectName } from '../ir/names.ts';

/** Whether anybody else can be using it: it is neither of this script's number nor temporary. What nobody created is live. */
export function isLive(catalog: Catalog, name: ObjectName, number: number): boolean {
  const relation = catalog.relation(name);
  if (relation === undefined) return true;
  if (relation.origin.migration === number) return false;
  if (relation.kind === 'table') return relation.persistence !== 'temporary';
  return !('temporary' in relation && relation.temporary);
}

/** The same for an object as losses and breakages name it: `schema.relation` or `schema.relation.column`. */
export function isObjectLive(catalog: Catalog, object: string, number: number): boolean {
  const [schema, name, column] = object.split('.');
  if (schema === undefined || name === undefined) return true;
  const relation = catalog.relation({ schema, name });
  if (relation === undefined) return true;
  const part = column === undefined || relation.kind !== 'table' ? undefined : catalog.column(relation, column);
  return part?.origin.migration !== number && isLive(catalog, { schema, name }, number);
}
