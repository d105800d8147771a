import type { Table } from '../../../catalog/schema.ts';
import type { Failure } from '../../../effects/vocabulary.ts';
import type { Term } from '../../../ir/expressions.ts';
import { isTemplateName } from '../../../ir/names.ts';
import { fullName } from './answer.ts';
import { failure } from './failures.ts';
import type { Scene } from './scene.ts';
import { columnOf, indexesOf } from './scene.ts';

type Constant = string | number | boolean | null;

/** What is known of a row that is to be written; undefined for the rest. */
export type Known = (column: string) => Constant | undefined;

/** Whether triggers may make other rows of those that are written. */
export const changesRows = ({ triggers, rules }: Table, event: 'insert' | 'update'): boolean => rules.length > 0 || triggers.some(({ timing, events }) => timing === 'before' && events.includes(event));

/** A row that a check of the table does not let in. */
export function brokenCheck(table: Table, known: Known, cause: 'value-refused' | 'row-refused', scene: Scene): Failure | undefined {
  const broken = table.constraints.find(
    ({ definition, enforced, doubtful }) => definition.type === 'check' && enforced && doubtful !== true && definition.expression.terms.some((term) => isPlain(term.column, table, scene) && isFalse(term, known(term.column))),
  );
  return broken === undefined ? undefined : failure(cause, `new row for relation "${table.name}" violates check constraint "${broken.name}"`, fullName(table), '23514');
}

/** A template says a part of it when it runs, and something else in each place. */
const isFilledIn = (value: Constant): boolean => typeof value === 'string' && isTemplateName(value);

const PLAIN: ReadonlySet<string> = new Set(['text', 'character varying', 'smallint', 'integer', 'bigint', 'numeric', 'boolean']);

/** Constants of the type are equal where they are written alike, and only there. */
function isPlain(name: string, table: Table, scene: Scene): boolean {
  const column = columnOf(table, name);
  return column !== undefined && column.type.dimensions === 0 && column.collation === undefined && (PLAIN.has(column.type.name) || scene.before.enumOf(column.type) !== undefined);
}

/** Nothing is false of NULL but that it is there. */
function isFalse(term: Term, value: Constant | undefined): boolean {
  if (value === undefined || isFilledIn(value)) return false;
  switch (term.kind) {
    case 'notNull':
      return value === null;
    case 'isNull':
      return value !== null;
    case 'in':
      return value !== null && term.values.every((other) => typeof other === typeof value && other !== value);
    case 'anyOf':
      return term.choices.every((choice) => isFalse(choice, value));
    case 'compare':
      return value !== null && term.value !== null && typeof term.value === typeof value && COMPARISONS[term.operator]?.(value, term.value) === false;
    case 'parameter':
      return false;
  }
}

type Comparison = (a: string | number | boolean, b: string | number | boolean) => boolean | undefined;

/** How texts are ordered is their collation's affair. */
const ofNumbers =
  (compare: (a: number, b: number) => boolean): Comparison =>
  (a, b) =>
    typeof a === 'number' && typeof b === 'number' ? compare(a, b) : undefined;

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  '=': (a, b) => a === b,
  '<>': (a, b) => a !== b,
  '!=': (a, b) => a !== b,
  '<': ofNumbers((a, b) => a < b),
  '<=': ofNumbers((a, b) => a <= b),
  '>': ofNumbers((a, b) => a > b),
  '>=': ofNumbers((a, b) => a >= b),
};

/** Two of the rows with the same key. */
export function repeatedKey(table: Table, rows: readonly Known[], onConflict: 'nothing' | 'update' | undefined, conflict: readonly string[] | undefined, scene: Scene): Failure | undefined {
  if (rows.length < 2 || onConflict === 'nothing') return undefined;
  const keys = [
    ...table.constraints.flatMap(({ name, definition, doubtful }) => ((definition.type === 'primaryKey' || definition.type === 'unique') && doubtful !== true ? [{ name, columns: definition.columns }] : [])),
    ...indexesOf(scene, table).flatMap(({ name, unique, where, keys: parts, complete }) => (unique && complete && where === undefined && parts.every(({ column }) => column !== undefined) ? [{ name, columns: parts.flatMap(({ column }) => column ?? []) }] : [])),
  ];
  for (const { name, columns } of keys) {
    if (!columns.every((column) => isPlain(column, table, scene))) continue;
    const seen = new Set<string>();
    for (const row of rows) {
      const values = columns.map(row);
      if (values.some((value) => value === undefined || value === null || isFilledIn(value))) continue;
      const key = JSON.stringify(values);
      if (!seen.has(key)) {
        seen.add(key);
        continue;
      }
      if (onConflict === undefined) return failure('value-refused', `duplicate key value violates unique constraint "${name}"`, fullName(table), '23505');
      if (conflict?.length === columns.length && conflict.every((column) => columns.includes(column))) return failure('value-refused', 'ON CONFLICT DO UPDATE command cannot affect row a second time', fullName(table), '21000');
    }
  }
  return undefined;
}
