import type { Node } from 'libpg-query';
import type { Operation } from '../../../../ir/operation.ts';
import type { NodeKind, NodeOf } from '../ast.ts';
import { kindOf } from '../ast.ts';
import type { Context } from '../context.ts';
import { listName, nameOf, roleName } from '../names.ts';
import { doOperations } from '../routines/bodies.ts';
import { alterTable } from './alter-table.ts';
import { call, copy, insert, merge, queryBehind, remove, select, update } from './data.ts';
import { drop } from './drops.ts';
import { alterRole, alterRoleSet, createRole, defaultPrivileges, dropOwned, dropRole, grant, grantRole, reassignOwned } from './grants.ts';
import { createIndex, reindex } from './indexes.ts';
import { objectType } from './object-types.ts';
import { altered, created, createCast, createTransform, define, dropped, optionChange, published, relationList } from './other-objects.ts';
import { comment, dependsOnExtension, rename, securityLabel, setOwner, setSchema } from './renames.ts';
import { alterRoutine, createRoutine } from './routines.ts';
import { alterExtension, alterExtensionContents, createExtension, createSchema } from './schemas.ts';
import { alterSequence, createSequence } from './sequences.ts';
import { cluster, command, discard, explain, lock, queryCommand, transaction, vacuum } from './session.ts';
import { setVariable } from './settings.ts';
import { createForeignTable, createTable, createTableAs, truncate } from './tables.ts';
import { alterPolicy, createPolicy, createRule, createTrigger } from './triggers.ts';
import { alterDomain, alterEnum, createComposite, createDomain, createEnum, createRange } from './user-types.ts';
import { createView, refreshMaterializedView } from './views.ts';

/** Node types called statements that never stand alone. */
type Inner = 'RawStmt' | 'SetOperationStmt' | 'ReturnStmt' | 'PLAssignStmt' | 'ReplicaIdentityStmt';

/** Every statement of the grammar. */
export type StatementKind = Exclude<Extract<NodeKind, `${string}Stmt`>, Inner>;

type Handlers = { readonly [Kind in StatementKind]: (statement: NodeOf<Kind>, context: Context) => Operation[] };

/** The operations of a statement, in the order in which the server carries them out. */
export function lower(node: Node, context: Context): Operation[] {
  const kind = kindOf(node) as StatementKind;
  // The table's own type proves that node and handler agree; TypeScript cannot correlate them through a union.
  const handler = HANDLERS[kind] as ((statement: unknown, context: Context) => Operation[]) | undefined;
  if (handler === undefined) return [{ kind: 'opaque', span: context.span, reason: 'unsupported', detail: `statement of an unknown kind: ${kind}` }];
  const operations = handler((node as unknown as Readonly<Record<string, unknown>>)[kind], context);
  if (operations.length === 0) return [{ kind: 'opaque', span: context.span, reason: 'unsupported', detail: `statement without an effect that is known: ${kind}` }];
  const { within } = context;
  return within === undefined ? operations : operations.map((each) => (each.within === undefined ? { within, ...each } : each));
}

const HANDLERS: Handlers = {
  AlterCollationStmt: (statement, context) => altered('collation', listName(statement.collname), 'refresh version', context),
  AlterDatabaseRefreshCollStmt: (statement, context) => altered('database', nameOf([statement.dbname ?? '']), 'refresh collation version', context),
  AlterDatabaseSetStmt: (statement, context) => altered('database', nameOf([statement.dbname ?? '']), `set ${statement.setstmt?.name ?? 'all'}`.toLowerCase(), context),
  AlterDatabaseStmt: (statement, context) => altered('database', nameOf([statement.dbname ?? '']), optionChange(statement.options, 'options'), context),
  AlterDefaultPrivilegesStmt: defaultPrivileges,
  AlterDomainStmt: alterDomain,
  AlterEnumStmt: alterEnum,
  AlterEventTrigStmt: (statement, context) => altered('eventTrigger', nameOf([statement.trigname ?? '']), statement.tgenabled === 'D' ? 'disable' : 'enable', context),
  AlterExtensionContentsStmt: alterExtensionContents,
  AlterExtensionStmt: alterExtension,
  AlterFdwStmt: (statement, context) => altered('foreignDataWrapper', nameOf([statement.fdwname ?? '']), 'options', context),
  AlterForeignServerStmt: (statement, context) => altered('server', nameOf([statement.servername ?? '']), 'options', context),
  AlterFunctionStmt: alterRoutine,
  AlterObjectDependsStmt: dependsOnExtension,
  AlterObjectSchemaStmt: setSchema,
  AlterOpFamilyStmt: (statement, context) => altered('operatorFamily', listName(statement.opfamilyname), statement.isDrop === true ? 'drop' : 'add', context),
  AlterOperatorStmt: (statement, context) => altered('operator', listName(statement.opername?.objname), 'options', context),
  AlterOwnerStmt: setOwner,
  AlterPolicyStmt: alterPolicy,
  AlterPublicationStmt: (statement, context) =>
    altered('publication', nameOf([statement.pubname ?? '']), PUBLICATION_ACTIONS[statement.action ?? 'AP_SetObjects'], context, published(statement.pubobjects)),
  AlterRoleSetStmt: alterRoleSet,
  AlterRoleStmt: alterRole,
  AlterSeqStmt: alterSequence,
  AlterStatsStmt: (statement, context) => altered('statistics', listName(statement.defnames), 'set statistics', context),
  AlterSubscriptionStmt: (statement, context) =>
    altered('subscription', nameOf([statement.subname ?? '']), (statement.kind ?? '').replace('ALTER_SUBSCRIPTION_', '').replaceAll('_', ' ').toLowerCase(), context),
  AlterSystemStmt: (_, { span }) => [{ kind: 'maintenance', span, action: 'alterSystem' }],
  AlterTSConfigurationStmt: (statement, context) => altered('textSearch', listName(statement.cfgname), 'mapping', context),
  AlterTSDictionaryStmt: (statement, context) => altered('textSearch', listName(statement.dictname), 'options', context),
  AlterTableMoveAllStmt: (statement, context) =>
    altered('tablespace', nameOf([statement.orig_tablespacename ?? '']), `move all ${objectType(statement.objtype)} to ${statement.new_tablespacename ?? ''}`, context),
  AlterTableSpaceOptionsStmt: (statement, context) => altered('tablespace', nameOf([statement.tablespacename ?? '']), 'options', context),
  AlterTableStmt: alterTable,
  AlterTypeStmt: (statement, context) => altered('type', listName(statement.typeName), 'options', context),
  AlterUserMappingStmt: (statement, context) => altered('userMapping', nameOf([roleName(statement.user)]), 'options', context),
  CallStmt: call,
  CheckPointStmt: (_, { span }) => [{ kind: 'maintenance', span, action: 'checkpoint' }],
  ClosePortalStmt: command('close'),
  ClusterStmt: cluster,
  CommentStmt: comment,
  CompositeTypeStmt: createComposite,
  ConstraintsSetStmt: command('set constraints'),
  CopyStmt: copy,
  CreateAmStmt: (statement, context) => created('accessMethod', nameOf([statement.amname ?? '']), context),
  CreateCastStmt: createCast,
  CreateConversionStmt: (statement, context) => created('conversion', listName(statement.conversion_name), context),
  CreateDomainStmt: createDomain,
  CreateEnumStmt: createEnum,
  CreateEventTrigStmt: (statement, context) => created('eventTrigger', nameOf([statement.trigname ?? '']), context),
  CreateExtensionStmt: createExtension,
  CreateFdwStmt: (statement, context) => created('foreignDataWrapper', nameOf([statement.fdwname ?? '']), context),
  CreateForeignServerStmt: (statement, context) => created('server', nameOf([statement.servername ?? '']), context, { ifNotExists: statement.if_not_exists }),
  CreateForeignTableStmt: createForeignTable,
  CreateFunctionStmt: createRoutine,
  CreateOpClassStmt: (statement, context) => created('operatorClass', listName(statement.opclassname), context),
  CreateOpFamilyStmt: (statement, context) => created('operatorFamily', listName(statement.opfamilyname), context),
  CreatePLangStmt: (statement, context) => created('language', nameOf([statement.plname ?? '']), context),
  CreatePolicyStmt: createPolicy,
  CreatePublicationStmt: (statement, context) => created('publication', nameOf([statement.pubname ?? '']), context, published(statement.pubobjects, statement.options, statement.for_all_tables)),
  CreateRangeStmt: createRange,
  CreateRoleStmt: createRole,
  CreateSchemaStmt: (statement, context) => createSchema(statement, context, lower),
  CreateSeqStmt: createSequence,
  CreateStatsStmt: (statement, context) =>
    created('statistics', listName(statement.defnames), context, { relations: relationList(statement.relations), ifNotExists: statement.if_not_exists }),
  CreateStmt: (statement, context) => createTable(statement, context),
  CreateSubscriptionStmt: (statement, context) => created('subscription', nameOf([statement.subname ?? '']), context),
  CreateTableAsStmt: createTableAs,
  CreateTableSpaceStmt: (statement, context) => created('tablespace', nameOf([statement.tablespacename ?? '']), context),
  CreateTransformStmt: createTransform,
  CreateTrigStmt: createTrigger,
  CreateUserMappingStmt: (statement, context) => created('userMapping', nameOf([roleName(statement.user)]), context, { ifNotExists: statement.if_not_exists }),
  CreatedbStmt: (statement, context) => created('database', nameOf([statement.dbname ?? '']), context),
  DeallocateStmt: command('deallocate'),
  DeclareCursorStmt: (statement, context) => queryCommand('declare', statement.query, context, queryBehind(context, 'for')),
  DefineStmt: define,
  DeleteStmt: remove,
  DiscardStmt: discard,
  DoStmt: doOperations,
  DropOwnedStmt: dropOwned,
  DropRoleStmt: dropRole,
  DropStmt: drop,
  DropSubscriptionStmt: (statement, context) => dropped('subscription', nameOf([statement.subname ?? '']), statement.missing_ok, context),
  DropTableSpaceStmt: (statement, context) => dropped('tablespace', nameOf([statement.tablespacename ?? '']), statement.missing_ok, context),
  DropUserMappingStmt: (statement, context) => dropped('userMapping', nameOf([roleName(statement.user)]), statement.missing_ok, context),
  DropdbStmt: (statement, context) => dropped('database', nameOf([statement.dbname ?? '']), statement.missing_ok, context),
  ExecuteStmt: command('execute'),
  ExplainStmt: (statement, context) => explain(statement, context, lower),
  FetchStmt: (statement, context) => command(statement.ismove === true ? 'move' : 'fetch')(statement, context),
  GrantRoleStmt: grantRole,
  GrantStmt: grant,
  ImportForeignSchemaStmt: (statement, context) =>
    created('foreignTable', { schema: statement.local_schema ?? '', name: statement.remote_schema ?? '' }, context, {
      relations: relationList(statement.table_list).map(({ name }) => ({ schema: statement.local_schema ?? '', name })),
    }),
  IndexStmt: createIndex,
  InsertStmt: insert,
  ListenStmt: command('listen'),
  LoadStmt: (_, { span }) => [{ kind: 'maintenance', span, action: 'load' }],
  LockStmt: lock,
  MergeStmt: merge,
  NotifyStmt: command('notify'),
  PrepareStmt: (statement, context) => queryCommand('prepare', statement.query, context, queryBehind(context, 'as')),
  ReassignOwnedStmt: reassignOwned,
  RefreshMatViewStmt: refreshMaterializedView,
  ReindexStmt: reindex,
  RenameStmt: rename,
  RuleStmt: createRule,
  SecLabelStmt: securityLabel,
  SelectStmt: select,
  TransactionStmt: transaction,
  TruncateStmt: truncate,
  UnlistenStmt: command('unlisten'),
  UpdateStmt: update,
  VacuumStmt: vacuum,
  VariableSetStmt: setVariable,
  VariableShowStmt: command('show'),
  ViewStmt: createView,
};

const PUBLICATION_ACTIONS = { AP_AddObjects: 'add table', AP_DropObjects: 'drop table', AP_SetObjects: 'set table' } as const;
