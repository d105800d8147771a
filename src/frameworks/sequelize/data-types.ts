import type { ChainValue, Value } from '../../hosts/typescript/value.ts';
import { refuse } from '../shared/refusal.ts';
import { flag, isRecord, reasonOf, textIn } from '../shared/host-values.ts';

/** A type of Sequelize, as PostgreSQL gets it. */
export interface DataType {
  /** Its name in Sequelize, as in `STRING`; `raw` for one that is written as text. */
  readonly name: string;
  readonly sql: string;
  /** Of an ENUM. */
  readonly values?: readonly Value[];
  /** Of an ARRAY. */
  readonly of?: DataType;
}

/** Parts of a chain that only lead to the types. */
const LEADING = new Set(['default', 'Sequelize', 'DataTypes', 'postgres', 'Types']);

/** What is written of a type in a chain: its name, its arguments, and what follows. */
interface Written {
  readonly name: string;
  readonly args: readonly Value[];
  readonly members: ReadonlySet<string>;
}

export function isDataType(value: Value): value is ChainValue {
  const name = value.kind === 'chain' ? writtenType(value)?.name : undefined;
  return name !== undefined && Object.hasOwn(TYPES, name);
}

/** A name in capitals that the library does not have, as `Sequelize.UUID4`: it is undefined. */
export function unknownConstant(value: Value | undefined): string | undefined {
  const type = value?.kind === 'chain' && value.steps.every(({ step }) => step === 'member') ? writtenType(value) : undefined;
  return type !== undefined && type.members.size === 0 && /^[A-Z][A-Z\d_]*$/.test(type.name) && !isTypeName(type.name) ? type.name : undefined;
}

export function dataTypeIn(value: Value | undefined, what: string): DataType {
  if (value?.kind === 'text') return { name: 'raw', sql: value.text };
  if (value === undefined || value.kind === 'undefined') return refuse(`${what} has no type, so Sequelize stops`, 'unsupported');
  const type = value.kind === 'chain' ? writtenType(value) : undefined;
  if (type === undefined) return refuse(`the type of ${what}: ${reasonOf(value)}`);
  // A type that the project has added to the library's own: what it is in SQL is said elsewhere.
  return typeNamed(type.name)?.(type, what) ?? { name: 'raw', sql: `\${DataTypes.${type.name}}` };
}

function writtenType({ root, steps }: ChainValue): Written | undefined {
  if (root !== 'sequelize') return undefined;
  let name: string | undefined;
  let args: readonly Value[] = [];
  const members = new Set<string>();
  for (const step of steps) {
    if (step.step !== 'member') args = step.args;
    else if (name !== undefined) members.add(step.name);
    else if (!LEADING.has(step.name)) ({ name } = step);
  }
  return name === undefined ? undefined : { name, args, members };
}

type Make = (type: Written, what: string) => DataType;

const plain = (sql: string): Make => ({ name }) => ({ name, sql });

/** What stands in the first argument: itself, or under that name in an object of options. */
function argument({ args }: Written, index: number, name: string): string | undefined {
  const [first] = args;
  const value = isRecord(first) ? first.entries.get(name) : args[index];
  return value === undefined || value.kind === 'null' || value.kind === 'undefined' ? undefined : textIn(value, name);
}

const characters = (key: string): Make => (type) => {
  const [first, second] = type.args;
  const binary = type.members.has('BINARY') || (isRecord(first) ? flag(first, 'binary') : second?.kind === 'boolean' && second.value);
  return { name: type.name, sql: binary ? 'BYTEA' : `${key}(${argument(type, 0, 'length') ?? '255'})` };
};

const decimal: Make = (type) => {
  const parts = [argument(type, 0, 'precision'), argument(type, 1, 'scale')].filter((part) => part !== undefined && part !== '0');
  return { name: 'DECIMAL', sql: parts.length === 0 ? 'DECIMAL' : `DECIMAL(${parts.join(',')})` };
};

const float: Make = (type) => {
  const length = argument(type, 0, 'length');
  return { name: 'FLOAT', sql: length === undefined || argument(type, 1, 'decimals') !== undefined ? 'FLOAT' : `FLOAT(${length})` };
};

const geometry = (key: string): Make => (type) => {
  const shape = argument(type, 0, 'type');
  const srid = argument(type, 1, 'srid');
  return { name: type.name, sql: shape === undefined ? key : `${key}(${shape}${srid === undefined ? '' : `,${srid}`})` };
};

const RANGES: Readonly<Record<string, string>> = { INTEGER: 'int4range', DECIMAL: 'numrange', DATE: 'tstzrange', DATEONLY: 'daterange', BIGINT: 'int8range' };

const range: Make = ({ args: [first] }, what) => {
  const subtype = first === undefined ? 'INTEGER' : dataTypeIn(isRecord(first) ? first.entries.get('subtype') : first, what).name;
  return { name: 'RANGE', sql: RANGES[subtype] ?? refuse(`there is no range of ${subtype}`, 'unsupported') };
};

const array: Make = ({ args: [first] }, what) => {
  const of = dataTypeIn(isRecord(first) ? first.entries.get('type') : first, what);
  return { name: 'ARRAY', sql: `${of.sql}[]`, of };
};

/** Values come one by one, as a list, or under `values`. */
const enumeration: Make = ({ args }, what) => {
  const [first] = args;
  const values = isRecord(first) ? first.entries.get('values') : undefined;
  const listed = (value: Value): readonly Value[] => (value.kind === 'list' ? value.items : value.kind === 'unknown' ? refuse(`the values of ${what}: ${value.reason}`) : [value]);
  return { name: 'ENUM', sql: 'ENUM', values: (values === undefined ? (isRecord(first) ? [] : args) : [values]).flatMap(listed) };
};

export const isTypeName = (name: string): boolean => Object.hasOwn(TYPES, name);

const typeNamed = (name: string): Make | undefined => (Object.hasOwn(TYPES, name) ? TYPES[name] : undefined);

/** Lengths and modifiers that PostgreSQL has no use for are left out, as Sequelize does. */
const TYPES: Readonly<Record<string, Make>> = {
  STRING: characters('VARCHAR'),
  CHAR: characters('CHAR'),
  TEXT: plain('TEXT'),
  CITEXT: plain('CITEXT'),
  TSVECTOR: plain('TSVECTOR'),
  NUMBER: plain('NUMBER'),
  TINYINT: plain('TINYINT'),
  SMALLINT: plain('SMALLINT'),
  MEDIUMINT: plain('MEDIUMINT'),
  INTEGER: plain('INTEGER'),
  BIGINT: plain('BIGINT'),
  FLOAT: float,
  REAL: plain('REAL'),
  DOUBLE: plain('DOUBLE PRECISION'),
  'DOUBLE PRECISION': plain('DOUBLE PRECISION'),
  DECIMAL: decimal,
  NUMERIC: decimal,
  BOOLEAN: plain('BOOLEAN'),
  TIME: plain('TIME'),
  DATE: plain('TIMESTAMP WITH TIME ZONE'),
  DATEONLY: plain('DATE'),
  NOW: plain('NOW'),
  BLOB: plain('BYTEA'),
  UUID: plain('UUID'),
  UUIDV1: plain('UUIDV1'),
  UUIDV4: plain('UUIDV4'),
  JSON: plain('JSON'),
  JSONB: plain('JSONB'),
  HSTORE: plain('HSTORE'),
  VIRTUAL: plain('VIRTUAL'),
  CIDR: plain('CIDR'),
  INET: plain('INET'),
  MACADDR: plain('MACADDR'),
  GEOMETRY: geometry('GEOMETRY'),
  GEOGRAPHY: geometry('GEOGRAPHY'),
  RANGE: range,
  ARRAY: array,
  ENUM: enumeration,
};
