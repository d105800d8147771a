import type { ObjectId } from '../schema.ts';

/** All that can be reached from an object, each once, the object itself left out, nearest first. */
export function nearestFirst(start: ObjectId, next: (id: ObjectId) => readonly ObjectId[]): readonly ObjectId[] {
  const seen = new Set([start]);
  for (const id of seen) for (const other of next(id)) seen.add(other);
  seen.delete(start);
  return [...seen];
}
