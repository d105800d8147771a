import type { Table } from '../../../catalog/schema.ts';
import type { Scene } from './scene.ts';

/** Declared NOT NULL and, from 18 on, not merely NOT VALID. */
export function isNotNull(table: Table, column: string, { before }: Scene): boolean {
  if (!before.isNotNull(table, column)) return false;
  return !table.constraints.some(({ definition, valid }) => definition.type === 'notNull' && definition.column === column && !valid);
}

/** Whether valid checks of the table rule NULLs out, so that SET NOT NULL need not look (12 and later). */
export function provesNotNull(table: Table, column: string, scene: Scene): boolean {
  if (scene.version < 12) return false;
  return table.constraints.some(
    ({ name, definition, valid, enforced }) =>
      definition.type === 'check' &&
      valid &&
      enforced &&
      definition.expression.terms.some((term) => term.kind === 'notNull' && term.column === column) &&
      !dropsConstraint(name, scene),
  );
}

/** Whether the statement drops the constraint itself: drops go before all else, wherever they stand. */
export const dropsConstraint = (name: string, scene: Scene): boolean =>
  scene.statement.operations.some((operation) => operation.kind === 'dropConstraint' && operation.within === undefined && operation.name === name);
