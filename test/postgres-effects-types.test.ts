import { beforeAll, describe, expect, it } from 'vitest';
import { postgres } from '../src/dialects/postgres/index.ts';
import { effectsOf, namesOf } from './support/effects-of.ts';

beforeAll(() => postgres.load());

const TYPES = "CREATE TYPE mood AS ENUM ('a'); CREATE TYPE temper AS ENUM ('a'); CREATE DOMAIN plain AS int; CREATE DOMAIN positive AS int CHECK (VALUE > 0); CREATE EXTENSION citext;";

interface Change {
  readonly from: string;
  readonly to: string;
  readonly using?: string;
  readonly zone?: string;
}

function rewritten({ from, to, using, zone }: Change): boolean {
  const setting = zone === undefined ? '' : `SET timezone = '${zone}';`;
  const effects = effectsOf(`${TYPES} CREATE TABLE t (id int, c ${from}); ${setting} ALTER TABLE t ALTER COLUMN c TYPE ${to}${using === undefined ? '' : ` USING ${using}`};`);
  return namesOf(effects.rewrites).includes('t');
}

// Measured on PostgreSQL 13 to 18.
const KEPT: readonly Change[] = [
  { from: 'varchar(10)', to: 'varchar(20)' },
  { from: 'varchar(10)', to: 'varchar' },
  { from: 'varchar(10)', to: 'text' },
  { from: 'text', to: 'varchar' },
  { from: 'text', to: 'citext' },
  { from: 'numeric(10,2)', to: 'numeric(12,2)' },
  { from: 'numeric(10,2)', to: 'numeric' },
  { from: 'timestamp(3)', to: 'timestamp(6)' },
  { from: 'timestamp(3)', to: 'timestamp' },
  { from: 'timestamp', to: 'timestamptz', zone: 'UTC' },
  { from: 'timestamptz', to: 'timestamp', zone: 'Etc/UTC' },
  { from: 'interval(3)', to: 'interval' },
  { from: 'varbit(5)', to: 'varbit(10)' },
  { from: 'bit(5)', to: 'varbit' },
  { from: 'cidr', to: 'inet' },
  { from: 'int', to: 'oid' },
  { from: 'int', to: 'plain' },
  { from: 'plain', to: 'int' },
  { from: 'varchar(5)[]', to: 'varchar[]' },
  { from: 'varchar(10)', to: 'text', using: 'c::text' },
  { from: 'varchar(10)', to: 'varchar(20)', using: 'c' },
  { from: 'text', to: 'text', using: '(c)' },
];

const REWRITTEN: readonly Change[] = [
  { from: 'int', to: 'bigint' },
  { from: 'int', to: 'bigint', using: 'c::bigint' },
  { from: 'varchar(10)', to: 'varchar(5)' },
  { from: 'text', to: 'varchar(10)' },
  { from: 'char(5)', to: 'char(10)' },
  { from: 'char(5)', to: 'text' },
  { from: 'numeric(10,2)', to: 'numeric(10,3)' },
  { from: 'numeric(10,2)', to: 'numeric(8,2)' },
  { from: 'numeric', to: 'numeric(10,2)' },
  { from: 'timestamp', to: 'timestamp(3)' },
  { from: 'timestamp', to: 'timestamptz', zone: 'America/New_York' },
  { from: 'timestamp', to: 'timestamptz', using: "c AT TIME ZONE 'UTC'", zone: 'UTC' },
  { from: 'timestamp(3)', to: 'timestamptz(3)', zone: 'UTC' },
  { from: 'date', to: 'timestamp' },
  { from: 'inet', to: 'cidr' },
  { from: 'json', to: 'jsonb' },
  { from: 'int', to: 'positive' },
  { from: 'plain', to: 'positive' },
  { from: 'mood', to: 'text' },
  { from: 'mood', to: 'temper', using: 'c::text::temper' },
  { from: 'int[]', to: 'bigint[]' },
  { from: 'varchar(5)[]', to: 'varchar(10)[]' },
  { from: 'text', to: 'text', using: "coalesce(c, '')" },
  { from: 'text', to: 'text', using: 'id::text' },
];

const title = ({ from, to, using, zone }: Change): string => `${from} to ${to}${using === undefined ? '' : ` USING ${using}`}${zone === undefined ? '' : ` in ${zone}`}`;

describe('a type change', () => {
  it.each(KEPT.map((change) => [title(change), change] as const))('leaves the rows alone: %s', (_, change) => {
    expect(rewritten(change)).toBe(false);
  });
  it.each(REWRITTEN.map((change) => [title(change), change] as const))('rewrites the table: %s', (_, change) => {
    expect(rewritten(change)).toBe(true);
  });

  it('says so when the time zone decides and nobody has set it', () => {
    const zoned = effectsOf('CREATE TABLE t (c timestamp); ALTER TABLE t ALTER COLUMN c TYPE timestamptz;');
    expect(zoned.certain).toBe(false);
    expect(zoned.rewrites).toEqual([]);
    expect(zoned.work).toBe('rewrite');
  });

  const scans = (index: string, type: string): readonly string[] =>
    namesOf(effectsOf(`CREATE TABLE t (id int, v varchar(10), ts timestamp); SET timezone = 'UTC'; ${index} ALTER TABLE t ALTER COLUMN ${type};`).scans);
  it('keeps an index of the same operators and builds others anew', () => {
    expect(scans('CREATE INDEX ON t (v);', 'v TYPE text')).toEqual([]);
    expect(scans('CREATE INDEX ON t (lower(v));', 'v TYPE text')).toEqual(['t']);
    expect(scans("CREATE INDEX ON t (id) WHERE v = 'x';", 'v TYPE text')).toEqual(['t']);
    expect(scans('CREATE INDEX ON t (ts);', 'ts TYPE timestamptz')).toEqual(['t']);
    expect(scans("ALTER TABLE t ADD CHECK (v <> '');", 'v TYPE varchar(20)')).toEqual(['t']);
  });
});
