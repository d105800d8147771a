import type { Catalog } from '../catalog/catalog.ts';
import type { Origin } from '../catalog/schema.ts';
import type { HeldLock } from '../effects/vocabulary.ts';
import type { ObjectName } from '../ir/names.ts';

/** Migrations that go to the database in one deploy: nobody uses what the earlier ones have made before all of them have run. */
export interface Deploy {
  /** Numbers of their scripts. */
  readonly together: ReadonlySet<number>;
  /** Those of them that stood there before and have been changed: what they make may be in use. */
  readonly again: ReadonlySet<number>;
  /** Relations that the earlier ones have locked. */
  readonly touched: Set<string>;
  /** Locks that the earlier ones still hold, where the runner puts all of them into one transaction. */
  readonly held?: BatchLock[];
  /** The runner would put them into one transaction, but for this one that runs outside. */
  readonly splitBy?: number;
}

export interface BatchLock extends HeldLock {
  /** Of the migration that has taken it. */
  readonly path: string;
}

/** Whether something of this origin is made by the script or by an earlier one of the same deploy. */
export const isOurs = (origin: Origin, number: number, deploy: Deploy | undefined): boolean =>
  origin.migration === number || (deploy !== undefined && origin.migration < number && deploy.together.has(origin.migration) && !deploy.again.has(origin.migration));

/** Whether anybody else can be using it: it is neither ours nor temporary. What nobody created is live. */
export function isLive(catalog: Catalog, name: ObjectName, number: number, deploy?: Deploy): boolean {
  const relation = catalog.relation(name);
  if (relation === undefined) return name.schema === undefined || name.schema !== catalog.temporarySchema;
  if (isOurs(relation.origin, number, deploy)) return false;
  if (relation.kind === 'table') return relation.persistence !== 'temporary';
  return !('temporary' in relation && relation.temporary);
}

/** The same for an object as losses and breakages name it: `schema.relation` or `schema.relation.column`. */
export function isObjectLive(catalog: Catalog, object: string, number: number, deploy?: Deploy): boolean {
  const [schema, name, column] = object.split('.');
  if (schema === undefined || name === undefined) return true;
  const relation = catalog.relation({ schema, name });
  if (relation === undefined) return true;
  const part = column === undefined || relation.kind !== 'table' ? undefined : catalog.column(relation, column);
  return !(part !== undefined && isOurs(part.origin, number, deploy)) && isLive(catalog, { schema, name }, number, deploy);
}
