import type { ColumnDef } from 'libpg-query';
import type { Operation } from '../../../../ir/operation.ts';
import type { AlterColumn } from '../../../../ir/operations/columns.ts';
import { all, as, collationIn } from '../ast.ts';
import type { Context } from '../context.ts';
import { after, firstParenthesis, inner, tokenAt } from '../context.ts';
import { expression } from '../expressions.ts';
import { dataType } from '../types.ts';
import type { Clause, ClauseHandlers } from './clause.ts';
import { columnDefinition } from './columns.ts';

/** Subcommands of ALTER TABLE about columns. */
export const columnClauses: ClauseHandlers = {
  AT_AddColumn: addColumn,
  AT_DropColumn: (part, { span }) => [
    { kind: 'dropColumn', span, ...part.on, column: part.name, ifExists: part.command.missing_ok ?? false, behavior: part.behavior },
  ],
  AT_AlterColumnType: changeType,
  AT_ColumnDefault: changeDefault,
  AT_SetNotNull: (part, { span }) => [{ kind: 'setNotNull', span, ...part.on, column: part.name }],
  AT_DropNotNull: (part, { span }) => [{ kind: 'dropNotNull', span, ...part.on, column: part.name }],
  AT_AddIdentity: (part, context) => {
    const constraint = as(part.command.def, 'Constraint');
    return alterColumn(part, context, { type: 'addIdentity', identity: constraint?.generated_when === 'd' ? 'byDefault' : 'always' });
  },
  AT_SetIdentity: (part, context) => {
    const options = all(as(part.command.def, 'List')?.items, 'DefElem');
    // The parser gives the character code of `a` or `d`.
    const generated = as(options.find((each) => each.defname === 'generated')?.arg, 'Integer')?.ival;
    return alterColumn(part, context, {
      type: 'setIdentity',
      ...(generated === undefined ? {} : { identity: generated === 100 ? ('byDefault' as const) : ('always' as const) }),
      ...(options.some((each) => each.defname === 'restart') ? { restart: true } : {}),
    });
  },
  AT_DropIdentity: (part, context) => alterColumn(part, context, { type: 'dropIdentity', ifExists: part.command.missing_ok ?? false }),
  AT_SetExpression: (part, context) => {
    if (part.command.def === undefined) return [];
    const range = inner(context, firstParenthesis(context, after(context, part.range, 'as') ?? part.range), part.range.to);
    return alterColumn(part, context, { type: 'setExpression', expression: expression(part.command.def, context, range) });
  },
  AT_DropExpression: (part, context) => alterColumn(part, context, { type: 'dropExpression', ifExists: part.command.missing_ok ?? false }),
  AT_SetStatistics: (part, context) => alterColumn(part, context, { type: 'setStatistics' }),
  AT_SetStorage: (part, context) => alterColumn(part, context, { type: 'setStorage', to: settingOf(part) }),
  AT_SetCompression: (part, context) => alterColumn(part, context, { type: 'setCompression', to: settingOf(part) }),
  AT_SetOptions: (part, context) => alterColumn(part, context, { type: 'setOptions' }),
  AT_ResetOptions: (part, context) => alterColumn(part, context, { type: 'resetOptions' }),
  AT_AlterColumnGenericOptions: (part, context) => alterColumn(part, context, { type: 'foreignOptions' }),
};

const settingOf = ({ command }: Clause): string => (as(command.def, 'String')?.sval ?? 'default').toLowerCase();

function alterColumn(part: Clause, context: Context, change: AlterColumn['change']): readonly Operation[] {
  return [{ kind: 'alterColumn', span: context.span, ...part.on, column: part.name, change }];
}

function addColumn(part: Clause, context: Context): readonly Operation[] {
  const definition = as(part.command.def, 'ColumnDef');
  if (definition === undefined) return [];
  const lowered = columnDefinition(definition, context, { from: tokenAt(context, definition.location), to: context.last });
  return [
    { kind: 'addColumn', span: context.span, column: lowered.column, ifNotExists: part.command.missing_ok ?? false, ...part.on },
    ...lowered.constraints.map((constraint) => ({ kind: 'addConstraint' as const, span: constraint.span, constraint, inline: true, ...part.on })),
  ];
}

function changeType(part: Clause, context: Context): readonly Operation[] {
  const definition: ColumnDef = as(part.command.def, 'ColumnDef') ?? {};
  const collation = collationIn(definition.collClause?.collname);
  const using = definition.raw_default === undefined ? undefined : after(context, part.range, 'using');
  return [
    {
      kind: 'changeColumnType',
      span: context.span,
      ...part.on,
      column: part.name,
      type: dataType(definition.typeName),
      ...(definition.raw_default === undefined || using === undefined ? {} : { using: expression(definition.raw_default, context, using) }),
      ...(collation === undefined ? {} : { collation }),
    },
  ];
}

function changeDefault(part: Clause, context: Context): readonly Operation[] {
  const value = part.command.def;
  const range = after(context, { from: part.range.from + 1, to: part.range.to }, 'default');
  if (value === undefined || range === undefined) return [{ kind: 'dropDefault', span: context.span, ...part.on, column: part.name }];
  return [{ kind: 'setDefault', span: context.span, ...part.on, column: part.name, default: expression(value, context, range) }];
}
