import type { ConstraintDefinition } from '../ir/constraints.ts';
import type { IndexKey } from '../ir/operations/indexes.ts';

/** What the catalog has to ask the dialect. */
export interface CatalogSemantics {
  /** Search path of a fresh session; first entry is where unqualified objects are created. */
  readonly searchPath: readonly string[];
  /** Schemas that exist without anybody creating them. */
  readonly schemas: readonly string[];
  readonly temporarySchema: string;
  /** Schemas whose objects are the server's own and never change. */
  isSystemSchema(schema: string): boolean;
  /** Where an unqualified name is found when the search path does not know it (`pg_class` in `pg_catalog`). */
  systemSchemaOf?(relation: string): string | undefined;
  /** The name the server chooses; `taken` tells which are used. */
  constraintName(table: string, constraint: ConstraintDefinition, taken: (name: string) => boolean): string;
  indexName(table: string, keys: readonly IndexKey[], taken: (name: string) => boolean): string;
  sequenceName(table: string, column: string, taken: (name: string) => boolean): string;
  /** Comparison key of an identifier (servers with case-insensitive names fold here). */
  key(name: string): string;
}
