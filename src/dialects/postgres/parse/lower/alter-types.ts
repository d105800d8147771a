import type { Operation } from '../../../../ir/operation.ts';
import type { AlterCompositeType } from '../../../../ir/operations/types.ts';
import { as } from '../ast.ts';
import type { Context } from '../context.ts';
import { dataType } from '../types.ts';
import type { Clause } from './clause.ts';

/** A subcommand of ALTER TYPE about the attributes of a composite type. */
export function attributeClause(part: Clause, context: Context): readonly Operation[] | undefined {
  const change = attributeChange(part);
  return change === undefined ? undefined : [{ kind: 'alterCompositeType', span: context.span, type: part.relation, change, behavior: part.behavior }];
}

function attributeChange({ command, name }: Clause): AlterCompositeType['change'] | undefined {
  const definition = as(command.def, 'ColumnDef');
  switch (command.subtype) {
    case 'AT_AddColumn':
      return { type: 'addAttribute', name: definition?.colname ?? '', dataType: dataType(definition?.typeName) };
    case 'AT_DropColumn':
      return { type: 'dropAttribute', name, ifExists: command.missing_ok ?? false };
    case 'AT_AlterColumnType':
      return { type: 'changeAttributeType', name, dataType: dataType(definition?.typeName) };
    default:
      return undefined;
  }
}
