import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { load, parse } from '../src/dialects/postgres/parse/parse.ts';
import type { ParsedText } from '../src/dialects/dialect.ts';
import type { Operation } from '../src/ir/operation.ts';
import { cases } from './support/cases.ts';
import { growth, LINEAR } from './support/growth.ts';

beforeAll(load);

const SNIPPETS = [
  'CREATE TABLE a (id int)',
  'ALTER TABLE a ADD COLUMN b text DEFAULT ',
  'INSERT INTO a VALUES (1, ',
  'SELECT ',
  'DO $$ BEGIN ',
  ' END $$',
  'CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $body$ BEGIN ',
  'IF x THEN ',
  'LOOP ',
  'END LOOP',
  'EXECUTE ',
  'BEGIN ATOMIC ',
  'CREATE RULE r AS ON INSERT TO a DO (',
  'COPY a FROM stdin;\n1\tx\n\\.\n',
  '\\i other.sql\n',
  '\\gexec\n',
  "E'\\'",
  "U&'\\0041'",
  "'it''s'",
  '"a""b"',
  '$1',
  '$$',
  '$t$',
  '/*',
  '*/',
  '--',
  '\n',
  '\r\n',
  ';',
  '(',
  ')',
  '[',
  ']',
  "'",
  '"',
  '${x}',
  '{{ x }}',
  '{% if x %}',
  '<% x %>',
  ":'v'",
  ':v',
  '%(n)s',
  '@>',
  '::text',
  '\0',
  '\ufeff',
  '\ud800',
  'é',
  '😀',
  ',',
  '=',
];

const pieces = fc.array(fc.oneof(fc.constantFrom(...SNIPPETS), fc.string({ maxLength: 5 }), fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 25 }).map((parts) => parts.join(''));

function checkShape(text: string, { statements, comments }: ParsedText): void {
  let end = 0;
  for (const { span, operations } of statements) {
    expect(span.start).toBeGreaterThanOrEqual(end);
    expect(span.end).toBeGreaterThan(span.start);
    expect(span.end).toBeLessThanOrEqual(text.length);
    expect(operations.length).toBeGreaterThan(0);
    for (const operation of operations) checkInside(operation, span);
    end = span.end;
  }
  let last = -1;
  for (const { span } of comments) {
    expect(span.start).toBeGreaterThan(last);
    expect(span.end).toBeLessThanOrEqual(text.length);
    last = span.start;
  }
}

/** Every span of the operation lies in its statement. */
function checkInside(value: unknown, { start, end }: { readonly start: number; readonly end: number }): void {
  if (typeof value !== 'object' || value === null) return;
  if ('start' in value && 'end' in value && typeof value.start === 'number' && typeof value.end === 'number') {
    expect(value.start).toBeGreaterThanOrEqual(start);
    expect(value.end).toBeLessThanOrEqual(end);
    expect(value.end).toBeGreaterThanOrEqual(value.start);
    return;
  }
  for (const each of Object.values(value)) checkInside(each, { start, end });
}

test('whatever the text, it is read without an error into statements in order', () => {
  fc.assert(
    fc.property(pieces, (text) => {
      checkShape(text, parse(text));
    }),
    cases(3_000),
  );
});

const created = (parsed: ParsedText): string[] => parsed.statements.flatMap((each) => each.operations).flatMap((each: Operation) => (each.kind === 'createTable' ? [each.table.name] : []));

const BAD = [
  'CREAT TABLE x (id int)',
  "INSERT INTO x VALUES ('it's)",
  "INSERT INTO x VALUES ('a', 'b)",
  'SELECT "x',
  'SELECT $a$ x',
  'SELECT 1 /* never closed',
  'CREATE TABLE x (id int',
  'CREATE RULE r AS ON INSERT TO x DO (SELECT 1',
  'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1',
  'DO $$ BEGIN x y z END $$',
  'SELECT ))',
  '\\i x',
  'SELECT ${a',
  'SELECT {{ a',
  'SELECT \0',
  "SELECT E'\\",
];

test('a bad statement does not hide those around it', () => {
  for (const bad of BAD) {
    const text = `CREATE TABLE before (id int);\n${bad};\nCREATE TABLE after_1 (id int);\n\nCREATE TABLE after_2 (note text DEFAULT 'x');\n`;
    const parsed = parse(text);
    checkShape(text, parsed);
    expect(created(parsed), bad).toEqual(expect.arrayContaining(['before', 'after_1', 'after_2']));
    if (!bad.startsWith('\\')) expect(parsed.statements.flatMap((each) => each.operations).some((each) => each.kind === 'opaque'), bad).toBe(true);
  }
});

test('nor does an arbitrary one', () => {
  fc.assert(
    fc.property(pieces, (bad) => {
      const text = `CREATE TABLE before (id int);\n${bad}\n;\nCREATE TABLE after_1 (id int);\nCREATE TABLE after_2 (id int);\nCREATE TABLE after_3 (id int);\n`;
      const parsed = parse(text);
      checkShape(text, parsed);
      expect(created(parsed)).toEqual(expect.arrayContaining(['before', 'after_3']));
    }),
    cases(3_000),
  );
});

test('statements that the parser could not survive are refused, and the next ones read', () => {
  const deep = [
    `SELECT ${'('.repeat(100_000)}`,
    `SELECT ${'('.repeat(100_000)}1${')'.repeat(100_000)}`,
    `SELECT ${'(SELECT '.repeat(3_000)}1${')'.repeat(3_000)}`,
    `SELECT 1${'+1'.repeat(100_000)}`,
    `SELECT ${'+'.repeat(200_000)}1`,
    `SELECT ${'- '.repeat(100_000)}1`,
    `SELECT ${'NOT '.repeat(50_000)}true`,
    `SELECT 1${'::int'.repeat(50_000)}`,
    `SELECT 1${' UNION SELECT 1'.repeat(50_000)}`,
    `SELECT 1 FROM a${' JOIN a ON true'.repeat(30_000)}`,
    `SELECT a.b${', a.b'.repeat(50_000)} FROM a${', a'.repeat(50_000)} WHERE true`,
    `SELECT ${'CASE WHEN a THEN '.repeat(20_000)}1`,
    `SELECT ${'array['.repeat(20_000)}1${']'.repeat(20_000)}`,
    `SELECT 1 ${'/*'.repeat(50_000)}${'*/'.repeat(50_000)}`,
    `SELECT a${'[1]'.repeat(50_000)}`,
    `SELECT a${'.a'.repeat(50_000)}`,
    `DO $$ ${'BEGIN '.repeat(20_000)} $$`,
    `DO $$ BEGIN ${'IF a THEN '.repeat(20_000)} END $$`,
    `DO $$ BEGIN ${'LOOP '.repeat(20_000)} END $$`,
  ];
  const text = `${deep.join(';\n')};\nCREATE TABLE afterwards (id int);`;
  expect(created(parse(text))).toEqual(['afterwards']);
});

describe('large inputs are linear work', () => {
  test.each([
    `SELECT '${'x'.repeat(5_000_000)}'`,
    'x'.repeat(5_000_000),
    "'".repeat(1_000_001),
    '"'.repeat(1_000_001),
    '$a$'.repeat(500_001),
    '/*'.repeat(1_000_000),
    '-'.repeat(2_000_000),
    '\\'.repeat(1_000_000),
    '${'.repeat(300_000),
    '{{'.repeat(300_000),
    ': a'.repeat(300_000),
    "';\nSELECT 1;\n".repeat(20_000),
    Array.from({ length: 3_000 }, (_, i) => `SELECT $a${String(i)}$;\nSELECT 1;\n`).join(''),
    '\0'.repeat(1_000_000),
    '\n'.repeat(3_000_000),
  ].map((text) => [text.slice(0, 30), text] as const))('%j…', async (_start, text) => {
    expect(await growth((times) => {
      const part = text.slice(0, (text.length * times) / 8);
      expect(parse(part).statements.every(({ span, operations }) => span.end <= part.length && operations.length > 0)).toBe(true);
    })).toBeLessThan(LINEAR);
  });
});

test('a query over thousands of tables is linear work', async () => {
  const names = (letter: string, count: number): string => Array.from({ length: count }, (_, i) => `${letter}${String(i)}`).join(', ');
  expect(await growth((times) => {
    expect(parse(`CREATE VIEW v AS SELECT ${names('x', times * 300)} FROM ${names('a', times * 300)}`).statements).toHaveLength(1);
  })).toBeLessThan(LINEAR);
});

describe('a long PL/pgSQL body is linear work', () => {
  test.each(['DECLARE ', "BEGIN RAISE '' ", "RAISE 'a' ", 'FOR a IN ', 'INTO STRICT a ', 'THEN x ', 'RETURN  ', 'a := 1; ', "RAISE NOTICE 'a' USING b; "])('%s…', async (part) => {
    expect(await growth((times) => {
      const { statements } = parse(`CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ ${part.repeat(times * 5_000)} $$`);
      expect(statements).toHaveLength(1);
    })).toBeLessThan(LINEAR);
  });
});

test('10,000 statements are each read', () => {
  const text = Array.from({ length: 10_000 }, (_, i) => `CREATE INDEX CONCURRENTLY i${String(i)} ON t (c${String(i)});`).join('\n');
  const parsed = parse(text);
  expect(parsed.statements).toHaveLength(10_000);
  checkShape(text, parsed);
});
