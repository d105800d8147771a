import type { Table } from '../../../catalog/schema.ts';
import type { CatalogView } from '../../../catalog/view.ts';
import type { DataType } from '../../../ir/expressions.ts';
import type { ObjectName } from '../../../ir/names.ts';
import type { PatternInput, Question, Refusal } from '../../../remedy/step.ts';
import { displayName } from '../../../ir/names.ts';
import { quote, quoteLiteral, quoteName } from '../quote.ts';
import { typeSql } from './type-sql.ts';

/** A table that the history tells, and that has nothing by which its rows could be told apart. */
export interface Keyless extends Refusal {
  readonly keyless: true;
}

export const isKeyless = (key: readonly string[] | Refusal | Keyless): key is Keyless => 'keyless' in key;

/** What a table has that the history does not tell, as far as anybody can guess: where it is wrong, a batch is refused before it has changed anything. */
const USUAL_KEY = 'id';

/**
 * Columns by which the rows of a table can be gone through one after the other: the primary key, or a unique index without
 * NULLs. Of a table that the history does not tell it is a guess, which `keyQuestions` has to go with.
 */
export function keyOf({ before }: PatternInput, tableName: ObjectName): readonly string[] | Refusal | Keyless {
  const table = before.table(tableName);
  if (table?.foreign === true) return { refused: `${displayName(tableName)} is a foreign table, whose rows are not ours to go through in batches.` };
  const known = knownKey(table, before);
  if (known !== undefined) return known;
  if (table?.complete !== true) return [USUAL_KEY];
  return { refused: `Going through the rows in batches needs a primary key, or a unique index over columns that are NOT NULL, and ${displayName(tableName)} has none that the history knows: give it one first.`, keyless: true };
}

/** What variables that hold a key are declared as: the type under a domain, which may forbid the NULL that they start with. */
export const keyTypes = (before: CatalogView, tableName: ObjectName, key: readonly string[]): readonly string[] =>
  key.map((name) => {
    const type = before.column(before.table(tableName), name)?.type;
    return type === undefined || before.domainOf(type) === undefined ? `${quoteName(tableName)}.${quote(name)}%TYPE` : typeSql(underDomains(type, before), before);
  });

function underDomains(type: DataType, before: CatalogView): DataType {
  const domain = before.domainOf(type);
  return domain === undefined ? type : underDomains(domain.type, before);
}

/** What to ask before the rows of a table are gone through by a key that is a guess. */
export function keyQuestions({ before }: PatternInput, tableName: ObjectName): readonly Question[] {
  const table = before.table(tableName);
  if (table?.complete === true || knownKey(table, before) !== undefined) return [];
  const name = quoteLiteral(quoteName(tableName));
  return [
    {
      title: `${displayName(tableName)}, of which the history does not tell all, has a unique index over ${USUAL_KEY}`,
      sql: `SELECT ${name} WHERE NOT EXISTS (SELECT FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0] WHERE indrelid = ${name}::regclass AND indisunique AND indnkeyatts = 1 AND indpred IS NULL AND attname = ${quoteLiteral(USUAL_KEY)})`,
    },
  ];
}

/** What to ask where a row that is not seen would be left out: row security hides rows without a word, from the owner too where it is forced. */
export function sightQuestions({ before }: PatternInput, tableName: ObjectName): readonly Question[] {
  const table = before.table(tableName);
  if (table?.complete === true && !table.rowSecurity.enabled) return [];
  const name = quoteLiteral(quoteName(tableName));
  return [{ title: `Whoever runs it sees every row of ${displayName(tableName)}, whatever its row security says`, sql: `SELECT ${name}::regclass WHERE row_security_active(${name}::regclass)` }];
}

function knownKey(table: Table | undefined, before: PatternInput['before']): readonly string[] | undefined {
  if (table === undefined) return undefined;
  const primary = table.constraints.find(({ definition }) => definition.type === 'primaryKey')?.definition;
  if (primary?.type === 'primaryKey' && primary.columns.length > 0 && primary.withoutOverlaps !== true) return primary.columns;
  for (const index of before.indexesOf(table)) {
    if (!index.unique || !index.valid || index.where !== undefined || index.method !== 'btree') continue;
    const columns = index.keys.map(({ column }) => column).filter((column) => column !== undefined);
    if (columns.length === index.keys.length && columns.every((column) => before.isNotNull(table, column))) return columns;
  }
  return undefined;
}
