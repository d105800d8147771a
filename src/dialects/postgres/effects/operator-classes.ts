import type { DataType } from '../../../ir/expressions.ts';

/** Nothing in the server, nor in btree_gin or btree_gist, orders these, looks them up, or takes them apart. */
const NOWHERE = ['json', 'jsonpath', 'line', 'lseg', 'path', 'xml'];
const SHAPES = ['box', 'circle', 'point', 'polygon'];
const RANGES = ['int4', 'int8', 'num', 'ts', 'tstz', 'date'].flatMap((of) => [`${of}range`, `${of}multirange`]);
const SCALARS = ['bigint', 'bit', 'bit varying', 'boolean', 'bytea', 'character', 'date', 'double precision', 'integer', 'interval', 'money', 'numeric', 'real', 'smallint', 'uuid'];
const TIMES = ['time without time zone', 'time with time zone', 'timestamp without time zone', 'timestamp with time zone'];

/** Per access method the types that have no default operator class, whatever extensions there are. */
const WITHOUT: Readonly<Record<string, ReadonlySet<string>>> = {
  btree: new Set([...NOWHERE, ...SHAPES]),
  hash: new Set([...NOWHERE, ...SHAPES, 'bit', 'bit varying', 'money', 'tsquery', 'tsvector']),
  gist: new Set([...NOWHERE, 'jsonb']),
  gin: new Set([...NOWHERE, ...SHAPES, ...RANGES, 'tsquery']),
  spgist: new Set([...NOWHERE, ...RANGES.filter((type) => type.endsWith('multirange')), ...SCALARS, ...TIMES, 'jsonb', 'tsquery', 'tsvector']),
  brin: new Set([...NOWHERE, ...RANGES.filter((type) => type.endsWith('multirange')), 'boolean', 'circle', 'jsonb', 'money', 'point', 'polygon', 'tsquery', 'tsvector']),
};

/** Whether CREATE INDEX needs an operator class by name for a column of the type. */
export const lacksOperators = ({ name, schema, dimensions }: DataType, method: string): boolean =>
  schema === undefined && (dimensions > 0 ? method === 'spgist' || method === 'brin' : WITHOUT[method]?.has(name) === true);

/** What btree_gin brings operator classes for, the bare types of the server aside that a GIN index takes apart. */
const WHOLE = new Set([...SCALARS, ...TIMES, 'text', 'character varying', 'name']);

/** The type that a GIN index over nothing but whole values stops at without btree_gin; a mixed one is what that extension is for, and it may be there. */
export const wholeValue = (types: readonly DataType[], method: string): DataType | undefined =>
  method === 'gin' && types.every(({ name, schema, dimensions }) => schema === undefined && dimensions === 0 && WHOLE.has(name)) ? types[0] : undefined;
