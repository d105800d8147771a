import { beforeAll, describe, expect, test } from 'vitest';
import { tokenize } from '../src/dialects/postgres/parse/tokens.ts';
import { load, parse } from '../src/dialects/postgres/parse/parse.ts';
import type { Expected } from './support/parsed.ts';
import { expectOperations } from './support/parsed.ts';

beforeAll(load);

const texts = (sql: string): string[] => parse(sql).statements.map(({ span }) => sql.slice(span.start, span.end));
const comments = (sql: string): string[] => parse(sql).comments.map(({ span }) => sql.slice(span.start, span.end));

describe('a script is cut into statements as psql cuts it', () => {
  test.each<readonly [sql: string, statements: readonly string[]]>([
    ['', []],
    [';;  ;\n-- nothing\n', []],
    ['SELECT 1', ['SELECT 1']],
    ['\ufeffSELECT 1;\r\nSELECT 2;\rSELECT 3', ['SELECT 1', 'SELECT 2', 'SELECT 3']],
    ["SELECT ';', E'\\';', U&'\\003b;', $$;$$, $a$ ; $$ $a$, \";\" -- ;\n/* ; /* ; */ ; */; SELECT 2", ["SELECT ';', E'\\';', U&'\\003b;', $$;$$, $a$ ; $$ $a$, \";\"", 'SELECT 2']],
    ["SELECT E'a'\n'b\\';c'; SELECT 2", ["SELECT E'a'\n'b\\';c'", 'SELECT 2']],
    ['CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3', ['CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)', 'SELECT 3']],
    [
      'CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; SELECT 2; END; SELECT 3',
      ['CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; SELECT 2; END', 'SELECT 3'],
    ],
    ['BEGIN; SELECT 1; END;', ['BEGIN', 'SELECT 1', 'END']],
    ['SELECT 1 \\; SELECT 2', ['SELECT 1', 'SELECT 2']],
    ['/* lead */ SELECT /* in */ 1 /* trail */ ;', ['SELECT /* in */ 1']],
    ['SELECT a$b$c, a$$; SELECT 2', ['SELECT a$b$c, a$$', 'SELECT 2']],
    ['SELECT 1..2; SELECT a[1:2]; SELECT b::text', ['SELECT 1..2', 'SELECT a[1:2]', 'SELECT b::text']],
  ])('%j', (sql, statements) => {
    expect(texts(sql)).toEqual(statements);
  });
});

test('comments come with their delimiters', () => {
  expect(comments("-- a\nSELECT '-- no', $$ /* no */ $$ /* b /* c */ d */ - 1 -- e\r\n; --")).toEqual(['-- a', '/* b /* c */ d */', '-- e', '--']);
});

test('spans are shifted by the offset of the text in its file', () => {
  const sql = "ALTER TABLE t ADD COLUMN a text DEFAULT 'é😀', DROP COLUMN b; -- c";
  const shifted = parse(sql, { offset: 1_000 });
  expect(JSON.stringify(shifted, (key, value: unknown) => ((key === 'start' || key === 'end') && typeof value === 'number' ? value - 1_000 : value))).toBe(JSON.stringify(parse(sql)));
});

test('places are right behind characters of several bytes', () => {
  expectOperations("ALTER TABLE \"tablé😀\" ADD COLUMN a text DEFAULT 'é😀' CHECK (a <> '😀'), DROP COLUMN b", [
    { kind: 'addColumn', clause: "ADD COLUMN a text DEFAULT 'é😀' CHECK (a <> '😀')", table: { name: 'tablé😀' }, column: { default: { text: "'é😀'" } } },
    { kind: 'addConstraint', clause: "CHECK (a <> '😀')" },
    { kind: 'dropColumn', clause: 'DROP COLUMN b' },
  ]);
});

test('an error says where it is', () => {
  const sql = "SELECT 1;\nSELECT 'é😀' FROM FROM x;";
  const [, bad] = parse(sql).statements;
  expect(bad?.operations).toMatchObject([{ kind: 'opaque', reason: 'syntax', detail: 'syntax error at or near "FROM"', at: sql.lastIndexOf('FROM') }]);
});

describe('after a quote that is never closed, reading goes on where a statement evidently begins', () => {
  test.each([
    ["INSERT INTO t VALUES ('it's');\nDROP TABLE a;\nINSERT INTO t VALUES ('x');", ["INSERT INTO t VALUES ('it's')", 'DROP TABLE a', "INSERT INTO t VALUES ('x')"]],
    ["SELECT 'abc\n\nDROP TABLE a;", ["SELECT 'abc", 'DROP TABLE a']],
    ['SELECT $x$ abc;\n-- a comment\nDROP TABLE a;', ['SELECT $x$ abc', 'DROP TABLE a']],
    ['SELECT 1 /* abc;\n\nDROP TABLE a;', ['SELECT 1 /* abc', 'DROP TABLE a']],
    ['CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1;\nDROP TABLE a;', ['CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1', 'DROP TABLE a']],
  ])('%j', (sql, statements) => {
    expect(texts(sql)).toEqual(statements);
  });

  test('but a body in quotes with a mistake outside of it is one statement', () => {
    const sql = "CREATE FUNCTION f( RETURNS int AS '\nBEGIN\n  x := 1;\nSELECT 1;\nEND' LANGUAGE plpgsql;\nDROP TABLE a;";
    expect(texts(sql)).toHaveLength(2);
  });
});

const TEMPLATES: readonly (readonly [sql: string, expected: readonly Expected[]])[] = [
  ['CREATE TABLE ${schema}.users_${env} (id int)', [{ kind: 'createTable', table: { schema: '${schema}', name: 'users_${env}' } }]],
  ['DROP TABLE {{ .Values.prefix }}_x', [{ kind: 'dropTable', table: { name: '{{ .Values.prefix }}_x' } }]],
  ['DROP TABLE "{{ index .Options "Namespace" }}"."users"', [{ kind: 'dropTable', table: { schema: '{{ index .Options "Namespace" }}', name: 'users' } }]],
  ['DROP TABLE <%= table %>', [{ kind: 'dropTable', table: { name: '<%= table %>' } }]],
  ['{% if x %} DROP TABLE a {% endif %}', [{ kind: 'dropTable', table: { name: 'a' }, clause: 'DROP TABLE a' }]],
  ["UPDATE t SET a = %(value)s WHERE b = :'text' AND c = :id AND d = $(e)", [{ kind: 'update', where: { columns: ['b', 'c', 'd'] } }]],
  ['GRANT ALL ON t TO :"role"', [{ kind: 'grant', grantees: [':role'] }]],
  ['CREATE TABLE t (a interval DEFAULT interval ${i}, b varchar(${n}) DEFAULT ${d})', [{ kind: 'createTable', columns: [{ name: 'a' }, { name: 'b' }] }]],
  ['COMMENT ON TABLE t IS {{ text }}', [{ kind: 'comment' }]],
  ['{{ include "other" }}; DROP TABLE a', [{ kind: 'opaque', reason: 'template' }, { kind: 'dropTable' }]],
  ['${header}\n{{ block }}\n\nDROP TABLE a', [{ kind: 'opaque', reason: 'template' }, { kind: 'dropTable' }]],
  ['DROP TABLE a;\n:more\r\nCREATE INDEX ON b (c)', [{ kind: 'dropTable' }, { kind: 'opaque', reason: 'template' }, { kind: 'createIndex' }]],
  ['{{if .mysql}}\nDROP TABLE a', [{ kind: 'opaque', reason: 'template' }]],
  ['{{- /* a note; it is none of the script */ -}}\nDROP TABLE a', [{ kind: 'dropTable' }]],
  ['DO $$ BEGIN DROP TABLE ${t}; END $$', [{ kind: 'dropTable', table: { name: '${t}' } }]],
  ["SELECT '{\"a\":\"b\"}', a[1:n], b::text FROM t WHERE c <% 'x' AND 'y' %> d", [{ kind: 'select', query: { columns: [{ name: 'a' }, { name: 'n' }, { name: 'b' }, { name: 'c' }, { name: 'd' }] } }]],
];

test.each(TEMPLATES)('template %s', (sql, expected) => {
  expectOperations(sql, expected);
});

test.each(['INSERT INTO users (id, name) VALUES ${rows}', "INSERT INTO users (id, name) VALUES (1, 'a'), ${rows};", 'UPDATE users SET name = v.name FROM (VALUES ${rows}) AS v(id, name) WHERE users.id = v.id'])('rows that a template puts in: %s', (sql) => {
  expect(parse(sql).statements.flatMap(({ operations }) => operations.map(({ kind }) => kind))).toEqual([sql.startsWith('UPDATE') ? 'update' : 'insert']);
});

test('placeholders of the framework are read as such', () => {
  const { statements } = parse('DROP TABLE @prefix@users', { placeholders: [/@\w+@/g] });
  expect(statements[0]?.operations).toMatchObject([{ kind: 'dropTable', table: { name: '@prefix@users' } }]);
});

test('the lexer gives every token its place', () => {
  const { tokens, comments: found } = tokenize("SELECT E'a\\'', \"b\"\"c\", $1::int, 1.5e-3, a+-b, x@-1 -- c");
  const all = Array.from({ length: tokens.count }, (_, i) => tokens.source(i));
  expect(all).toEqual(['SELECT', "E'a\\''", ',', '"b""c"', ',', '$1', '::', 'int', ',', '1.5e-3', ',', 'a', '+', '-', 'b', ',', 'x', '@-', '1']);
  expect(found).toHaveLength(1);
});
