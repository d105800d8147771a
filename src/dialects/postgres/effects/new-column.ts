import type { Table } from '../../../catalog/schema.ts';
import type { ColumnDefinition } from '../../../ir/columns.ts';
import type { DataType, Expression } from '../../../ir/expressions.ts';
import { isVolatile } from '../volatility.ts';
import type { Scene } from './scene.ts';
import { columnOf, tableById } from './scene.ts';

/** The tables that a new column comes to; one that has it already makes it its parent's too, and those below it are left alone. */
export const gaining = (table: Table, column: string, scene: Scene): readonly Table[] => [
  table,
  ...table.children.flatMap((id) => {
    const child = tableById(scene, id);
    return child === undefined ? [] : columnOf(child, column) === undefined ? gaining(child, column, scene) : [child];
  }),
];

interface Filling {
  /** Undefined when an unknown function or type decides; the rows are then taken to be rewritten. */
  readonly rewrite: boolean | undefined;
  /** What the rows that exist get. */
  readonly value: 'null' | 'value';
}

/** How the rows that exist come by the new column's value. */
export function filling(column: ColumnDefinition, scene: Scene): Filling {
  if (column.identity !== undefined || column.serial === true) return { rewrite: true, value: 'value' };
  if (column.generated !== undefined) return { rewrite: column.generated.stored, value: 'value' };
  const domain = domainFacts(column.type, scene);
  const expression = column.default ?? domain.default;
  const value = expression === undefined || expression.literal === null ? 'null' : 'value';
  if (domain.constrained) return { rewrite: true, value };
  if (expression === undefined || value === 'null') return { rewrite: false, value: 'null' };
  const volatile = isVolatile(expression, scene.before);
  return { rewrite: volatile, value };
}

/** A column of a domain gets its default and has to be checked row by row when the domain has constraints. */
function domainFacts(type: DataType, scene: Scene): { readonly constrained: boolean; readonly default?: Expression } {
  let current = type;
  let constrained = false;
  let found: Expression | undefined;
  for (let depth = 0; depth < 32 && current.dimensions === 0; depth++) {
    const domain = scene.before.domainOf(current);
    if (domain === undefined) break;
    constrained ||= domain.notNull || domain.checks.length > 0;
    found ??= domain.default;
    current = domain.type;
  }
  return { constrained, ...(found === undefined ? {} : { default: found }) };
}
