import type { Query } from '../../ir/expressions.ts';
import type { ObjectName } from '../../ir/names.ts';
import type { OperationOf } from '../../ir/operation.ts';
import { parentsOf } from '../lookups.ts';
import type { RelationLookup } from '../rows.ts';
import { isBarrenBlock, isBarrenQuery, isBarrenTable, requiredTables } from '../rows.ts';
import type { Column, Table } from '../schema.ts';
import { nearestFirst } from '../state/graph.ts';
import { editRelation, partitionsBelow, tableById } from '../state/relations.ts';
import { findRelation } from '../state/resolve.ts';
import type { Store } from '../state/store.ts';
import { without } from './context.ts';

/** Which tables hold rows, and which columns values, when the history is run on an empty database. */

export const lookupIn = (store: Store): RelationLookup => ({ relation: (name) => findRelation(store, name), byId: (id) => store.relations.get(id) });

export function giveInserted(store: Store, operation: OperationOf<'insert'>): void {
  const { table: name, columns, source, query, within } = operation;
  const table = findRelation(store, name);
  if (table?.kind !== 'table' || isBarrenBlock(within, lookupIn(store)) || (source === 'query' && isBarrenQuery(query, lookupIn(store)))) return;
  const all = source !== 'default' && columns.length === 0;
  const seeds = seedsWith(table, operation);
  give(store, table, ({ name: column }) => all || columns.includes(column));
  if (source !== 'values' || within !== undefined) return;
  // The row is there, so there are the rows that it refers to.
  for (const target of requiredTables(table, lookupIn(store))) if (isBarrenTable(target, lookupIn(store))) give(store, target);
  if (seeds !== undefined) editRelation<Table>(store, table, (now) => ({ ...now, seeds }));
}

const MOST_SEEDS = 20;

function seedsWith({ barren, seeds = [], children, partitionOf }: Table, { source, rows, literals, onConflict, within }: OperationOf<'insert'>): Table['seeds'] {
  const alone = source === 'values' && rows === 1 && onConflict === undefined && within === undefined && children.length === 0 && partitionOf === undefined;
  return alone && (barren === true || seeds.length > 0) && seeds.length < MOST_SEEDS ? [...seeds, literals] : undefined;
}

/** Rows inserted one by one may be deleted again by what was written into them. */
export function takeSeeds(store: Store, { table: name, where, within }: OperationOf<'delete'>): void {
  const table = findRelation(store, name);
  if (table?.kind !== 'table' || table.seeds === undefined || within !== undefined) return;
  const wanted = where?.termsComplete === true ? where.terms : undefined;
  if (where !== undefined && (wanted === undefined || wanted.length === 0)) return;
  const matches = (literals: readonly string[]): boolean =>
    wanted?.every((term) => (term.kind === 'in' ? term.values.some((value) => literals.includes(String(value))) : term.kind === 'compare' && isEquality(term) && literals.includes(String(term.value)))) ?? true;
  const seeds = table.seeds.filter((literals) => !matches(literals));
  editRelation<Table>(store, table, (now) => (seeds.length === 0 ? { ...without(now, 'seeds'), barren: true } : { ...now, seeds }));
}

const isEquality = ({ operator, value }: { readonly operator: string; readonly value: unknown }): boolean => operator === '=' || (operator === '~~' && typeof value === 'string' && !/[%_\\]/.test(value));

export function giveUpdated(store: Store, { table: name, assignments, query, within }: OperationOf<'update'>): void {
  const table = findRelation(store, name);
  if (table?.kind !== 'table' || isBarrenBlock(within, lookupIn(store)) || isBarrenTable(table, lookupIn(store)) || isBarrenQuery(query, lookupIn(store))) return;
  const changed = assignments.filter(({ value }) => value?.literal !== null).map(({ column }) => column);
  if (changed.length > 0) giveColumns(store, table, ({ name: column }) => changed.includes(column));
}

/** What data-modifying CTEs write. */
export function giveWritten(store: Store, { writes }: Query): void {
  for (const { relation, access, needs } of writes) if (access !== 'delete' && !isBarrenQuery(needs === undefined ? {} : { needs }, lookupIn(store))) giveAny(store, relation);
}

export function giveAny(store: Store, name: ObjectName): void {
  const table = findRelation(store, name);
  if (table?.kind === 'table') give(store, table);
}

/** Puts a row into the table, its partitions and its parents, with values in these columns; none said: in all. */
export function give(store: Store, table: Table, given: (column: Column) => boolean = () => true): void {
  for (const id of family(store, table)) {
    const each = tableById(store, id);
    if (each?.barren === true || each?.seeds !== undefined) editRelation<Table>(store, each, (now) => ({ ...without(now, 'seeds'), barren: false }));
  }
  giveColumns(store, table, given);
}

function giveColumns(store: Store, table: Table, given: (column: Column) => boolean): void {
  for (const id of family(store, table)) {
    const each = tableById(store, id);
    const isNew = (column: Column): boolean => column.given !== true && given(column);
    if (each?.columns.some(isNew) === true) {
      editRelation(store, each, (now) => ({ ...now, columns: now.columns.map((column) => (isNew(column) ? { ...column, given: true } : column)) }));
    }
  }
}

const family = (store: Store, table: Table): readonly number[] => [table.id, ...partitionsBelow(store, table.id), ...nearestFirst(table.id, (id) => parentsOf(tableById(store, id)))];
