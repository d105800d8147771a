import { beforeAll, describe, expect, it } from 'vitest';
import { createCatalog } from '../src/catalog/create.ts';
import { postgres } from '../src/dialects/postgres/index.ts';
import { effectsOf, namesOf } from './support/effects-of.ts';

beforeAll(() => postgres.load());

const SETUP = `CREATE TABLE t (id int);
  CREATE DOMAIN positive AS int CHECK (VALUE > 0);
  CREATE DOMAIN five AS int DEFAULT 5;
  CREATE FUNCTION dice() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 4; END';
  CREATE FUNCTION fixed() RETURNS int LANGUAGE plpgsql STABLE AS 'BEGIN RETURN 4; END';
  CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';`;

const rewritten = (column: string): boolean => namesOf(effectsOf(`${SETUP} ALTER TABLE t ADD COLUMN x ${column};`).rewrites).includes('t');

describe('ADD COLUMN', () => {
  const instant = [
    'int',
    'int DEFAULT 3',
    "text NOT NULL DEFAULT 'x'",
    'timestamptz NOT NULL DEFAULT now()',
    'timestamptz DEFAULT CURRENT_TIMESTAMP',
    "date DEFAULT CURRENT_DATE + interval '1 day'",
    "jsonb DEFAULT '{}'::jsonb",
    'int DEFAULT fixed()',
    'int DEFAULT one()',
    'five',
    'positive[]',
    'text DEFAULT NULL',
    "text DEFAULT lower('A')",
  ];
  it.each(instant)('is instant: %s', (column) => {
    expect(rewritten(column)).toBe(false);
  });

  const slow = [
    'uuid DEFAULT gen_random_uuid()',
    'uuid DEFAULT uuid_generate_v4()',
    'timestamptz DEFAULT clock_timestamp()',
    'float DEFAULT random()',
    'float DEFAULT 1 + random()',
    'int DEFAULT dice()',
    'serial',
    'bigserial',
    'int GENERATED ALWAYS AS IDENTITY',
    'int GENERATED ALWAYS AS (id * 2) STORED',
    'positive',
    'positive DEFAULT 1',
  ];
  it.each(slow)('rewrites the table: %s', (column) => {
    expect(rewritten(column)).toBe(true);
  });

  it('is judged by the worst of an unknown function, and says that it is not sure', () => {
    const effects = effectsOf(`${SETUP} ALTER TABLE t ADD COLUMN x int DEFAULT unheard_of();`);
    expect({ rewrites: namesOf(effects.rewrites), certain: effects.certain }).toEqual({ rewrites: ['t'], certain: false });
  });
});

describe('isVolatile', () => {
  const volatility = (expression: string): boolean | undefined => {
    const catalog = createCatalog(postgres.catalog);
    const [operation] = postgres.parse(`ALTER TABLE t ALTER COLUMN c SET DEFAULT ${expression}`).statements[0]?.operations ?? [];
    if (operation?.kind !== 'setDefault') throw new Error('No default');
    return postgres.isVolatile(operation.default, catalog);
  };
  it('is a property of the function', () => {
    expect(['1', 'now()', 'random()', 'unheard_of()', "upper('a') || md5('b')", 'coalesce(unheard_of(), random())'].map(volatility)).toEqual([false, false, true, undefined, false, true]);
  });
});
