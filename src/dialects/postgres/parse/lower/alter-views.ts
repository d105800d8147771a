import type { Operation } from '../../../../ir/operation.ts';
import type { AlterView } from '../../../../ir/operations/views.ts';
import { as } from '../ast.ts';
import type { Context } from '../context.ts';
import { after } from '../context.ts';
import { expression } from '../expressions.ts';
import type { Clause } from './clause.ts';
import { optionMap } from './options.ts';

/** A subcommand of ALTER [MATERIALIZED] VIEW; undefined for those that ALTER TABLE means alike. */
export function viewClause(part: Clause, context: Context, materialized: boolean): readonly Operation[] | undefined {
  const change = viewChange(part, context);
  return change === undefined ? undefined : [{ kind: 'alterView', span: context.span, view: part.relation, materialized, ifExists: part.on.tableIfExists, change }];
}

function viewChange(part: Clause, context: Context): AlterView['change'] | undefined {
  const { command, name } = part;
  switch (command.subtype) {
    case 'AT_ColumnDefault': {
      const range = after(context, { from: part.range.from + 1, to: part.range.to }, 'default');
      if (command.def === undefined || range === undefined) return { type: 'dropDefault', column: name };
      return { type: 'setDefault', column: name, default: expression(command.def, context, range) };
    }
    case 'AT_SetRelOptions':
      return { type: 'setOptions', options: optionMap(as(command.def, 'List')?.items) };
    case 'AT_ResetRelOptions':
      return { type: 'resetOptions', options: optionMap(as(command.def, 'List')?.items) };
    case 'AT_SetTableSpace':
      return { type: 'setTablespace', tablespace: name };
    case 'AT_SetAccessMethod':
      return { type: 'setAccessMethod', ...(command.name === undefined ? {} : { method: name }) };
    default:
      return command.subtype === undefined ? undefined : PLAIN[command.subtype];
  }
}

const PLAIN: { readonly [Type in NonNullable<Clause['command']['subtype']>]?: AlterView['change'] } = {
  AT_ClusterOn: { type: 'clusterOn' },
  AT_DropCluster: { type: 'withoutCluster' },
  AT_SetStatistics: { type: 'setStatistics' },
  AT_SetStorage: { type: 'setStorage' },
  AT_SetCompression: { type: 'setCompression' },
};
