import type { AlterFunctionStmt, CreateFunctionStmt, FunctionParameter, Node } from 'libpg-query';
import type { Operation } from '../../../../ir/operation.ts';
import type { CreateRoutine } from '../../../../ir/operations/routines.ts';
import { all, as, strings } from '../ast.ts';
import type { Context } from '../context.ts';
import { listName } from '../names.ts';
import { routineBody, sqlBody } from '../routines/bodies.ts';
import { literalOf } from '../terms.ts';
import { dataType } from '../types.ts';
import { objectName, parameterTypes } from './objects.ts';
import { option, optionText } from './options.ts';

export function createRoutine(statement: CreateFunctionStmt, context: Context): Operation[] {
  const inputs = all(statement.parameters, 'FunctionParameter').filter(isInput);
  const defaults = inputs.map(({ defexpr }) => (defexpr === undefined ? undefined : literalOf(defexpr)));
  const language = (optionText(option(statement.options, 'language')?.arg) ?? 'sql').toLowerCase();
  const text = strings(as(option(statement.options, 'as')?.arg, 'List')?.items)[0];
  const returned = strings(statement.returnType?.names).at(-1);
  const atomic = statement.sql_body !== undefined;
  const optional = inputs.filter(({ defexpr }) => defexpr !== undefined).length;
  const isSet = statement.returnType?.setof === true || all(statement.parameters, 'FunctionParameter').some(({ mode }) => mode === 'FUNC_PARAM_TABLE');
  const body = atomic ? { operations: sqlBody(statement, context) } : routineBody(statement, language, context);
  return [
    {
      kind: 'createRoutine',
      span: context.span,
      routine: listName(statement.funcname),
      variety: statement.is_procedure === true ? 'procedure' : 'function',
      replace: statement.replace ?? false,
      language,
      parameters: inputs.map((each) => dataType(each.argType)),
      parameterNames: inputs.map((each) => each.name),
      returnsTrigger: returned === 'trigger' || returned === 'event_trigger',
      volatility: volatilityOf(statement.options),
      securityDefiner: as(option(statement.options, 'security')?.arg, 'Boolean')?.boolval ?? false,
      settings: all(statement.options, 'DefElem').flatMap((each) => {
        const name = each.defname === 'set' ? as(each.arg, 'VariableSetStmt')?.name : undefined;
        return name === undefined ? [] : [name.toLowerCase()];
      }),
      body: body.operations,
      sqlBody: atomic,
      ...(defaults.some((value) => value !== undefined) ? { parameterDefaults: defaults } : {}),
      ...(optional === 0 ? {} : { optional }),
      ...(isSet ? { returnsSet: true as const } : {}),
      ...('refusal' in body && body.refusal !== undefined ? { refusal: body.refusal } : {}),
      ...(statement.returnType === undefined ? {} : { returns: dataType(statement.returnType) }),
      ...(text === undefined ? {} : { bodyText: text }),
    },
  ];
}

const isInput = ({ mode }: FunctionParameter): boolean => mode !== 'FUNC_PARAM_OUT' && mode !== 'FUNC_PARAM_TABLE';

function volatilityOf(options: readonly Node[] | undefined): CreateRoutine['volatility'] {
  const written = optionText(option(options, 'volatility')?.arg);
  return written === 'immutable' || written === 'stable' ? written : 'volatile';
}

export function alterRoutine(statement: AlterFunctionStmt, { span }: Context): Operation[] {
  const parameters = parameterTypes(statement.func);
  return [
    {
      kind: 'alterRoutine',
      span,
      routine: statement.func === undefined ? { name: '' } : objectName({ ObjectWithArgs: statement.func }),
      ...(parameters === undefined ? {} : { parameters }),
      changes: all(statement.actions, 'DefElem').map((each) => each.defname ?? ''),
    },
  ];
}
