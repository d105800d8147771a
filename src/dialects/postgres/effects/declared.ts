import type { Failure } from '../../../effects/vocabulary.ts';
import type { OperationOf } from '../../../ir/operation.ts';
import { SYSTEM_COLUMNS } from '../system-columns.ts';
import { failure } from './failures.ts';
import { namedIn } from './query-names.ts';

/** What the constraints and generated columns of a new table name, and its columns do not have. */
export function undeclaredColumns(op: OperationOf<'createTable'>, object: string): readonly Failure[] {
  const own = new Set(op.columns.map(({ name }) => name));
  const generated = new Set(op.columns.flatMap(({ name, generated: by }) => (by === undefined ? [] : [name])));
  const whole = isWhole(op);
  const lacks = (name: string): boolean => whole && !own.has(name) && name !== op.table.name && !SYSTEM_COLUMNS.has(name);
  for (const { generated: by } of op.columns) {
    const names = namedIn(by?.expression, undefined);
    const twice = names.find((name) => generated.has(name));
    if (twice !== undefined) return [failure('declaration-refused', `cannot use generated column "${twice}" in column generation expression`, object, '42P17')];
    const absent = names.find(lacks);
    if (absent !== undefined) return [failure('column-missing', `column "${absent}" does not exist`, object)];
  }
  for (const constraint of op.constraints) {
    if (constraint.type === 'check') {
      const absent = namedIn(constraint.expression, undefined).find(lacks);
      if (absent !== undefined) return [failure('column-missing', `column "${absent}" does not exist`, object)];
    }
    if (constraint.type !== 'primaryKey' && constraint.type !== 'unique') continue;
    const { columns } = constraint;
    const absent = columns.find(lacks);
    if (absent !== undefined) return [failure('column-missing', `column "${absent}" named in key does not exist`, object)];
    const twice = columns.find((name, i) => columns.indexOf(name) < i);
    if (twice !== undefined) return [failure('declaration-refused', `column "${twice}" appears twice in ${constraint.type === 'unique' ? 'unique' : 'primary key'} constraint`, object, '42701')];
  }
  return [];
}

/** Whether all its columns stand in the statement: none comes from a parent, another table, a type or a query. */
export const isWhole = (op: OperationOf<'createTable'>): boolean => op.like.length === 0 && op.inherits.length === 0 && op.ofType === undefined && op.partitionOf === undefined && op.as === undefined;
