import type { Node, TypeName } from 'libpg-query';
import type { DataType } from '../../../ir/expressions.ts';
import { as, strings } from './ast.ts';

/** Names by which the server knows its types inside, and what it prints for them. */
const PRINTED = new Map(
  Object.entries({
  bool: 'boolean',
  bpchar: 'character',
  float4: 'real',
  float8: 'double precision',
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  time: 'time without time zone',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  timetz: 'time with time zone',
  varbit: 'bit varying',
  varchar: 'character varying',
  }),
);

const SERIAL = new Map(
  Object.entries({
  bigserial: 'bigint',
  serial: 'integer',
  serial2: 'smallint',
  serial4: 'integer',
  serial8: 'bigint',
  smallserial: 'smallint',
  }),
);

export function dataType(type: TypeName | undefined): DataType {
  const parts = strings(type?.names);
  const written = parts.at(-1) ?? '';
  const schema = parts.at(-2);
  const dimensions = type?.arrayBounds?.length ?? 0;
  if (type?.pct_type === true) return { name: `${parts.join('.')}%TYPE`, modifiers: [], dimensions };
  const own = schema === undefined || schema === 'pg_catalog';
  const base = own ? element(written, schema) : { name: written, dimensions: 0 };
  return {
    name: base.name,
    modifiers: base.name === 'interval' ? intervalModifiers(type?.typmods) : modifiers(type?.typmods),
    dimensions: dimensions + base.dimensions,
    ...(own ? {} : { schema }),
  };
}

const ARRAY_ELEMENTS = new Set([...PRINTED.keys(), 'bytea', 'date', 'inet', 'json', 'jsonb', 'name', 'numeric', 'oid', 'text', 'uuid', 'xml', 'interval']);

/** `char` in quotes is another type than char; `_int4` is what the server calls an array of integers. */
function element(written: string, schema: string | undefined): { readonly name: string; readonly dimensions: number } {
  if (written === 'char') return { name: '"char"', dimensions: 0 };
  const array = written.startsWith('_') ? written.slice(1) : undefined;
  if (array !== undefined && (ARRAY_ELEMENTS.has(array) || (schema === 'pg_catalog' && array !== ''))) return { name: PRINTED.get(array) ?? array, dimensions: 1 };
  return { name: PRINTED.get(written) ?? written, dimensions: 0 };
}

/** The integer type behind `serial` and its family; undefined for other types. */
export function serialType(type: TypeName | undefined): DataType | undefined {
  const parts = strings(type?.names);
  const name = parts.length === 1 ? SERIAL.get(parts[0] ?? '') : undefined;
  return name === undefined ? undefined : { name, modifiers: [], dimensions: type?.arrayBounds?.length ?? 0 };
}

function modifiers(nodes: readonly Node[] | undefined): (number | string)[] {
  return (nodes ?? []).flatMap((node) => {
    const constant = as(node, 'A_Const');
    if (constant?.ival !== undefined) return [constant.ival.ival ?? 0];
    if (constant?.fval !== undefined) return [Number(constant.fval.fval ?? 0)];
    if (constant?.sval !== undefined) return [constant.sval.sval ?? ''];
    const negative = as(node, 'A_Expr');
    if (negative?.lexpr === undefined && negative?.rexpr !== undefined) return modifiers([negative.rexpr]).map((each) => (typeof each === 'number' ? -each : each));
    const word = strings(as(node, 'ColumnRef')?.fields).at(-1);
    return word === undefined ? [] : [word];
  });
}

const FIELDS: readonly (readonly [bit: number, name: string])[] = [
  [2, 'year'],
  [1, 'month'],
  [3, 'day'],
  [10, 'hour'],
  [11, 'minute'],
  [12, 'second'],
];

/** Fields (`day to second`) before the precision, each only when written. */
function intervalModifiers(nodes: readonly Node[] | undefined): (number | string)[] {
  const [mask, ...precision] = modifiers(nodes);
  if (typeof mask !== 'number' || mask === 0x7fff) return precision;
  const fields = FIELDS.filter(([bit]) => ((mask >> bit) & 1) === 1).map(([, name]) => name);
  const [first, last] = [fields[0], fields.at(-1)];
  if (first === undefined || last === undefined) return precision;
  return [first === last ? first : `${first} to ${last}`, ...precision];
}
