import type { CreateCastStmt, CreateTransformStmt, Node, ObjectType as ServerType, RangeVar } from 'libpg-query';
import type { ObjectName } from '../../../../ir/names.ts';
import type { Operation } from '../../../../ir/operation.ts';
import type { ObjectType } from '../../../../ir/operations/objects.ts';
import { all, as } from '../ast.ts';
import type { Context } from '../context.ts';
import { listName, relationName } from '../names.ts';
import { dataType } from '../types.ts';
import { objectType } from './object-types.ts';

/** CREATE of an object that is known by its name only. */
export function created(type: ObjectType, object: ObjectName, { span }: Context, details: { readonly relations?: readonly ObjectName[]; readonly partly?: true; readonly insertsOnly?: true; readonly allInSchemas?: readonly string[]; readonly ifNotExists?: boolean | undefined } = {}): Operation[] {
  return [{ kind: 'createObject', span, objectType: type, object, relations: details.relations ?? [], ...(details.partly && { partly: true }), ...(details.insertsOnly && { insertsOnly: true }), ...(details.allInSchemas && { allInSchemas: details.allInSchemas }), ifNotExists: details.ifNotExists ?? false }];
}

export function altered(type: ObjectType, object: ObjectName, change: string, { span }: Context, details: { readonly relations?: readonly ObjectName[]; readonly partly?: true } = {}): Operation[] {
  return [{ kind: 'alterObject', span, objectType: type, object, relations: details.relations ?? [], ...(details.partly && { partly: true }), change }];
}

export function dropped(type: ObjectType, object: ObjectName, ifExists: boolean | undefined, { span }: Context): Operation[] {
  return [{ kind: 'dropObject', span, objectType: type, object, ifExists: ifExists ?? false, behavior: 'restrict' }];
}

/** CREATE AGGREGATE, OPERATOR, TYPE, COLLATION, TEXT SEARCH … */
export function define(statement: { readonly kind?: ServerType; readonly defnames?: Node[]; readonly definition?: Node[]; readonly if_not_exists?: boolean }, context: Context): Operation[] {
  const name = listName(statement.defnames);
  if (statement.kind !== 'OBJECT_TYPE') return created(objectType(statement.kind), name, context, { ifNotExists: statement.if_not_exists });
  return [{ kind: 'createType', span: context.span, type: name, variety: (statement.definition ?? []).length === 0 ? 'shell' : 'base' }];
}

export function createCast(statement: CreateCastStmt, context: Context): Operation[] {
  const name = `${dataType(statement.sourcetype).name} as ${dataType(statement.targettype).name}`;
  return created('cast', { name }, context);
}

export function createTransform(statement: CreateTransformStmt, context: Context): Operation[] {
  return created('transform', { name: `${dataType(statement.type_name).name} for ${statement.lang ?? ''}` }, context);
}

/** Tables of a publication. */
export function published(nodes: readonly Node[] | undefined, options?: readonly Node[], everything = false): { readonly relations: readonly ObjectName[]; readonly partly?: true; readonly insertsOnly?: true; readonly allInSchemas?: readonly string[] } {
  const tables = all(nodes, 'PublicationObjSpec').flatMap(({ pubtable }) => (pubtable === undefined ? [] : [pubtable]));
  const relations = tables.flatMap(({ relation }: { readonly relation?: RangeVar }) => (relation === undefined ? [] : [relationName(relation)]));
  const publish = all(options, 'DefElem').find(({ defname }) => defname === 'publish');
  const insertsOnly = publish !== undefined && !/update|delete/i.test(as(publish.arg, 'String')?.sval ?? '');
  const schemas = all(nodes, 'PublicationObjSpec').flatMap(({ pubobjtype, name }) => (pubobjtype === 'PUBLICATIONOBJ_TABLES_IN_SCHEMA' && name !== undefined ? [name] : []));
  return { relations, ...((everything || schemas.length > 0) && { allInSchemas: schemas }), ...(insertsOnly && { insertsOnly }), ...(tables.some(({ whereClause, columns }) => whereClause !== undefined || columns !== undefined) && { partly: true as const }) };
}

/** The options that an ALTER names, in the words of the grammar. */
export function optionChange(nodes: readonly Node[] | undefined, fallback: string): string {
  const names = all(nodes, 'DefElem').map((each) => (each.defname ?? '').replaceAll('_', ' '));
  return names.length === 0 ? fallback : names.join(', ');
}

export const relationList = (nodes: readonly Node[] | undefined): ObjectName[] => all(nodes, 'RangeVar').map((each) => relationName(each));
