import type { AlterSeqStmt, CreateSeqStmt, Node } from 'libpg-query';
import type { DataType } from '../../../../ir/expressions.ts';
import type { ObjectName } from '../../../../ir/names.ts';
import type { Operation } from '../../../../ir/operation.ts';
import { all, as, strings } from '../ast.ts';
import type { Context } from '../context.ts';
import { nameOf, newName, relationName } from '../names.ts';
import { dataType } from '../types.ts';
import { option } from './options.ts';

export function createSequence(statement: CreateSeqStmt, context: Context): Operation[] {
  const ownedBy = owner(statement.options);
  return [
    {
      kind: 'createSequence',
      span: context.span,
      sequence: newName(relationName(statement.sequence), context),
      ifNotExists: statement.if_not_exists ?? false,
      temporary: statement.sequence?.relpersistence === 't',
      ...typeOf(statement.options),
      ...(ownedBy === undefined || ownedBy === null ? {} : { ownedBy }),
    },
  ];
}

export function alterSequence(statement: AlterSeqStmt, { span }: Context): Operation[] {
  const ownedBy = owner(statement.options);
  return [
    {
      kind: 'alterSequence',
      span,
      sequence: relationName(statement.sequence),
      ifExists: statement.missing_ok ?? false,
      options: all(statement.options, 'DefElem').map((each) => each.defname ?? ''),
      ...typeOf(statement.options),
      ...(ownedBy === undefined ? {} : { ownedBy }),
    },
  ];
}

function typeOf(options: readonly Node[] | undefined): { readonly type?: DataType } {
  const type = as(option(options, 'as')?.arg, 'TypeName');
  return type === undefined ? {} : { type: dataType(type) };
}

/** `null` is OWNED BY NONE. */
function owner(options: readonly Node[] | undefined): { readonly table: ObjectName; readonly column: string } | null | undefined {
  const found = option(options, 'owned_by');
  if (found === undefined) return undefined;
  const parts = strings(as(found.arg, 'List')?.items);
  return parts.length < 2 ? null : { table: nameOf(parts.slice(0, -1)), column: parts.at(-1) ?? '' };
}
