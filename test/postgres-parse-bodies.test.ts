import { beforeAll, describe, expect, test } from 'vitest';
import { load, parse } from '../src/dialects/postgres/parse/parse.ts';
import type { Operation } from '../src/ir/operation.ts';
import type { Expected } from './support/parsed.ts';
import { expectOperations, operationsOf } from './support/parsed.ts';

beforeAll(load);

const always = { kind: 'do', conditional: false, loop: false, commits: false };
const maybe = { ...always, conditional: true };
const looped = { ...always, loop: true };

const DO: readonly (readonly [title: string, body: string, expected: readonly Expected[]])[] = [
  [
    'static statements with what is around them',
    `DECLARE n int := (SELECT count(*) FROM counted); r record;
BEGIN
  ALTER TABLE a ADD COLUMN x int;
  IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'm') THEN CREATE TYPE m AS ENUM ('a'); ELSE DROP TYPE k; END IF;
  FOR r IN SELECT id FROM src LOOP UPDATE dst SET a = r.id WHERE id = r.id; END LOOP;
  PERFORM setval('s', 1);
  SELECT id INTO STRICT n FROM one;
END`,
    [
      { kind: 'select', clause: '(SELECT count(*) FROM counted)', within: always },
      { kind: 'addColumn', clause: 'ADD COLUMN x int', within: always },
      { kind: 'select', clause: "NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'm')", within: always },
      { kind: 'createEnum', within: maybe },
      { kind: 'dropType', within: maybe },
      { kind: 'select', clause: 'SELECT id FROM src', within: always },
      { kind: 'update', clause: 'UPDATE dst SET a = r.id WHERE id = r.id', within: looped, where: { terms: [{ kind: 'parameter', column: 'id', operator: '=' }], columns: ['id'] } },
      { kind: 'select', clause: "PERFORM setval('s', 1)", query: { calls: [{ name: { name: 'setval' } }] } },
      { kind: 'select', clause: 'SELECT id INTO STRICT n FROM one', query: { reads: [{ relation: { name: 'one' } }] } },
    ],
  ],
  [
    'a loop that commits, and one in it that does not',
    'BEGIN LOOP UPDATE a SET b = 1; FOR i IN 1..3 LOOP DELETE FROM c; END LOOP; COMMIT; EXIT WHEN NOT FOUND; END LOOP; END',
    [
      { kind: 'update', within: { loop: true, commits: true } },
      { kind: 'delete', within: { loop: true, commits: false } },
      { kind: 'transaction', action: 'commit', within: { loop: true, commits: true } },
    ],
  ],
  [
    'exception handlers',
    'BEGIN BEGIN CREATE TABLE t (); EXCEPTION WHEN duplicate_table OR others THEN DROP TABLE u; END; DROP TABLE v; END',
    [
      { kind: 'createTable', within: { conditional: false } },
      { kind: 'dropTable', table: { name: 'u' }, within: { conditional: true } },
      { kind: 'dropTable', table: { name: 'v' }, within: { conditional: false } },
    ],
  ],
  [
    'what stands behind a RETURN that may be met',
    'BEGIN DROP TABLE a; IF x THEN RETURN; END IF; DROP TABLE b; END',
    [
      { kind: 'dropTable', table: { name: 'a' }, within: always },
      { kind: 'dropTable', table: { name: 'b' }, within: maybe },
    ],
  ],
  [
    'CASE, WHILE, FOREACH, labels, cursors, assignments to parts',
    `<<top>> DECLARE c CURSOR FOR SELECT * FROM read_by_cursor; v text[];
BEGIN
  CASE v[1] WHEN 'a', 'b' THEN DELETE FROM x1; ELSE NULL; END CASE;
  <<w>> WHILE EXISTS (SELECT 1 FROM x2) LOOP DELETE FROM x3; END LOOP w;
  FOREACH y SLICE 1 IN ARRAY v LOOP DELETE FROM x4; END LOOP;
  v[1] := (SELECT max(a) FROM x5);
  OPEN c; FETCH c INTO v; CLOSE c;
  RAISE NOTICE 'a %', (SELECT count(*) FROM x6);
  GET DIAGNOSTICS v = ROW_COUNT;
END top`,
    [
      { kind: 'select', clause: 'SELECT * FROM read_by_cursor' },
      { kind: 'delete', table: { name: 'x1' }, within: maybe },
      { kind: 'select', query: { reads: [{ relation: { name: 'x2' } }] }, within: looped },
      { kind: 'delete', table: { name: 'x3' }, within: looped },
      { kind: 'delete', table: { name: 'x4' }, within: looped },
      { kind: 'select', clause: '(SELECT max(a) FROM x5)' },
      { kind: 'select', query: { reads: [{ relation: { name: 'x6' } }] } },
    ],
  ],
  [
    'EXECUTE of constants',
    `DECLARE t constant text := 'users'; s text := 'DROP TABLE ' || quote_ident(t);
BEGIN
  EXECUTE 'ALTER TABLE a ADD COLUMN "b" int';
  EXECUTE $q$ UPDATE a SET b = 'it''s' $q$;
  EXECUTE format('CREATE INDEX %I ON %s (%2$s, %L)', 'Ix', t);
  EXECUTE s;
END`,
    [
      { kind: 'addColumn', clause: 'ADD COLUMN "b" int' },
      { kind: 'update', clause: "UPDATE a SET b = 'it''s'" },
      { kind: 'opaque', reason: 'dynamic' },
      { kind: 'dropTable', table: { name: 'users' }, clause: 'EXECUTE s' },
    ],
  ],
  [
    'EXECUTE over a list of names is each of its statements',
    "DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['a', 'B'] LOOP EXECUTE format('ALTER TABLE %I ADD COLUMN x int', t); END LOOP; FOR i IN 0..1 LOOP EXECUTE 'CREATE TABLE p_' || i || ' ()'; END LOOP; END",
    [
      { kind: 'addColumn', table: { name: 'a' }, within: looped },
      { kind: 'addColumn', table: { name: 'B' }, within: looped },
      { kind: 'createTable', table: { name: 'p_0' } },
      { kind: 'createTable', table: { name: 'p_1' } },
    ],
  ],
  [
    'EXECUTE of what only running tells',
    "DECLARE r record; BEGIN FOR r IN SELECT conname FROM pg_constraint LOOP EXECUTE 'ALTER TABLE users DROP CONSTRAINT ' || quote_ident(r.conname); EXECUTE 'DROP TABLE ' || r.x; EXECUTE r.y; END LOOP; END",
    [
      { kind: 'select' },
      { kind: 'opaque', reason: 'dynamic', touches: [{ name: 'users' }], detail: 'EXECUTE of a computed statement: ALTER TABLE users DROP CONSTRAINT …', within: looped },
      { kind: 'opaque', reason: 'dynamic', clause: "EXECUTE 'DROP TABLE ' || r.x" },
      { kind: 'opaque', reason: 'dynamic', clause: 'EXECUTE r.y' },
    ],
  ],
  ['a body without SQL', "BEGIN RAISE NOTICE 'hello'; END", [{ kind: 'sessionCommand', command: 'do' }]],
  ['variables of user types', 'DECLARE a my_enum; b int; BEGIN SELECT x, y INTO a, b FROM t; END', [{ kind: 'select', query: { columns: [{ name: 'x' }, { name: 'y' }] } }]],
  ['a statement that is none', 'BEGIN DROP TABLE a; SELCT 1; END', [{ kind: 'opaque', reason: 'syntax' }]],
  ['a body that is none', 'BEGIN IF x THEN DROP TABLE a; END', [{ kind: 'opaque', reason: 'syntax' }]],
];

describe('DO blocks', () => {
  test.each(DO)('%s', (_, body, expected) => {
    expectOperations(`-- première\nDO $é$${body}$é$;`, expected);
    // The same in quotes: every place is that of the character in the file.
    const quoted = `DO '${body.replaceAll("'", "''")}'`;
    expect(operationsOf(quoted).map((each) => each.clause.replaceAll("''", "'"))).toEqual(operationsOf(`DO $$${body}$$`).map((each) => (each.clause.startsWith('DO') ? quoted.replaceAll("''", "'") : each.clause)));
  });
});

test('a DO block in another language is opaque', () => {
  expectOperations('DO LANGUAGE plpython3u $$ import os $$', [{ kind: 'opaque', reason: 'language' }]);
});

test('a DO block inside EXECUTE inside a DO block', () => {
  expectOperations("DO $a$ BEGIN EXECUTE 'DO $b$ BEGIN DROP TABLE t; END $b$'; END $a$", [{ kind: 'dropTable', clause: 'DROP TABLE t', within: always }]);
});

const bodyOf = (sql: string): readonly Operation[] => {
  const [operation] = operationsOf(sql);
  if (operation?.kind !== 'createRoutine') throw new Error('no routine');
  return operation.body;
};

const BODIES: readonly (readonly [sql: string, expected: readonly Expected[]])[] = [
  [
    "CREATE FUNCTION f(v_id int) RETURNS int AS 'BEGIN DELETE FROM t WHERE id = v_id; RETURN 1; END' LANGUAGE plpgsql",
    [{ kind: 'delete', within: { kind: 'routine' }, where: { terms: [{ kind: 'parameter', column: 'id' }] } }],
  ],
  ['CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ DELETE FROM a; INSERT INTO b SELECT 1; $$', [{ kind: 'delete' }, { kind: 'insert' }]],
  ['CREATE FUNCTION f() RETURNS int BEGIN ATOMIC DELETE FROM a; SELECT CASE WHEN true THEN 1 END FROM b; END', [{ kind: 'delete' }, { kind: 'select' }]],
  ['CREATE FUNCTION f() RETURNS int RETURN (SELECT max(id) FROM a)', [{ kind: 'select', query: { reads: [{ relation: { name: 'a' } }] } }]],
  ["CREATE FUNCTION f() RETURNS setof int LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT id FROM a; RETURN QUERY EXECUTE 'SELECT 1 FROM b'; END $$", [{ kind: 'select' }, { kind: 'select' }]],
  ['CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN selct 1; END $$', [{ kind: 'opaque', reason: 'syntax' }]],
  ['CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; selct 2 $$', [{ kind: 'select' }, { kind: 'opaque', reason: 'syntax' }]],
  ['CREATE FUNCTION f() RETURNS int LANGUAGE plv8 AS $$ anything $$', []],
];

test.each(BODIES)('body of %s', (sql, expected) => {
  expect(bodyOf(sql)).toMatchObject(expected);
  expect(bodyOf(sql)).toHaveLength(expected.length);
});

test('statements of a function in BEGIN ATOMIC have their own places', () => {
  const sql = 'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC DELETE FROM a; SELECT 1 FROM b; END; SELECT 2';
  expect(bodyOf(sql).map(({ span }) => sql.slice(span.start, span.end))).toEqual(['DELETE FROM a', 'SELECT 1 FROM b']);
  expect(parse(sql).statements).toHaveLength(2);
});

test('comments in a body are comments of the file', () => {
  const sql = "-- one\nDO $$ BEGIN -- two\n DROP TABLE a; /* three */ END $$; -- four\nDO ' BEGIN -- it''s five\n END '";
  expect(parse(sql).comments.map(({ span }) => sql.slice(span.start, span.end))).toEqual(['-- one', '-- two', '/* three */', '-- four', "-- it''s five"]);
});
