import type { ObjectName } from '../names.ts';
import type { DropBehavior, OperationBase } from './base.ts';

/** Kinds of object that several operations treat alike. */
export type ObjectType =
  | 'table'
  | 'column'
  | 'constraint'
  | 'domainConstraint'
  | 'index'
  | 'sequence'
  | 'view'
  | 'materializedView'
  | 'foreignTable'
  | 'type'
  | 'domain'
  | 'attribute'
  | 'function'
  | 'procedure'
  | 'routine'
  | 'aggregate'
  | 'trigger'
  | 'eventTrigger'
  | 'rule'
  | 'policy'
  | 'schema'
  | 'database'
  | 'tablespace'
  | 'role'
  | 'extension'
  | 'operator'
  | 'operatorClass'
  | 'operatorFamily'
  | 'cast'
  | 'collation'
  | 'conversion'
  | 'language'
  | 'transform'
  | 'accessMethod'
  | 'textSearch'
  | 'statistics'
  | 'publication'
  | 'subscription'
  | 'foreignDataWrapper'
  | 'server'
  | 'userMapping'
  | 'largeObject'
  | 'securityLabel'
  | 'other';

/** Renames of anything that has no operation of its own (tables, columns, constraints, enum values have). */
export interface RenameObject extends OperationBase<'renameObject'> {
  readonly objectType: ObjectType;
  readonly object: ObjectName;
  /** The table of a trigger, rule or policy. */
  readonly table?: ObjectName;
  readonly newName: string;
  readonly ifExists: boolean;
}
export interface SetSchema extends OperationBase<'setSchema'> {
  readonly objectType: ObjectType;
  readonly object: ObjectName;
  readonly newSchema: string;
  readonly ifExists: boolean;
}
export interface SetOwner extends OperationBase<'setOwner'> {
  readonly objectType: ObjectType;
  readonly object: ObjectName;
  readonly owner: string;
}
export interface Comment extends OperationBase<'comment'> {
  readonly objectType: ObjectType;
  readonly object: ObjectName;
  /** Column, constraint, trigger, policy or rule name on `object`. */
  readonly part?: string;
  readonly text: string | null;
}
export interface CreateSchema extends OperationBase<'createSchema'> {
  readonly schema: string;
  readonly ifNotExists: boolean;
}
export interface DropSchema extends OperationBase<'dropSchema'> {
  readonly schema: string;
  readonly ifExists: boolean;
  readonly behavior: DropBehavior;
}
export interface CreateExtension extends OperationBase<'createExtension'> {
  readonly extension: string;
  readonly schema?: string;
  readonly ifNotExists: boolean;
}
export interface DropExtension extends OperationBase<'dropExtension'> {
  readonly extension: string;
  readonly ifExists: boolean;
  readonly behavior: DropBehavior;
}
/** Objects that the catalog does not model in detail: casts, operators, publications, roles, databases, … */
export interface CreateObject extends OperationBase<'createObject'> {
  readonly objectType: ObjectType;
  readonly object: ObjectName;
  /** Relations that the statement names. */
  readonly relations: readonly ObjectName[];
  /** A publication has only some rows or columns of a relation. */
  readonly partly?: true;
  /** A publication sends neither changed nor deleted rows. */
  readonly insertsOnly?: true;
  /** A publication has all tables of these schemas, those to come included; of all schemas where it names none. */
  readonly allInSchemas?: readonly string[];
  readonly ifNotExists: boolean;
}
export interface AlterObject extends OperationBase<'alterObject'> {
  readonly objectType: ObjectType;
  readonly object: ObjectName;
  readonly relations: readonly ObjectName[];
  readonly partly?: true;
  /** The subcommand in the server's own words, lower case: `refresh version`, `add table`, `set statistics`. */
  readonly change: string;
}
export interface DropObject extends OperationBase<'dropObject'> {
  readonly objectType: ObjectType;
  readonly object: ObjectName;
  readonly ifExists: boolean;
  readonly behavior: DropBehavior;
}
/** GRANT and REVOKE on objects. */
export interface Grant extends OperationBase<'grant'> {
  readonly revoke: boolean;
  readonly objectType: ObjectType;
  readonly objects: readonly ObjectName[];
  /** ALL TABLES IN SCHEMA s: the schemas, instead of objects. */
  readonly allInSchemas: readonly string[];
  readonly privileges: readonly string[];
  /** Those of `privileges` that are for columns only. */
  readonly ofColumns?: readonly { readonly privilege: string; readonly columns: readonly string[] }[];
  readonly grantees: readonly string[];
  /** WITH GRANT OPTION; REVOKE takes away nothing but that. */
  readonly grantOption?: true;
}
/** GRANT role TO role, ALTER DEFAULT PRIVILEGES, CREATE/ALTER/DROP ROLE, DROP OWNED, REASSIGN OWNED. */
export interface RoleChange extends OperationBase<'roleChange'> {
  readonly change: 'grantRole' | 'revokeRole' | 'defaultPrivileges' | 'createRole' | 'alterRole' | 'dropRole' | 'dropOwned' | 'reassignOwned';
  readonly roles: readonly string[];
}

export type ObjectOperation =
  | RenameObject
  | SetSchema
  | SetOwner
  | Comment
  | CreateSchema
  | DropSchema
  | CreateExtension
  | DropExtension
  | CreateObject
  | AlterObject
  | DropObject
  | Grant
  | RoleChange;
