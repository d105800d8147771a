import { SCHEMA_QUERIES } from './schema-queries.ts';
import type { Server } from './server.ts';

/**
 * The schema of a database as its own catalogs describe it: object → facet → value. An object is named as in
 * `column public.users.email`; names are qualified and nothing depends on OIDs or on the search path.
 */
export type SchemaSnapshot = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** One difference between two snapshots. */
export interface SchemaDifference {
  /** `missing`: only in the first; `extra`: only in the second; `changed`: in both, but different. */
  readonly difference: 'missing' | 'extra' | 'changed';
  readonly object: string;
  /** For `changed`: what, as in `default: 0 → none`. */
  readonly detail?: string;
  /** The facets that changed. */
  readonly facets: readonly string[];
}

/** Reads the schema, what belongs to extensions left out. The session must be idle, or `within` a transaction. */
export async function snapshotSchema(server: Server, { within = false }: { readonly within?: boolean } = {}): Promise<SchemaSnapshot> {
  const objects = new Map<string, Map<string, string>>();
  await server.exec(`${within ? 'SAVEPOINT lockkeeper_snapshot' : 'BEGIN'}; SET LOCAL search_path = pg_catalog`);
  try {
    for (const query of SCHEMA_QUERIES) {
      if (query.since !== undefined && server.version < query.since) continue;
      for (const row of await server.query(query.sql)) {
        const object = String(row['object']);
        const facets = objects.get(object) ?? new Map<string, string>();
        objects.set(object, facets);
        for (const [facet, value] of Object.entries(row)) {
          if (facet !== 'object' && value !== null && value !== undefined && value !== '') facets.set(facet.replaceAll('_', ' '), String(value));
        }
      }
    }
  } finally {
    await server.exec(within ? 'ROLLBACK TO lockkeeper_snapshot; RELEASE lockkeeper_snapshot' : 'ROLLBACK');
  }
  return objects;
}

/** What is different in the second, by name. */
export function compareSchemas(before: SchemaSnapshot, after: SchemaSnapshot): readonly SchemaDifference[] {
  const differences: SchemaDifference[] = [];
  for (const [object, facets] of before) {
    const now = after.get(object);
    if (now === undefined) {
      if (!isPartOfAnother(object, before, after)) differences.push({ difference: 'missing', object, facets: [] });
      continue;
    }
    const changed = [...new Set([...facets.keys(), ...now.keys()])].filter((facet) => facets.get(facet) !== now.get(facet) && (facet !== COLUMN_ORDER || reordered(facets, now)));
    if (changed.length > 0) differences.push({ difference: 'changed', object, detail: changed.map((facet) => `${facet}: ${short(facets.get(facet))} → ${short(now.get(facet))}`).join('; '), facets: changed });
  }
  for (const object of after.keys()) if (!before.has(object) && !isPartOfAnother(object, after, before)) differences.push({ difference: 'extra', object, facets: [] });
  return differences;
}

/** Facet of a table; a difference of its own only where columns that both have stand in another order. */
export const COLUMN_ORDER = 'column order';

function reordered(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): boolean {
  const [a, b] = [before, after].map((facets) => facets.get(COLUMN_ORDER)?.split(', ') ?? []);
  const common = (list: readonly string[] = [], other: readonly string[] = []): string => list.filter((column) => other.includes(column)).join();
  return common(a, b) !== common(b, a);
}

/** Columns, constraints and the like of a table that is itself there on one side only are not worth a word of their own. */
function isPartOfAnother(object: string, own: SchemaSnapshot, other: SchemaSnapshot): boolean {
  const table = own.get(object)?.get('of');
  return table !== undefined && own.has(table) && !other.has(table);
}

const LONGEST = 120;

function short(value: string | undefined): string {
  if (value === undefined) return 'none';
  const line = value.replace(/\s+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
