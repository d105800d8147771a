import { createHash } from 'node:crypto';

/** Names that TypeORM gives what has none: a hash of the table and what is in it. */
const named = (prefix: string, table: string, parts: string): string => {
  const bare = table.split('.').pop() ?? '';
  return `${prefix}_${createHash('sha1').update(`${bare}_${parts}`).digest('hex').slice(0, prefix.length > 2 ? 26 : 27)}`;
};

const sorted = (columns: readonly string[]): string => [...columns].sort().join('_');

export const primaryKeyName = (table: string, columns: readonly string[]): string => named('PK', table, sorted(columns));
export const uniqueName = (table: string, columns: readonly string[]): string => named('UQ', table, sorted(columns));
export const foreignKeyName = (table: string, columns: readonly string[]): string => named('FK', table, sorted(columns));
export const indexName = (table: string, columns: readonly string[], where: string | undefined): string => named('IDX', table, sorted(columns) + (where === undefined || where === '' ? '' : `_${where}`));
export const checkName = (table: string, expression: string): string => named('CHK', table, expression);
export const exclusionName = (table: string, expression: string): string => named('XCL', table, expression);
