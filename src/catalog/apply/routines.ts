import type { DataType } from '../../ir/expressions.ts';
import type { OperationOf } from '../../ir/operation.ts';
import type { Routine } from '../schema.ts';
import { editRelation, triggerUse } from '../state/relations.ts';
import { creationName, findRoutines, resolveRoutine } from '../state/resolve.ts';
import type { Store } from '../state/store.ts';
import { newId } from '../state/store.ts';
import { isRoutineGone, putRoutine, removeRoutine } from '../state/types.ts';
import type { Replay } from './context.ts';
import { dropUsers } from './routine-users.ts';
import { assumeDropped, ensureSchema, isGuarded, skipsMissing } from './context.ts';

export function createRoutine(operation: OperationOf<'createRoutine'>, replay: Replay): void {
  const { store, origin } = replay;
  const { variety, parameters, parameterNames, parameterDefaults, optional, returns, returnsSet, returnsTrigger, language, volatility, securityDefiner, settings, body, bodyText } = operation;
  const place = creationName(store, operation.routine);
  const existing = overload(findRoutines(store, place), parameters);
  if (existing !== undefined && !operation.replace && isGuarded(operation)) return;
  ensureSchema(store, place.schema);
  putRoutine(store, {
    id: existing?.id ?? newId(store),
    variety,
    parameters,
    returnsTrigger,
    language,
    volatility,
    securityDefiner,
    settings,
    body,
    origin: existing?.origin ?? origin,
    ...place,
    ...(parameterNames.length === 0 ? {} : { parameterNames }),
    ...(parameterDefaults === undefined ? {} : { parameterDefaults }),
    ...(optional === undefined ? {} : { optional }),
    ...(returns === undefined ? {} : { returns }),
    ...(returnsSet === undefined ? {} : { returnsSet }),
    ...(bodyText === undefined ? {} : { bodyText }),
  });
}

/** What is altered is named, not how; the catalog knows no more of it than before. */
export const alterRoutine = (): void => undefined;

export function dropRoutine(operation: OperationOf<'dropRoutine'>, replay: Replay): void {
  const { store } = replay;
  if (operation.variety === 'aggregate') return;
  const found = findRoutines(store, operation.routine);
  const { parameters } = operation;
  const doomed = parameters === undefined ? found[0] : overload(found, parameters);
  if (doomed !== undefined) {
    dropKnownRoutine(store, doomed);
    if (operation.behavior === 'cascade') dropUsers(store, doomed, found.filter((other) => other !== doomed));
    return;
  }
  const place = resolveRoutine(store, operation.routine);
  if (isRoutineGone(store, place.schema, place.name)) return;
  const kind = operation.variety === 'procedure' ? 'procedure' : 'function';
  const name = parameters === undefined ? place.name : `${place.name}${parameterList(parameters)}`;
  assumeDropped(replay, kind, { schema: place.schema, name }, skipsMissing(operation));
}

/** Triggers go with their function; without CASCADE the server would have refused. */
export function dropKnownRoutine(store: Store, routine: Routine): void {
  removeRoutine(store, routine);
  if (routine.parameters.length > 0) return;
  for (const id of store.uses.get(triggerUse(store, routine.schema, routine.name)) ?? []) {
    const relation = store.relations.get(id);
    if (relation?.kind !== 'table' && relation?.kind !== 'view') continue;
    const { schema, name } = routine;
    editRelation(store, relation, (now) => ({
      ...now,
      triggers: now.triggers.filter((trigger) => trigger.function.name !== name || (trigger.function.schema ?? schema) !== schema),
    }));
  }
}

/** Follows a rename or move in the triggers that call it. */
export function moveRoutine(store: Store, routine: Routine, to: { readonly schema: string; readonly name: string }): void {
  const users = store.uses.get(triggerUse(store, routine.schema, routine.name)) ?? [];
  putRoutine(store, { ...routine, ...to });
  for (const id of users) {
    const relation = store.relations.get(id);
    if (relation?.kind !== 'table' && relation?.kind !== 'view') continue;
    editRelation(store, relation, (now) => ({
      ...now,
      triggers: now.triggers.map((trigger) => (trigger.function.name === routine.name && trigger.function.schema === routine.schema ? { ...trigger, function: to } : trigger)),
    }));
  }
}

export const overload = (routines: readonly Routine[], parameters: readonly DataType[]): Routine | undefined => {
  const wanted = parameterList(parameters);
  return routines.find((routine) => parameterList(routine.parameters) === wanted);
};

/** Parameter types tell overloads apart; modifiers and the spelling of the schema do not. */
export const parameterList = (parameters: readonly DataType[]): string => `(${parameters.map(({ name, dimensions }) => name + (dimensions > 0 ? '[]' : '')).join(', ')})`;
