import type { Table } from '../../../catalog/schema.ts';
import type { Picks, Term } from '../../../ir/expressions.ts';
import type { Scene } from './scene.ts';
import { indexesOf } from './scene.ts';

/**
 * Whether an UPDATE or DELETE can change only as many rows as its own text says: it takes them from a LIMIT or a list, or
 * its condition fixes a key or keeps one within bounds. A table that is not known is judged by the names of its columns.
 */
export function changesFewRows({ where, bounded, boundedBy = [] }: Picks, table: Table | undefined, scene: Scene): boolean {
  if (bounded || boundedBy.some((name) => isWrittenOut(scene.before.table(name), scene))) return true;
  if (where === undefined) return false;
  const fixed = new Set(where.terms.filter(isFixed).map(({ column }) => column));
  const ranged = new Set(where.terms.filter((term) => bounds(term) === 'lower').map(({ column }) => column));
  const between = where.terms.filter((term) => bounds(term) === 'upper' && ranged.has(term.column)).map(({ column }) => column);
  if (fixed.size === 0 && between.length === 0) return false;
  if (table !== undefined && hasKey(table, scene, (key) => key.length > 0 && (key.every((column) => fixed.has(column)) || (key.length === 1 && between.includes(key[0] ?? ''))))) return true;
  return [...fixed].some((column) => KEY_NAME.test(words(column))) || between.some((column) => NUMBER_NAME.test(words(column)));
}

/** A table of this migration whose rows are as many as its text says. */
const isWrittenOut = (table: Table | undefined, { migration }: Scene): boolean => table?.complete === true && table.origin.migration === migration && (table.empty || table.few === true);

/** Names that people give to columns whose values are (nearly) unique, or at least chosen by the author one by one. */
const KEY_NAME = /(?:^|_)(?:id|ids|pk|uid|uuid|guid|key|code|slug|email|sku|iso|isbn|hash|token|handle|username|login|domain|host|hostname|url|uri|path|number|version|name|title|label|phone)$/;
const NUMBER_NAME = /(?:^|_)(?:id|pk|number|no|seq|key)$/;

const words = (column: string): string => column.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();

/** More values than anybody writes by hand are no longer few rows, but still as many as the text says. */
function isFixed(term: Term): boolean {
  if (term.kind === 'in') return true;
  if (term.kind === 'parameter') return term.operator === '=';
  return term.kind === 'compare' && term.operator === '=' && typeof term.value !== 'boolean' && term.value !== null;
}

function bounds(term: Term): 'lower' | 'upper' | undefined {
  if (term.kind !== 'compare' && term.kind !== 'parameter') return undefined;
  if (term.operator === '>' || term.operator === '>=') return 'lower';
  return term.operator === '<' || term.operator === '<=' ? 'upper' : undefined;
}

/** Whether there is such a unique key, by its columns; indexes without a constraint are keys too. */
const hasKey = (table: Table, scene: Scene, isWanted: (columns: readonly string[]) => boolean): boolean =>
  table.constraints.some(({ definition }) => (definition.type === 'primaryKey' || definition.type === 'unique') && isWanted(definition.columns)) ||
  indexesOf(scene, table).some(({ unique, where, keys }) => unique && where === undefined && keys.every(({ column }) => column !== undefined) && isWanted(keys.flatMap(({ column }) => column ?? [])));
