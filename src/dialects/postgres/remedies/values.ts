import type { DataType } from '../../../ir/expressions.ts';

/** Types that have no `=`. */
const WITHOUT_EQUALITY: ReadonlySet<string> = new Set(['json', 'xml', 'point', 'polygon']);

export const hasEquality = (type: DataType): boolean => !WITHOUT_EQUALITY.has(type.name);

/** Whether two values differ, NULLs included; compared as text where the type cannot be compared. */
export const distinct = (one: string, other: string, type: DataType | undefined): string =>
  type === undefined || hasEquality(type) ? `${one} IS DISTINCT FROM ${other}` : `${one}::text IS DISTINCT FROM ${other}::text`;
