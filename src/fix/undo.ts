import type { ObjectName } from '../ir/names.ts';
import type { Operation, OperationKind, OperationOf } from '../ir/operation.ts';

/** What is undone by everything in a way back that is about the same object, not by one statement. */
export const isUndoneByMany = ({ kind }: Operation): boolean => kind === 'dropTable';

/** Whether an operation of a way back puts something back that has gone with what an operation of the way forward does, or is the same one over again. */
export function alsoUndoes(back: Operation, forward: Operation): boolean {
  const test = ALSO_UNDONE_BY[forward.kind] as ((forward: Operation, back: Operation) => boolean) | undefined;
  return test?.(forward, back) ?? false;
}

/** Whether an operation of a way back undoes one of the way forward, as far as names can tell. */
export function undoes(back: Operation, forward: Operation): boolean {
  const test = UNDONE_BY[forward.kind] as ((forward: Operation, back: Operation) => boolean) | undefined;
  return test?.(forward, back) ?? false;
}

type Tests = { readonly [Kind in OperationKind]?: (forward: OperationOf<Kind>, back: Operation) => boolean };

const UNDONE_BY: Tests = {
  // The server makes the name of others: `users_email_idx` of `users`.
  createIndex: ({ name, table }, back) => back.kind === 'dropIndex' && (name === undefined ? back.index.name.startsWith(`${table.name}_`) : back.index.name === name),
  dropIndex: ({ index }, back) => back.kind === 'createIndex' && back.name === index.name,
  addConstraint: ({ table, constraint }, back) =>
    (back.kind === 'dropConstraint' && same(back.table, table) && (constraint.name === undefined || back.name === constraint.name)) ||
    (constraint.type === 'notNull' && back.kind === 'dropNotNull' && same(back.table, table) && back.column === constraint.column),
  dropConstraint: ({ table, name }, back) => back.kind === 'addConstraint' && !back.inline && same(back.table, table) && (back.constraint.name === undefined || back.constraint.name === name),
  addColumn: ({ table, column }, back) => back.kind === 'dropColumn' && same(back.table, table) && back.column === column.name,
  dropColumn: ({ table, column }, back) => back.kind === 'addColumn' && same(back.table, table) && back.column.name === column,
  renameColumn: ({ table, column, newName }, back) => back.kind === 'renameColumn' && same(back.table, table) && back.column === newName && back.newName === column,
  renameTable: ({ table, newName }, back) => back.kind === 'renameTable' && back.table.name === newName && back.newName === table.name,
  changeColumnType: ({ table, column }, back) => back.kind === 'changeColumnType' && same(back.table, table) && back.column === column,
  setNotNull: ({ table, column }, back) => back.kind === 'dropNotNull' && same(back.table, table) && back.column === column,
  dropNotNull: ({ table, column }, back) => back.kind === 'setNotNull' && same(back.table, table) && back.column === column,
  setDefault: ({ table, column }, back) => (back.kind === 'dropDefault' || back.kind === 'setDefault') && same(back.table, table) && back.column === column,
  dropDefault: ({ table, column }, back) => back.kind === 'setDefault' && same(back.table, table) && back.column === column,
  createTable: ({ table }, back) => back.kind === 'dropTable' && same(back.table, table),
  dropTable: ({ table }, back) => 'table' in back && back.table !== undefined && same(back.table, table),
  createTrigger: ({ trigger, table }, back) => back.kind === 'dropTrigger' && back.trigger === trigger && same(back.table, table),
  dropTrigger: ({ trigger, table }, back) => back.kind === 'createTrigger' && back.trigger === trigger && same(back.table, table),
  createRoutine: ({ routine }, back) => back.kind === 'dropRoutine' && same(back.routine, routine),
  dropRoutine: ({ routine }, back) => back.kind === 'createRoutine' && same(back.routine, routine),
  createView: ({ view }, back) => back.kind === 'dropView' && same(back.view, view),
  dropView: ({ view }, back) => back.kind === 'createView' && same(back.view, view),
  createMaterializedView: ({ view }, back) => back.kind === 'dropMaterializedView' && same(back.view, view),
  dropMaterializedView: ({ view }, back) => back.kind === 'createMaterializedView' && same(back.view, view),
  createSequence: ({ sequence }, back) => back.kind === 'dropSequence' && same(back.sequence, sequence),
  dropSequence: ({ sequence }, back) => back.kind === 'createSequence' && same(back.sequence, sequence),
  createEnum: ({ type }, back) => back.kind === 'dropType' && same(back.type, type),
  createDomain: ({ domain }, back) => back.kind === 'dropType' && same(back.type, domain),
  createCompositeType: ({ type }, back) => back.kind === 'dropType' && same(back.type, type),
  createType: ({ type }, back) => back.kind === 'dropType' && same(back.type, type),
  dropType: ({ type }, back) => (back.kind === 'createEnum' || back.kind === 'createCompositeType' || back.kind === 'createType') && same(back.type, type),
  attachPartition: ({ table, partition }, back) => back.kind === 'detachPartition' && same(back.table, table) && same(back.partition, partition),
  insert: ({ table }, back) => back.kind === 'delete' && same(back.table, table),
  update: ({ table, assignments }, back) => back.kind === 'update' && same(back.table, table) && back.assignments.some(({ column }) => assignments.some((one) => one.column === column)),
  delete: ({ table }, back) => back.kind === 'insert' && same(back.table, table),
  merge: ({ table }, back) => (back.kind === 'insert' || back.kind === 'update' || back.kind === 'delete' || back.kind === 'merge') && same(back.table, table),
  detachPartition: ({ table, partition }, back) => back.kind === 'attachPartition' && same(back.table, table) && same(back.partition, partition),
};

const ALSO_UNDONE_BY: Tests = {
  dropColumn: ({ table, column }, back) => 'table' in back && back.table !== undefined && same(back.table, table) && columnsOf(back).includes(column),
  dropMaterializedView: ({ view }, back) => back.kind === 'createIndex' && same(back.table, view),
  renameConstraint: ({ table, name, newName }, back) => back.kind === 'renameConstraint' && same(back.table, table) && back.name === newName && back.newName === name,
  renameObject: ({ object, newName }, back) => back.kind === 'renameObject' && back.object.name === newName && back.newName === object.name,
  renameEnumValue: ({ type, value, newValue }, back) => back.kind === 'renameEnumValue' && same(back.type, type) && back.value === newValue && back.newValue === value,
  createRoutine: ({ routine }, back) => back.kind === 'createRoutine' && same(back.routine, routine),
  createView: ({ view }, back) => back.kind === 'createView' && same(back.view, view),
  createTrigger: ({ trigger, table }, back) => back.kind === 'createTrigger' && back.trigger === trigger && same(back.table, table),
};

function columnsOf(operation: Operation): readonly (string | undefined)[] {
  if (operation.kind === 'createIndex') return [...operation.keys.map(({ column }) => column), ...operation.include];
  if (operation.kind !== 'addConstraint') return 'column' in operation && typeof operation.column === 'string' ? [operation.column] : [];
  const { constraint } = operation;
  return 'columns' in constraint ? constraint.columns : 'column' in constraint ? [constraint.column] : [];
}

/** A schema that one of them leaves out is taken to be the other's. */
const same = (one: ObjectName, other: ObjectName): boolean => one.name === other.name && (one.schema === undefined || other.schema === undefined || one.schema === other.schema);
