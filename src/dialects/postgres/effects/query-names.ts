import type { Relation, Table } from '../../../catalog/schema.ts';
import type { Failure } from '../../../effects/vocabulary.ts';
import type { Expression, Query } from '../../../ir/expressions.ts';
import { isTemplateName } from '../../../ir/names.ts';
import { fullName } from './answer.ts';
import { isGiven } from '../system-columns.ts';
import { failure } from './failures.ts';
import type { Scene } from './scene.ts';

/** A relation that is read although the history has dropped or renamed it, or a column that none of the relations has which it could be of. `parameters`: of a function around it. */
export function missingNames({ mentions = [], reads }: Query, scene: Scene, parameters: readonly (string | undefined)[] = []): readonly Failure[] {
  const gone = reads.find(({ relation }) => !isTemplateName(relation.name) && scene.before.isGone(relation));
  if (gone !== undefined) return [failure('relation-missing', `relation "${gone.relation.name}" does not exist`, fullName(scene.before.resolve(gone.relation)))];
  for (const { column, of } of mentions) {
    if (isGiven(column) || parameters.includes(column) || !of.every((name) => lacks(scene.before.relation(name), column))) continue;
    // A function of one row can be called as if it were a column.
    if (scene.before.routines({ name: column }).length === 0) return [failure('column-missing', `column "${column}" does not exist`)];
  }
  return [];
}

export function lacks(relation: Relation | undefined, column: string): boolean {
  if (relation?.kind === 'table') return relation.complete && !relation.columns.some(({ name }) => name === column);
  if (relation?.kind !== 'view' && relation?.kind !== 'materializedView') return false;
  return relation.complete && relation.columns.length > 0 && relation.columns.every((name) => name !== undefined && name !== column);
}

/** The columns that an expression over one table names; none where a subquery brings others in. The table's own name stands for the row. */
export const namedIn = (expression: Expression | undefined, table: Table | undefined): readonly string[] =>
  expression === undefined || expression.reads.length > 0 || /\bselect\b/i.test(expression.text) ? [] : expression.columns.filter((name) => name !== table?.name && !isGiven(name));
