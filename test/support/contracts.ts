import { readFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv';
import { Ajv } from 'ajv';

/** A published schema twice: as it is, and with every object closed, so that a field which it does not name is an error. */
export const contracts = (path: string): readonly ValidateFunction[] => {
  const schema = JSON.parse(readFileSync(path, 'utf8')) as object;
  return [schema, closed(schema)].map((one) => new Ajv({ strict: true, allowUnionTypes: true, allErrors: true }).compile(one as object));
};

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const parts = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return 'properties' in schema ? { ...parts, additionalProperties: false } : parts;
}
