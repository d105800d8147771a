import type { Table } from '../../../catalog/schema.ts';
import type { BoundValue, PartitionBound, PartitionKey } from '../../../ir/partitions.ts';
import { quote, quoteLiteral } from '../quote.ts';
import { valueSql } from './bounds.ts';

/**
 * What the server takes the bound to mean, in the form in which it recognises it; undefined where it cannot be written. `table` gives
 * the types of the columns.
 */
export function boundCondition(key: PartitionKey, bound: PartitionBound, table: Table): string | undefined {
  const columns = key.columns.filter((column) => column !== undefined);
  if (columns.length !== key.columns.length || columns.length === 0) return undefined;
  if (columns.some((column) => !table.columns.some(({ name }) => name === column))) return undefined;
  if (bound.kind === 'list') return listCondition(columns[0] ?? '', bound.values);
  if (bound.kind !== 'range') return undefined;
  const terms = [...columns.map((column) => `${quote(column)} IS NOT NULL`), lower(columns, bound.from), upper(columns, bound.to)];
  return terms.filter((term) => term !== '').join(' AND ');
}

/** A quoted value takes the type of the column that it is compared with. */
function literal(value: BoundValue): string {
  if (typeof value === 'number') return quoteLiteral(String(value));
  if (typeof value === 'boolean') return quoteLiteral(String(value));
  return valueSql(value);
}

function listCondition(column: string, values: readonly BoundValue[]): string {
  const name = quote(column);
  const given = values.filter((value) => value !== null);
  const is = given.length === 0 ? '' : given.length === 1 ? `${name} = ${literal(given[0] ?? null)}` : `${name} IN (${given.map(literal).join(', ')})`;
  if (given.length === values.length) return `${name} IS NOT NULL AND ${is}`;
  return is === '' ? `${name} IS NULL` : `${name} IS NULL OR ${is}`;
}

const isSpecial = (value: BoundValue | undefined): boolean => typeof value === 'object' && value !== null && 'special' in value;

/** `a > 1 OR (a = 1 AND b >= 2)`: each column decides only where those before it are at the bound. */
function lower(columns: readonly string[], from: readonly BoundValue[]): string {
  return side(columns, from, '>', '>=');
}

function upper(columns: readonly string[], to: readonly BoundValue[]): string {
  return side(columns, to, '<', '<');
}

function side(columns: readonly string[], values: readonly BoundValue[], strict: string, last: string): string {
  const choices: string[] = [];
  const equal: string[] = [];
  for (const [i, column] of columns.entries()) {
    const value = values[i];
    if (value === undefined || value === null) return '';
    if (isSpecial(value)) {
      // MINVALUE below, MAXVALUE above: whatever has come so far at the bound fits.
      if (equal.length === 0) return '';
      choices.push(conjunction(equal));
      return choices.length === 1 ? choices.join('') : `(${choices.join(' OR ')})`;
    }
    const final = i === columns.length - 1;
    choices.push(conjunction([...equal, `${quote(column)} ${final ? last : strict} ${literal(value)}`]));
    equal.push(`${quote(column)} = ${literal(value)}`);
  }
  return choices.length === 1 ? choices.join('') : `(${choices.join(' OR ')})`;
}

const conjunction = (terms: readonly string[]): string => (terms.length === 1 ? terms.join('') : `(${terms.join(' AND ')})`);
