import { describe, expect, test } from 'vitest';
import type { Catalog } from '../src/catalog/catalog.ts';
import { emptyCatalog, history, replayInto } from './support/replay-sql.ts';

const columnNames = (catalog: Catalog, table: string): readonly string[] => (catalog.table({ name: table })?.columns ?? []).map((column) => column.name);

describe('what the history never made', () => {
  test('is assumed by operations, not by looking', () => {
    const catalog = history('ALTER TABLE users ADD COLUMN age int');
    expect(catalog.table({ name: 'nobody' })).toBeUndefined();
    expect([...catalog.relations()].map((relation) => relation.name)).toEqual(['users']);
    expect(catalog.table({ name: 'users' })).toMatchObject({ complete: false, empty: false, origin: { migration: -1 }, columns: [{ name: 'age', origin: { migration: 0 } }] });
  });

  test('is found from what points to it', () => {
    const catalog = history('CREATE TABLE orders (id int, user_id int REFERENCES users); CREATE VIEW names AS SELECT name FROM app.people');
    const users = catalog.table({ name: 'users' });
    expect(users === undefined ? [] : catalog.referencing(users).map(({ table, constraint }) => `${table.name}.${constraint.name}`)).toEqual(['orders.orders_user_id_fkey']);
    const people = catalog.relation({ schema: 'app', name: 'people' });
    expect(people === undefined ? [] : catalog.dependentViews(people).map((view) => view.name)).toEqual(['names']);
  });

  test('is expected in the first schema of the search path', () => {
    const catalog = history('SELECT 1');
    expect(catalog.resolve({ name: 'users' })).toEqual({ schema: 'public', name: 'users' });
    replayInto(catalog, 'SET search_path = app, public', 1);
    expect(catalog.resolve({ name: 'users' })).toEqual({ schema: 'app', name: 'users' });
  });

  test("is never the server's own", () => {
    const catalog = history('CREATE VIEW sizes AS SELECT relname FROM pg_class; CREATE VIEW t AS SELECT table_name FROM information_schema.tables');
    expect([...catalog.relations()].map((relation) => relation.name)).toEqual(['sizes', 't']);
    expect(catalog.resolve({ name: 'pg_class' })).toEqual({ schema: 'pg_catalog', name: 'pg_class' });
  });

  test('becomes known when it is created after all, with what points to it', () => {
    const catalog = history('ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b', 'CREATE TABLE b (id int PRIMARY KEY)');
    expect(catalog.table({ name: 'b' })).toMatchObject({ complete: true, empty: true, origin: { migration: 1 }, referencedBy: [catalog.table({ name: 'a' })?.id] });
  });

  test('is not what the history dropped', () => {
    const catalog = history('CREATE TABLE t (id int)', 'DROP TABLE t', 'ALTER TABLE IF EXISTS t ADD COLUMN x int');
    expect(catalog.relation({ name: 't' })).toBeUndefined();
  });
});

describe('emptiness', () => {
  test.each([
    ['nothing', '', true],
    ['an index', 'CREATE INDEX ON t (id)', true],
    ['an insert', 'INSERT INTO t VALUES (1)', false],
    ['an insert from a query', 'INSERT INTO t SELECT id FROM other', false],
    ['an update', 'UPDATE t SET id = 2', true],
    ['a copy', 'COPY t FROM stdin', false],
    ['a copy to', "COPY t TO '/dev/null'", true],
    ['a merge', 'MERGE INTO t USING other o ON o.id = t.id WHEN NOT MATCHED THEN INSERT VALUES (o.id)', false],
    ['an insert in a CTE', 'WITH x AS (INSERT INTO t VALUES (1) RETURNING id) SELECT * FROM x', false],
    ['an insert in a DO block', 'DO $$ BEGIN INSERT INTO t VALUES (1); END $$', false],
    ['a function that inserts', 'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t VALUES (1); END $$', true],
    ['a call of a function that inserts', 'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t VALUES (1); END $$; SELECT f()', false],
    ['a trigger that inserts', 'CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t VALUES (1); RETURN new; END $$; CREATE TABLE src (id int); CREATE TRIGGER g AFTER INSERT ON src FOR EACH ROW EXECUTE FUNCTION f(); INSERT INTO src VALUES (1)', false],
    ['a rename', 'ALTER TABLE t RENAME TO t2; ALTER TABLE t2 RENAME TO t', true],
  ])('after %s', (_, sql, empty) => {
    expect(history('CREATE TABLE other (id int)', `CREATE TABLE t (id int); ${sql}`).table({ name: 't' })?.empty).toBe(empty);
  });

  test('a table made from a query holds rows unless it says otherwise', () => {
    const catalog = history('CREATE TABLE a AS SELECT 1 AS x; CREATE TABLE b AS SELECT 1 AS x WITH NO DATA');
    expect(catalog.table({ name: 'a' })?.empty).toBe(false);
    expect(catalog.table({ name: 'b' })?.empty).toBe(true);
  });

  test('rows of a partition are rows of its parents', () => {
    const catalog = history('CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE full_one (a int); INSERT INTO full_one VALUES (1)');
    expect(catalog.table({ name: 'p' })?.empty).toBe(true);
    replayInto(catalog, 'ALTER TABLE p ATTACH PARTITION full_one FOR VALUES IN (1)', 1);
    expect(catalog.table({ name: 'p' })?.empty).toBe(false);
  });

  test('rows put into a partitioned table may be in any partition', () => {
    const catalog = history('CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); INSERT INTO p VALUES (1)');
    expect(catalog.table({ name: 'p1' })?.empty).toBe(false);
  });
});

describe('what cannot be read', () => {
  test('is counted, and taints what it may touch', () => {
    const catalog = emptyCatalog();
    replayInto(catalog, 'CREATE TABLE t (id int); CREATE TABLE u (id int)', 0);
    catalog.apply({ kind: 'opaque', reason: 'dynamic', detail: 'EXECUTE', touches: [{ name: 't' }], span: { start: 0, end: 0 } }, { migration: 0, unit: null });
    expect(catalog.opaqueCount).toBe(1);
    expect(catalog.table({ name: 't' })).toMatchObject({ complete: false, empty: false });
    expect(catalog.table({ name: 'u' })).toMatchObject({ complete: true, empty: true });
  });
});

describe('settings', () => {
  const apply = (catalog: Catalog, sql: string): void => {
    replayInto(catalog, sql, 0);
  };

  test('last until reset', () => {
    const catalog = emptyCatalog();
    apply(catalog, "SET lock_timeout = '2s'");
    expect(catalog.settings.get('lock_timeout')).toEqual({ value: '2s', local: false });
    apply(catalog, 'RESET lock_timeout');
    expect(catalog.settings.get('lock_timeout')?.value).toBeUndefined();
  });

  test('SET LOCAL gives way to what was set before when the transaction ends', () => {
    const catalog = emptyCatalog();
    apply(catalog, "SET lock_timeout = '2s'; SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '1s'");
    expect(catalog.settings.get('lock_timeout')).toEqual({ value: '5s', local: true });
    catalog.endTransaction();
    expect(catalog.settings.get('lock_timeout')).toEqual({ value: '2s', local: false });
    expect(catalog.settings.has('statement_timeout')).toBe(false);
  });

  test('SET LOCAL outside a transaction does nothing', () => {
    const catalog = emptyCatalog();
    catalog.apply({ kind: 'setSetting', name: 'lock_timeout', value: '1s', local: true, span: { start: 0, end: 0 } }, { migration: 0, unit: null });
    expect(catalog.settings.has('lock_timeout')).toBe(false);
  });

  test('SET after SET LOCAL outlives the transaction', () => {
    const catalog = emptyCatalog();
    apply(catalog, "SET LOCAL lock_timeout = '5s'; SET lock_timeout = '7s'");
    catalog.endTransaction();
    expect(catalog.settings.get('lock_timeout')?.value).toBe('7s');
  });

  test('a new session forgets settings and temporary tables', () => {
    const catalog = emptyCatalog();
    apply(catalog, 'SET search_path = app; CREATE TEMP TABLE t (id int)');
    expect(catalog.table({ name: 't' })?.schema).toBe('pg_temp');
    catalog.newSession();
    expect(catalog.searchPath).toEqual(['public']);
    expect(catalog.table({ name: 't' })).toBeUndefined();
  });

  test.each([
    ["SET search_path TO app, 'Odd Name', public", ['app', 'Odd Name', 'public']],
    ['SET search_path TO "$user", public', ['public']],
    ["SELECT set_config('search_path', '\"A b\", public', false)", ['A b', 'public']],
    ["SELECT set_config('search_path', '', false)", []],
  ])('%s', (sql, path) => {
    const catalog = emptyCatalog();
    apply(catalog, sql);
    expect(catalog.searchPath).toEqual(path);
  });
});

describe('lookups', () => {
  test('partitions and parents, nearest first', () => {
    const catalog = history(`
      CREATE TABLE top (a int, b int) PARTITION BY LIST (a);
      CREATE TABLE mid PARTITION OF top FOR VALUES IN (1) PARTITION BY LIST (b);
      CREATE TABLE leaf PARTITION OF mid FOR VALUES IN (1);
      CREATE TABLE side PARTITION OF top DEFAULT;`);
    const top = catalog.table({ name: 'top' });
    const leaf = catalog.table({ name: 'leaf' });
    expect(top === undefined ? [] : catalog.descendants(top).map((table) => table.name)).toEqual(['mid', 'side', 'leaf']);
    expect(leaf === undefined ? [] : catalog.ancestors(leaf).map((table) => table.name)).toEqual(['mid', 'top']);
  });

  test('columns of a user type, through renames of the type', () => {
    const catalog = history("CREATE TYPE mood AS ENUM ('a'); CREATE TABLE t (m mood, ms mood[], x int); ALTER TYPE mood RENAME TO feeling");
    const type = catalog.type({ name: 'feeling' });
    expect(type === undefined ? [] : catalog.columnsOfType(type).map(({ table, column }) => `${table.name}.${column.name} ${column.type.name}`)).toEqual(['t.m feeling', 't.ms feeling']);
  });

  test('an enum that the history never made, in columns declared with it', () => {
    const catalog = history('CREATE TABLE t (m mood)', "ALTER TYPE mood ADD VALUE 'new'");
    const type = catalog.type({ name: 'mood' });
    expect(type).toMatchObject({ kind: 'enum', complete: false, values: [{ value: 'new', origin: { migration: 1 } }] });
    expect(type === undefined ? [] : catalog.columnsOfType(type).map(({ column }) => column.name)).toEqual(['m']);
  });

  test('constraints know their index, and the index its constraint, through renames', () => {
    const catalog = history('CREATE TABLE t (id int PRIMARY KEY); ALTER TABLE t RENAME CONSTRAINT t_pkey TO pk');
    const table = catalog.table({ name: 't' });
    const constraint = catalog.constraint(table, 'pk');
    expect(catalog.index({ name: 'pk' })).toMatchObject({ constraint: 'pk', id: constraint?.index, unique: true });
  });

  test('foreign keys name their target as it is now', () => {
    const catalog = history('CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a_id int REFERENCES a); CREATE SCHEMA s; ALTER TABLE a RENAME TO c; ALTER TABLE c SET SCHEMA s; ALTER TABLE s.c RENAME id TO key');
    expect(catalog.constraint(catalog.table({ name: 'b' }), 'b_a_id_fkey')?.definition).toMatchObject({ references: { schema: 's', name: 'c' }, referencedColumns: ['key'] });
  });

  test('expressions follow renamed columns', () => {
    const catalog = history('CREATE TABLE t (a int CHECK (a > 0 AND abs(a) < 5), c text); CREATE INDEX i ON t (lower(c)) WHERE a IS NOT NULL; ALTER TABLE t RENAME a TO "B c"');
    expect(catalog.constraint(catalog.table({ name: 't' }), 't_a_check')?.definition).toMatchObject({ expression: { columns: ['B c'], text: expect.stringContaining('"B c" > 0') as string } });
    expect(catalog.index({ name: 'i' })?.where).toMatchObject({ columns: ['B c'], terms: [{ kind: 'notNull', column: 'B c' }] });
  });

  test('overloaded routines', () => {
    const catalog = history("CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION f(a text) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1'; CREATE OR REPLACE FUNCTION f(a int) RETURNS int LANGUAGE sql STABLE AS 'SELECT 2'");
    expect(catalog.routines({ name: 'f' }).map(({ volatility }) => volatility)).toEqual(['stable', 'immutable']);
    replayInto(catalog, 'DROP FUNCTION f(int)', 1);
    expect(catalog.routines({ name: 'f' }).map(({ parameters }) => parameters[0]?.name)).toEqual(['text']);
  });
});

describe('columns', () => {
  test('keep the migration that added them', () => {
    const catalog = history('CREATE TABLE t (a int)', 'ALTER TABLE t ADD COLUMN b int');
    expect(catalog.table({ name: 't' })?.columns.map((column) => [column.name, column.origin.migration])).toEqual([['a', 0], ['b', 1]]);
  });

  test('of a table made from a query are those of the query', () => {
    const catalog = history('CREATE TABLE src (id int, name text); CREATE TABLE t AS SELECT id, name, count(*) AS n FROM src GROUP BY 1, 2; CREATE TABLE all_of AS SELECT * FROM src');
    expect(columnNames(catalog, 't')).toEqual(['id', 'name', 'n']);
    expect(catalog.table({ name: 'all_of' })?.columns.map((column) => `${column.name} ${column.type.name}`)).toEqual(['id integer', 'name text']);
  });
});

test('statements are carried out in a time that grows with their number only', () => {
  const catalog = emptyCatalog();
  const statements = Array.from({ length: 2_000 }, (_, i) => {
    const n = String(i);
    return `CREATE TABLE t${n} (id serial PRIMARY KEY, a int REFERENCES t0, b text); CREATE INDEX ON t${n} (a); ALTER TABLE t${n} ADD COLUMN c int; ALTER TABLE t${n} ADD CONSTRAINT c${n} CHECK (c > 0) NOT VALID;`;
  });
  replayInto(catalog, statements.join('\n'), 0);
  expect(catalog.table({ name: 't0' })?.referencedBy).toHaveLength(2_000);
});

test('a long chain of views falls with its root', () => {
  const chain = Array.from({ length: 3_000 }, (_, i) => `CREATE VIEW v${String(i + 1)} AS SELECT x FROM v${String(i)};`);
  const catalog = history(`CREATE TABLE v0 (x int); ${chain.join('\n')}`);
  replayInto(catalog, 'DROP TABLE v0 CASCADE', 1);
  expect([...catalog.relations()]).toEqual([]);
});
