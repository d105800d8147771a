import type { Node, SelectStmt, VariableSetStmt } from 'libpg-query';
import type { Operation } from '../../../../ir/operation.ts';
import { all, as, strings } from '../ast.ts';
import type { Context } from '../context.ts';
import { literalOf } from '../terms.ts';
import { optionText } from './options.ts';

export function setVariable(statement: VariableSetStmt, { span }: Context): Operation[] {
  const name = (statement.name ?? '').toLowerCase();
  const local = statement.is_local ?? false;
  switch (statement.kind) {
    case 'VAR_RESET_ALL':
      return [{ kind: 'setSetting', span, name: 'all', local: false }];
    case 'VAR_RESET':
    case 'VAR_SET_DEFAULT':
      return [{ kind: 'setSetting', span, name, local }];
    case 'VAR_SET_MULTI':
      return severalSettings(statement, name, span);
    default:
      return [{ kind: 'setSetting', span, name, value: (statement.args ?? []).map((each) => optionText(each) ?? '').join(', '), local }];
  }
}

/** SET TRANSACTION holds for the transaction, SET SESSION CHARACTERISTICS gives the defaults of later ones. */
function severalSettings(statement: VariableSetStmt, name: string, span: Context['span']): Operation[] {
  const transaction = name !== 'session characteristics';
  if (name === 'transaction snapshot') return [{ kind: 'sessionCommand', span, command: 'set transaction snapshot' }];
  return all(statement.args, 'DefElem').map((each) => ({
    kind: 'setSetting',
    span,
    name: transaction ? (each.defname ?? '') : `default_${each.defname ?? ''}`,
    value: optionText(each.arg) ?? '',
    local: transaction,
  }));
}

/** The settings that `SELECT set_config(name, value, is_local)` changes. */
export function settingsSet(statement: SelectStmt, { span }: Context): Operation[] {
  return all(statement.targetList, 'ResTarget').flatMap((target): Operation[] => {
    const call = as(target.val, 'FuncCall');
    if (strings(call?.funcname).at(-1) !== 'set_config') return [];
    const [name, value, local] = (call?.args ?? []).map((each: Node) => literalOf(each));
    if (typeof name !== 'string') return [];
    return [{ kind: 'setSetting', span, name: name.toLowerCase(), ...(value === undefined || value === null ? {} : { value: String(value) }), local: local === true || local === 't' || local === 'true' }];
  });
}
