import type { FillColumn } from './tables.ts';

/** Values to try in a column, as text that its type may read. The first is an everyday one, the others are edges. */
export interface Candidates {
  readonly usual: readonly string[];
  /** Only tried where a constraint wants something in particular. */
  readonly special: readonly string[];
}

const SPECIAL_TEXT: readonly string[] = [
  'alpha@example.com',
  'https://example.com/a',
  'EUR',
  'en',
  'en-GB',
  'DE',
  'a',
  'A',
  '1',
  'abc',
  'ABC',
  'alpha-beta',
  'alpha_beta',
  'alpha.beta',
  '12345',
  '0123456789',
  '+41446681800',
  '2024-01-31',
  '12:30',
  '{"a": 1}',
  '#a0b1c2',
  '127.0.0.1',
  '/a/b',
  'UTC',
  'd41d8cd98f00b204e9800998ecf8427e',
  '6f1e0a52-3c4d-4e5f-8a6b-7c8d9e0f1a2b',
];

const LONG = 300;

/** Names that say what is in the column make for values that read like real ones. */
const BY_NAME: readonly (readonly [RegExp, string])[] = [
  [/e_?mail/i, 'alpha@example.com'],
  [/url|link|website|href/i, 'https://example.com/alpha'],
  [/currency/i, 'EUR'],
  [/country/i, 'DE'],
  [/phone/i, '+41446681800'],
];

function texts({ name, length }: FillColumn): Candidates {
  const named = BY_NAME.find(([pattern]) => pattern.test(name))?.[1];
  const usual = [named ?? 'alpha', '', 'Grüße, 世界 🙂', 'it\'s "quoted" \\ %', ' padded ', 'x'.repeat(length ?? LONG), '42', 'Alpha'];
  return { usual: length === undefined ? usual : usual.map((value) => [...value].slice(0, length).join('')), special: SPECIAL_TEXT };
}

const whole = (lowest: string, highest: string) => (): Candidates => ({ usual: ['1', '0', highest, '-1', lowest, '42'], special: ['2', '3', '5', '10', '50', '100', '1000', '2024'] });

function numeric({ type }: FillColumn): Candidates {
  const match = /\((\d+),\s*(-?\d+)\)/.exec(type);
  const special = ['2', '0.5', '10', '50', '99', '100', '0.1'];
  if (match === null) return { usual: ['1', '0', '12345678901234567890.0987654321', '-1.5', '0.001'], special };
  const [digits, scale] = [Number(match[1]), Number(match[2])];
  const highest = scale > 0 ? `${'9'.repeat(Math.max(0, digits - scale)) || '0'}.${'9'.repeat(scale)}` : '9'.repeat(digits);
  return { usual: ['1', '0', highest, `-${highest}`, scale > 0 ? `0.${'0'.repeat(scale - 1)}1` : '2'], special };
}

const fixed = (...usual: readonly string[]) => (): Candidates => ({ usual, special: [] });

/** By type without modifiers. */
const BY_TYPE: Readonly<Record<string, (column: FillColumn) => Candidates>> = {
  smallint: whole('-32768', '32767'),
  integer: whole('-2147483648', '2147483647'),
  bigint: whole('-9223372036854775808', '9223372036854775807'),
  numeric,
  real: fixed('1.5', '0', '-1.5', '1e30', '0.1', '50'),
  'double precision': fixed('1.5', '0', '-1.5', '1e300', '0.1', '50'),
  money: fixed('1.00', '0', '-1.00', '1000000.01'),
  text: texts,
  'character varying': texts,
  character: texts,
  bpchar: texts,
  citext: texts,
  name: fixed('alpha', 'beta'),
  '"char"': fixed('a', 'b'),
  boolean: fixed('true', 'false'),
  date: fixed('2024-01-15', '1900-01-01', '9999-12-31', '2024-02-29', '1969-12-31'),
  'timestamp without time zone': fixed('2024-01-15 10:30:00', '1900-01-01 00:00:00', '9999-12-31 23:59:59', '2024-03-31 01:59:59.999999', '1969-12-31 23:59:59'),
  'timestamp with time zone': fixed('2024-01-15 10:30:00+00', '1900-01-01 00:00:00+00', '9999-12-31 23:59:59+00', '2024-03-31 01:59:59.999999+00', '1969-12-31 23:59:59+00'),
  'time without time zone': fixed('10:30:00', '00:00:00', '23:59:59.999999'),
  'time with time zone': fixed('10:30:00+00', '00:00:00+14', '23:59:59.999999-12'),
  interval: fixed('1 day', '0', '-1 month', '100 years', '00:00:00.000001'),
  uuid: fixed('6f1e0a52-3c4d-4e5f-8a6b-7c8d9e0f1a2b', '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
  json: fixed('{"a": [1, null, "ü"]}', '{}', '[]', 'null', '"text"', '{"a": 1, "a": 2}'),
  jsonb: fixed('{"a": [1, null, "ü"]}', '{}', '[]', 'null', '"text"'),
  bytea: fixed('\\x00ff10', '\\x', '\\x61'),
  inet: fixed('127.0.0.1', '::1', '10.0.0.0/8'),
  cidr: fixed('10.0.0.0/8', '::/0', '192.168.1.0/24'),
  macaddr: fixed('08:00:2b:01:02:03', '00:00:00:00:00:00'),
  macaddr8: fixed('08:00:2b:01:02:03:04:05', '00:00:00:00:00:00:00:00'),
  bit: ({ length = 1 }) => ({ usual: ['1'.repeat(length), '0'.repeat(length)], special: [] }),
  'bit varying': fixed('1', '0', ''),
  point: fixed('(1,2)', '(0,0)', '(-180,90)'),
  line: fixed('{1,2,3}'),
  lseg: fixed('[(0,0),(1,1)]'),
  box: fixed('(1,1),(0,0)'),
  path: fixed('((0,0),(1,1))', '[(0,0),(1,1)]'),
  polygon: fixed('((0,0),(1,1),(1,0))'),
  circle: fixed('<(0,0),1>', '<(0,0),0>'),
  xml: fixed('<a/>'),
  tsvector: fixed('alpha beta:2', ''),
  tsquery: fixed('alpha & beta', ''),
  oid: fixed('1', '0', '4294967295'),
  hstore: fixed('a=>1', '', 'a=>NULL'),
  ltree: fixed('a.b.c', ''),
  int4range: fixed('[1,5)', 'empty', '(,)', '[10,20)'),
  int8range: fixed('[1,5)', 'empty', '(,)', '[10,20)'),
  numrange: fixed('[1.5,5)', 'empty', '(,)', '[10,20)'),
  daterange: fixed('[2024-01-01,2024-02-01)', 'empty', '(,)', '[2024-03-01,2024-04-01)'),
  tsrange: fixed('[2024-01-01,2024-02-01)', 'empty', '(,)', '[2024-03-01,2024-04-01)'),
  tstzrange: fixed('[2024-01-01+00,2024-02-01+00)', 'empty', '(,)', '[2024-03-01+00,2024-04-01+00)'),
  vector: ({ length = 3 }) => ({ usual: [`[${Array<string>(length).fill('0.5').join()}]`, `[${Array<string>(length).fill('0').join()}]`], special: [] }),
};

/** What a type might read that we know nothing about. */
const ANYTHING: readonly string[] = ['alpha', '', '1', '0', '{}', '[]', '(1,2)', 'POINT(1 2)', '[1,5)', 'empty', '2024-01-15', 'a=>1', '(,)'];

export function candidatesFor(column: FillColumn): Candidates {
  if (column.kind === 'array') return arrays(column);
  if (column.labels.length > 0) return { usual: column.labels, special: [] };
  const known = Object.hasOwn(BY_TYPE, column.base) ? BY_TYPE[column.base] : BY_TYPE[column.base.replace(/^.*\./, '')];
  return known === undefined ? { usual: ANYTHING, special: [] } : known(column);
}

function arrays(column: FillColumn): Candidates {
  const element = column.element ?? 'text';
  const { usual, special } = candidatesFor({ ...column, kind: 'base', base: element.replace(/\(.*\)/, ''), type: element, length: undefined, element: undefined });
  const quoted = (value: string): string => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const [first = '', second = first] = usual;
  return { usual: [`{${quoted(first)}}`, '{}', `{${quoted(first)},${quoted(second)},NULL}`], special: [...usual, ...special].slice(0, 12).map((value) => `{${quoted(value)}}`) };
}

/** Any number of different values, as SQL; undefined for types that have only a few. `turn` is a whole number or SQL for one. */
export function distinctValue(column: FillColumn, turn: string): string | undefined {
  const make = DISTINCT[column.base];
  if (column.kind === 'array' || column.labels.length > 0 || make === undefined) return undefined;
  return `(${make(column, turn)})::${column.type}`;
}

const textual = ({ length, name }: FillColumn, turn: string): string => {
  if (length !== undefined && length < 12) return `lpad(to_hex((${turn})::int), ${String(length)}, '0')`;
  return /e_?mail/i.test(name) ? `'user' || (${turn}) || '@example.com'` : `'value ' || (${turn})`;
};
const minutes = (start: string) => (_: FillColumn, turn: string): string => `${start} + (${turn}) * interval '1 minute'`;

const DISTINCT: Readonly<Record<string, (column: FillColumn, turn: string) => string>> = {
  smallint: (_, turn) => `1000 + (${turn}) % 30000`,
  integer: (_, turn) => `1000000 + (${turn})`,
  bigint: (_, turn) => `5000000000 + (${turn})`,
  numeric: (_, turn) => `(${turn})`,
  real: (_, turn) => `(${turn})`,
  'double precision': (_, turn) => `(${turn})`,
  text: textual,
  'character varying': textual,
  character: textual,
  citext: textual,
  uuid: (_, turn) => `lpad(to_hex((${turn})::bigint), 32, '0')::uuid`,
  date: (_, turn) => `date '2001-01-01' + ((${turn}) % 100000)::int`,
  'timestamp without time zone': minutes("timestamp '2001-01-01'"),
  'timestamp with time zone': minutes("timestamptz '2001-01-01 00:00+00'"),
  bytea: (_, turn) => `decode(lpad(to_hex((${turn})::bigint), 16, '0'), 'hex')`,
  inet: (_, turn) => `inet '10.0.0.0' + (${turn})`,
  json: (_, turn) => `json_build_object('n', (${turn}))`,
  jsonb: (_, turn) => `jsonb_build_object('n', (${turn}))`,
  ltree: (_, turn) => `('n' || (${turn}))::text`,
};

/** A string as SQL. */
export const literal = (value: string): string => `${value.includes('\\') ? ' E' : ''}'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
