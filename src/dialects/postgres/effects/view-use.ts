import type { MaterializedView, Table, View } from '../../../catalog/schema.ts';
import type { Scene } from './scene.ts';
import { tableById } from './scene.ts';

/** Whether a view needs a column of a table that it reads, as far as its text tells. */
export function viewUse(view: View | MaterializedView, table: Table, column: string, scene: Scene): 'yes' | 'no' | 'maybe' {
  const { query } = view;
  if (query === undefined) return 'maybe';
  if (query.columns.some(({ name, qualifier }) => name === column && couldMean(qualifier, table, view))) {
    const others = view.reads.filter((id) => id !== table.id);
    const elsewhere = others.some((id) => {
      const other = tableById(scene, id);
      return other === undefined || !other.complete || other.columns.some(({ name }) => name === column);
    });
    return elsewhere ? 'maybe' : 'yes';
  }
  if (!query.hasStar) return 'no';
  // A star took the columns that the table had when the view was made.
  if (view.columns.includes(column)) return view.reads.length === 1 ? 'yes' : 'maybe';
  return view.columns.includes(undefined) || view.columns.length === 0 ? 'maybe' : 'no';
}

/** A qualifier is the table's name or an alias; a name of another relation of the view rules the table out. */
function couldMean(qualifier: string | undefined, table: Table, view: View | MaterializedView): boolean {
  if (qualifier === undefined || qualifier === table.name) return true;
  return !(view.query?.reads.some(({ relation }) => relation.name === qualifier && relation.name !== table.name) ?? false);
}
