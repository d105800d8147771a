import { isTemplateName } from '../../ir/names.ts';
import type { OperationOf } from '../../ir/operation.ts';
import { keysFor } from '../keys.ts';
import { columnOf, constraintOf, indexesOf } from '../lookups.ts';
import type { Constraint, ObjectId, Table } from '../schema.ts';
import { dropPart, learnFact, renamePart } from '../state/learn.ts';
import { childrenBelow, editConstraint, editRelation, tableById } from '../state/relations.ts';
import type { Store } from '../state/store.ts';
import { keepConstraints } from './cascade.ts';
import { editColumn } from './column-parts.ts';
import { addConstraintTo, chosenConstraintName, removeConstraint } from './constraint-parts.ts';
import type { Replay } from './context.ts';
import { isGuarded, skipsExisting, skipsMissing, tableFor } from './context.ts';
import { renameRelation } from './renaming.ts';

export function addConstraint(operation: OperationOf<'addConstraint'>, replay: Replay): void {
  if (operation.inline && replay.store.counters.has('skippedColumn')) return;
  const table = tableFor(replay, operation.table, skipsMissing(operation));
  if (table === undefined) return;
  const { constraint, only } = operation;
  if (constraint.name !== undefined && constraintOf(replay.store, table, constraint.name) !== undefined && skipsExisting(operation)) return;
  addConstraintTo(replay, table, constraint, { fresh: false, only });
}

export function validateConstraint(operation: OperationOf<'validateConstraint'>, replay: Replay): void {
  const { store } = replay;
  const table = tableFor(replay, operation.table, skipsMissing(operation));
  if (table === undefined) return;
  const constraint = constraintOf(store, table, operation.name);
  if (constraint === undefined) {
    learnFact(store, table, 'constraint', operation.name, 'validity', 'valid');
    return;
  }
  const { definition } = constraint;
  for (const each of withInherited(store, table, constraint)) {
    editConstraint(store, each, operation.name, (now) => ({ ...now, valid: now.enforced }));
    if (definition.type === 'notNull') editColumn(store, each, definition.column, (column) => ({ ...column, notNull: true }));
  }
}

export function alterConstraint(operation: OperationOf<'alterConstraint'>, replay: Replay): void {
  const { store } = replay;
  const table = tableFor(replay, operation.table, skipsMissing(operation));
  const constraint = constraintOf(store, table, operation.name);
  if (table === undefined || constraint === undefined) return;
  const { deferrable, initiallyDeferred, enforced, inherit } = operation;
  for (const each of withInherited(store, table, constraint)) {
    editConstraint(store, each, operation.name, (now) => ({
      ...now,
      enforced: enforced ?? now.enforced,
      valid: enforced === false ? false : enforced === true && !now.enforced ? true : now.valid,
      definition: {
        ...now.definition,
        ...(deferrable === undefined ? {} : { deferrable }),
        ...(initiallyDeferred === undefined ? {} : { initiallyDeferred }),
        ...(enforced === undefined ? {} : { notEnforced: !enforced }),
        ...(inherit === undefined ? {} : { noInherit: !inherit }),
      },
    }));
  }
}

export function dropConstraint(operation: OperationOf<'dropConstraint'>, replay: Replay): void {
  const { store } = replay;
  const table = tableFor(replay, operation.table, operation.tableIfExists || isGuarded(operation));
  if (table === undefined) return;
  const constraint = constraintOf(store, table, operation.name);
  if (constraint === undefined) {
    if (isTemplateName(operation.name)) editRelation(store, table, (now) => ({ ...now, constraints: now.constraints.map((one) => ({ ...one, doubtful: true })) }));
    if (!dropUnnamedNotNull(store, table, operation.name)) dropPart(store, table, 'constraint', operation.name, operation.ifExists || skipsMissing(operation));
    return;
  }
  const { definition } = constraint;
  if (operation.behavior === 'cascade' && (definition.type === 'primaryKey' || definition.type === 'unique')) dropForeignKeysOn(store, table, definition.columns, true, constraint.index);
  const concerned = definition.type === 'notNull' ? withInherited(store, table, constraint) : [];
  removeConstraint(store, table, constraint, operation.only);
  if (definition.type === 'notNull') for (const each of concerned) editColumn(store, each, definition.column, (column) => ({ ...column, notNull: false }));
}

export function renameConstraint(operation: OperationOf<'renameConstraint'>, replay: Replay): void {
  const { store } = replay;
  const table = tableFor(replay, operation.table, skipsMissing(operation));
  if (table === undefined) return;
  const constraint = constraintOf(store, table, operation.name);
  if (constraint === undefined) {
    renamePart(store, table, 'constraint', operation.name, operation.newName);
    return;
  }
  const index = constraint.index === undefined ? undefined : store.relations.get(constraint.index);
  if (index !== undefined) {
    renameRelation(store, index, operation.newName);
    return;
  }
  // The foreign keys of partitions have names of their own.
  for (const each of constraint.definition.type === 'foreignKey' ? [table] : withInherited(store, table, constraint)) {
    editConstraint(store, each, operation.name, (now) => ({ ...now, name: operation.newName, definition: { ...now.definition, name: operation.newName } }));
  }
}

/** The table and those below it where the same constraint came down to. */
function withInherited(store: Store, table: Table, constraint: Constraint): readonly Table[] {
  const below = childrenBelow(store, table.id)
    .map((id) => tableById(store, id))
    .filter((child) => child !== undefined)
    .filter((child) => constraintOf(store, child, constraint.name)?.inherited === true);
  return [table, ...below];
}

/** From version 18 on NOT NULL is a constraint; where the history did not name it, the server did. */
function dropUnnamedNotNull(store: Store, table: Table, name: string): boolean {
  const column = table.columns.find((other) => {
    const definition = { type: 'notNull', column: other.name, span: NOWHERE } as const;
    return other.notNull && chosenConstraintName(store, table, definition) === name;
  });
  if (column === undefined || columnOf(store, table, column.name) === undefined) return false;
  editColumn(store, table, column.name, (now) => ({ ...now, notNull: false }));
  return true;
}

const NOWHERE = { start: 0, end: 0 } as const;

/** Those that lean on the index, as far as one can tell. */
export function dropForeignKeysOn(store: Store, table: Table, columns: readonly string[], unsaid: boolean, index: ObjectId | undefined): void {
  const [oldest] = keysFor(indexesOf(store, table), table, columns);
  if (oldest !== undefined && index !== undefined && oldest.id !== index) return;
  const key = columns.toSorted().join('\0');
  for (const id of table.referencedBy) {
    const other = tableById(store, id);
    if (other === undefined) continue;
    keepConstraints(store, other, ({ references, definition }) => {
      const isHere = references === table.id && definition.type === 'foreignKey';
      return !isHere || (definition.referencedColumns.length > 0 ? definition.referencedColumns.toSorted().join('\0') !== key : !unsaid);
    });
  }
}
