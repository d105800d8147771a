import { COLUMN_ORDER, snapshotSchema } from '../../../src/servers/schema-snapshot.ts';
import type { Server } from '../../../src/servers/server.ts';

/** One line per fact of the schema; the order of columns is none of them. */
export async function schemaOf(server: Server): Promise<readonly string[]> {
  const snapshot = await snapshotSchema(server);
  return [...snapshot].flatMap(([object, facets]) => [object, ...[...facets].filter(([facet]) => facet !== COLUMN_ORDER).map(([facet, value]) => `${object} ${facet}: ${value}`)]).toSorted();
}

/** One line per row of each table. */
export async function dataOf(server: Server): Promise<readonly string[]> {
  const tables = await server.query(`SELECT c.oid::regclass::text AS name FROM pg_class c WHERE c.relkind = 'r' AND ${VISIBLE('c.relnamespace')}`);
  const rows: string[] = [];
  for (const { name } of tables) {
    const found = await server.query(`SELECT to_jsonb(t)::text AS row FROM ${String(name)} AS t`);
    rows.push(...found.map(({ row }) => `${String(name)} ${String(row)}`));
  }
  return rows.toSorted();
}

const VISIBLE = (namespace: string): string => `${namespace}::regnamespace::text !~ '^(pg_|information_schema)'`;

/** Lines that only one side has. */
export function differences(expected: readonly string[], found: readonly string[]): readonly string[] {
  const [left, right] = [new Set(expected), new Set(found)];
  return [...expected.filter((one) => !right.has(one)).map((one) => `- ${one}`), ...found.filter((one) => !left.has(one)).map((one) => `+ ${one}`)];
}
