import type { Operation } from '../../../../ir/operation.ts';
import type { AlterIndex } from '../../../../ir/operations/indexes.ts';
import { as } from '../ast.ts';
import type { Context } from '../context.ts';
import { relationName } from '../names.ts';
import type { Clause } from './clause.ts';
import { optionMap } from './options.ts';

/** A subcommand of ALTER INDEX; undefined for those that ALTER TABLE means alike. */
export function indexClause(part: Clause, context: Context): readonly Operation[] | undefined {
  const change = indexChange(part);
  return change === undefined ? undefined : [{ kind: 'alterIndex', span: context.span, index: part.relation, ifExists: part.on.tableIfExists, change }];
}

function indexChange({ command, name }: Clause): AlterIndex['change'] | undefined {
  switch (command.subtype) {
    case 'AT_AttachPartition':
      return { type: 'attachPartition', partition: relationName(as(command.def, 'PartitionCmd')?.name) };
    case 'AT_SetTableSpace':
      return { type: 'setTablespace', tablespace: name };
    case 'AT_SetRelOptions':
      return { type: 'setOptions', options: optionMap(as(command.def, 'List')?.items) };
    case 'AT_ResetRelOptions':
      return { type: 'resetOptions', options: optionMap(as(command.def, 'List')?.items) };
    case 'AT_SetStatistics':
      return { type: 'setStatistics' };
    default:
      return undefined;
  }
}
