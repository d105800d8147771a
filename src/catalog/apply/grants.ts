import type { ObjectName } from '../../ir/names.ts';
import type { OperationOf } from '../../ir/operation.ts';
import type { Privilege, Publication, Relation, Table } from '../schema.ts';
import { editRelation } from '../state/relations.ts';
import { findRelation } from '../state/resolve.ts';
import type { Replay } from './context.ts';
import { without } from './context.ts';

/** Who drops a relation has to know that privileges have been given; who makes a table anew, which. */
export function grant(operation: OperationOf<'grant'>, { store }: Replay): void {
  const { revoke, objects, allInSchemas } = operation;
  const named = operation.objectType === 'schema' || operation.objectType === 'database' ? [] : objects.map((object) => findRelation(store, object));
  const inSchemas = allInSchemas.length === 0 ? [] : [...store.relations.values()].filter(({ schema }) => allInSchemas.includes(schema));
  for (const relation of [...named, ...inSchemas]) {
    if (relation === undefined) continue;
    if (!revoke && relation.granted !== true) editRelation<Relation>(store, relation, (now) => ({ ...now, granted: true }));
    if (relation.kind === 'table' && (allInSchemas.length === 0 || operation.objectType === 'table')) editRelation<Table>(store, relation, (now) => ({ ...now, privileges: after(now.privileges ?? [], operation) }));
  }
}

function after(before: readonly Privilege[], operation: OperationOf<'grant'>): readonly Privilege[] {
  const { privileges, ofColumns = [], grantees } = operation;
  const columns = ofColumns.flatMap(({ privilege, columns: names }) => names.map((column) => ({ privilege, column })));
  const changed = [...privileges.filter((one) => !ofColumns.some(({ privilege }) => privilege === one)).map((privilege) => ({ privilege })), ...columns];
  const byGrantee = new Map<string, Privilege[]>();
  for (const one of before) byGrantee.set(one.grantee, [...(byGrantee.get(one.grantee) ?? []), one]);
  for (const grantee of grantees) byGrantee.set(grantee, changed.reduce<Privilege[]>((own, one) => changedBy({ ...one, grantee }, own, operation), byGrantee.get(grantee) ?? []));
  return [...byGrantee.values()].flat();
}

/** `own`: what its grantee has. */
function changedBy(one: Privilege, own: Privilege[], { revoke, grantOption }: OperationOf<'grant'>): Privilege[] {
  const isSame = (other: Privilege): boolean => (other.privilege === one.privilege || one.privilege === 'all') && (one.column === undefined ? revoke || other.column === undefined : other.column === one.column);
  if (revoke && grantOption === true) return own.map((other) => (isSame(other) ? without(other, 'grantable') : other));
  const had = own.find(isSame);
  const rest = own.filter((other) => !isSame(other));
  if (!revoke) return [...rest, { ...one, ...((grantOption === true || had?.grantable === true) && { grantable: true as const }) }];
  return rest.some((other) => other.privilege === 'all' && other.revoked !== true) ? [...rest, { ...one, revoked: true }] : rest;
}

export function setOwner({ object, owner }: OperationOf<'setOwner'>, { store }: Replay): void {
  const table = findRelation(store, object);
  if (table?.kind === 'table') editRelation<Table>(store, table, (now) => ({ ...now, owner }));
}

export function createObject({ objectType, object, relations, partly, insertsOnly }: OperationOf<'createObject'>, replay: Replay): void {
  if (objectType === 'publication') publish(replay, relations, { name: object.name, ...(partly && { partly }), ...(insertsOnly && { insertsOnly }) });
}

export function alterObject({ objectType, object, relations, partly, change }: OperationOf<'alterObject'>, replay: Replay): void {
  if (objectType !== 'publication') return;
  const insertsOnly = [...replay.store.relations.values()].some((one) => one.kind === 'table' && one.publications?.some((each) => each.name === object.name && each.insertsOnly === true) === true);
  if (change === 'set table' && relations.length > 0) withdraw(replay, undefined, object.name);
  if (change === 'drop table') withdraw(replay, relations, object.name);
  else publish(replay, relations, { name: object.name, ...(partly && { partly }), ...(insertsOnly && { insertsOnly }) });
}

export function dropObject({ objectType, object }: OperationOf<'dropObject'>, replay: Replay): void {
  if (objectType === 'publication') withdraw(replay, undefined, object.name);
}

function publish({ store }: Replay, relations: readonly ObjectName[], publication: Publication): void {
  for (const table of relations.map((name) => findRelation(store, name))) {
    if (table?.kind === 'table') editRelation<Table>(store, table, (now) => ({ ...now, publications: [...(now.publications ?? []).filter(({ name }) => name !== publication.name), publication] }));
  }
}

/** Without tables: from all. */
function withdraw({ store }: Replay, relations: readonly ObjectName[] | undefined, publication: string): void {
  const tables = relations === undefined ? [...store.relations.values()] : relations.map((name) => findRelation(store, name));
  for (const table of tables) {
    if (table?.kind !== 'table' || table.publications?.some(({ name }) => name === publication) !== true) continue;
    editRelation<Table>(store, table, (now) => ({ ...now, publications: (now.publications ?? []).filter(({ name }) => name !== publication) }));
  }
}
