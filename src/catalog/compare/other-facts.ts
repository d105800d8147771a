import type { DataType } from '../../ir/expressions.ts';
import type { ColumnUse, ObjectId, Relation } from '../schema.ts';

/** How many columns of each table a view reads: a star, or a name, stands for others at another time. A column may go by another name by now. */
export function usesFact(uses: readonly ColumnUse[], relation: (id: ObjectId) => Relation | undefined): string {
  const counts = new Map<string, number>();
  for (const { table, column, sure } of uses) {
    const name = relation(table)?.name ?? '?';
    if (sure && column !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${String(count)} of ${name}`).toSorted().join(', ');
}

/** Whether a literal of these types means something else in a column of that type; others come out as they are written. */
export const meansAnother = (casts: readonly DataType[], { name }: DataType): boolean => casts.some((cast) => cast.name !== name && OF_TIME.test(cast.name) && OF_TIME.test(name));

const OF_TIME = /^(?:time|date)/;
