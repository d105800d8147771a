import { expect, test } from 'vitest';
import type { Catalog } from '../src/catalog/catalog.ts';
import { normalise } from '../src/catalog/text.ts';
import { emptyCatalog, history, replayInto } from './support/replay-sql.ts';

const SHOP = `
  CREATE TYPE status AS ENUM ('new', 'paid');
  CREATE TABLE users (id serial PRIMARY KEY, email text NOT NULL DEFAULT 'none', age int CHECK (age > 0));
  CREATE TABLE orders (id serial PRIMARY KEY, user_id int REFERENCES users (id), state status, total int);
  CREATE INDEX orders_total ON orders (total) WHERE total > 0;
  CREATE VIEW paid AS SELECT id FROM orders WHERE state = 'paid';
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
  CREATE TRIGGER touching BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
  CREATE POLICY mine ON orders USING (user_id = 1);
  CREATE SEQUENCE loose;
  CREATE MATERIALIZED VIEW sums AS SELECT sum(total) AS total FROM orders;
`;

/** What up and down leave behind, one line each. */
function residue(catalog: Catalog, up: string, down: string): readonly string[] {
  const before = catalog.moment();
  replayInto(catalog, up, 10);
  replayInto(catalog, down, 11);
  const lines = catalog.differencesSince(before).map(({ difference, object, detail }) => `${difference} ${object}${detail === undefined ? '' : `: ${detail}`}`);
  catalog.returnTo(before);
  return lines;
}

const afterShop = (up: string, down: string): readonly string[] => residue(history(SHOP), up, down);
const onUnknown = (up: string, down: string): readonly string[] => residue(emptyCatalog(), up, down);

test.each([
  ['a table', 'CREATE TABLE t (id serial PRIMARY KEY, u int REFERENCES users); CREATE INDEX ON t (u); COMMENT ON TABLE t IS $$x$$', 'DROP TABLE t'],
  ['a column', 'ALTER TABLE users ADD COLUMN name text UNIQUE', 'ALTER TABLE users DROP COLUMN name'],
  ['a dropped column', 'ALTER TABLE users DROP COLUMN email', "ALTER TABLE users ADD COLUMN email text NOT NULL DEFAULT 'none'"],
  ['spelling', 'DROP INDEX orders_total', 'create  index ORDERS_TOTAL on "orders" using BTREE (TOTAL asc) where (total>0) -- back'],
  ['a dropped table', 'DROP TABLE users CASCADE', "CREATE TABLE users (age integer CHECK (AGE > 0), email text DEFAULT 'none' NOT NULL, id serial, PRIMARY KEY (id)); ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users"],
  ['a rename', 'ALTER TABLE users RENAME TO people; ALTER TABLE people RENAME email TO mail', 'ALTER TABLE people RENAME mail TO email; ALTER TABLE people RENAME TO users'],
  ['an enum', "CREATE TYPE mood AS ENUM ('a', 'b')", 'DROP TYPE mood'],
  ['needless parentheses', 'CREATE INDEX i ON orders (id) WHERE total > 0 AND (id > 1 OR id < 0) AND user_id IS NULL; DROP INDEX orders_total; CREATE INDEX orders_total ON orders (total) WHERE ((total > 0))', 'DROP INDEX i'],
  ['a renamed enum value that is a default', "ALTER TABLE orders ALTER state SET DEFAULT 'new'; ALTER TYPE status RENAME VALUE 'new' TO 'fresh'", "ALTER TABLE orders ALTER state DROP DEFAULT; ALTER TYPE status RENAME VALUE 'fresh' TO 'new'"],
  ['a default', 'ALTER TABLE users ALTER email DROP DEFAULT', "ALTER TABLE users ALTER email SET DEFAULT 'none'"],
  ['a type', 'ALTER TABLE orders ALTER total TYPE bigint', 'ALTER TABLE orders ALTER total TYPE int'],
  ['a view', 'DROP VIEW paid', "CREATE VIEW paid AS\n  SELECT id -- the key\n  FROM orders\n  WHERE (state = 'paid')"],
  ['a function', 'CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.id := 1; RETURN new; END $$', 'CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN NEW;\nEND\n$$'],
  ['a trigger', 'DROP TRIGGER touching ON orders', 'CREATE TRIGGER touching BEFORE UPDATE ON orders FOR EACH ROW EXECUTE PROCEDURE touch()'],
  ['a policy', 'DROP POLICY mine ON orders', 'CREATE POLICY mine ON orders FOR ALL USING ((user_id = 1))'],
  ['row security', 'ALTER TABLE users ENABLE ROW LEVEL SECURITY', 'ALTER TABLE users DISABLE ROW LEVEL SECURITY'],
  ['partitions', 'CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)', 'DROP TABLE p'],
  ['temporary tables', 'CREATE TEMP TABLE work (id int)', ''],
  ['data', 'INSERT INTO users (email) VALUES (1)', ''],
  ['settings', 'SET lock_timeout = 1', ''],
  ['validation in between', 'ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT c', 'ALTER TABLE orders DROP CONSTRAINT c'],
  ['an index that is built anew', 'CREATE INDEX CONCURRENTLY new_total ON orders (total) WHERE total > 0; DROP INDEX orders_total; ALTER INDEX new_total RENAME TO orders_total', ''],
  ['comments', "COMMENT ON COLUMN users.email IS 'x'; COMMENT ON CONSTRAINT users_pkey ON users IS 'y'", 'COMMENT ON COLUMN users.email IS NULL; COMMENT ON CONSTRAINT users_pkey ON users IS NULL'],
])('%s: there and back leaves nothing', (_, up, down) => {
  expect(afterShop(up, down)).toEqual([]);
});

test.each([
  ['a table', 'CREATE TABLE t (id serial PRIMARY KEY); CREATE INDEX ON t (id)', '', ['extra table public.t']],
  ['a column', 'ALTER TABLE users ADD COLUMN n int; CREATE INDEX ON users (n)', '', ['extra column public.users.n', 'extra index public.users_n_idx']],
  ['a serial column', 'ALTER TABLE users ADD COLUMN n serial', '', ['extra column public.users.n']],
  ['a dropped column', 'ALTER TABLE users DROP COLUMN email', '', ['missing column public.users.email']],
  ['a column that is back with less', 'ALTER TABLE users DROP COLUMN email', 'ALTER TABLE users ADD COLUMN email varchar(10)', ["changed column public.users.email: type: text → character varying(10); nullability: not null → nullable"]],
  ['an index that went with a column', 'ALTER TABLE orders DROP COLUMN total CASCADE', 'ALTER TABLE orders ADD COLUMN total int', ['missing index public.orders_total', 'missing materialized view public.sums']],
  ['a constraint', 'ALTER TABLE orders ADD CONSTRAINT c UNIQUE (total)', '', ['extra constraint public.orders.c']],
  ['a constraint that is not valid', 'ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey', 'ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID', ['changed constraint public.orders.orders_user_id_fkey: validity: valid → not valid']],
  ['an action', 'ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey', 'ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE', ['changed constraint public.orders.orders_user_id_fkey: on delete: noAction → cascade']],
  ['nullability', 'ALTER TABLE users ALTER age SET NOT NULL', '', ['changed column public.users.age: nullability: nullable → not null']],
  ['the nullability that a primary key leaves', 'ALTER TABLE orders DROP CONSTRAINT orders_pkey; ALTER TABLE orders ADD PRIMARY KEY (total)', 'ALTER TABLE orders DROP CONSTRAINT orders_pkey; ALTER TABLE orders ADD PRIMARY KEY (id)', ['changed column public.orders.total: nullability: nullable → not null']],
  ['enum values', "ALTER TYPE status ADD VALUE 'late'", '', ['extra enum value public.status.late']],
  ['the order of enum values', 'ALTER TYPE status RENAME TO old', "CREATE TYPE status AS ENUM ('paid', 'new'); DROP TYPE old CASCADE; ALTER TABLE orders ADD COLUMN state status", ['missing view public.paid', 'changed type public.status: order of values: new, paid → paid, new']],
  ['a renamed table', 'ALTER TABLE users RENAME TO people', '', ['changed table public.users: name: public.users → public.people']],
  ['a renamed index', 'ALTER INDEX orders_total RENAME TO other', '', ['changed index public.orders_total: name: public.orders_total → public.other']],
  ['a renamed column', 'ALTER TABLE orders RENAME total TO sum', '', ['missing column public.orders.total', 'extra column public.orders.sum', 'changed index public.orders_total: keys: total → sum; where: total > 0 → sum > 0']],
  ['a dropped table', 'DROP TABLE orders CASCADE', '', ['missing materialized view public.sums', 'missing table public.orders', 'missing view public.paid']],
  ['a changed view', "CREATE OR REPLACE VIEW paid AS SELECT id FROM orders WHERE state = 'new'", '', ["changed view public.paid: query: select id from orders where state = 'paid' → select id from orders where state = 'new'"]],
  ['a changed function', 'CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN RETURN old; END $$', '', ['changed function public.touch(): security: invoker → definer; body: begin return new ; end → begin return old ; end']],
  ['a trigger that fires elsewhere', 'DROP TRIGGER touching ON orders', 'CREATE TRIGGER touching BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION touch()', ['changed trigger public.orders.touching: events: update → insert']],
  ['a policy', 'DROP POLICY mine ON orders', '', ['missing policy public.orders.mine']],
  ['row security', 'ALTER TABLE users ENABLE ROW LEVEL SECURITY', '', ['changed table public.users: row security: off → on']],
  ['a sequence', 'CREATE SEQUENCE more', '', ['extra sequence public.more']],
  ['a schema with what is in it', 'CREATE SCHEMA app; CREATE TABLE app.t (id int)', 'DROP TABLE app.t', ['extra schema app']],
  ['an extension', 'CREATE EXTENSION pgcrypto', '', ['extra extension pgcrypto']],
  ['a comment', "COMMENT ON TABLE users IS 'people'", '', ['changed table public.users: comment: none → people']],
  ['a moved table', 'CREATE SCHEMA app; ALTER TABLE users SET SCHEMA app', 'ALTER TABLE app.users SET SCHEMA public', ['extra schema app']],
  ['storage', 'ALTER TABLE users SET UNLOGGED', '', ['changed table public.users: persistence: permanent → unlogged']],
])('%s: what stays is told', (_, up, down, expected) => {
  expect(afterShop(up, down)).toEqual(expected);
});

/** The history begins later than the database: of these objects nothing is known but what the operations say. */
test.each([
  ['a column', 'ALTER TABLE t ADD COLUMN x int', 'ALTER TABLE t DROP COLUMN x'],
  ['a dropped column', 'ALTER TABLE t DROP COLUMN x', 'ALTER TABLE t ADD COLUMN x text NOT NULL'],
  ['a dropped index', 'DROP INDEX i', 'CREATE INDEX i ON t (a)'],
  ['an index dropped if it exists', 'DROP INDEX IF EXISTS i', 'CREATE INDEX i ON t (a)'],
  ['an index dropped if it exists, for good', 'DROP INDEX IF EXISTS i', ''],
  ['a dropped constraint', 'ALTER TABLE t DROP CONSTRAINT c', 'ALTER TABLE t ADD CONSTRAINT c UNIQUE (a)'],
  ['a table dropped before it is made', 'DROP TABLE IF EXISTS t; CREATE TABLE t (id int)', 'DROP TABLE t'],
  ['a dropped table', 'DROP TABLE t', 'CREATE TABLE t (id int)'],
  ['a type', 'ALTER TABLE t ALTER x TYPE bigint', 'ALTER TABLE t ALTER x TYPE int'],
  ['nullability', 'ALTER TABLE t ALTER x SET NOT NULL', 'ALTER TABLE t ALTER x DROP NOT NULL'],
  ['a default', 'ALTER TABLE t ALTER x SET DEFAULT 1', 'ALTER TABLE t ALTER x DROP DEFAULT'],
  ['a renamed column', 'ALTER TABLE t RENAME x TO y; ALTER TABLE t ALTER y SET NOT NULL', 'ALTER TABLE t ALTER y DROP NOT NULL; ALTER TABLE t RENAME y TO x'],
  ['a renamed table', 'ALTER TABLE t RENAME TO u; ALTER TABLE u ADD COLUMN x int', 'ALTER TABLE u DROP COLUMN x; ALTER TABLE u RENAME TO t'],
  ['a renamed index', 'ALTER INDEX i RENAME TO j', 'ALTER INDEX j RENAME TO i'],
  ['a foreign key', 'ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (x) REFERENCES u', 'ALTER TABLE t DROP CONSTRAINT f'],
  ['row security', 'ALTER TABLE t DISABLE ROW LEVEL SECURITY', 'ALTER TABLE t ENABLE ROW LEVEL SECURITY'],
  ['a view', 'DROP VIEW v', 'CREATE VIEW v AS SELECT 1 AS one'],
  ['a materialized view', 'DROP MATERIALIZED VIEW v', 'CREATE MATERIALIZED VIEW v AS SELECT x FROM t'],
  ['a function', 'DROP FUNCTION f(int)', 'CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$'],
  ['a function by name', 'DROP FUNCTION f', 'CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$'],
  ['a trigger', 'DROP TRIGGER g ON t', 'CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()'],
  ['an enum value', "ALTER TYPE e RENAME VALUE 'a' TO 'b'", "ALTER TYPE e RENAME VALUE 'b' TO 'a'"],
  ['a type', 'DROP TYPE e', "CREATE TYPE e AS ENUM ('a')"],
  ['a schema', 'CREATE TABLE app.t (id int)', 'DROP TABLE app.t'],
  ['a view over it', 'CREATE VIEW v AS SELECT x FROM t', 'DROP VIEW v'],
  ['a partition', "ALTER TABLE t ATTACH PARTITION t1 FOR VALUES IN (1)", 'ALTER TABLE t DETACH PARTITION t1'],
])('%s of the unknown: there and back leaves nothing', (_, up, down) => {
  expect(onUnknown(up, down)).toEqual([]);
});

test.each([
  ['a column', 'ALTER TABLE t ADD COLUMN x int', '', ['extra column public.t.x']],
  ['a dropped column', 'ALTER TABLE t DROP COLUMN x', '', ['missing column public.t.x']],
  ['a dropped index', 'DROP INDEX i', '', ['missing index public.i']],
  ['an index', 'CREATE INDEX i ON t (a)', '', ['extra index public.i']],
  ['a dropped constraint', 'ALTER TABLE t DROP CONSTRAINT c', '', ['missing constraint public.t.c']],
  ['a dropped table', 'DROP TABLE t', '', ['missing table public.t']],
  ['a type', 'ALTER TABLE t ALTER x TYPE bigint', '', ['changed column public.t.x: type: ? → bigint']],
  ['nullability', 'ALTER TABLE t ALTER x SET NOT NULL', '', ['changed column public.t.x: nullability: ? → not null']],
  ['a default', 'ALTER TABLE t ALTER x SET DEFAULT 1', '', ['changed column public.t.x: default: ? → 1']],
  ['a renamed column', 'ALTER TABLE t RENAME x TO y', '', ['missing column public.t.x', 'extra column public.t.y']],
  ['a renamed table', 'ALTER TABLE t RENAME TO u', '', ['changed table public.t: name: public.t → public.u']],
  ['row security', 'ALTER TABLE t ENABLE ROW LEVEL SECURITY', '', ['changed table public.t: row security: ? → on']],
  ['an enum value', "ALTER TYPE e ADD VALUE 'a'", '', ['extra enum value public.e.a']],
  ['a foreign key', 'ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (x) REFERENCES u', '', ['extra constraint public.t.f']],
])('%s of the unknown: what stays is told', (_, up, down, expected) => {
  expect(onUnknown(up, down)).toEqual(expected);
});

test.each([
  ['a AND (b OR c)', 'a AND b OR c', false],
  ['(a) AND (b > 0)', 'a and b > 0', true],
  ['(a AND b) AND c', 'a AND b AND c', true],
  ['(a AND b) OR c', 'a AND b OR c', true],
  ['(a OR b) AND c', 'a OR b AND c', false],
  ['((a AND b) OR c) AND d', '(a AND b OR c) AND d', true],
  ['x BETWEEN 1 AND (b OR c)', 'x BETWEEN 1 AND b OR c', false],
  ['SELECT a FROM (t JOIN u ON ((t.a = u.a))) WHERE ((b) AND (c OR d))', 'SELECT a FROM t JOIN u ON t.a = u.a WHERE b AND (c OR d)', true],
  ['SELECT a FROM t WHERE (b OR c) GROUP BY a', 'SELECT a FROM t WHERE b OR c GROUP BY a', true],
  ['((a OR b))', 'a OR b', true],
  ['f(a) = (b + c) * 2', 'f(a) = b + c * 2', false],
  ['f((a))', 'f(a)', true],
  ['f((a, b))', 'f(a, b)', false],
  ['NOT ((a OR b))', 'NOT (a OR b)', true],
  ["x IN ('a')", "x IN 'a'", false],
  ["a = 'it''s (b)'", "a = 'it''s b'", false],
])('%s and %s read alike: %s', (one, other, alike) => {
  expect(normalise(one) === normalise(other)).toBe(alike);
});

test('an enum value keeps being the default under its new name', () => {
  const catalog = history("CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t (m mood DEFAULT 'a'); ALTER TYPE mood RENAME VALUE 'a' TO 'it''s'");
  expect(catalog.column(catalog.table({ name: 't' }), 'm')?.default).toMatchObject({ text: "'it''s'", literal: "it's" });
});

test('what an earlier migration learnt of the unknown is remembered', () => {
  const catalog = history('ALTER TABLE t ALTER x SET NOT NULL; ALTER TABLE t ADD COLUMN y int');
  expect(residue(catalog, 'ALTER TABLE t ALTER x DROP NOT NULL', '')).toEqual(['changed column public.t.x: nullability: not null → nullable']);
  expect(residue(catalog, 'ALTER TABLE t DROP COLUMN y', 'ALTER TABLE t ADD COLUMN y text')).toEqual(['changed column public.t.y: type: integer → text']);
});

test('going back undoes everything, names and reverse lists included', () => {
  const catalog = history(SHOP);
  const before = catalog.moment();
  const snapshot = JSON.stringify([...catalog.relations()].toSorted((a, b) => a.id - b.id));
  replayInto(catalog, "ALTER TABLE users RENAME TO people; DROP TABLE orders CASCADE; CREATE TABLE orders (id int REFERENCES people); DROP TYPE status; ALTER SCHEMA public RENAME TO other; SET search_path = 'x'", 1);
  expect(catalog.table({ name: 'users' })).toBeUndefined();
  catalog.returnTo(before);
  expect(JSON.stringify([...catalog.relations()].toSorted((a, b) => a.id - b.id))).toBe(snapshot);
  expect(catalog.table({ name: 'users' })?.referencedBy).toEqual([catalog.table({ name: 'orders' })?.id]);
  expect(catalog.searchPath).toEqual(['public']);
  expect(catalog.differencesSince(before)).toEqual([]);
});

test('the layout of dynamic SQL says nothing', () => {
  const body = (sql: string): string => `CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE '${sql}'; END $$`;
  const catalog = history(body('SELECT 1\n FROM t'));
  expect(residue(catalog, body('SELECT 1\n  -- all\n  FROM t'), '')).toEqual([]);
  expect(residue(catalog, body('SELECT 1\n FROM u'), '')).toEqual(["changed function public.f(): body: begin execute 'select 1 from t' ; end → begin execute 'select 1 from u' ; end"]);
});

test('a sequence that outlives its use is told', () => {
  const up = 'CREATE SEQUENCE s OWNED BY users.age; ALTER TABLE users ALTER age SET DEFAULT nextval($$s$$)'.replaceAll('$$', "'");
  expect(afterShop(up, 'ALTER TABLE users ALTER age DROP DEFAULT')).toEqual(['extra sequence public.s']);
  expect(afterShop(up, 'ALTER TABLE users ALTER age DROP DEFAULT; DROP SEQUENCE s')).toEqual([]);
});
