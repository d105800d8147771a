import type { CatalogView } from '../../../catalog/view.ts';
import type { ConstraintDefinition } from '../../../ir/constraints.ts';
import type { ObjectName } from '../../../ir/names.ts';
import type { OperationOf } from '../../../ir/operation.ts';
import { quote, quoteName } from '../quote.ts';
import { postgresSemantics } from '../semantics.ts';

/** The name that the server gives to a constraint without one, or the one that it has. */
export function constraintNameOf(before: CatalogView, tableName: ObjectName, constraint: ConstraintDefinition): string {
  if (constraint.name !== undefined) return constraint.name;
  const { schema, name } = before.resolve(tableName);
  const table = before.table(tableName);
  return postgresSemantics.constraintName(name, constraint, (candidate) => before.constraint(table, candidate) !== undefined || before.relation({ schema, name: candidate }) !== undefined);
}

/** The name that the server gives to an index without one, or the one that it has. */
export function indexNameOf(before: CatalogView, { name: own, table, keys, include }: OperationOf<'createIndex'>): string {
  if (own !== undefined) return own;
  const { schema, name } = before.resolve(table);
  const included = include.map((column): (typeof keys)[number] => ({ column, descending: false }));
  return postgresSemantics.indexName(name, [...keys, ...included], (candidate) => before.relation({ schema, name: candidate }) !== undefined);
}

/** A name of our own that nothing on the table or in its schema has. */
export function freshName(before: CatalogView, tableName: ObjectName, wanted: string): string {
  const { schema } = before.resolve(tableName);
  const table = before.table(tableName);
  const taken = (name: string): boolean => before.constraint(table, name) !== undefined || before.relation({ schema, name }) !== undefined || before.column(table, name) !== undefined;
  const base = shorten(wanted, LIMIT);
  for (let count = 0; ; count++) {
    const candidate = count === 0 ? base : `${shorten(base, LIMIT - String(count).length)}${String(count)}`;
    if (!taken(candidate)) return candidate;
  }
}

/** Bytes of the longest identifier. */
const LIMIT = 63;

function shorten(name: string, limit: number): string {
  let text = name;
  while (new TextEncoder().encode(text).length > limit) text = text.slice(0, -1);
  return text;
}

/** A table in SQL; its name carries its schema unless that is the first of the search path. */
export function tableNameSql(table: { readonly schema: string; readonly name: string }, before: CatalogView): string {
  return table.schema === before.searchPath[0] ? quote(table.name) : quoteName(table);
}
