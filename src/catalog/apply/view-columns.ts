import type { ObjectName } from '../../ir/names.ts';
import type { Query } from '../../ir/expressions.ts';
import type { ColumnUse, ObjectId, Relation, Table } from '../schema.ts';
import { editRelation } from '../state/relations.ts';
import { findRelation } from '../state/resolve.ts';
import type { Store } from '../state/store.ts';

/** Columns of the tables among `reads` that a view made of the query needs from then on, as far as its text tells. */
export function columnUses(store: Store, query: Query, reads: readonly ObjectId[]): readonly ColumnUse[] {
  const relations = reads.flatMap((id) => store.relations.get(id) ?? []);
  const starred = new Set((query.stars ?? []).map((name) => findRelation(store, name)?.id));
  return relations.flatMap((relation) => (relation.kind === 'table' ? usesOfTable(query, relation, relations, starred.has(relation.id)) : []));
}

function usesOfTable(query: Query, table: Table, relations: readonly Relation[], starred: boolean): readonly ColumnUse[] {
  const own = new Set(table.columns.map(({ name }) => name));
  const uses = new Map<string | undefined, ColumnUse>();
  if (starred) for (const column of own) uses.set(column, { table: table.id, column, sure: true });
  if (starred && !table.complete) uses.set(undefined, { table: table.id, column: undefined, sure: false });
  for (const { name: column, qualifier } of query.columns) {
    if (uses.get(column)?.sure === true || (table.complete && !own.has(column)) || !couldMean(qualifier, table, query.reads)) continue;
    uses.set(column, { table: table.id, column, sure: !relations.some((other) => other !== table && mayHave(other, column)) });
  }
  return [...uses.values()];
}

/** A qualifier is the table's name or an alias; a name of another relation of the view rules the table out. */
function couldMean(qualifier: string | undefined, table: Table, reads: Query['reads']): boolean {
  const named = (relation: ObjectName): boolean => relation.name === qualifier;
  return qualifier === undefined || qualifier === table.name || !reads.some(({ relation }) => named(relation) && relation.name !== table.name);
}

function mayHave(relation: Relation, column: string): boolean {
  if (relation.kind === 'table') return !relation.complete || relation.columns.some(({ name }) => name === column);
  if (relation.kind === 'view' || relation.kind === 'materializedView') return !relation.complete || relation.columns.includes(undefined) || relation.columns.includes(column);
  return true;
}

/** Carries another name of a column, or none where it is gone, into the views that read it. */
export function renameUses(store: Store, table: Table, from: string, to: string | undefined): void {
  for (const id of table.dependents) {
    const view = store.relations.get(id);
    if ((view?.kind !== 'view' && view?.kind !== 'materializedView') || !view.uses.some((use) => use.table === table.id && use.column === from)) continue;
    editRelation(store, view, (now) => ({
      ...now,
      uses: now.uses.flatMap((use) => (use.table !== table.id || use.column !== from ? [use] : to === undefined ? [] : [{ ...use, column: to }])),
    }));
  }
}
