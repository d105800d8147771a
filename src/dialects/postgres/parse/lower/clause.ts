import type { AlterTableCmd, AlterTableStmt } from 'libpg-query';
import type { ObjectName } from '../../../../ir/names.ts';
import type { Operation } from '../../../../ir/operation.ts';
import type { DropBehavior } from '../../../../ir/operations/base.ts';
import type { Context } from '../context.ts';
import type { Range } from '../tokens.ts';

/** One subcommand of ALTER TABLE and its relatives. */
export interface Clause {
  readonly command: AlterTableCmd;
  readonly statement: AlterTableStmt;
  readonly relation: ObjectName;
  /** The common fields of operations on a table. */
  readonly on: { readonly table: ObjectName; readonly tableIfExists: boolean; readonly only: boolean };
  readonly name: string;
  readonly behavior: DropBehavior;
  readonly range: Range;
}

export type ClauseHandlers = { readonly [Type in NonNullable<AlterTableCmd['subtype']>]?: (clause: Clause, context: Context) => readonly Operation[] };
