import type { Value } from './value.ts';
import { record, text, UNDEFINED } from './value.ts';

/** A JSON text as a value; undefined where it is none. */
export function jsonValue(source: string): Value | undefined {
  try {
    return fromJson(JSON.parse(source), 0);
  } catch {
    return undefined;
  }
}

function fromJson(value: unknown, depth: number): Value {
  if (depth > 100) return UNDEFINED;
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') return { kind: 'number', value };
  if (typeof value === 'boolean') return { kind: 'boolean', value };
  if (Array.isArray(value)) return { kind: 'list', items: value.map((item) => fromJson(item, depth + 1)) };
  if (typeof value === 'object' && value !== null) return record(Object.entries(value).map(([name, own]) => [name, fromJson(own, depth + 1)]));
  return { kind: 'null' };
}
