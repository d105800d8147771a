import type { Operation } from '../../../../ir/operation.ts';
import type { AlterTable } from '../../../../ir/operations/tables.ts';
import { as } from '../ast.ts';
import type { Context } from '../context.ts';
import { listName, relationName } from '../names.ts';
import type { Clause, ClauseHandlers } from './clause.ts';
import { optionMap } from './options.ts';
import { partitionBound } from './partitions.ts';

/** Subcommands of ALTER TABLE about how a table is stored and treated, and about its partitions. */
export const storageClauses: ClauseHandlers = {
  AT_SetLogged: (part, context) => change(part, context, { type: 'setLogged' }),
  AT_SetUnLogged: (part, context) => change(part, context, { type: 'setUnlogged' }),
  AT_SetTableSpace: (part, context) => change(part, context, { type: 'setTablespace', tablespace: part.name }),
  AT_SetAccessMethod: (part, context) => change(part, context, { type: 'setAccessMethod', ...(part.command.name === undefined ? {} : { method: part.name }) }),
  AT_SetRelOptions: (part, context) => change(part, context, { type: 'setOptions', options: optionMap(as(part.command.def, 'List')?.items) }),
  AT_ResetRelOptions: (part, context) => change(part, context, { type: 'resetOptions', options: optionMap(as(part.command.def, 'List')?.items) }),
  AT_ReplicaIdentity: (part, context) => {
    const node = as(part.command.def, 'ReplicaIdentityStmt');
    return change(part, context, {
      type: 'replicaIdentity',
      identity: IDENTITIES[node?.identity_type ?? 'd'] ?? 'default',
      ...(node?.name === undefined ? {} : { index: node.name }),
    });
  },
  AT_ClusterOn: (part, context) => change(part, context, { type: 'clusterOn', index: part.name }),
  AT_DropCluster: (part, context) => change(part, context, { type: 'withoutCluster' }),
  AT_DropOids: (part, context) => change(part, context, { type: 'withoutOids' }),
  AT_AddInherit: (part, context) => change(part, context, { type: 'inherit', parent: relationName(as(part.command.def, 'RangeVar')) }),
  AT_DropInherit: (part, context) => change(part, context, { type: 'noInherit', parent: relationName(as(part.command.def, 'RangeVar')) }),
  AT_AddOf: (part, context) => change(part, context, { type: 'ofType', ofType: listName(as(part.command.def, 'TypeName')?.names) }),
  AT_DropOf: (part, context) => change(part, context, { type: 'notOfType' }),
  AT_EnableRowSecurity: (part, context) => change(part, context, { type: 'rowSecurity', setting: 'enable' }),
  AT_DisableRowSecurity: (part, context) => change(part, context, { type: 'rowSecurity', setting: 'disable' }),
  AT_ForceRowSecurity: (part, context) => change(part, context, { type: 'rowSecurity', setting: 'force' }),
  AT_NoForceRowSecurity: (part, context) => change(part, context, { type: 'rowSecurity', setting: 'noForce' }),
  AT_EnableTrig: (part, context) => change(part, context, { type: 'enableTrigger', which: 'one', name: part.name }),
  AT_EnableAlwaysTrig: (part, context) => change(part, context, { type: 'enableTrigger', which: 'one', name: part.name, mode: 'always' }),
  AT_EnableReplicaTrig: (part, context) => change(part, context, { type: 'enableTrigger', which: 'one', name: part.name, mode: 'replica' }),
  AT_DisableTrig: (part, context) => change(part, context, { type: 'disableTrigger', which: 'one', name: part.name }),
  AT_EnableTrigAll: (part, context) => change(part, context, { type: 'enableTrigger', which: 'all' }),
  AT_DisableTrigAll: (part, context) => change(part, context, { type: 'disableTrigger', which: 'all' }),
  AT_EnableTrigUser: (part, context) => change(part, context, { type: 'enableTrigger', which: 'user' }),
  AT_DisableTrigUser: (part, context) => change(part, context, { type: 'disableTrigger', which: 'user' }),
  AT_EnableRule: (part, context) => change(part, context, { type: 'enableRule', name: part.name }),
  AT_EnableAlwaysRule: (part, context) => change(part, context, { type: 'enableRule', name: part.name, mode: 'always' }),
  AT_EnableReplicaRule: (part, context) => change(part, context, { type: 'enableRule', name: part.name, mode: 'replica' }),
  AT_DisableRule: (part, context) => change(part, context, { type: 'disableRule', name: part.name }),
  AT_GenericOptions: (part, context) => change(part, context, { type: 'foreignOptions' }),
  AT_AttachPartition: (part, context) => {
    const node = as(part.command.def, 'PartitionCmd');
    return [{ kind: 'attachPartition', span: context.span, table: part.relation, partition: relationName(node?.name), bound: partitionBound(node?.bound, context) }];
  },
  AT_DetachPartition: (part, context) => detach(part, context, false),
  AT_DetachPartitionFinalize: (part, context) => detach(part, context, true),
};

const IDENTITIES: Readonly<Record<string, 'default' | 'full' | 'nothing' | 'index'>> = { d: 'default', f: 'full', n: 'nothing', i: 'index' };

function change(part: Clause, context: Context, to: AlterTable['change']): readonly Operation[] {
  return [{ kind: 'alterTable', span: context.span, table: part.relation, ifExists: part.on.tableIfExists, only: part.on.only, change: to }];
}

function detach(part: Clause, context: Context, finalize: boolean): readonly Operation[] {
  const node = as(part.command.def, 'PartitionCmd');
  return [{ kind: 'detachPartition', span: context.span, table: part.relation, partition: relationName(node?.name), concurrently: node?.concurrent ?? false, finalize }];
}
