import type {
  CollateClause,
  ColumnRef,
  CommonTableExpr,
  DeleteStmt,
  FuncCall,
  InsertStmt,
  JoinExpr,
  LockingClause,
  MergeStmt,
  Node,
  RangeVar,
  SelectStmt,
  SQLValueFunction,
  TypeCast,
  UpdateStmt,
  WithClause,
} from 'libpg-query';
import type { Alias, Call, DataType, Mention, RelationUse } from '../../../ir/expressions.ts';
import type { ObjectName } from '../../../ir/names.ts';
import { isTemplateName } from '../../../ir/names.ts';
import { all, as, strings } from './ast.ts';
import type { Variables } from './names.ts';
import { listName, relationName } from './names.ts';
import type { Change, Scope, Source } from './sources.ts';
import { anywhere, changedSources, hidden, known, sourcesOf, starred } from './sources.ts';
import { dataType } from './types.ts';

/** Everything that a piece of a syntax tree reads, writes and calls. */
export interface Reads {
  readonly columns: { readonly qualifier?: string; readonly name: string }[];
  readonly calls: Call[];
  readonly casts: DataType[];
  readonly uses: Use[];
  /** Relations of which a star takes every column. */
  readonly stars: ObjectName[];
  readonly aliases: Alias[];
  /** Columns of which every place is known that they can be of. */
  readonly mentions: Mention[];
}

interface Use extends RelationUse {
  readonly alias: string;
}

interface State extends Reads {
  readonly variables: Variables;
  scope: Scope | undefined;
  /** What the queries around go by, innermost last. */
  readonly sources: (readonly Source[])[];
  /** Names can be those of results, or of something around that nobody has told. */
  open: boolean;
}

/** Walks nodes, lists of nodes and structures with nodes in them; the common table expressions of `clause` are known to all of them, and `around`, if that is all there is. */
export function readsOf(parts: readonly unknown[], variables: Variables, clause?: WithClause, around?: readonly Source[]): Reads {
  const state: State = { columns: [], calls: [], casts: [], uses: [], stars: [], aliases: [], mentions: [], variables, scope: undefined, sources: around === undefined ? [] : [around], open: around === undefined };
  open(clause, state);
  for (const part of parts) descend(part, state);
  return state;
}

function descend(value: unknown, state: State): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const each of value) descend(each, state);
    return;
  }
  const fields = value as Readonly<Record<string, unknown>>;
  for (const key in fields) {
    const field = fields[key];
    if (typeof field !== 'object' || field === null) continue;
    // Node types start with a capital, fields do not.
    const handler = key.charCodeAt(0) < 91 ? HANDLERS.get(key) : undefined;
    if (handler === undefined) descend(field, state);
    else handler(field as never, state);
  }
}

const HANDLERS = new Map<string, (value: never, state: State) => void>(
  Object.entries({
    ColumnRef: column,
    FuncCall: (call: FuncCall, state: State) => {
      state.calls.push({ name: listName(call.funcname), argumentCount: call.args?.length ?? 0 });
      descend(call.args, state);
      descend(call.agg_order, state);
      descend(call.agg_filter, state);
      descend(call.over, state);
    },
    SQLValueFunction: (value: SQLValueFunction, state: State) => {
      state.calls.push({ name: { name: VALUE_FUNCTIONS[value.op ?? 'SVFOP_CURRENT_TIMESTAMP'] }, argumentCount: 0 });
    },
    TypeCast: ({ arg, typeName }: TypeCast, state: State) => {
      state.casts.push(dataType(typeName));
      descend(arg, state);
    },
    CollateClause: ({ arg }: CollateClause, state: State) => {
      descend(arg, state);
    },
    A_Const: () => undefined,
    TypeName: () => undefined,
    RangeVar: (relation: RangeVar, state: State) => {
      use(relation, 'read', state);
    },
    JoinExpr: ({ larg, rarg, quals, usingClause }: JoinExpr, state: State) => {
      for (const name of strings(usingClause)) state.columns.push({ name });
      descend([larg, rarg, quals], state);
    },
    SelectStmt: select,
    InsertStmt: (statement: InsertStmt, state: State) => {
      changed(statement, ['insert'], state);
    },
    UpdateStmt: (statement: UpdateStmt, state: State) => {
      changed(statement, ['update'], state);
    },
    DeleteStmt: (statement: DeleteStmt, state: State) => {
      changed(statement, ['delete'], state);
    },
    MergeStmt: (statement: MergeStmt, state: State) => {
      changed(statement, mergeActions(statement), state);
    },
  }),
);

function column({ fields }: ColumnRef, state: State): void {
  const names = strings(fields);
  const name = names.at(-1);
  if (name === undefined || names.length < (fields?.length ?? 0) || state.variables?.has(names[0] ?? '') === true || isTemplateName(name)) return;
  const qualifier = names.at(-2);
  state.columns.push(qualifier === undefined ? { name } : { qualifier, name });
  const of = state.open || names.length > 2 ? undefined : qualifier === undefined ? anywhere(name, state.sources) : known(state.sources.findLast((level) => level.some(({ aliases }) => aliases.includes(qualifier)))?.filter(({ aliases }) => aliases.includes(qualifier)));
  if (of !== undefined && of.length > 0) state.mentions.push({ column: name, of });
}

function select(statement: SelectStmt, state: State): void {
  const outer = state.scope;
  open(statement.withClause, state);
  const before = state.uses.length;
  const sources = sourcesOf(statement.fromClause, [], state.scope);
  state.sources.push(sources);
  for (const { aliases, relation } of sources) state.aliases.push(...aliases.map((name) => (relation === undefined ? { name } : { name, relation })));
  descend(statement.fromClause, state);
  for (const lock of all(statement.lockingClause, 'LockingClause')) lockRows(state.uses, before, lock);
  if (statement.larg !== undefined) select(statement.larg, state);
  if (statement.rarg !== undefined) select(statement.rarg, state);
  for (const field of SELECT_FIELDS) {
    const { open: wasOpen } = state;
    state.open ||= BY_RESULT.has(field);
    descend(statement[field], state);
    state.open = wasOpen;
  }
  for (const { val } of all(statement.targetList, 'ResTarget')) if (isStar(val)) state.stars.push(...starred(strings(as(val, 'ColumnRef')?.fields).at(-1), state.sources));
  state.sources.pop();
  state.scope = outer;
}

/** What is left of a query besides its sources. */
const SELECT_FIELDS = [
  'distinctClause',
  'targetList',
  'whereClause',
  'groupClause',
  'havingClause',
  'windowClause',
  'valuesLists',
  'sortClause',
  'limitOffset',
  'limitCount',
] as const satisfies readonly (keyof SelectStmt)[];

/** Here the names of results count as well. */
const BY_RESULT: ReadonlySet<string> = new Set(['distinctClause', 'groupClause', 'sortClause']);

function changed(statement: Change, accesses: readonly RelationUse['access'][], state: State): void {
  const outer = state.scope;
  open(statement.withClause, state);
  for (const access of accesses) if (statement.relation !== undefined) use(statement.relation, access, state);
  state.sources.push(changedSources(statement, state.scope));
  for (const [field, value] of Object.entries(statement)) if (field !== 'relation' && field !== 'withClause' && field !== 'cols') descend(value, state);
  state.sources.pop();
  state.scope = outer;
}

function open(clause: WithClause | undefined, state: State): void {
  if (clause === undefined) return;
  const names = new Set<string>();
  const tables: readonly CommonTableExpr[] = all(clause.ctes, 'CommonTableExpr');
  state.scope = { names, parent: state.scope };
  if (clause.recursive === true) for (const table of tables) names.add(table.ctename ?? '');
  for (const table of tables) {
    descend(table.ctequery, state);
    names.add(table.ctename ?? '');
  }
}

function use(relation: RangeVar, access: RelationUse['access'], state: State): void {
  const name = relationName(relation);
  if (access === 'read' && name.schema === undefined && hidden(state.scope, name.name)) return;
  state.uses.push({ relation: name, access, only: relation.inh !== true, alias: relation.alias?.aliasname ?? name.name });
}

function lockRows(uses: Use[], from: number, lock: LockingClause): void {
  const named = lock.lockedRels === undefined ? undefined : new Set(all(lock.lockedRels, 'RangeVar').map((each) => each.relname));
  for (let i = from; i < uses.length; i++) {
    const each = uses[i];
    if (each?.access === 'read' && (named === undefined || named.has(each.alias))) uses[i] = { ...each, access: 'lockRows' };
  }
}

export function mergeActions(statement: MergeStmt): ('insert' | 'update' | 'delete')[] {
  const actions = new Set<'insert' | 'update' | 'delete'>();
  for (const when of all(statement.mergeWhenClauses, 'MergeWhenClause')) {
    if (when.commandType === 'CMD_INSERT') actions.add('insert');
    else if (when.commandType === 'CMD_UPDATE') actions.add('update');
    else if (when.commandType === 'CMD_DELETE') actions.add('delete');
  }
  return [...actions];
}

const VALUE_FUNCTIONS: { readonly [Operation in NonNullable<SQLValueFunction['op']>]: string } = {
  SVFOP_CURRENT_DATE: 'current_date',
  SVFOP_CURRENT_TIME: 'current_time',
  SVFOP_CURRENT_TIME_N: 'current_time',
  SVFOP_CURRENT_TIMESTAMP: 'now',
  SVFOP_CURRENT_TIMESTAMP_N: 'now',
  SVFOP_LOCALTIME: 'localtime',
  SVFOP_LOCALTIME_N: 'localtime',
  SVFOP_LOCALTIMESTAMP: 'localtimestamp',
  SVFOP_LOCALTIMESTAMP_N: 'localtimestamp',
  SVFOP_CURRENT_ROLE: 'current_role',
  SVFOP_CURRENT_USER: 'current_user',
  SVFOP_USER: 'current_user',
  SVFOP_SESSION_USER: 'session_user',
  SVFOP_CURRENT_CATALOG: 'current_database',
  SVFOP_CURRENT_SCHEMA: 'current_schema',
};

/** Calls each once; the argument count is that of the first. */
export function distinctCalls(calls: readonly Call[]): readonly Call[] {
  return distinct(calls, ({ name, argumentCount }) => `${name.schema ?? ''}.${name.name}/${String(argumentCount)}`);
}

export function distinct<Value>(values: readonly Value[], key: (value: Value) => string): readonly Value[] {
  if (values.length < 2) return values;
  const seen = new Set<string>();
  return values.filter((value) => {
    const each = key(value);
    if (seen.has(each)) return false;
    seen.add(each);
    return true;
  });
}

export const isStar = (node: Node | undefined): boolean => as(as(node, 'ColumnRef')?.fields?.at(-1), 'A_Star') !== undefined;
