import type { AlterPolicyStmt, CreatePolicyStmt, CreateTrigStmt, Node, RuleStmt } from 'libpg-query';
import type { Expression } from '../../../../ir/expressions.ts';
import type { Operation } from '../../../../ir/operation.ts';
import type { CreatePolicy, CreateRule, CreateTrigger } from '../../../../ir/operations/routines.ts';
import { strings } from '../ast.ts';
import type { Context } from '../context.ts';
import { firstParenthesis, inner, tokenAt } from '../context.ts';
import { expression } from '../expressions.ts';
import { listName, relationName, roleNames } from '../names.ts';
import { query } from '../queries.ts';
import type { Range } from '../tokens.ts';
import { find, nameEnd, OPEN_PARENTHESIS, SEMICOLON, split } from '../tokens.ts';

const BEFORE = 2;
const INSTEAD = 64;
const EVENTS: readonly (readonly [bit: number, event: CreateTrigger['events'][number]])[] = [
  [4, 'insert'],
  [8, 'delete'],
  [16, 'update'],
  [32, 'truncate'],
];

export function createTrigger(statement: CreateTrigStmt, context: Context): Operation[] {
  const when = parenthesised(statement.whenClause, context, 'when');
  return [
    {
      kind: 'createTrigger',
      span: context.span,
      trigger: statement.trigname ?? '',
      table: relationName(statement.relation),
      replace: statement.replace ?? false,
      constraint: statement.isconstraint ?? false,
      timing: statement.timing === BEFORE ? 'before' : statement.timing === INSTEAD ? 'insteadOf' : 'after',
      events: EVENTS.filter(([bit]) => ((statement.events ?? 0) & bit) !== 0).map(([, event]) => event),
      columns: strings(statement.columns),
      forEachRow: statement.row ?? false,
      ...(when === undefined ? {} : { when }),
      function: listName(statement.funcname),
      ...(statement.constrrel === undefined ? {} : { from: relationName(statement.constrrel) }),
    },
  ];
}

/** The expression in the parentheses after the keyword. */
function parenthesised(node: Node | undefined, context: Context, ...words: readonly string[]): Expression | undefined {
  if (node === undefined) return undefined;
  const { tokens, last } = context;
  let at = context.first;
  for (;;) {
    at = find(tokens, at, last, words[0] ?? '');
    if (at >= last) return undefined;
    const open = at + words.length;
    if (words.every((word, position) => tokens.is(at + position, word)) && tokens.code(open) === OPEN_PARENTHESIS) return expression(node, context, inner(context, open));
    at++;
  }
}

const COMMANDS: Readonly<Record<string, CreatePolicy['command']>> = { all: 'all', select: 'select', insert: 'insert', update: 'update', delete: 'delete' };

export function createPolicy(statement: CreatePolicyStmt, context: Context): Operation[] {
  return [
    {
      kind: 'createPolicy',
      span: context.span,
      policy: statement.policy_name ?? '',
      table: relationName(statement.table),
      permissive: statement.permissive ?? false,
      command: COMMANDS[statement.cmd_name ?? 'all'] ?? 'all',
      roles: roleNames(statement.roles),
      ...policyExpressions(statement, context),
    },
  ];
}

export function alterPolicy(statement: AlterPolicyStmt, context: Context): Operation[] {
  return [{ kind: 'alterPolicy', span: context.span, policy: statement.policy_name ?? '', table: relationName(statement.table), ...policyExpressions(statement, context) }];
}

function policyExpressions(statement: CreatePolicyStmt | AlterPolicyStmt, context: Context): { readonly using?: Expression; readonly check?: Expression } {
  const using = parenthesised(statement.qual, context, 'using');
  const check = parenthesised(statement.with_check, context, 'with', 'check');
  return { ...(using === undefined ? {} : { using }), ...(check === undefined ? {} : { check }) };
}

const RULE_EVENTS: { readonly [Event in NonNullable<RuleStmt['event']>]?: CreateRule['event'] } = {
  CMD_SELECT: 'select',
  CMD_INSERT: 'insert',
  CMD_UPDATE: 'update',
  CMD_DELETE: 'delete',
};

export function createRule(statement: RuleStmt, context: Context): Operation[] {
  const actions = statement.actions ?? [];
  const ranges = actionRanges(statement, context);
  return [
    {
      kind: 'createRule',
      span: context.span,
      rule: statement.rulename ?? '',
      table: relationName(statement.relation),
      replace: statement.replace ?? false,
      event: RULE_EVENTS[statement.event ?? 'CMD_SELECT'] ?? 'select',
      instead: statement.instead ?? false,
      actions: actions.map((action, position) => query(action, context, ranges[position] ?? { from: context.first, to: context.last })),
    },
  ];
}

/** DO [ALSO | INSTEAD] action, or several in parentheses with semicolons between. */
function actionRanges(statement: RuleStmt, context: Context): readonly Range[] {
  const { tokens, last } = context;
  let from = find(tokens, nameEnd(tokens, tokenAt(context, statement.relation?.location)), last, 'do') + 1;
  if (tokens.is(from, 'also') || tokens.is(from, 'instead')) from++;
  if (tokens.code(from) !== OPEN_PARENTHESIS) return [{ from, to: last }];
  const list = inner(context, firstParenthesis(context, { from, to: last }));
  return split(tokens, list.from, list.to, SEMICOLON).filter((range) => range.to > range.from);
}
