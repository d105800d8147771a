import type { Node, ObjectWithArgs } from 'libpg-query';
import type { DataType } from '../../../../ir/expressions.ts';
import type { ObjectName } from '../../../../ir/names.ts';
import { as, strings } from '../ast.ts';
import { nameOf } from '../names.ts';
import { dataType } from '../types.ts';

/** How the parser names the object of DROP, COMMENT, RENAME and the like: a list of names, a type, a signature. */
export function objectName(node: Node | undefined): ObjectName {
  const list = as(node, 'List')?.items;
  if (list !== undefined) return nameOf(list.flatMap((each) => partNames(each)));
  return nameOf(partNames(node));
}

function partNames(node: Node | undefined): string[] {
  const text = as(node, 'String')?.sval;
  if (text !== undefined) return [text];
  const signature = as(node, 'ObjectWithArgs');
  if (signature !== undefined) return strings(signature.objname);
  const relation = as(node, 'RangeVar');
  if (relation !== undefined) return [relation.schemaname, relation.relname].filter((each) => each !== undefined);
  const number = as(node, 'Integer')?.ival ?? as(node, 'Float')?.fval;
  return number === undefined ? strings(as(node, 'TypeName')?.names) : [String(number)];
}

/** An object of a table: the last name is its own, those before are the table's. */
export function partOfTable(node: Node | undefined): { readonly table: ObjectName; readonly part: string } {
  const items = as(node, 'List')?.items ?? [];
  return { table: nameOf(items.slice(0, -1).flatMap((each) => partNames(each))), part: strings(items.slice(-1))[0] ?? '' };
}

/** `schema` belongs to an operator class, not to the access method in front of it. */
export function accessMethodObject(node: Node | undefined): ObjectName {
  return nameOf(strings(as(node, 'List')?.items).slice(1));
}

/** Parameter types of a signature; undefined when none were written. */
export function parameterTypes(signature: ObjectWithArgs | undefined): readonly DataType[] | undefined {
  if (signature === undefined || signature.args_unspecified === true) return undefined;
  return (signature.objargs ?? []).map((each) => dataType(as(each, 'TypeName')));
}
