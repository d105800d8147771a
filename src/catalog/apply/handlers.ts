import type { Operation, OperationHandlers } from '../../ir/operation.ts';
import { handle } from '../../ir/operation.ts';
import { addColumn, alterColumn, changeColumnType, dropColumn, dropDefault, dropNotNull, renameColumn, setDefault, setNotNull } from './columns.ts';
import { addConstraint, alterConstraint, dropConstraint, renameConstraint, validateConstraint } from './constraints.ts';
import type { Replay } from './context.ts';
import { doubtAll } from './context.ts';
import { createTable } from './create-table.ts';
import { call, copy, deleteRows, insert, merge, select, truncate, update } from './data.ts';
import { alterDomain, createDomain } from './domains.ts';
import { alterObject, createObject, dropObject, grant, setOwner } from './grants.ts';
import { alterIndex, createIndex, dropIndex } from './indexes.ts';
import { comment, renameObject, setSchema } from './objects.ts';
import { attachPartition, detachPartition } from './partitions.ts';
import { alterRoutine, createRoutine, dropRoutine } from './routines.ts';
import { createExtension, createSchema, dropExtension, dropSchema } from './schemas.ts';
import { alterSequence, createSequence, dropSequence } from './sequences.ts';
import { opaque, setSetting } from './session.ts';
import { alterTable, dropTable, renameTable } from './tables.ts';
import { alterPolicy, createPolicy, createRule, createTrigger, dropPolicy, dropRule, dropTrigger } from './triggers.ts';
import { addEnumValue, alterCompositeType, createCompositeType, createEnum, createType, dropType, renameEnumValue } from './types.ts';
import { alterView, createMaterializedView, createView, dropMaterializedView, dropView, refreshMaterializedView } from './views.ts';

/** Carries out one operation on the store. */
export const applyOperation = (operation: Operation, replay: Replay): void => {
  if ('table' in operation && operation.table !== undefined && TAKES_AWAY.has(operation.kind)) doubtAll(replay, operation.table);
  handle(handlers, operation, replay);
};

/** After them something is not what it was. */
const TAKES_AWAY: ReadonlySet<Operation['kind']> = new Set(['dropTable', 'renameTable', 'dropColumn', 'renameColumn', 'changeColumnType', 'dropConstraint']);

/** Changes nothing that the catalog knows of. */
const leavesSchema = (): void => undefined;

const handlers: OperationHandlers<Replay, void> = {
  createTable,
  dropTable,
  renameTable,
  alterTable,
  attachPartition,
  detachPartition,
  truncate,

  addColumn,
  dropColumn,
  renameColumn,
  changeColumnType,
  setNotNull,
  dropNotNull,
  setDefault,
  dropDefault,
  alterColumn,

  addConstraint,
  validateConstraint,
  alterConstraint,
  dropConstraint,
  renameConstraint,

  createIndex,
  dropIndex,
  alterIndex,
  reindex: leavesSchema,

  createEnum,
  addEnumValue,
  renameEnumValue,
  createDomain,
  alterDomain,
  createCompositeType,
  alterCompositeType,
  createType,
  dropType,

  createSequence,
  alterSequence,
  dropSequence,

  createView,
  dropView,
  alterView,
  createMaterializedView,
  refreshMaterializedView,
  dropMaterializedView,

  createRoutine,
  alterRoutine,
  dropRoutine,
  createTrigger,
  dropTrigger,
  createRule,
  dropRule,
  createPolicy,
  alterPolicy,
  dropPolicy,

  renameObject,
  setSchema,
  setOwner,
  comment,
  createSchema,
  dropSchema,
  createExtension,
  dropExtension,
  createObject,
  alterObject,
  dropObject,
  grant,
  roleChange: leavesSchema,

  insert,
  update,
  delete: deleteRows,
  merge,
  select: select(applyOperation),
  copy,
  call: call(applyOperation),

  setSetting,
  // Whoever replays knows which transaction this ends, and returns to its start on a rollback.
  transaction: leavesSchema,
  lockTable: leavesSchema,
  maintenance: leavesSchema,
  sessionCommand: leavesSchema,
  clientCommand: leavesSchema,
  opaque,
};
