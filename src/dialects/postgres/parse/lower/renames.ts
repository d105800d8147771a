import type { AlterObjectDependsStmt, AlterObjectSchemaStmt, AlterOwnerStmt, CommentStmt, Node, ObjectType as ServerType, RangeVar, RenameStmt, SecLabelStmt } from 'libpg-query';
import type { ObjectName } from '../../../../ir/names.ts';
import type { Operation } from '../../../../ir/operation.ts';
import type { RenameColumn } from '../../../../ir/operations/columns.ts';
import { as } from '../ast.ts';
import type { Context } from '../context.ts';
import { relationName, roleName } from '../names.ts';
import { objectType } from './object-types.ts';
import { accessMethodObject, objectName, parameterTypes, partOfTable } from './objects.ts';

export function rename(statement: RenameStmt, { span }: Context): Operation[] {
  const { renameType, subname } = statement;
  const newName = statement.newname ?? '';
  const ifExists = statement.missing_ok ?? false;
  const table = relationName(statement.relation);
  const on = { table, tableIfExists: ifExists, only: statement.relation?.inh !== true };
  switch (renameType) {
    case 'OBJECT_TABLE':
      return [{ kind: 'renameTable', span, table, newName, ifExists }];
    case 'OBJECT_COLUMN':
      return [{ kind: 'renameColumn', span, ...on, column: subname ?? '', newName, objectType: COLUMN_HOLDERS[statement.relationType ?? 'OBJECT_TABLE'] ?? 'table' }];
    case 'OBJECT_TABCONSTRAINT':
      return [{ kind: 'renameConstraint', span, ...on, name: subname ?? '', newName }];
    case 'OBJECT_ATTRIBUTE':
      return [
        {
          kind: 'alterCompositeType',
          span,
          type: table,
          change: { type: 'renameAttribute', name: subname ?? '', newName },
          behavior: statement.behavior === 'DROP_CASCADE' ? 'cascade' : 'restrict',
        },
      ];
    default:
      return [{ kind: 'renameObject', span, objectType: objectType(renameType), ...renamedObject(statement), newName, ifExists }];
  }
}

const COLUMN_HOLDERS: { readonly [Type in ServerType]?: RenameColumn['objectType'] } = {
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'materializedView',
  OBJECT_FOREIGN_TABLE: 'foreignTable',
};

/** Triggers, rules and policies are named apart from their table, domain constraints from their domain. */
function renamedObject({ relation, object, subname, renameType }: RenameStmt): { readonly object: ObjectName; readonly table?: ObjectName } {
  if (relation !== undefined && subname !== undefined) return { object: { name: subname }, table: relationName(relation) };
  if (relation !== undefined) return { object: relationName(relation) };
  if (object === undefined) return { object: { name: subname ?? '' } };
  if (subname !== undefined) return { object: { name: subname }, table: objectName(object) };
  return { object: named(object, renameType) };
}

function named(object: Node | undefined, type: ServerType | undefined): ObjectName {
  return type === 'OBJECT_OPCLASS' || type === 'OBJECT_OPFAMILY' ? accessMethodObject(object) : objectName(object);
}

export function setSchema(statement: AlterObjectSchemaStmt, { span }: Context): Operation[] {
  return [
    {
      kind: 'setSchema',
      span,
      objectType: objectType(statement.objectType),
      object: target(statement.relation, statement.object, statement.objectType),
      newSchema: statement.newschema ?? '',
      ifExists: statement.missing_ok ?? false,
    },
  ];
}

export function setOwner(statement: AlterOwnerStmt, { span }: Context): Operation[] {
  return [
    {
      kind: 'setOwner',
      span,
      objectType: objectType(statement.objectType),
      object: target(statement.relation, statement.object, statement.objectType),
      owner: roleName(statement.newowner),
    },
  ];
}

function target(relation: RangeVar | undefined, object: Node | undefined, type: ServerType | undefined): ObjectName {
  return relation === undefined ? named(object, type) : relationName(relation);
}

/** Objects that belong to a table, whose own name comes last. */
const PARTS: ReadonlySet<ServerType> = new Set(['OBJECT_COLUMN', 'OBJECT_TABCONSTRAINT', 'OBJECT_DOMCONSTRAINT', 'OBJECT_TRIGGER', 'OBJECT_POLICY', 'OBJECT_RULE']);

export function comment(statement: CommentStmt, { span }: Context): Operation[] {
  const type = statement.objtype ?? 'OBJECT_TABLE';
  // The server takes an empty comment for none.
  const text = statement.comment === undefined || statement.comment === '' ? null : statement.comment;
  const common = { kind: 'comment', span, objectType: objectType(type), text } as const;
  if (!PARTS.has(type)) return [{ ...common, object: named(statement.object, type) }];
  const { table, part } = partOfTable(statement.object);
  return [{ ...common, object: table, part }];
}

export function securityLabel(statement: SecLabelStmt, { span }: Context): Operation[] {
  const type = statement.objtype ?? 'OBJECT_TABLE';
  const object = PARTS.has(type) ? partOfTable(statement.object).table : named(statement.object, type);
  const relations = RELATIONS.has(type) ? [object] : [];
  return [{ kind: 'alterObject', span, objectType: objectType(type), object, relations, change: 'security label' }];
}

const RELATIONS: ReadonlySet<ServerType> = new Set(['OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_SEQUENCE', 'OBJECT_FOREIGN_TABLE', 'OBJECT_COLUMN']);

export function dependsOnExtension(statement: AlterObjectDependsStmt, { span }: Context): Operation[] {
  const { relation, object } = statement;
  const extension = statement.extname?.sval ?? '';
  const change = statement.remove === true ? 'no depends on extension' : 'depends on extension';
  switch (statement.objectType) {
    case 'OBJECT_INDEX':
      return [{ kind: 'alterIndex', span, index: relationName(relation), ifExists: false, change: { type: 'dependsOnExtension', extension } }];
    case 'OBJECT_MATVIEW':
      return [{ kind: 'alterView', span, view: relationName(relation), materialized: true, ifExists: false, change: { type: 'dependsOnExtension' } }];
    case 'OBJECT_FUNCTION':
    case 'OBJECT_PROCEDURE':
    case 'OBJECT_ROUTINE': {
      const parameters = parameterTypes(as(object, 'ObjectWithArgs'));
      return [{ kind: 'alterRoutine', span, routine: objectName(object), ...(parameters === undefined ? {} : { parameters }), changes: [change] }];
    }
    default: {
      // Triggers: the name is in the object, the table beside it.
      const relations = relation === undefined ? [] : [relationName(relation)];
      return [{ kind: 'alterObject', span, objectType: objectType(statement.objectType), object: objectName(object), relations, change }];
    }
  }
}
