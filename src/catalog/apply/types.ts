import type { ObjectName } from '../../ir/names.ts';
import type { OperationOf } from '../../ir/operation.ts';
import { columnsOfType } from '../lookups.ts';
import type { CompositeType, EnumType, OtherType, UserType } from '../schema.ts';
import { assumeObject, dropPart, label, renamePart } from '../state/learn.ts';
import { editRelation, putRelation, tableById } from '../state/relations.ts';
import { creationName, findRelation, findType, resolveType } from '../state/resolve.ts';
import type { Store } from '../state/store.ts';
import { newId } from '../state/store.ts';
import { editType, isTypeGone, putType, removeType } from '../state/types.ts';
import { dropRelation } from './cascade.ts';
import { editColumn } from './column-parts.ts';
import { bindColumns } from './columns.ts';
import type { Replay } from './context.ts';
import { BEFORE_HISTORY, assumeDropped, ensureSchema, skipsExisting, skipsMissing, without } from './context.ts';
import { dropColumnFrom } from './drop-column.ts';

/** Makes room for a new type; false when what exists is to stay. */
export function claimType(operation: Parameters<typeof skipsExisting>[0], name: ObjectName, { store }: Replay): { readonly schema: string; readonly name: string } | undefined {
  const place = creationName(store, name);
  const type = findType(store, place);
  const relation = findRelation(store, place);
  if ((type !== undefined || relation?.kind === 'compositeType') && skipsExisting(operation)) return undefined;
  if (type !== undefined) removeType(store, type);
  if (relation?.kind === 'compositeType') dropRelation(store, relation);
  ensureSchema(store, place.schema);
  return place;
}

export function createEnum(operation: OperationOf<'createEnum'>, replay: Replay): void {
  const { store, origin } = replay;
  const place = claimType(operation, operation.type, replay);
  if (place === undefined) return;
  putType(store, { kind: 'enum', id: newId(store), ...place, origin, complete: true, values: operation.values.map((value) => ({ value, origin })) });
}

export function addEnumValue(operation: OperationOf<'addEnumValue'>, replay: Replay): void {
  const { store, origin } = replay;
  const type = enumFor(replay, operation.type);
  if (type === undefined) return;
  const { value, position } = operation;
  editType(store, type, (now) => {
    if (now.values.some((other) => other.value === value)) return now;
    const at = position === undefined ? -1 : now.values.findIndex((other) => other.value === position.neighbour);
    const index = at === -1 ? now.values.length : position?.place === 'before' ? at : at + 1;
    return { ...now, values: now.values.toSpliced(index, 0, { value, origin }) };
  });
}

export function renameEnumValue(operation: OperationOf<'renameEnumValue'>, replay: Replay): void {
  const { store } = replay;
  const type = enumFor(replay, operation.type);
  if (type === undefined) return;
  const { value, newValue } = operation;
  if (!type.values.some((other) => other.value === value)) renamePart(store, type, 'value', value, newValue);
  editType(store, type, (now) => ({ ...now, values: now.values.map((other) => (other.value === value ? { ...other, value: newValue } : other)) }));
  for (const { table, column } of columnsOfType(store, type)) {
    const { default: standard } = column;
    if (standard?.literal !== value) continue;
    const renamed = { ...standard, literal: newValue, text: standard.text.replaceAll(quoted(value), () => quoted(newValue)) };
    editColumn(store, table, column.name, (now) => ({ ...now, default: renamed }));
  }
}

const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;

function enumFor(replay: Replay, name: ObjectName): EnumType | undefined {
  const known = findType(replay.store, name);
  if (known !== undefined && known.kind !== 'other') return known.kind === 'enum' ? known : undefined;
  return assumeType(replay.store, name, (id, place) => ({ kind: 'enum', id, ...place, origin: BEFORE_HISTORY, complete: false, values: [] }), known);
}

/** A type that the history uses and never made; columns declared with its name are tied to it. */
export function assumeType<T extends UserType>(
  store: Store,
  name: ObjectName,
  make: (id: number, place: { readonly schema: string; readonly name: string }) => T,
  known?: UserType,
): T | undefined {
  const place = resolveType(store, name);
  if (store.semantics.isSystemSchema(place.schema)) return undefined;
  ensureSchema(store, place.schema);
  const type = make(known?.id ?? newId(store), place);
  putType(store, type);
  if (known === undefined) {
    assumeObject(store, label('type', place), type.id, false);
    bindColumns(store, { name: place.name });
  }
  return type;
}

export const otherType = (id: number, place: { readonly schema: string; readonly name: string }): OtherType => ({ kind: 'other', id, ...place, origin: BEFORE_HISTORY });

export function createType(operation: OperationOf<'createType'>, replay: Replay): void {
  const { store, origin } = replay;
  const place = claimType(operation, operation.type, replay);
  if (place !== undefined) putType(store, { kind: 'other', id: newId(store), ...place, origin });
}

export function createCompositeType(operation: OperationOf<'createCompositeType'>, replay: Replay): void {
  const { store, origin } = replay;
  const place = claimType(operation, operation.type, replay);
  if (place === undefined) return;
  putRelation(store, { kind: 'compositeType', id: newId(store), ...place, origin, dependents: [], complete: true, attributes: operation.attributes });
}

export function alterCompositeType(operation: OperationOf<'alterCompositeType'>, { store }: Replay): void {
  const type = findRelation(store, operation.type);
  const { change } = operation;
  if (type?.kind !== 'compositeType') return;
  if (change.type === 'dropAttribute' && !type.attributes.some(({ name }) => name === change.name)) dropPart(store, type, 'attribute', change.name, change.ifExists);
  editRelation<CompositeType>(store, type, (now) => ({ ...now, attributes: changedAttributes(now.attributes, change) }));
}

function changedAttributes(attributes: CompositeType['attributes'], change: OperationOf<'alterCompositeType'>['change']): CompositeType['attributes'] {
  switch (change.type) {
    case 'addAttribute':
      return [...attributes, { name: change.name, type: change.dataType }];
    case 'dropAttribute':
      return attributes.filter(({ name }) => name !== change.name);
    case 'changeAttributeType':
      return attributes.map((attribute) => (attribute.name === change.name ? { name: change.name, type: change.dataType } : attribute));
    case 'renameAttribute':
      return attributes.map((attribute) => (attribute.name === change.name ? { ...attribute, name: change.newName } : attribute));
  }
}

export function dropType(operation: OperationOf<'dropType'>, replay: Replay): void {
  const { store } = replay;
  const type = findType(store, operation.type);
  if (type !== undefined) {
    dropUserType(store, type, operation.behavior === 'cascade');
    return;
  }
  const relation = findRelation(store, operation.type);
  if (relation?.kind === 'compositeType') {
    dropRelation(store, relation);
    return;
  }
  const place = resolveType(store, operation.type);
  if (!isTypeGone(store, place.schema, place.name)) assumeDropped(replay, operation.domain ? 'domain' : 'type', place, skipsMissing(operation));
}

/** Without CASCADE the server refuses while columns use the type; what the catalog shows there then is not up to date. */
export function dropUserType(store: Store, type: UserType, cascade: boolean): void {
  const doomed = [type];
  for (const each of doomed) {
    for (const { table, column } of columnsOfType(store, each)) {
      const now = tableById(store, table.id);
      if (now === undefined) continue;
      if (cascade) dropColumnFrom(store, now, column.name, { only: false, maybe: true, cascade: true });
      else editRelation(store, now, (state) => ({ ...state, columns: state.columns.map((own) => (own.typeId === each.id ? without(own, 'typeId') : own)) }));
    }
    if (cascade) for (const other of store.types.values()) if (other.kind === 'domain' && isOver(store, other.type, each) && !doomed.includes(other)) doomed.push(other);
  }
  for (const each of doomed) removeType(store, each);
}

const isOver = (store: Store, type: { readonly name: string; readonly schema?: string }, base: UserType): boolean => findType(store, type)?.id === base.id;

/** Moves or renames a type, and with it the spelling of the columns that have it. */
export function moveType(store: Store, type: UserType, to: { readonly schema: string; readonly name: string }): void {
  putType(store, { ...type, ...to });
  for (const { table } of columnsOfType(store, type)) {
    editRelation(store, table, (now) => ({
      ...now,
      columns: now.columns.map((column) => (column.typeId === type.id ? { ...column, type: { ...column.type, ...to } } : column)),
    }));
  }
}
