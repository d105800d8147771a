import type { ObjectName } from '../../ir/names.ts';
import type { OperationOf } from '../../ir/operation.ts';
import type { ObjectType } from '../../ir/operations/objects.ts';
import { columnOf, constraintOf } from '../lookups.ts';
import type { Relation, Table, View } from '../schema.ts';
import { write } from '../state/journal.ts';
import { label, learnFact, renamePart, renameUnknown } from '../state/learn.ts';
import { editConstraint, editRelation, partitionsBelow, putRelation, tableById } from '../state/relations.ts';
import { findRelation, findRoutines, findType, resolveRelation } from '../state/resolve.ts';
import type { Store } from '../state/store.ts';
import { editType, putRoutine } from '../state/types.ts';
import { editColumn } from './column-parts.ts';
import type { Replay } from './context.ts';
import { ensureSchema, relationFor, sequenceFor, skipsMissing, tableFor, without } from './context.ts';
import { moveRoutine } from './routines.ts';
import { renameSchema } from './schemas.ts';
import { followName, makeWay, renameRelation } from './renaming.ts';
import { assumeType, moveType, otherType } from './types.ts';

const RELATION_KINDS: Partial<Record<ObjectType, Relation['kind']>> = {
  table: 'table',
  foreignTable: 'table',
  view: 'view',
  materializedView: 'materializedView',
  index: 'index',
  sequence: 'sequence',
};

export function renameObject(operation: OperationOf<'renameObject'>, replay: Replay): void {
  const { store } = replay;
  const { objectType, object, newName } = operation;
  if (RELATION_KINDS[objectType] !== undefined) {
    const relation = knownOrAssumed(replay, objectType, object, skipsMissing(operation));
    if (relation !== undefined) renameRelation(store, relation, newName);
    else if (!skipsMissing(operation)) renameInvisible(store, objectType, object, newName);
    return;
  }
  switch (objectType) {
    case 'type':
    case 'domain': {
      const composite = findRelation(store, object);
      const type = findType(store, object) ?? (composite?.kind === 'compositeType' ? undefined : assumeType(store, object, otherType));
      if (type !== undefined) moveType(store, type, { schema: type.schema, name: newName });
      else if (composite !== undefined) renameRelation(store, composite, newName);
      return;
    }
    case 'function':
    case 'procedure':
    case 'routine': {
      const [routine] = findRoutines(store, object);
      if (routine !== undefined) moveRoutine(store, routine, { schema: routine.schema, name: newName });
      return;
    }
    case 'schema':
      renameSchema(store, object.name, newName);
      return;
    case 'trigger':
    case 'policy':
    case 'rule':
      renameOnTable(replay, objectType, operation);
      return;
    case 'domainConstraint': {
      const domain = operation.table === undefined ? undefined : findType(store, operation.table);
      if (domain?.kind !== 'domain') return;
      editType(store, domain, (now) => ({ ...now, checks: now.checks.map((check) => (check.name === object.name ? { ...check, name: newName } : check)) }));
      return;
    }
    default:
      return;
  }
}

function renameInvisible(store: Store, objectType: ObjectType, object: ObjectName, newName: string): void {
  const kind = objectType === 'materializedView' ? 'materialized view' : objectType;
  const place = resolveRelation(store, object);
  renameUnknown(store, label(kind, place), label(kind, { schema: place.schema, name: newName }));
}

/** An unknown index is not assumed, as nobody knows its table. */
function knownOrAssumed(replay: Replay, objectType: ObjectType, name: ObjectName, maybe: boolean): Relation | undefined {
  const known = findRelation(replay.store, name);
  if (known !== undefined) return known;
  if (objectType === 'table' || objectType === 'foreignTable') return tableFor(replay, name, maybe);
  return objectType === 'sequence' ? sequenceFor(replay, name, maybe) : undefined;
}

function renameOnTable(replay: Replay, part: 'trigger' | 'policy' | 'rule', operation: OperationOf<'renameObject'>): void {
  const { store } = replay;
  const { object, newName } = operation;
  const relation = operation.table === undefined ? undefined : relationFor(replay, operation.table);
  if (relation?.kind !== 'table' && relation?.kind !== 'view') return;
  const renamed = <T extends { readonly name: string }>(list: readonly T[]): readonly T[] => list.map((item) => (item.name === object.name ? { ...item, name: newName } : item));
  const list: readonly { readonly name: string }[] = part === 'trigger' ? relation.triggers : part === 'rule' ? relation.rules : relation.kind === 'table' ? relation.policies : [];
  if (!list.some((item) => item.name === object.name)) {
    renamePart(store, relation, part, object.name, newName);
    return;
  }
  editRelation<typeof relation>(store, relation, (now) => {
    if (part === 'trigger') return { ...now, triggers: renamed(now.triggers) };
    if (part === 'rule') return { ...now, rules: renamed(now.rules) };
    return now.kind === 'table' ? { ...now, policies: renamed(now.policies) } : now;
  });
  if (part === 'trigger') renameClones(store, relation, object.name, newName);
}

/** A row trigger of a partitioned table stands on its partitions as well. */
function renameClones(store: Store, relation: Table | View, name: string, newName: string): void {
  for (const id of relation.kind === 'table' ? partitionsBelow(store, relation.id) : []) {
    const partition = tableById(store, id);
    if (partition === undefined) continue;
    editRelation<Table>(store, partition, (now) => ({ ...now, triggers: now.triggers.map((trigger) => (trigger.name === name && trigger.inherited === true ? { ...trigger, name: newName } : trigger)) }));
  }
}

export function setSchema(operation: OperationOf<'setSchema'>, replay: Replay): void {
  const { store } = replay;
  const { objectType, object, newSchema } = operation;
  if (RELATION_KINDS[objectType] !== undefined) {
    const relation = knownOrAssumed(replay, objectType, object, skipsMissing(operation));
    if (relation !== undefined) moveRelation(store, relation, newSchema);
    return;
  }
  if (objectType === 'type' || objectType === 'domain') {
    const type = findType(store, object);
    const composite = findRelation(store, object);
    ensureSchema(store, newSchema);
    if (type !== undefined) moveType(store, type, { schema: newSchema, name: type.name });
    else if (composite?.kind === 'compositeType') moveRelation(store, composite, newSchema);
  } else if (objectType === 'function' || objectType === 'procedure' || objectType === 'routine') {
    const [routine] = findRoutines(store, object);
    ensureSchema(store, newSchema);
    if (routine !== undefined) moveRoutine(store, routine, { schema: newSchema, name: routine.name });
  } else if (objectType === 'extension') {
    const extension = store.extensions.get(store.semantics.key(object.name));
    if (extension !== undefined) write(store.journal, store.extensions, store.semantics.key(object.name), { ...extension, schema: newSchema });
  }
}

/** A table takes its indexes and the sequences that it owns along. */
function moveRelation(store: Store, relation: Relation, schema: string): void {
  ensureSchema(store, schema);
  const along = relation.kind === 'table' ? [...relation.indexes, ...(store.uses.get(`owner:${String(relation.id)}`) ?? [])] : relation.kind === 'materializedView' ? relation.indexes : [];
  for (const id of [relation.id, ...along]) {
    const now = store.relations.get(id);
    if (now === undefined || now.schema === schema) continue;
    makeWay(store, now, schema, now.name);
    putRelation(store, { ...now, schema });
  }
  followName(store, relation.id);
}

export function comment(operation: OperationOf<'comment'>, replay: Replay): void {
  const { store } = replay;
  const { objectType, object, part, text } = operation;
  const noted = text === null || text === '' ? {} : { comment: text };
  switch (objectType) {
    case 'column':
    case 'constraint':
    case 'trigger':
    case 'policy':
      if (part !== undefined) commentOnPart(replay, objectType, object, part, noted);
      return;
    case 'type':
    case 'domain': {
      const type = findType(store, object);
      if (type !== undefined) editType(store, type, (now) => ({ ...without(now, 'comment'), ...noted }));
      else commentOnRelation(store, findRelation(store, object), noted);
      return;
    }
    case 'function':
    case 'procedure':
    case 'routine': {
      const [routine] = findRoutines(store, object);
      if (routine !== undefined) putRoutine(store, { ...without(routine, 'comment'), ...noted });
      return;
    }
    case 'schema': {
      const key = store.semantics.key(object.name);
      if (store.schemas.has(key)) write(store.journal, store.schemas, key, noted);
      return;
    }
    default:
      if (RELATION_KINDS[objectType] === undefined) return;
      commentOnRelation(store, objectType === 'table' ? relationFor(replay, object) : findRelation(store, object), noted);
  }
}

interface Noted {
  readonly comment?: string;
}

function commentOnRelation(store: Store, relation: Relation | undefined, noted: Noted): void {
  if (relation === undefined) return;
  if (relation.kind === 'table') learnFact(store, relation, 'itself', '', 'comment', noted.comment ?? 'none');
  const now = store.relations.get(relation.id);
  if (now !== undefined) putRelation(store, { ...without(now, 'comment'), ...noted });
}

function commentOnPart(replay: Replay, part: 'column' | 'constraint' | 'trigger' | 'policy', name: ObjectName, member: string, noted: Noted): void {
  const { store } = replay;
  const table = relationFor(replay, name);
  if (table?.kind !== 'table') return;
  const isHere = ((): boolean => {
    if (part === 'column') return columnOf(store, table, member) !== undefined;
    if (part === 'constraint') return constraintOf(store, table, member) !== undefined;
    return table[part === 'trigger' ? 'triggers' : 'policies'].some((item: { readonly name: string }) => item.name === member);
  })();
  if (!isHere) learnFact(store, table, part, member, 'comment', noted.comment ?? 'none');
  else if (part === 'column') editColumn(store, table, member, (column) => ({ ...without(column, 'comment'), ...noted }));
  else if (part === 'constraint') editConstraint(store, table, member, (constraint) => ({ ...without(constraint, 'comment'), ...noted }));
  else if (part === 'trigger') {
    editRelation(store, table, (now) => ({ ...now, triggers: now.triggers.map((trigger) => (trigger.name === member ? { ...without(trigger, 'comment'), ...noted } : trigger)) }));
  } else {
    editRelation(store, table, (now) => ({ ...now, policies: now.policies.map((policy) => (policy.name === member ? { ...without(policy, 'comment'), ...noted } : policy)) }));
  }
}
