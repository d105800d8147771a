import type { Node } from 'libpg-query';
import type { LaterForm } from '../../dialect.ts';
import type { NodeKind, NodeOf } from '../parse/ast.ts';
import { all, as, strings } from '../parse/ast.ts';
import { FROM_EXTENSION, FUNCTIONS, ROLES, SETTINGS, TYPES } from './names.ts';

export type Form = LaterForm;

/** What forms a node has, by its kind; `false` and `undefined` stand for one that it has not. */
type Forms = { readonly [Kind in NodeKind]?: (node: NodeOf<Kind>) => readonly (Form | false | undefined)[] };

const form = (since: number, what: string): Form => ({ since, what });

/** Options in brackets, by name. */
function options(nodes: readonly Node[] | undefined, known: Readonly<Record<string, number>>, of: string): readonly Form[] {
  return all(nodes, 'DefElem').flatMap(({ defname = '' }) => {
    const name = defname.toLowerCase();
    const since = known[name];
    return since === undefined ? [] : [form(since, `${of} ${name.toUpperCase()}`)];
  });
}

const has = (nodes: readonly Node[] | undefined, name: string): boolean => all(nodes, 'DefElem').some(({ defname }) => defname?.toLowerCase() === name);
const valueOf = (nodes: readonly Node[] | undefined, name: string): Node | undefined => all(nodes, 'DefElem').find(({ defname }) => defname?.toLowerCase() === name)?.arg;

const PUBLICATION = { publish_via_partition_root: 13, publish_generated_columns: 18 };
const SUBSCRIPTION = { binary: 14, streaming: 14, two_phase: 15, disable_on_error: 15, origin: 16, password_required: 16, run_as_owner: 16, failover: 17 };
const DATABASE = { oid: 15, strategy: 15, locale_provider: 15, icu_locale: 15, collation_version: 15, icu_rules: 16, builtin_locale: 17 };
const VACUUM = { skip_locked: 12, index_cleanup: 12, truncate: 12, parallel: 13, process_toast: 14, process_main: 16, skip_database_stats: 16, only_database_stats: 16, buffer_usage_limit: 16 };
const EXPLAIN = { settings: 12, wal: 13, generic_plan: 16, memory: 17, serialize: 17 };
const COPY = { default: 16, on_error: 17, log_verbosity: 17, reject_limit: 18 };
const LIKE_COMPRESSION = 2;
const LIKE_GENERATED = 16;
const MOST_LIKE = 0x200;

export const FORMS: Forms = {
  AlterDefaultPrivilegesStmt: ({ action }) => [action?.objtype === 'OBJECT_LARGEOBJECT' && form(18, 'ON LARGE OBJECTS')],
  AlterObjectDependsStmt: ({ remove }) => [remove === true && form(13, 'NO DEPENDS ON EXTENSION')],
  AlterPublicationStmt: ({ options: given }) => options(given, PUBLICATION, 'publication option'),
  AlterStatsStmt: () => [form(13, 'ALTER STATISTICS … SET STATISTICS')],
  AlterSubscriptionStmt: ({ kind, options: given }) => [
    (kind === 'ALTER_SUBSCRIPTION_ADD_PUBLICATION' || kind === 'ALTER_SUBSCRIPTION_DROP_PUBLICATION') && form(14, 'ADD or DROP PUBLICATION of a subscription'),
    kind === 'ALTER_SUBSCRIPTION_SKIP' && form(15, 'ALTER SUBSCRIPTION … SKIP'),
    ...options(given, SUBSCRIPTION, 'subscription option'),
  ],
  AlterTableCmd: ({ subtype, name, def }) => [
    subtype === 'AT_SetExpression' && form(17, 'SET EXPRESSION'),
    subtype === 'AT_DropExpression' && form(13, 'DROP EXPRESSION'),
    subtype === 'AT_SetCompression' && form(14, 'SET COMPRESSION'),
    subtype === 'AT_SetAccessMethod' && (name === undefined ? form(17, 'SET ACCESS METHOD DEFAULT') : form(15, 'SET ACCESS METHOD')),
    subtype === 'AT_SetStatistics' && def === undefined && form(17, 'SET STATISTICS DEFAULT'),
    subtype === 'AT_SetStorage' && as(def, 'String')?.sval?.toLowerCase() === 'default' && form(16, 'SET STORAGE DEFAULT'),
    subtype === 'AT_DetachPartitionFinalize' && form(14, 'DETACH PARTITION FINALIZE'),
    subtype === 'AT_DetachPartition' && as(def, 'PartitionCmd')?.concurrent === true && form(14, 'DETACH PARTITION CONCURRENTLY'),
    subtype === 'AT_SetRelOptions' && has(as(def, 'List')?.items, 'security_invoker') && form(15, 'security_invoker'),
  ],
  AlterTypeStmt: () => [form(13, 'ALTER TYPE … SET (…)')],
  ATAlterConstraint: (node) => [node.alterEnforceability === true && form(18, 'ALTER CONSTRAINT … ENFORCED'), node.alterInheritability === true && form(18, 'ALTER CONSTRAINT … INHERIT')],
  ColumnDef: ({ storage_name: storage, compression }) => [storage !== undefined && form(16, 'STORAGE of a new column'), compression !== undefined && form(14, 'COMPRESSION')],
  CommonTableExpr: (node) => [
    node.ctematerialized !== undefined && node.ctematerialized !== 'CTEMaterializeDefault' && form(12, '[NOT] MATERIALIZED'),
    node.search_clause !== undefined && form(14, 'SEARCH'),
    node.cycle_clause !== undefined && form(14, 'CYCLE'),
  ],
  Constraint: (node) => {
    const key = node.contype === 'CONSTR_FOREIGN';
    return [
      node.contype === 'CONSTR_GENERATED' && (node.generated_kind === 'v' ? form(18, 'a virtual generated column') : form(12, 'GENERATED ALWAYS AS … STORED')),
      (node.contype === 'CONSTR_ATTR_ENFORCED' || node.contype === 'CONSTR_ATTR_NOT_ENFORCED' || ((node.contype === 'CONSTR_CHECK' || key) && node.is_enforced !== true)) && form(18, '[NOT] ENFORCED'),
      node.contype === 'CONSTR_NOTNULL' && (node.keys ?? []).length > 0 && form(18, 'NOT NULL as a table constraint'),
      node.nulls_not_distinct === true && form(15, 'NULLS NOT DISTINCT'),
      key && (node.fk_del_set_cols ?? []).length > 0 && form(15, 'ON DELETE SET with a list of columns'),
      (node.fk_with_period === true || node.pk_with_period === true) && form(18, 'PERIOD'),
      node.without_overlaps === true && form(18, 'WITHOUT OVERLAPS'),
    ];
  },
  CopyStmt: ({ options: given, whereClause }) => [
    whereClause !== undefined && form(12, 'COPY … WHERE'),
    as(valueOf(given, 'header'), 'String')?.sval?.toLowerCase() === 'match' && form(15, 'COPY HEADER MATCH'),
    (as(valueOf(given, 'force_null'), 'A_Star') ?? as(valueOf(given, 'force_not_null'), 'A_Star')) !== undefined && form(17, 'COPY FORCE_NULL *'),
    ...options(given, COPY, 'COPY'),
  ],
  CreateFunctionStmt: ({ sql_body: body, is_procedure: isProcedure, parameters }) => [
    body !== undefined && form(14, 'an SQL-standard function body'),
    isProcedure === true && all(parameters, 'FunctionParameter').some(({ mode }) => mode === 'FUNC_PARAM_OUT') && form(14, 'OUT parameters of a procedure'),
  ],
  CreatePublicationStmt: ({ options: given }) => options(given, PUBLICATION, 'publication option'),
  CreateSeqStmt: ({ sequence }) => [sequence?.relpersistence === 'u' && form(15, 'CREATE UNLOGGED SEQUENCE')],
  CreateStatsStmt: ({ defnames, exprs, stat_types: kinds }) => [
    (defnames ?? []).length === 0 && form(16, 'CREATE STATISTICS without a name'),
    all(exprs, 'StatsElem').some(({ expr }) => expr !== undefined) && form(14, 'CREATE STATISTICS on expressions'),
    strings(kinds).includes('mcv') && form(12, 'CREATE STATISTICS (mcv)'),
  ],
  CreateSubscriptionStmt: ({ options: given }) => options(given, SUBSCRIPTION, 'subscription option'),
  CreatedbStmt: ({ options: given }) => options(given, DATABASE, 'database option'),
  CreateTrigStmt: ({ replace }) => [replace === true && form(14, 'CREATE OR REPLACE TRIGGER')],
  DefineStmt: ({ kind, replace, definition }) => [
    kind === 'OBJECT_AGGREGATE' && replace === true && form(12, 'CREATE OR REPLACE AGGREGATE'),
    kind === 'OBJECT_COLLATION' && has(definition, 'deterministic') && form(12, 'collation option DETERMINISTIC'),
    kind === 'OBJECT_COLLATION' && has(definition, 'rules') && form(16, 'collation option RULES'),
    kind === 'OBJECT_COLLATION' && strings(as(valueOf(definition, 'provider'), 'TypeName')?.names)[0] === 'builtin' && form(17, 'collation provider BUILTIN'),
  ],
  DeleteStmt: ({ relation, returningClause }) => returning(returningClause, relation),
  DropdbStmt: ({ options: given }) => options(given, { force: 13 }, 'DROP DATABASE'),
  ExplainStmt: ({ options: given }) => options(given, EXPLAIN, 'EXPLAIN'),
  FuncCall: ({ funcname, args, funcformat }) => {
    const path = strings(funcname);
    const name = path.at(-1) ?? '';
    if (path.length > 1 && path[0] !== 'pg_catalog') return [];
    const since = FUNCTIONS.get(name);
    const extension = FROM_EXTENSION.get(name);
    const count = (args ?? []).length;
    return [
      since !== undefined && { since, what: `${name}()`, ...(path.length > 1 ? {} : { own: { kind: 'routine' as const, name, ...(extension === undefined ? {} : { extension }) } }) },
      name === 'random' && count === 2 && { since: 17, what: 'random() between two values', own: { kind: 'routine' as const, name } },
      name === 'date_trunc' && count === 3 && form(12, 'date_trunc() with a time zone'),
      name === 'timezone' && count === 1 && funcformat === 'COERCE_SQL_SYNTAX' && form(17, 'AT LOCAL'),
    ];
  },
  GrantRoleStmt: ({ granted_roles: roles, opt }) => [...options(opt, { inherit: 16, set: 16 }, 'GRANT … WITH'), ...all(roles, 'AccessPriv').map(({ priv_name: name = '' }) => role(name))],
  GrantStmt: ({ objtype, privileges }) => [
    objtype === 'OBJECT_PARAMETER_ACL' && form(15, 'GRANT ON PARAMETER'),
    all(privileges, 'AccessPriv').some(({ priv_name: name }) => name === 'maintain') && form(17, 'GRANT MAINTAIN'),
  ],
  IndexStmt: ({ nulls_not_distinct: distinct, indexIncludingParams: included, accessMethod }) => [
    distinct === true && form(15, 'NULLS NOT DISTINCT'),
    (included ?? []).length > 0 && accessMethod === 'gist' && form(12, 'INCLUDE in a GiST index'),
    (included ?? []).length > 0 && accessMethod === 'spgist' && form(14, 'INCLUDE in an SP-GiST index'),
  ],
  InsertStmt: ({ relation, returningClause }) => returning(returningClause, relation),
  JoinExpr: ({ join_using_alias: alias }) => [alias !== undefined && form(14, 'an alias for JOIN … USING')],
  JsonArrayAgg: () => [form(16, 'JSON_ARRAYAGG')],
  JsonArrayConstructor: () => [form(16, 'JSON_ARRAY')],
  JsonArrayQueryConstructor: () => [form(16, 'JSON_ARRAY')],
  JsonFuncExpr: ({ op }) => [form(17, (op ?? 'JSON_VALUE_OP').replace(/_OP$/, ''))],
  JsonIsPredicate: () => [form(16, 'IS JSON')],
  JsonObjectAgg: () => [form(16, 'JSON_OBJECTAGG')],
  JsonObjectConstructor: () => [form(16, 'JSON_OBJECT with keys and values')],
  JsonParseExpr: () => [form(17, 'JSON()')],
  JsonScalarExpr: () => [form(17, 'JSON_SCALAR')],
  JsonSerializeExpr: () => [form(17, 'JSON_SERIALIZE')],
  JsonTable: () => [form(17, 'JSON_TABLE')],
  MergeStmt: ({ relation, returningClause }) => [form(15, 'MERGE'), returningClause !== undefined && form(17, 'MERGE … RETURNING'), ...returning(returningClause, relation)],
  MergeWhenClause: ({ matchKind }) => [matchKind === 'MERGE_WHEN_NOT_MATCHED_BY_SOURCE' && form(17, 'WHEN NOT MATCHED BY SOURCE')],
  PublicationObjSpec: ({ pubobjtype, pubtable }) => [
    (pubobjtype === 'PUBLICATIONOBJ_TABLES_IN_SCHEMA' || pubobjtype === 'PUBLICATIONOBJ_TABLES_IN_CUR_SCHEMA') && form(15, 'TABLES IN SCHEMA'),
    pubtable?.whereClause !== undefined && form(15, 'a row filter of a publication'),
    (pubtable?.columns ?? []).length > 0 && form(15, 'a column list of a publication'),
  ],
  ReindexStmt: ({ kind, name, params }) => [
    has(params, 'concurrently') && form(12, 'REINDEX CONCURRENTLY'),
    has(params, 'tablespace') && form(14, 'REINDEX (TABLESPACE)'),
    (kind === 'REINDEX_OBJECT_DATABASE' || kind === 'REINDEX_OBJECT_SYSTEM') && name === undefined && form(16, 'REINDEX DATABASE without a name'),
  ],
  RenameStmt: ({ renameType, relationType }) => [renameType === 'OBJECT_COLUMN' && relationType === 'OBJECT_VIEW' && form(13, 'ALTER VIEW … RENAME COLUMN')],
  RoleSpec: ({ rolename = '' }) => [role(rolename)],
  SelectStmt: ({ limitOption, groupDistinct }) => [limitOption === 'LIMIT_OPTION_WITH_TIES' && form(13, 'FETCH FIRST … WITH TIES'), groupDistinct === true && form(14, 'GROUP BY DISTINCT')],
  TableLikeClause: ({ options: bits = 0 }) => [bits < MOST_LIKE && (bits & LIKE_COMPRESSION) > 0 && form(14, 'INCLUDING COMPRESSION'), bits < MOST_LIKE && (bits & LIKE_GENERATED) > 0 && form(12, 'INCLUDING GENERATED')],
  TransactionStmt: ({ chain }) => [chain === true && form(12, 'AND CHAIN')],
  TypeName: ({ names }) => {
    const path = strings(names);
    const name = path.at(-1) ?? '';
    const since = path.length === 1 || path[0] === 'pg_catalog' ? TYPES.get(name) : undefined;
    return [since !== undefined && { since, what: `the type ${name}`, own: { kind: 'type', name } }];
  },
  UpdateStmt: ({ relation, returningClause }) => returning(returningClause, relation),
  VacuumStmt: ({ options: given, rels, is_vacuumcmd: isVacuum }) => [
    ...options(given, VACUUM, isVacuum === true ? 'VACUUM' : 'ANALYZE'),
    all(rels, 'VacuumRelation').some(({ relation }) => relation !== undefined && relation.inh !== true) && form(18, `${isVacuum === true ? 'VACUUM' : 'ANALYZE'} ONLY`),
  ],
  VariableSetStmt: ({ name = '' }) => {
    const since = SETTINGS.get(name.toLowerCase());
    return [since !== undefined && form(since, `the setting ${name.toLowerCase()}`)];
  },
  ViewStmt: ({ options: given }) => [has(given, 'security_invoker') && form(15, 'security_invoker')],
};

function role(name: string): Form | false {
  const since = ROLES.get(name);
  return since !== undefined && { since, what: `the role ${name}`, own: { kind: 'role', name } };
}

/** OLD and NEW in RETURNING, where they are no names of the table's. */
function returning(clause: { readonly options?: readonly Node[]; readonly exprs?: readonly Node[] } | undefined, relation: { readonly relname?: string; readonly alias?: { readonly aliasname?: string } } | undefined): readonly Form[] {
  if (clause === undefined) return [];
  const table = relation?.alias?.aliasname ?? relation?.relname;
  const names = ['old', 'new'].filter((name) => name !== table);
  return (clause.options ?? []).length > 0 || mentions(clause.exprs, names) ? [form(18, 'OLD and NEW in RETURNING')] : [];
}

function mentions(value: unknown, qualifiers: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((each) => mentions(each, qualifiers));
  const fields = as(value as Node, 'ColumnRef')?.fields;
  if (fields !== undefined) return fields.length > 1 && qualifiers.includes(as(fields[0], 'String')?.sval ?? '');
  return Object.values(value).some((each) => mentions(each, qualifiers));
}
