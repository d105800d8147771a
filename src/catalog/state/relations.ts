import type { Constraint, ObjectId, Relation, Table } from '../schema.ts';
import { nearestFirst } from './graph.ts';
import { write } from './journal.ts';
import type { Store } from './store.ts';
import { changeUse, nameKey } from './store.ts';

/**
 * Puts a relation's new state in place. Names, reverse lists (children, referencedBy, dependents, indexes) and uses
 * follow from what the state itself says; nobody else keeps them.
 */
export function putRelation(store: Store, next: Relation): void {
  const previous = store.relations.get(next.id);
  write(store.journal, store.relations, next.id, next);
  rename(store, previous, next);
  relink(store, previous, next);
}

export function removeRelation(store: Store, id: ObjectId): void {
  const previous = store.relations.get(id);
  if (previous === undefined) return;
  relink(store, previous, undefined);
  rename(store, previous, undefined);
  write(store.journal, store.relations, id, undefined);
}

/** Changes a relation that exists; the function gets its present state. */
export function editRelation<R extends Relation>(store: Store, relation: R, change: (now: R) => R): void {
  const now = store.relations.get(relation.id);
  if (now?.kind === relation.kind) putRelation(store, change(now as R));
}

export function tableById(store: Store, id: ObjectId | undefined): Table | undefined {
  const relation = id === undefined ? undefined : store.relations.get(id);
  return relation?.kind === 'table' ? relation : undefined;
}

/** Partitions of a table, all levels, nearest first. */
export const partitionsBelow = (store: Store, table: ObjectId): readonly ObjectId[] => nearestFirst(table, (id) => partitionsOf(store, id));

export const partitionsOf = (store: Store, table: ObjectId): readonly ObjectId[] =>
  (tableById(store, table)?.children ?? []).filter((id) => tableById(store, id)?.partitionOf?.parent === table);

/** Partitions and inheritance children, all levels, nearest first. */
export const childrenBelow = (store: Store, table: ObjectId): readonly ObjectId[] => nearestFirst(table, (id) => tableById(store, id)?.children ?? []);

export const triggerUse = (store: Store, schema: string, name: string): string => `function:${nameKey(store, schema, name)}`;

function rename(store: Store, previous: Relation | undefined, next: Relation | undefined): void {
  if (previous?.name === next?.name && previous?.schema === next?.schema) return;
  const before = previous === undefined ? undefined : nameKey(store, previous.schema, previous.name);
  const after = next === undefined ? undefined : nameKey(store, next.schema, next.name);
  if (before === after) return;
  if (before !== undefined && store.relationNames.get(before) === previous?.id) {
    write(store.journal, store.relationNames, before, undefined);
    write(store.journal, store.gone, `relation:${before}`, true);
  }
  if (after !== undefined && next !== undefined) {
    write(store.journal, store.relationNames, after, next.id);
    write(store.journal, store.gone, `relation:${after}`, undefined);
  }
  const { temporarySchema } = store.semantics;
  const id = next?.id ?? previous?.id;
  if (id !== undefined) write(store.journal, store.temporaries, id, next?.schema === temporarySchema ? true : undefined);
}

const BACK_LISTS = ['children', 'referencedBy', 'dependents', 'indexes'] as const;
type BackList = (typeof BACK_LISTS)[number];

function relink(store: Store, previous: Relation | undefined, next: Relation | undefined): void {
  const id = next?.id ?? previous?.id;
  if (id === undefined || (previous?.kind === 'table' && next?.kind === 'table' && linkAppended(store, previous, next))) return;
  if (!sameForward(previous, next)) {
    const before = forward(previous);
    const after = forward(next);
    for (const back of BACK_LISTS) relinkList(store, back, id, before[back] ?? NONE, after[back] ?? NONE);
    countConstraints(store, previous, next);
  }
  if (!sameUses(previous, next)) {
    const before = usesOf(store, previous);
    const after = usesOf(store, next);
    for (const use of before) if (!after.has(use)) changeUse(store, use, id, false);
    for (const use of after) if (!before.has(use)) changeUse(store, use, id, true);
  }
}

/** Most changes of a table put something at the end of one of its lists, and only that has to be linked. False: it is another change. */
function linkAppended(store: Store, previous: Table, next: Table): boolean {
  if (previous.inherits !== next.inherits || previous.partitionOf?.parent !== next.partitionOf?.parent || previous.schema !== next.schema) return false;
  const columns = appended(previous.columns, next.columns);
  const constraints = appended(previous.constraints, next.constraints);
  const triggers = appended(previous.triggers, next.triggers);
  if (columns === undefined || constraints === undefined || triggers === undefined) return false;
  for (const constraint of constraints) {
    if (constraint.references !== undefined) changeBack(store, constraint.references, 'referencedBy', next.id, true);
    count(store, next, constraint, 1);
  }
  if (columns.length + triggers.length > 0) for (const use of usesOf(store, { kind: 'table', columns, triggers })) changeUse(store, use, next.id, true);
  return true;
}

function appended<Item>(before: readonly Item[], after: readonly Item[]): readonly Item[] | undefined {
  if (before === after) return NONE;
  return sameStart(before, after) === before.length ? after.slice(before.length) : undefined;
}

const NONE: readonly never[] = [];

/** How many items are the same, from the first one on. */
function sameStart<Item>(before: readonly Item[], after: readonly Item[]): number {
  if (before === after) return before.length;
  let same = 0;
  while (same < before.length && before[same] === after[same]) same++;
  return same;
}

function sameEnd<Item>(before: readonly Item[], after: readonly Item[]): number {
  let same = 0;
  while (same < before.length && same < after.length && before.at(-1 - same) === after.at(-1 - same)) same++;
  return same;
}

function sameForward(previous: Relation | undefined, next: Relation | undefined): boolean {
  if (previous?.kind === 'table' && next?.kind === 'table') {
    return (
      previous.constraints === next.constraints &&
      previous.inherits === next.inherits &&
      previous.partitionOf?.parent === next.partitionOf?.parent &&
      previous.schema === next.schema
    );
  }
  if (previous?.kind === 'index' && next?.kind === 'index') return previous.table === next.table && previous.parent === next.parent;
  return false;
}

/** What the relation points to, by the list of the target that points back; targets may repeat. */
function forward(relation: Relation | undefined): { readonly [K in BackList]?: readonly ObjectId[] } {
  switch (relation?.kind) {
    case 'table':
      return {
        children: relation.partitionOf === undefined ? relation.inherits : [...relation.inherits, relation.partitionOf.parent],
        referencedBy: relation.constraints.flatMap((constraint) => constraint.references ?? []),
      };
    case 'index':
      return { indexes: [relation.table], children: relation.parent === undefined ? NONE : [relation.parent] };
    case 'view':
    case 'materializedView':
      return { dependents: relation.reads };
    default:
      return {};
  }
}

function relinkList(store: Store, back: BackList, id: ObjectId, before: readonly ObjectId[], after: readonly ObjectId[]): void {
  if (before.length === 0 && after.length === 0) return;
  const old = new Set(before);
  const fresh = new Set(after);
  for (const target of old) if (!fresh.has(target)) changeBack(store, target, back, id, false);
  for (const target of fresh) if (!old.has(target)) changeBack(store, target, back, id, true);
}

/** Reverse lists name no other relation, so that a change of them needs no links of its own. */
function changeBack(store: Store, target: ObjectId, back: BackList, id: ObjectId, linked: boolean): void {
  const relation = store.relations.get(target);
  if (relation === undefined || !(back in relation)) return;
  const list = (relation as unknown as Readonly<Record<BackList, readonly ObjectId[]>>)[back];
  if (list.includes(id) === linked) return;
  const next = linked ? [...list, id] : list.filter((other) => other !== id);
  write(store.journal, store.relations, target, WITH[back](relation, next));
}

/** A copy with another list; a computed key would take three times as long. */
const WITH: { readonly [K in BackList]: (relation: Relation, list: readonly ObjectId[]) => Relation } = {
  children: (relation, children) => ({ ...(relation as Table), children }),
  referencedBy: (relation, referencedBy) => ({ ...(relation as Table), referencedBy }),
  dependents: (relation, dependents) => ({ ...relation, dependents }),
  indexes: (relation, indexes) => ({ ...(relation as Table), indexes }),
};

function countConstraints(store: Store, previous: Relation | undefined, next: Relation | undefined): void {
  const before = previous?.kind === 'table' ? previous : undefined;
  const after = next?.kind === 'table' ? next : undefined;
  if (before?.schema === after?.schema && before?.constraints === after?.constraints) return;
  const moved = before?.schema !== after?.schema;
  const old = before?.constraints ?? [];
  const fresh = after?.constraints ?? [];
  const same = moved ? 0 : sameStart(old, fresh);
  const tail = moved ? 0 : sameEnd(old.slice(same), fresh.slice(same));
  for (const constraint of old.slice(same, old.length - tail)) count(store, before, constraint, -1);
  for (const constraint of fresh.slice(same, fresh.length - tail)) count(store, after, constraint, 1);
}

function count(store: Store, table: Table | undefined, constraint: Constraint, by: number): void {
  if (table === undefined) return;
  const key = nameKey(store, table.schema, constraint.name);
  const total = (store.constraintNames.get(key) ?? 0) + by;
  write(store.journal, store.constraintNames, key, total === 0 ? undefined : total);
}

function sameUses(previous: Relation | undefined, next: Relation | undefined): boolean {
  if (previous?.kind === 'table' && next?.kind === 'table') return previous.columns === next.columns && previous.triggers === next.triggers;
  if (previous?.kind === 'view' && next?.kind === 'view') return previous.triggers === next.triggers;
  if (previous?.kind === 'sequence' && next?.kind === 'sequence') return previous.ownedBy === next.ownedBy;
  return previous?.kind === next?.kind;
}

type Using = Pick<Table, 'kind' | 'columns' | 'triggers'> | Exclude<Relation, Table>;

function usesOf(store: Store, relation: Using | undefined): ReadonlySet<string> {
  const uses = new Set<string>();
  if (relation?.kind === 'table') {
    for (const column of relation.columns) {
      if (column.typeId !== undefined) uses.add(`type:${String(column.typeId)}`);
      if (column.sequence !== undefined) uses.add(`sequence:${String(column.sequence)}`);
    }
  }
  if (relation?.kind === 'table' || relation?.kind === 'view') {
    for (const trigger of relation.triggers) uses.add(triggerUse(store, trigger.function.schema ?? '', trigger.function.name));
  }
  if (relation?.kind === 'sequence' && relation.ownedBy !== undefined) uses.add(`owner:${String(relation.ownedBy.table)}`);
  return uses;
}

export function editConstraint(store: Store, table: Table, name: string, change: (constraint: Constraint) => Constraint): void {
  const { key } = store.semantics;
  editRelation(store, table, (now) => ({
    ...now,
    constraints: now.constraints.map((constraint) => (key(constraint.name) === key(name) ? change(constraint) : constraint)),
  }));
}
