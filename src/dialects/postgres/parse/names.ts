import type { Node, RangeVar, RoleSpec } from 'libpg-query';
import type { ObjectName } from '../../../ir/names.ts';
import { as, strings } from './ast.ts';
import type { Context } from './context.ts';

/** Names that are no columns: PL/pgSQL variables. */
export type Variables = ReadonlySet<string> | undefined;

/** The parser has folded and truncated the parts already. A database name in front is dropped. */
export function nameOf(parts: readonly string[]): ObjectName {
  const name = parts.at(-1) ?? '';
  const schema = parts.at(-2);
  return schema === undefined ? { name } : { schema, name };
}

export const listName = (nodes: readonly Node[] | undefined): ObjectName => nameOf(strings(nodes));

export function relationName(relation: RangeVar | undefined): ObjectName {
  const name = relation?.relname ?? '';
  return relation?.schemaname === undefined ? { name } : { schema: relation.schemaname, name };
}

/** Name of an object that the statement creates. */
export function newName(name: ObjectName, context: Context): ObjectName {
  return name.schema === undefined && context.schema !== undefined ? { schema: context.schema, name: name.name } : name;
}

export function roleName(role: RoleSpec | undefined): string {
  switch (role?.roletype) {
    case 'ROLESPEC_CURRENT_ROLE':
      return 'current_role';
    case 'ROLESPEC_CURRENT_USER':
      return 'current_user';
    case 'ROLESPEC_SESSION_USER':
      return 'session_user';
    case 'ROLESPEC_PUBLIC':
      return 'public';
    default:
      return role?.rolename ?? '';
  }
}

export function roleNames(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).map((node) => roleName(as(node, 'RoleSpec')));
}
