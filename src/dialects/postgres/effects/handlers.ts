import type { OperationHandlers } from '../../../ir/operation.ts';
import { alterTableHandlers } from './alter-table.ts';
import type { Answer } from './answer.ts';
import { columnHandlers } from './columns.ts';
import { constraintHandlers } from './constraints.ts';
import { dataHandlers } from './dml.ts';
import { indexHandlers } from './indexes.ts';
import { objectHandlers } from './objects.ts';
import { partitionHandlers } from './partitions.ts';
import { routineHandlers } from './routines.ts';
import type { Scene } from './scene.ts';
import { sequenceHandlers } from './sequences.ts';
import { sessionHandlers } from './session.ts';
import { tableObjectHandlers } from './table-objects.ts';
import { tableHandlers } from './tables.ts';
import { typeHandlers } from './user-types.ts';
import { viewHandlers } from './views.ts';

/** What every kind of operation does on the server. */
export const handlers: OperationHandlers<Scene, Answer> = {
  ...tableHandlers,
  ...alterTableHandlers,
  ...partitionHandlers,
  ...columnHandlers,
  ...constraintHandlers,
  ...indexHandlers,
  ...typeHandlers,
  ...sequenceHandlers,
  ...viewHandlers,
  ...routineHandlers,
  ...tableObjectHandlers,
  ...objectHandlers,
  ...dataHandlers,
  ...sessionHandlers,
};
