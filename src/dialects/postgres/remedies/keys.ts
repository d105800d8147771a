import type { Table } from '../../../catalog/schema.ts';
import type { ObjectName } from '../../../ir/names.ts';
import type { PatternInput, Refusal } from '../../../remedy/step.ts';
import { displayName } from '../../../ir/names.ts';

/** Columns by which the rows of a table can be gone through one after the other: the primary key, or a unique index without NULLs. */
export function keyOf({ before }: PatternInput, tableName: ObjectName): readonly string[] | Refusal {
  const table = before.table(tableName);
  if (table === undefined) return { refused: `Going through the rows in batches needs a primary key, and the history does not say what ${displayName(tableName)} has.` };
  if (table.foreign) return { refused: `${displayName(tableName)} is a foreign table, whose rows are not ours to go through in batches.` };
  const primary = table.constraints.find(({ definition }) => definition.type === 'primaryKey')?.definition;
  if (primary?.type === 'primaryKey' && primary.columns.length > 0 && primary.withoutOverlaps !== true) return primary.columns;
  return uniqueKey(table, before) ?? { refused: `Going through the rows in batches needs a primary key, or a unique index over columns that are NOT NULL, and ${displayName(tableName)} has none that the history knows.` };
}

function uniqueKey(table: Table, before: PatternInput['before']): readonly string[] | undefined {
  for (const index of before.indexesOf(table)) {
    if (!index.unique || !index.valid || index.where !== undefined || index.method !== 'btree') continue;
    const columns = index.keys.map(({ column }) => column).filter((column) => column !== undefined);
    if (columns.length === index.keys.length && columns.every((column) => before.column(table, column)?.notNull === true)) return columns;
  }
  return undefined;
}
