import type { Table } from '../../../catalog/schema.ts';
import type { Failure } from '../../../effects/vocabulary.ts';
import type { OperationOf } from '../../../ir/operation.ts';
import { SYSTEM_COLUMNS } from '../system-columns.ts';
import { failure } from './failures.ts';
import { namedIn } from './query-names.ts';
import type { Scene } from './scene.ts';

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
    if (constraint.type === 'foreignKey') {
      const absent = constraint.columns.find(lacks);
      if (absent !== undefined) return [failure('column-missing', `column "${absent}" referenced in foreign key constraint does not exist`, object)];
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

/** What the server refuses of a new table as a whole: where it is to be, what it is to have, and its partition key. */
export function formProblems(op: OperationOf<'createTable'>, parent: Table | undefined, object: string, { version }: Scene): readonly Failure[] {
  const { partitionBy: key, table, options } = op;
  if (op.persistence === 'temporary' && table.schema !== undefined && !table.schema.startsWith('pg_temp')) return [failure('declaration-refused', 'cannot create temporary relation in non-temporary schema', object, '42P16')];
  if (version >= 12 && /^(?:true|on|1)$/i.test(options['oids'] ?? '')) return [failure('declaration-refused', 'tables declared WITH OIDS are not supported', object, '0A000')];
  if (key === undefined) return [];
  if (key.strategy === 'list' && key.columns.length > 1) return [failure('declaration-refused', 'cannot use "list" partition strategy with more than one column', object, '42P17')];
  const isKnown = isWhole(op) || (op.partitionOf !== undefined && parent?.complete === true);
  const columns = new Set([...op.columns, ...(parent?.columns ?? [])].map(({ name }) => name));
  const absent = isKnown ? key.columns.find((name) => name !== undefined && !columns.has(name)) : undefined;
  if (absent !== undefined) return [failure('column-missing', `column "${absent}" named in partition key does not exist`, object)];
  const stray = parent?.constraints.find(({ definition }) => (definition.type === 'primaryKey' || definition.type === 'unique') && !key.columns.every((name) => name !== undefined && definition.columns.includes(name)));
  return stray === undefined ? [] : [failure('unique-without-partition-key', 'unique constraint on partitioned table must include all partitioning columns', object)];
}

/** Whether all its columns stand in the statement: none comes from a parent, another table, a type or a query. */
export const isWhole = (op: OperationOf<'createTable'>): boolean => op.like.length === 0 && op.inherits.length === 0 && op.ofType === undefined && op.partitionOf === undefined && op.as === undefined;
