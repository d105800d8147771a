import type { ObjectId } from '../schema.ts';
import type { Changes } from '../state/changes.ts';
import { readShadowKey } from '../state/learn.ts';
import { identitiesIn } from './same.ts';

/** Whether changes are about one of these objects, or say something of one. */
export function speaksOf(changes: Changes, ids: ReadonlySet<ObjectId>): boolean {
  if (ids.size === 0) return false;
  for (const [field, swaps] of changes) {
    for (const [key, { before, after }] of swaps) {
      if (identitiesInKey(field, key).some((id) => ids.has(id))) return true;
      if ([before, after].some((value) => identitiesInValue(field, value).some((id) => ids.has(id)))) return true;
    }
  }
  return false;
}

function identitiesInKey(field: string, key: unknown): readonly ObjectId[] {
  if (typeof key === 'number') return [key];
  if (field === 'shadows') return [readShadowKey(String(key)).owner];
  // `type:7`; that of a function has a name.
  return field === 'uses' ? [Number(String(key).split(':')[1])] : [];
}

function identitiesInValue(field: string, value: unknown): readonly ObjectId[] {
  if (field === 'uses' || field === 'routineNames') return (value ?? []) as readonly ObjectId[];
  if (field === 'relationNames' || field === 'typeNames' || field === 'ghosts') return value === undefined ? [] : [value as ObjectId];
  return typeof value === 'object' && value !== null ? identitiesIn(value) : [];
}
