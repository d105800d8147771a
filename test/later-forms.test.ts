import { beforeAll, expect, it } from 'vitest';
import { postgres } from '../src/dialects/postgres/index.ts';
import { laterCases, laterSetup } from './support/later-forms.ts';

beforeAll(() => postgres.load());

it.each(laterCases)('$since: $sql', ({ since, sql }) => {
  expect(postgres.laterForms(sql, since - 1).map((form) => form.since)).toContain(since);
  expect(postgres.laterForms(sql, since)).toEqual([]);
});

it('finds nothing in what every version takes', () => {
  for (const sql of laterSetup.filter((one) => !one.includes('GENERATED'))) expect(postgres.laterForms(sql, 11), sql).toEqual([]);
});

it('takes names in quotes, strings, comments and other schemas for what they are', () => {
  for (const sql of ["SELECT 'MERGE', \"uuidv7\" FROM t -- JSON_TABLE()", 'SELECT app.uuidv7()', 'INSERT INTO t AS new VALUES (1) RETURNING new.id', "COMMENT ON TABLE t IS 'transaction_timeout'", 'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE; END $$']) {
    expect(postgres.laterForms(sql, 11), sql).toEqual([]);
  }
});
