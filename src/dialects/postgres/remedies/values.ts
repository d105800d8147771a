import type { CatalogView } from '../../../catalog/view.ts';
import type { DataType, Expression } from '../../../ir/expressions.ts';
import { isTold, typeSql } from './type-sql.ts';

/** Types that have no `=`. */
const WITHOUT_EQUALITY: ReadonlySet<string> = new Set(['json', 'xml', 'point', 'polygon']);

export const hasEquality = (type: DataType): boolean => !WITHOUT_EQUALITY.has(type.name);

/** Whether two values differ, NULLs included; compared as text where the type cannot be compared. */
export const distinct = (one: string, other: string, type: DataType | undefined): string =>
  type === undefined || hasEquality(type) ? `${one} IS DISTINCT FROM ${other}` : `${one}::text IS DISTINCT FROM ${other}::text`;

/** A value as the column takes it: an assignment converts what a comparison would refuse. */
export const asAssigned = (value: Expression, type: DataType | undefined, before: CatalogView): string => {
  const text = PLAIN.test(value.text) ? value.text : `(${value.text})`;
  return type === undefined || !isTold(type) || value.columns.length === 0 ? text : `CAST(${text} AS ${typeSql(type, before)})`;
};

const PLAIN = /^[\w.]+$|^'[^']*'$/;
