import type { ClusterStmt, DiscardStmt, ExplainStmt, LockStmt, Node, TransactionStmt, VacuumStmt } from 'libpg-query';
import type { Operation } from '../../../../ir/operation.ts';
import type { TransactionControl } from '../../../../ir/operations/session.ts';
import { MODES } from '../../locks.ts';
import { all, as } from '../ast.ts';
import type { Context } from '../context.ts';
import { spanOf } from '../context.ts';
import { relationName } from '../names.ts';
import { query } from '../queries.ts';
import type { Range } from '../tokens.ts';
import { closing, OPEN_PARENTHESIS } from '../tokens.ts';
import { itemSpan } from './lists.ts';
import { isOn } from './options.ts';

const ACTIONS: { readonly [Kind in NonNullable<TransactionStmt['kind']>]: TransactionControl['action'] } = {
  TRANS_STMT_BEGIN: 'begin',
  TRANS_STMT_START: 'begin',
  TRANS_STMT_COMMIT: 'commit',
  TRANS_STMT_ROLLBACK: 'rollback',
  TRANS_STMT_SAVEPOINT: 'savepoint',
  TRANS_STMT_RELEASE: 'release',
  TRANS_STMT_ROLLBACK_TO: 'rollbackTo',
  TRANS_STMT_PREPARE: 'prepare',
  TRANS_STMT_COMMIT_PREPARED: 'commitPrepared',
  TRANS_STMT_ROLLBACK_PREPARED: 'rollbackPrepared',
};

export function transaction(statement: TransactionStmt, { span }: Context): Operation[] {
  const savepoint = statement.savepoint_name;
  return [{ kind: 'transaction', span, action: ACTIONS[statement.kind ?? 'TRANS_STMT_BEGIN'], ...(savepoint === undefined ? {} : { savepoint }), ...(statement.chain === true ? { chain: true } : {}) }];
}

/** By the server's numbers. */
const LOCK_MODES: readonly string[] = ['NoLock', ...MODES];

export function lock(statement: LockStmt, context: Context): Operation[] {
  const targets = all(statement.relations, 'RangeVar');
  return targets.map((relation) => ({
    kind: 'lockTable',
    span: targets.length === 1 ? context.span : itemSpan(relation, context),
    table: relationName(relation),
    only: relation.inh !== true,
    mode: LOCK_MODES[statement.mode ?? 8] ?? 'AccessExclusiveLock',
    nowait: statement.nowait ?? false,
  }));
}

export function vacuum(statement: VacuumStmt, context: Context): Operation[] {
  const action = statement.is_vacuumcmd !== true ? 'analyze' : isOn(statement.options, 'full') ? 'vacuumFull' : 'vacuum';
  const analyze = action !== 'analyze' && isOn(statement.options, 'analyze') ? { analyze: true as const } : {};
  const targets = all(statement.rels, 'VacuumRelation');
  if (targets.length === 0) return [{ kind: 'maintenance', span: context.span, action, ...analyze }];
  return targets.map(({ relation }) => ({
    kind: 'maintenance',
    span: targets.length === 1 || relation === undefined ? context.span : itemSpan(relation, context),
    action,
    table: relationName(relation),
    ...analyze,
    ...(relation !== undefined && relation.inh !== true ? { only: true } : {}),
  }));
}

export function cluster(statement: ClusterStmt, { span }: Context): Operation[] {
  return [
    {
      kind: 'maintenance',
      span,
      action: 'cluster',
      ...(statement.relation === undefined ? {} : { table: relationName(statement.relation) }),
      ...(statement.indexname === undefined ? {} : { index: statement.indexname }),
    },
  ];
}

export function discard(statement: DiscardStmt, { span }: Context): Operation[] {
  const target = (statement.target ?? 'DISCARD_ALL').slice('DISCARD_'.length).toLowerCase();
  const command: Operation = { kind: 'sessionCommand', span, command: `discard ${target}` };
  return target === 'all' ? [{ kind: 'setSetting', span, name: 'all', local: false }, command] : [command];
}

/** A session command without a query. */
export const command =
  (name: string) =>
  (_: unknown, { span }: Context): Operation[] => [{ kind: 'sessionCommand', span, command: name }];

/** A session command about a query that stands in the range. */
export function queryCommand(name: string, node: Node | undefined, context: Context, range: Range): Operation[] {
  const known = node !== undefined && QUERIES.some((kind) => as(node, kind) !== undefined);
  return [{ kind: 'sessionCommand', span: context.span, command: name, ...(known ? { query: query(node, context, range) } : {}) }];
}

const QUERIES = ['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'] as const;

/** EXPLAIN carries the statement out only with ANALYZE. */
export function explain(statement: ExplainStmt, context: Context, lower: (node: Node, context: Context) => Operation[]): Operation[] {
  const range = explained(context);
  if (!isOn(statement.options, 'analyze') || statement.query === undefined) return queryCommand('explain', statement.query, context, range);
  return lower(statement.query, { ...context, first: range.from, span: spanOf(context, range) });
}

function explained(context: Context): Range {
  const { tokens, last } = context;
  let from = context.first + 1;
  if (tokens.code(from) === OPEN_PARENTHESIS && !tokens.is(from + 1, 'select')) from = closing(tokens, from, last) + 1;
  while (tokens.is(from, 'analyze') || tokens.is(from, 'analyse') || tokens.is(from, 'verbose')) from++;
  return { from: Math.min(from, last - 1), to: last };
}
