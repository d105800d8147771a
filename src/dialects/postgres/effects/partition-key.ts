import type { Table } from '../../../catalog/schema.ts';
import type { Failure } from '../../../effects/vocabulary.ts';
import { fullName } from './answer.ts';
import { failure } from './failures.ts';

export function partitionKeyProblem(table: Table, column: string, verb: 'drop' | 'alter'): readonly Failure[] {
  const key = table.partitionBy;
  if (key === undefined || !(key.columns.includes(column) || key.expressions.some(({ columns }) => columns.includes(column)))) return [];
  return [failure('partition-key-column', `cannot ${verb} column "${column}" because it is part of the partition key of relation "${table.name}"`, fullName(table))];
}
