import type { ConstraintDefinition } from '../../ir/constraints.ts';
import type { OperationOf } from '../../ir/operation.ts';
import { isBarrenQuery } from '../rows.ts';
import type { Column, Relation, Table } from '../schema.ts';
import { bornWith } from '../state/learn.ts';
import { putRelation, tableById } from '../state/relations.ts';
import { creationName, findRelation } from '../state/resolve.ts';
import { newId } from '../state/store.ts';
import { dropRelation } from './cascade.ts';
import { addOwnedSequence, declaredColumn, resolveDataType } from './column-parts.ts';
import { addConstraintTo, inheritCheck } from './constraint-parts.ts';
import type { Replay } from './context.ts';
import { EMPTY_TABLE, drawsFromSequence, emptyTable, ensureSchema, isPlaceholder, mayBeMissing, skipsExisting, tableFor, without } from './context.ts';
import { copyFeatures, likeColumns } from './like.ts';
import { adoptFromParent } from './partition-parts.ts';
import { resultColumns, selectedColumns } from './query-columns.ts';
import { lookupIn } from './rows.ts';

export function createTable(operation: OperationOf<'createTable'>, replay: Replay): void {
  const { store, origin } = replay;
  const temporary = operation.persistence === 'temporary';
  const place = creationName(store, temporary ? { schema: store.semantics.temporarySchema, name: operation.table.name } : operation.table);
  const existing = findRelation(store, place);
  if (existing !== undefined && skipsExisting(operation) && !mayBeMissing(existing)) return;
  const assumed = existing !== undefined && isPlaceholder(existing) ? existing : undefined;
  if (existing !== undefined && assumed === undefined) dropRelation(store, existing);
  ensureSchema(store, place.schema);

  const parent = operation.partitionOf === undefined ? undefined : tableFor(replay, operation.partitionOf.parent);
  const parents = operation.inherits.map((name) => tableFor(replay, name)).filter((table) => table !== undefined);
  const origins = operation.like.map(({ table, including, after }) => ({ source: findRelation(store, table), including, after }));
  const composite = operation.ofType === undefined ? undefined : findRelation(store, operation.ofType);
  const columns = mergeColumns(
    [
      ...(parent === undefined ? parents.flatMap((table) => table.columns.map((column) => withoutIdentity(inheritedColumn(column)))) : parent.columns.map(inheritedColumn)),
      ...attributesOf(replay, composite),
      ...selectedColumns(replay, operation.as?.query),
    ],
    inPlace(
      operation.columns.map((column) => declaredColumn(replay, column)),
      origins.map(({ source, including, after }) => ({ after, columns: likeColumns(replay, source, including) })),
    ),
  );
  // What a placeholder was taken to be is void now, but what points to it stays.
  const { children, referencedBy, dependents } = assumed ?? EMPTY_TABLE;
  const sources = [parent, ...parents, ...origins.map(({ source }) => source)];
  const filled = operation.as?.withData === true && !isBarrenQuery(operation.as.query, lookupIn(store));
  const table: Table = {
    ...emptyTable(assumed?.id ?? newId(store), place, origin),
    children,
    referencedBy,
    dependents,
    complete:
      sources.every((source) => source === undefined || !('complete' in source) || source.complete) &&
      origins.every(({ source }) => source !== undefined) &&
      (operation.ofType === undefined || composite !== undefined) &&
      (operation.as === undefined || resultColumns(replay, operation.as.query).every((name) => name !== undefined)),
    persistence: place.schema === store.semantics.temporarySchema ? 'temporary' : operation.persistence,
    foreign: operation.foreign === true,
    columns: filled ? columns.map((column) => ({ ...column, given: true })) : columns,
    inherits: parents.map(({ id }) => id),
    options: operation.options,
    empty: operation.foreign !== true && operation.as?.withData !== true,
    ...(operation.as?.withData === true && operation.as.query.bounded ? { few: true as const } : {}),
    barren: operation.foreign !== true && !filled,
    ...(operation.partitionBy === undefined ? {} : { partitionBy: operation.partitionBy }),
    ...(operation.partitionOf === undefined || parent === undefined ? {} : { partitionOf: { parent: parent.id, bound: operation.partitionOf.bound } }),
    ...(composite?.kind === 'compositeType' ? { ofType: composite.id } : {}),
  };
  putRelation(store, table);
  if (parent !== undefined) bornWith(store, table, 'partition of', `${parent.schema}.${parent.name}`);

  for (const column of operation.columns) if (column.serial === true || column.identity !== undefined) addOwnedSequence(replay, table, column);
  for (const { source, including } of origins) copyFeatures(replay, table, source, including);
  for (const each of parents) inheritChecks(replay, table, each);
  if (parent !== undefined) inheritChecks(replay, table, parent);
  for (const constraint of inServerOrder(operation.constraints)) addConstraintTo(replay, table, constraint, { fresh: true });
  if (parent !== undefined) adoptFromParent(replay, table, parent, true);
}

/** Declared columns, with those of LIKE where it stands among them. */
function inPlace(declared: readonly Column[], likes: readonly { readonly after: number; readonly columns: readonly Column[] }[]): readonly Column[] {
  if (likes.length === 0) return declared;
  const parts = likes.flatMap(({ after, columns }, i) => [...declared.slice(likes[i - 1]?.after ?? 0, after), ...columns]);
  return [...parts, ...declared.slice(likes.at(-1)?.after ?? 0)];
}

/** A sequence that the column merely owns is its own. */
export const inheritedColumn = (column: Column): Column => ({
  ...(drawsFromSequence(column) || column.identity !== undefined ? without(column, 'comment') : without(column, 'comment', 'sequence')),
  inherited: true,
});

/** Identity comes down to partitions alone. */
const withoutIdentity = (column: Column): Column => (column.identity === undefined ? column : without(column, 'identity', 'sequence'));

export function inheritChecks(replay: Replay, child: Table, parent: Table): void {
  for (const { definition, name } of parent.constraints) {
    const now = tableById(replay.store, child.id);
    if (now !== undefined && definition.type === 'check' && definition.noInherit !== true) inheritCheck(replay, now, { ...definition, name }, { fresh: true });
  }
}

/** Columns from elsewhere first; a declaration of the same name refines, an unwritten type keeps the inherited one. */
function mergeColumns(from: readonly Column[], declared: readonly Column[]): readonly Column[] {
  const merged = new Map<string, Column>();
  for (const column of from) merged.set(column.name, refine(merged.get(column.name), column));
  for (const column of declared) merged.set(column.name, refine(merged.get(column.name), column));
  return [...merged.values()];
}

function refine(known: Column | undefined, column: Column): Column {
  if (known === undefined) return column;
  const { type, typeId } = column.type.name === '' ? known : column;
  const base = column.type.name === '' ? known : without(known, 'inherited');
  return { ...base, ...column, type, ...(typeId === undefined ? {} : { typeId }), notNull: known.notNull || column.notNull };
}

function attributesOf({ store, origin }: Replay, composite: Relation | undefined): readonly Column[] {
  if (composite?.kind !== 'compositeType') return [];
  return composite.attributes.map(({ name, type }) => ({ name, ...resolveDataType(store, type), notNull: false, origin }));
}

/** The primary key first; of two unnamed equal keys one. Checks before indexes, foreign keys last. */
function inServerOrder(constraints: readonly ConstraintDefinition[]): readonly ConstraintDefinition[] {
  const keys: ConstraintDefinition[] = [];
  for (const constraint of constraints.toSorted((a, b) => RANK[a.type] - RANK[b.type])) {
    const twin = keys.findIndex((other) => sameKey(other, constraint));
    const other = keys[twin];
    if (other === undefined) keys.push(constraint);
    else if (other.name === undefined && constraint.name !== undefined) keys[twin] = { ...other, name: constraint.name };
  }
  return keys;
}

const RANK: { readonly [Type in ConstraintDefinition['type']]: number } = { notNull: 0, check: 1, primaryKey: 2, unique: 3, exclusion: 3, foreignKey: 4 };

function sameKey(a: ConstraintDefinition, b: ConstraintDefinition): boolean {
  if (!isKey(a) || !isKey(b)) return false;
  const differs =
    (a.name !== undefined && b.name !== undefined) || a.deferrable !== b.deferrable || a.initiallyDeferred !== b.initiallyDeferred || nullsNotDistinct(a) !== nullsNotDistinct(b);
  return !differs && a.columns.join('\0') === b.columns.join('\0') && (a.include ?? []).join('\0') === (b.include ?? []).join('\0');
}

type KeyDefinition = Extract<ConstraintDefinition, { type: 'primaryKey' | 'unique' }>;

const isKey = (definition: ConstraintDefinition): definition is KeyDefinition => definition.type === 'primaryKey' || definition.type === 'unique';

const nullsNotDistinct = (definition: KeyDefinition): boolean => definition.type === 'unique' && definition.nullsNotDistinct === true;
