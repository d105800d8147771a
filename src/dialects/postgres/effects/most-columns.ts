import type { Failure } from '../../../effects/vocabulary.ts';
import type { ConstraintDefinition } from '../../../ir/constraints.ts';
import { failure } from './failures.ts';

/** What servers are built with; measured on 13 and 18. */
const MOST_KEYS = 32;
const MOST_COLUMNS = 1_600;

const refused = (message: string, object: string): readonly Failure[] => [failure('declaration-refused', message, object, '54011')];

/** `columns`: of the table as it would be. */
export const tooManyColumns = (columns: number, object: string): readonly Failure[] =>
  columns > MOST_COLUMNS ? refused(`tables can have at most ${String(MOST_COLUMNS)} columns`, object) : [];

/** `keys`: with those of INCLUDE. */
export const tooManyKeys = (keys: number, object: string): readonly Failure[] =>
  keys > MOST_KEYS ? refused(`cannot use more than ${String(MOST_KEYS)} columns in an index`, object) : [];

export const tooManyPartitionKeys = (keys: number, object: string): readonly Failure[] =>
  keys > MOST_KEYS ? refused(`cannot partition using more than ${String(MOST_KEYS)} columns`, object) : [];

export function tooManyInConstraint(constraint: ConstraintDefinition, object: string): readonly Failure[] {
  if (!('columns' in constraint)) return [];
  if (constraint.type !== 'foreignKey') return tooManyKeys(constraint.columns.length + ('include' in constraint ? (constraint.include?.length ?? 0) : 0), object);
  return constraint.columns.length > MOST_KEYS ? refused(`cannot have more than ${String(MOST_KEYS)} keys in a foreign key`, object) : [];
}
