import type { OperationOf } from '../../ir/operation.ts';
import type { Relation } from '../schema.ts';
import { editRelation } from '../state/relations.ts';
import { findRelation } from '../state/resolve.ts';
import type { Replay } from './context.ts';

/** Remembers that privileges have been given, not which: who drops a relation has to know that there are some. */
export function grant({ revoke, objects, allInSchemas }: OperationOf<'grant'>, { store }: Replay): void {
  if (revoke) return;
  const named = objects.map((object) => findRelation(store, object));
  const inSchemas = allInSchemas.length === 0 ? [] : [...store.relations.values()].filter(({ schema }) => allInSchemas.includes(schema));
  for (const relation of [...named, ...inSchemas]) {
    if (relation !== undefined && relation.granted !== true) editRelation<Relation>(store, relation, (now) => ({ ...now, granted: true }));
  }
}
