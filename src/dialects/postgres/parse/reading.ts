import type {
  CommonTableExpr,
  DeleteStmt,
  FuncCall,
  InsertStmt,
  LockingClause,
  MergeStmt,
  Node,
  RangeVar,
  SelectStmt,
  SQLValueFunction,
  UpdateStmt,
  WithClause,
} from 'libpg-query';
import type { Call, DataType, RelationUse } from '../../../ir/expressions.ts';
import { all, as, strings } from './ast.ts';
import { isTemplateName } from './placeholders.ts';
import { listName, nameOf, relationName } from './names.ts';
import { dataType } from './types.ts';

/** Everything that a piece of a syntax tree reads, writes and calls. */
export interface Reading {
  readonly columns: { readonly qualifier?: string; readonly name: string }[];
  readonly calls: Call[];
  readonly casts: DataType[];
  readonly uses: Use[];
}

interface Use extends RelationUse {
  readonly alias: string;
}

/** Names that hide relations: common table expressions in force. */
interface Scope {
  readonly names: Set<string>;
  readonly parent: Scope | undefined;
}

/** Names that are no columns: PL/pgSQL variables. */
export type Variables = ReadonlySet<string> | undefined;

export interface Reader {
  readonly reading: Reading;
  /** Walks a node, a list of nodes or a structure with nodes in it. */
  read(value: unknown): void;
  /** Makes the common table expressions known for what is read next, and reads them. */
  open(clause: WithClause | undefined): void;
}

export function reader(variables?: Variables): Reader {
  const reading: Reading = { columns: [], calls: [], casts: [], uses: [] };
  let scope: Scope | undefined;

  const handlers = new Map<string, (value: never) => void>(Object.entries({
    ColumnRef: ({ fields }: { readonly fields?: Node[] }) => {
      const names = strings(fields);
      const name = names.at(-1);
      if (name === undefined || names.length < (fields?.length ?? 0) || isTemplateName(name) || variables?.has(names[0] ?? '') === true) return;
      const qualifier = names.at(-2);
      reading.columns.push(qualifier === undefined ? { name } : { qualifier, name });
    },
    FuncCall: (call: FuncCall) => {
      reading.calls.push({ name: listName(call.funcname), argumentCount: call.args?.length ?? 0 });
      descend({ ...call, funcname: undefined });
    },
    SQLValueFunction: (value: SQLValueFunction) => {
      reading.calls.push({ name: { name: VALUE_FUNCTIONS[value.op ?? 'SVFOP_CURRENT_TIMESTAMP'] }, argumentCount: 0 });
    },
    TypeCast: ({ arg, typeName }: { readonly arg?: Node; readonly typeName?: Parameters<typeof dataType>[0] }) => {
      reading.casts.push(dataType(typeName));
      descend(arg);
    },
    RangeVar: (relation: RangeVar) => {
      use(relation, 'read');
    },
    CollateClause: ({ arg }: { readonly arg?: Node }) => {
      descend(arg);
    },
    SelectStmt: select,
    InsertStmt: (statement: InsertStmt) => {
      nested(statement.withClause, () => {
        if (statement.relation !== undefined) use(statement.relation, 'insert');
        descend({ ...statement, relation: undefined, withClause: undefined, cols: undefined });
      });
    },
    UpdateStmt: (statement: UpdateStmt) => {
      nested(statement.withClause, () => {
        if (statement.relation !== undefined) use(statement.relation, 'update');
        descend({ ...statement, relation: undefined, withClause: undefined });
      });
    },
    DeleteStmt: (statement: DeleteStmt) => {
      nested(statement.withClause, () => {
        if (statement.relation !== undefined) use(statement.relation, 'delete');
        descend({ ...statement, relation: undefined, withClause: undefined });
      });
    },
    MergeStmt: (statement: MergeStmt) => {
      nested(statement.withClause, () => {
        for (const access of mergeActions(statement)) if (statement.relation !== undefined) use(statement.relation, access);
        descend({ ...statement, relation: undefined, withClause: undefined });
      });
    },
  }));

  function descend(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const each of value) descend(each);
      return;
    }
    const fields = value as Readonly<Record<string, unknown>>;
    for (const key in fields) {
      const field = fields[key];
      if (typeof field !== 'object' || field === null) continue;
      const handler = handlers.get(key);
      if (handler === undefined) descend(field);
      else handler(field as never);
    }
  }

  function select(statement: SelectStmt): void {
    nested(statement.withClause, () => {
      const before = reading.uses.length;
      descend(statement.fromClause);
      for (const lock of all(statement.lockingClause, 'LockingClause')) lockRows(reading.uses, before, lock);
      if (statement.larg !== undefined) select(statement.larg);
      if (statement.rarg !== undefined) select(statement.rarg);
      descend({ ...statement, withClause: undefined, fromClause: undefined, lockingClause: undefined, larg: undefined, rarg: undefined, intoClause: undefined });
    });
  }

  function nested(clause: WithClause | undefined, body: () => void): void {
    const outer = scope;
    open(clause);
    body();
    scope = outer;
  }

  function open(clause: WithClause | undefined): void {
    if (clause === undefined) return;
    const names = new Set<string>();
    const tables: readonly CommonTableExpr[] = all(clause.ctes, 'CommonTableExpr');
    scope = { names, parent: scope };
    if (clause.recursive === true) for (const table of tables) names.add(table.ctename ?? '');
    for (const table of tables) {
      descend(table.ctequery);
      names.add(table.ctename ?? '');
    }
  }

  function use(relation: RangeVar, access: RelationUse['access']): void {
    const name = relationName(relation);
    if (access === 'read' && name.schema === undefined && hidden(scope, name.name)) return;
    reading.uses.push({ relation: name, access, only: relation.inh !== true, alias: relation.alias?.aliasname ?? name.name });
  }

  return { reading, read: descend, open };
}

function hidden(scope: Scope | undefined, name: string): boolean {
  for (let each = scope; each !== undefined; each = each.parent) if (each.names.has(name)) return true;
  return false;
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

export const qualified = (parts: readonly Node[] | undefined): string => nameOf(strings(parts)).name;

export const isStar = (node: Node | undefined): boolean => as(as(node, 'ColumnRef')?.fields?.at(-1), 'A_Star') !== undefined;
