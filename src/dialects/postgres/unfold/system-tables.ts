import type { CatalogView } from '../../../catalog/view.ts';
import { INFORMATION_SCHEMA } from './information-schema.ts';
import { PG_CATALOG } from './pg-catalog.ts';
import type { SystemTable } from './relation-rows.ts';

/** The system table of that name, unless the history has a relation of its own by it. */
export function systemTable(schema: string | undefined, name: string, catalog: CatalogView): SystemTable | undefined {
  if (schema === 'information_schema') return INFORMATION_SCHEMA.get(name);
  if (schema === 'pg_catalog') return PG_CATALOG.get(name);
  return schema === undefined && catalog.relation({ name }) === undefined ? PG_CATALOG.get(name) : undefined;
}
