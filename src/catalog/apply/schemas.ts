import type { OperationOf } from '../../ir/operation.ts';
import { write } from '../state/journal.ts';
import { assumeObject } from '../state/learn.ts';
import { putRelation } from '../state/relations.ts';
import { goneSchema } from '../state/resolve.ts';
import type { SchemaState, Store } from '../state/store.ts';
import { putRoutine, removeRoutine } from '../state/types.ts';
import { dropRelations } from './cascade.ts';
import type { Replay } from './context.ts';
import { skipsMissing } from './context.ts';
import { dropUserType, moveType } from './types.ts';

export function createSchema(operation: OperationOf<'createSchema'>, { store }: Replay): void {
  const key = store.semantics.key(operation.schema);
  addSchema(store, key, {});
}

export function dropSchema(operation: OperationOf<'dropSchema'>, { store }: Replay): void {
  const key = store.semantics.key(operation.schema);
  if (!store.schemas.has(key) && !store.semantics.isSystemSchema(operation.schema)) assumeObject(store, `schema ${operation.schema}`, undefined, skipsMissing(operation));
  const inside = (object: { readonly schema: string }): boolean => store.semantics.key(object.schema) === key;
  dropRelations(
    store,
    [...store.relations.values()].filter(inside).map(({ id }) => id),
  );
  for (const type of [...store.types.values()].filter(inside)) if (store.types.has(type.id)) dropUserType(store, type, true);
  for (const routine of [...store.routines.values()].filter(inside)) removeRoutine(store, routine);
  loseSchema(store, key);
}

function addSchema(store: Store, key: string, state: SchemaState): void {
  write(store.journal, store.gone, goneSchema(store, key), undefined);
  if (!store.schemas.has(key) && !store.semantics.schemas.includes(key)) write(store.journal, store.schemas, key, state);
}

function loseSchema(store: Store, key: string): void {
  write(store.journal, store.schemas, key, undefined);
  write(store.journal, store.gone, goneSchema(store, key), true);
}

export function renameSchema(store: Store, from: string, to: string): void {
  const key = store.semantics.key(from);
  const state = store.schemas.get(key);
  addSchema(store, store.semantics.key(to), state ?? {});
  loseSchema(store, key);
  const inside = (object: { readonly schema: string }): boolean => store.semantics.key(object.schema) === key;
  for (const relation of [...store.relations.values()].filter(inside)) putRelation(store, { ...relation, schema: to });
  for (const type of [...store.types.values()].filter(inside)) moveType(store, type, { schema: to, name: type.name });
  for (const routine of [...store.routines.values()].filter(inside)) putRoutine(store, { ...routine, schema: to });
}

export function createExtension(operation: OperationOf<'createExtension'>, { store }: Replay): void {
  const key = store.semantics.key(operation.extension);
  if (store.extensions.has(key)) return;
  const { extension: name, schema } = operation;
  write(store.journal, store.extensions, key, { name, ...(schema === undefined ? {} : { schema }) });
}

export function dropExtension(operation: OperationOf<'dropExtension'>, { store }: Replay): void {
  const key = store.semantics.key(operation.extension);
  if (!store.extensions.has(key)) assumeObject(store, `extension ${operation.extension}`, undefined, skipsMissing(operation));
  write(store.journal, store.extensions, key, undefined);
}
