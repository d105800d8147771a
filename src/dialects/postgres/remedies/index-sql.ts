import type { Index } from '../../../catalog/schema.ts';
import type { CatalogView } from '../../../catalog/view.ts';
import type { Step } from '../../../remedy/step.ts';
import { quote, quoteName } from '../quote.ts';
import { tableNameSql } from './names.ts';

/** The statement that makes the index again, concurrently; undefined when the history does not tell all of it. */
export function indexSql(index: Index, before: CatalogView): string | undefined {
  const table = before.byId(index.table);
  return table === undefined || !index.complete ? undefined : indexOn(index, tableNameSql(table, before));
}

/** The same on any relation. */
export function indexOn(index: Omit<Index, 'table' | 'id' | 'origin' | 'schema' | 'dependents' | 'kind' | 'valid' | 'children' | 'complete'>, relation: string): string {
  const keys = index.keys.map((key) =>
    [
      key.column === undefined ? `(${key.expression?.text ?? ''})` : quote(key.column),
      key.collation === undefined ? '' : `COLLATE ${quote(key.collation)}`,
      key.operatorClass ?? '',
      key.descending ? 'DESC' : '',
      key.nulls === undefined ? '' : `NULLS ${key.nulls.toUpperCase()}`,
    ]
      .filter((part) => part !== '')
      .join(' '),
  );
  return [
    `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY ${quote(index.name)} ON ${relation}${index.method === 'btree' ? '' : ` USING ${index.method}`} (${keys.join(', ')})`,
    index.include.length === 0 ? '' : `INCLUDE (${index.include.map(quote).join(', ')})`,
    index.nullsNotDistinct ? 'NULLS NOT DISTINCT' : '',
    index.where === undefined ? '' : `WHERE ${index.where.text}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

export const validity = (index: string, name: string): Step['verification'][number] => ({
  title: `${name} is valid`,
  sql: `SELECT indexrelid::regclass FROM pg_index WHERE indexrelid = '${index.replaceAll("'", "''")}'::regclass AND NOT indisvalid`,
});

export const NO_TIMEOUT = 'No lock_timeout and no statement_timeout around it: one that strikes leaves an INVALID index behind.';

/** Of a step that makes an index a constraint. */
export const INDEX_GOES = 'The index goes with the constraint on the way back: whoever goes forward again from there builds it again first.';

export const dropFirst = (index: string): string => `If an earlier build failed or was interrupted, drop what it left before running it again: DROP INDEX CONCURRENTLY IF EXISTS ${index};`;

/** What a build leaves that failed, as on duplicates: it takes the name, costs every write, and serves no query. */
export const leftOver = (index: string): Step['preconditions'][number] => ({
  title: `No earlier build has left an INVALID index (each row is the statement that drops it)`,
  sql: `SELECT 'DROP INDEX CONCURRENTLY ' || indexrelid::regclass FROM pg_index WHERE indexrelid = to_regclass('${index.replaceAll("'", "''")}') AND NOT indisvalid`,
});

/** Rows that a unique index over the keys, as SQL has them, would refuse. */
export function duplicates(keys: readonly string[], table: { readonly schema?: string; readonly name: string }, where: string | undefined, nullsNotDistinct: boolean): Step['preconditions'] {
  if (keys.length === 0) return [];
  const list = keys.join(', ');
  const conditions = [...(where === undefined ? [] : [`(${where})`]), ...(nullsNotDistinct ? [] : keys.map((key) => `${key} IS NOT NULL`))];
  return [{ title: `No two rows have the same ${list}`, sql: `SELECT ${list}, count(*) FROM ${quoteName(table)}${conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`} GROUP BY ${list} HAVING count(*) > 1` }];
}
