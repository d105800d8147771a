import type { Query } from '../../ir/expressions.ts';
import { MANY_SOURCES } from '../../ir/expressions.ts';
import type { ColumnUse, ObjectId, Relation, Table } from '../schema.ts';
import { editRelation } from '../state/relations.ts';
import { findRelation } from '../state/resolve.ts';
import type { Store } from '../state/store.ts';

/** Columns of the tables among `reads` that a view made of the query needs from then on, as far as its text tells. */
export function columnUses(store: Store, query: Query, reads: readonly ObjectId[]): readonly ColumnUse[] {
  const relations = reads.flatMap((id) => store.relations.get(id) ?? []);
  const starred = new Set((query.stars ?? []).map((name) => findRelation(store, name)?.id));
  const names = namesOf(query);
  return relations.flatMap((relation) => (relation.kind === 'table' ? usesOfTable(query, relation, relations, names, starred.has(relation.id)) : []));
}

function usesOfTable(query: Query, table: Table, relations: readonly Relation[], names: Names, starred: boolean): readonly ColumnUse[] {
  const own = new Set(table.columns.map(({ name }) => name));
  const uses = new Map<string | undefined, ColumnUse>();
  if (starred) for (const column of own) uses.set(column, { table: table.id, column, sure: true });
  if (starred && !table.complete) uses.set(undefined, { table: table.id, column: undefined, sure: false });
  for (const { name: column, qualifier } of query.columns) {
    if (uses.get(column)?.sure === true || ((table.complete || (relations.length > MANY_SOURCES && qualifier === undefined)) && !own.has(column)) || !couldMean(qualifier, table, names)) continue;
    const sure = !isOther(qualifier, names) && !relations.some((other) => other !== table && mayHave(other, column) && couldMean(qualifier, other, names));
    uses.set(column, { table: table.id, column, sure });
  }
  return [...uses.values()];
}

/** What goes by which name in a query. */
interface Names {
  readonly reads: ReadonlySet<string>;
  /** Names of the relations by alias; undefined: something that is no relation of the catalog, as a CTE. */
  readonly aliases: ReadonlyMap<string, ReadonlySet<string | undefined>>;
}

function namesOf({ reads, aliases = [] }: Query): Names {
  const byAlias = new Map<string, Set<string | undefined>>();
  for (const { name, relation } of aliases) {
    const known = byAlias.get(name);
    if (known === undefined) byAlias.set(name, new Set([relation?.name]));
    else known.add(relation?.name);
  }
  return { reads: new Set(reads.map(({ relation }) => relation.name)), aliases: byAlias };
}

/** A qualifier is the relation's name or an alias; what goes by that name, as far as that is known, rules the others out. */
function couldMean(qualifier: string | undefined, { name }: Relation, { reads, aliases }: Names): boolean {
  if (qualifier === undefined) return true;
  return aliases.get(qualifier)?.has(name) ?? (qualifier === name || !reads.has(qualifier));
}

/** Whether something that is no relation of the catalog goes by that name, too. */
const isOther = (qualifier: string | undefined, { aliases }: Names): boolean => qualifier !== undefined && aliases.get(qualifier)?.has(undefined) === true;

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
