import type {
  AlterDefaultPrivilegesStmt,
  AlterRoleSetStmt,
  AlterRoleStmt,
  CreateRoleStmt,
  DropOwnedStmt,
  DropRoleStmt,
  GrantRoleStmt,
  GrantStmt,
  ReassignOwnedStmt,
} from 'libpg-query';
import type { Operation } from '../../../../ir/operation.ts';
import type { RoleChange } from '../../../../ir/operations/objects.ts';
import { all, as, strings } from '../ast.ts';
import type { Context } from '../context.ts';
import { roleName, roleNames } from '../names.ts';
import { objectType } from './object-types.ts';
import { objectName } from './objects.ts';

export function grant(statement: GrantStmt, { span }: Context): Operation[] {
  const inSchemas = statement.targtype === 'ACL_TARGET_ALL_IN_SCHEMA';
  const named = all(statement.privileges, 'AccessPriv').map((each) => ({ privilege: each.priv_name ?? 'all', columns: strings(each.cols) }));
  const privileges = named.map(({ privilege }) => privilege);
  const ofColumns = named.filter(({ columns }) => columns.length > 0);
  return [
    {
      kind: 'grant',
      span,
      revoke: statement.is_grant !== true,
      objectType: objectType(statement.objtype),
      objects: inSchemas ? [] : (statement.objects ?? []).map((each) => objectName(each)),
      allInSchemas: inSchemas ? strings(statement.objects) : [],
      privileges: privileges.length === 0 ? ['all'] : privileges,
      ...(ofColumns.length > 0 && { ofColumns }),
      grantees: roleNames(statement.grantees),
      ...(statement.grant_option === true && { grantOption: true as const }),
    },
  ];
}

const roleChange = (change: RoleChange['change'], roles: readonly string[], { span }: Context): Operation[] => [{ kind: 'roleChange', span, change, roles }];

export function grantRole(statement: GrantRoleStmt, context: Context): Operation[] {
  const granted = all(statement.granted_roles, 'AccessPriv').map((each) => each.priv_name ?? '');
  return roleChange(statement.is_grant === true ? 'grantRole' : 'revokeRole', [...granted, ...roleNames(statement.grantee_roles)], context);
}

export function defaultPrivileges(statement: AlterDefaultPrivilegesStmt, context: Context): Operation[] {
  const of = all(statement.options, 'DefElem').find((each) => each.defname === 'roles');
  return roleChange('defaultPrivileges', [...roleNames(as(of?.arg, 'List')?.items), ...roleNames(statement.action?.grantees)], context);
}

export const createRole = (statement: CreateRoleStmt, context: Context): Operation[] => roleChange('createRole', [statement.role ?? ''], context);
/** `action` is 0 for dropping members of a group, which shares the node. */
export const alterRole = (statement: AlterRoleStmt, context: Context): Operation[] => roleChange('alterRole', [roleName(statement.role)], context);
export const alterRoleSet = (statement: AlterRoleSetStmt, context: Context): Operation[] => roleChange('alterRole', [statement.role === undefined ? 'all' : roleName(statement.role)], context);
export const dropRole = (statement: DropRoleStmt, context: Context): Operation[] => roleChange('dropRole', roleNames(statement.roles), context);
export const dropOwned = (statement: DropOwnedStmt, context: Context): Operation[] => roleChange('dropOwned', roleNames(statement.roles), context);
export const reassignOwned = (statement: ReassignOwnedStmt, context: Context): Operation[] =>
  roleChange('reassignOwned', [...roleNames(statement.roles), roleName(statement.newrole)], context);
