import type { Patterns } from '../../../remedy/step.ts';
import { constrainedDomainColumn, generatedKeyColumn, requiredColumn, storedColumn, volatileDefault } from './added-column.ts';
import { outOfBlocks } from './blocks.ts';
import { primaryKeyFromIndex, uniqueFromIndex, validateLater } from './constraints.ts';
import { batchInsert } from './copies.ts';
import { batchDelete, batchUpdate } from './data.ts';
import { detachConcurrently } from './detach.ts';
import { dropColumn, dropTable } from './drops.ts';
import { enumValueApart, replaceEnum } from './enums.ts';
import { buildIndexConcurrently, dropIndexConcurrently, refreshConcurrently, ownTransaction, reindexConcurrently, runOutsideTransaction } from './indexes.ts';
import { commitBatches } from './loops.ts';
import { batchMerge } from './merge.ts';
import { asWritten, missingDown } from './missing-down.ts';
import { proveNotNull } from './not-null.ts';
import { onlyKnownNames } from './open-names.ts';
import { attachPartition, createPartition } from './partitions.ts';
import { exclusionConstraint, noOnlineForm } from './refusals.ts';
import { renameColumn, renameTable } from './renames.ts';
import { shadowColumn } from './shadow.ts';
import { splitColumn } from './split-column.ts';
import { swapTable } from './swap-table.ts';
import { keepingTemplates } from './templates.ts';
import { withoutTimeouts } from './timeouts.ts';

export const patterns: Patterns = onlyKnownNames(keepingTemplates(outOfBlocks({
  buildIndexConcurrently,
  dropIndexConcurrently,
  reindexConcurrently,
  detachConcurrently,
  refreshConcurrently,
  runOutsideTransaction,
  withoutTimeouts,
  ownTransaction,
  validateLater,
  uniqueFromIndex,
  primaryKeyFromIndex,
  proveNotNull,
  exclusionConstraint,
  requiredColumn,
  volatileDefault,
  generatedKeyColumn,
  storedColumn,
  constrainedDomainColumn,
  shadowColumn,
  renameColumn,
  renameTable,
  dropColumn,
  dropTable,
  replaceEnum,
  enumValueApart,
  createPartition,
  attachPartition,
  batchUpdate,
  batchDelete,
  batchInsert,
  batchMerge,
  commitBatches,
  splitColumn,
  swapTable,
  noOnlineForm,
  missingDown,
  asWritten,
})));
