import { postgres } from '../../src/dialects/postgres/index.ts';

/** What a statement does, without its places. The dialect has to be loaded. */
export const operationsOf = (sql: string): readonly unknown[] => postgres.parse(sql, {}).statements.flatMap(({ operations }) => operations.map(withoutPlaces));

function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== 'span' && !name.endsWith('Span')).map(([name, entry]) => [name, withoutPlaces(entry)]));
}
