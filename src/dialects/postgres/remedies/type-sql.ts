import type { CatalogView } from '../../../catalog/view.ts';
import type { DataType } from '../../../ir/expressions.ts';
import type { Question } from '../../../remedy/step.ts';
import { quoteLiteral, quoteName } from '../quote.ts';
import { isType } from '../type-names.ts';

/** Whether the history tells the type; it does not where a query makes the column and its text alone does not say. */
export const isTold = ({ name }: DataType): boolean => name !== 'unknown';

/** A type as it has to stand in a column definition. */
export function typeSql(type: DataType, before: CatalogView): string {
  const own = type.schema !== undefined || before.type({ name: type.name }) !== undefined;
  const name = own && type.schema !== 'pg_catalog' ? quoteName({ ...(type.schema === undefined ? {} : { schema: type.schema }), name: type.name }) : type.name;
  return spelled(name, type.modifiers) + '[]'.repeat(type.dimensions);
}

function spelled(name: string, modifiers: readonly (number | string)[]): string {
  if (modifiers.length === 0) return name;
  if (name === 'interval') {
    const fields = modifiers.filter((modifier) => typeof modifier === 'string').join(' ');
    const precision = modifiers.find((modifier) => typeof modifier === 'number');
    return `interval${fields === '' ? '' : ` ${fields}`}${precision === undefined ? '' : `(${String(precision)})`}`;
  }
  const time = /^(timestamp|time)( with(?:out)? time zone)$/.exec(name);
  return time === null ? `${name}(${modifiers.join(', ')})` : `${time[1] ?? ''}(${modifiers.join(', ')})${time[2] ?? ''}`;
}

/** To be asked where nothing tells that there is such a type. */
export function typeQuestions(type: DataType, before: CatalogView): readonly Question[] {
  if (isType(type, before) === true) return [];
  const name = quoteName({ ...(type.schema === undefined ? {} : { schema: type.schema }), name: type.name });
  return [{ title: `There is a type ${type.name}, of which the history does not tell`, sql: `SELECT ${quoteLiteral(name)} WHERE to_regtype(${quoteLiteral(name)}) IS NULL` }];
}
