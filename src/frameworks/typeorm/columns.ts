import type { Traced } from '../../hosts/program.ts';
import { joined } from '../../hosts/traced.ts';
import type { RecordValue } from '../../hosts/typescript/value.ts';
import { refuse } from '../shared/refusal.ts';
import { flag, optionalText, placeholder, textIn } from '../shared/host-values.ts';
import { from } from '../shared/host-queries.ts';
import type { Column, TablePath } from './model.ts';
import { entries } from './model.ts';

export const isEnum = ({ type }: Column): boolean => type === 'enum' || type === 'simple-enum';

const SERIALS: Readonly<Record<string, string>> = { integer: ' SERIAL', int: ' SERIAL', int4: ' SERIAL', smallint: ' SMALLSERIAL', int2: ' SMALLSERIAL', bigint: ' BIGSERIAL', int8: ' BIGSERIAL' };

/** A column in CREATE TABLE or ADD. */
export function columnSql(path: TablePath, column: Column): Traced {
  const { name, type, options, value } = column;
  const generated = flag(options, 'isGenerated');
  const strategy = optionalText(options, 'generationStrategy');
  const expression = optionalText(options, 'asExpression');
  const charset = optionalText(options, 'charset');
  const collation = optionalText(options, 'collation');
  const otherwise = defaultOf(options);
  const sql = [
    `"${name}"`,
    generated && strategy !== 'uuid' ? (strategy === 'identity' ? ` ${type} GENERATED ${optionalText(options, 'generatedIdentity') ?? 'BY DEFAULT'} AS IDENTITY` : (SERIALS[type] ?? '')) : '',
    isEnum(column) ? ` ${enumName(path, column)}${flag(options, 'isArray') ? ' array' : ''}` : !generated || type === 'uuid' ? ` ${fullType(column)}` : '',
    optionalText(options, 'generatedType') === 'STORED' && expression !== undefined ? ` GENERATED ALWAYS AS (${expression}) STORED` : '',
    charset === undefined ? '' : ` CHARACTER SET "${charset}"`,
    collation === undefined ? '' : ` COLLATE "${collation}"`,
    flag(options, 'isNullable') ? '' : ' NOT NULL',
    otherwise === undefined ? '' : ` DEFAULT ${otherwise}`,
    generated && strategy === 'uuid' && (otherwise === undefined || otherwise === '') ? ' DEFAULT uuid_generate_v4()' : '',
  ];
  return from(sql.join(''), value);
}

/** It goes into the SQL as it is written: a string is SQL already. */
export function defaultOf(options: RecordValue): string | undefined {
  const value = options.entries.get('default');
  switch (value?.kind) {
    case undefined:
    case 'undefined':
    case 'null':
      return undefined;
    case 'text':
      return value.text;
    case 'number':
    case 'boolean':
      return String(value.value);
    case 'unknown':
      return placeholder(value);
    default:
      return refuse('the default is neither text nor number', 'unsupported');
  }
}

const filled = (options: RecordValue, name: string): string | undefined => {
  const value = options.entries.get(name);
  return value === undefined || value.kind === 'undefined' || value.kind === 'null' ? undefined : textIn(value, `\`${name}\``);
};

const TIMES: Readonly<Record<string, readonly [string, string]>> = {
  'time without time zone': ['TIME', ''],
  'time with time zone': ['TIME', ' WITH TIME ZONE'],
  'timestamp without time zone': ['TIMESTAMP', ''],
  'timestamp with time zone': ['TIMESTAMP', ' WITH TIME ZONE'],
};

export function fullType({ type, options }: Column): string {
  const length = optionalText(options, 'length');
  const precision = filled(options, 'precision');
  const scale = filled(options, 'scale');
  const array = flag(options, 'isArray') ? ' array' : '';
  const time = TIMES[type];
  if (time !== undefined) return `${time[0]}${precision === undefined ? '' : `(${precision})`}${time[1]}${array}`;
  if (type === 'geometry' || type === 'geography') {
    const shape = filled(options, 'spatialFeatureType');
    const srid = filled(options, 'srid');
    return `${type}${shape === undefined ? '' : `(${shape}${srid === undefined ? '' : `,${srid}`})`}${array}`;
  }
  const size = length ?? (precision === undefined ? undefined : scale === undefined ? precision : `${precision},${scale}`);
  return `${type}${size === undefined ? '' : `(${size})`}${array}`;
}

/** TypeORM knows the schema that the connection is in, and writes it down for types. */
export function enumName({ schema = 'public', table }: TablePath, { name, options }: Column, { withSchema = true, old = false } = {}): string {
  const own = optionalText(options, 'enumName') ?? `${table}_${name.toLowerCase()}_enum`;
  return `${withSchema ? `${schema}.` : ''}${own}${old ? '_old' : ''}`.split('.').map((part) => `"${part}"`).join('.');
}

export const enumValues = ({ options }: Column): readonly string[] => entries(options, 'enum').map((value) => textIn(value, 'a value of the enum'));

export const createEnum = (path: TablePath, column: Column, name = enumName(path, column)): Traced =>
  joined([from(`CREATE TYPE ${name} AS ENUM(${enumValues(column).map((value) => `'${value.replaceAll("'", "''")}'`).join(', ')})`, column.value)]);

export const commentText = (comment: string | undefined): string => (comment === undefined || comment === '' ? 'NULL' : `'${comment.replaceAll("'", "''").replaceAll('\0', '')}'`);
