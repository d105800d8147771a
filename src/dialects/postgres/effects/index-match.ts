import type { Index, ObjectId } from '../../../catalog/schema.ts';
import type { IndexKey } from '../../../ir/operations/indexes.ts';
import type { Expression } from '../../../ir/expressions.ts';

/** An index, or one that is about to be made. */
interface Wanted {
  readonly id?: ObjectId;
  readonly unique: boolean;
  readonly method: string;
  readonly keys: readonly IndexKey[];
  readonly include: readonly string[];
  readonly where?: Expression;
  readonly constraint?: string;
}

/** Whether an index of a partition can serve as the parent's: same columns, expressions, predicate, method and uniqueness. */
export function sameIndex(parent: Wanted, candidate: Index): boolean {
  return (
    (candidate.parent === undefined || candidate.parent === parent.id) &&
    candidate.valid &&
    parent.unique === candidate.unique &&
    parent.method === candidate.method &&
    (parent.constraint === undefined || candidate.constraint !== undefined) &&
    parent.where?.text === candidate.where?.text &&
    parent.keys.length === candidate.keys.length &&
    parent.include.join() === candidate.include.join() &&
    parent.keys.every((key, i) => {
      const other = candidate.keys[i];
      return key.column === other?.column && key.expression?.text === other?.expression?.text && key.operatorClass === other?.operatorClass && key.collation === other?.collation;
    })
  );
}
