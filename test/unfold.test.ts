import { beforeAll, describe, expect, test } from 'vitest';
import type { Catalog } from '../src/catalog/catalog.ts';
import { createCatalog } from '../src/catalog/create.ts';
import { postgres } from '../src/dialects/postgres/index.ts';
import type { Operation } from '../src/ir/operation.ts';

// What programs come to on a server is measured in fixtures/dialects/postgres/effects; here is what no server can tell.
beforeAll(() => postgres.load());

const TABLES = 'CREATE TABLE users (id int PRIMARY KEY, name text); CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users);';

function after(history: string): Catalog {
  const catalog = createCatalog(postgres.catalog);
  const origin = { migration: 0, unit: null };
  for (const statement of postgres.parse(history).statements) {
    for (const operation of postgres.unfold(statement, { catalog, version: 17, origin, text: history }).operations) catalog.apply(operation, origin);
  }
  return catalog;
}

/** The operations of the one statement, and its text. */
function unfolded(text: string, history = TABLES): readonly Operation[] {
  const [statement] = postgres.parse(text).statements;
  if (statement === undefined) throw new Error('No statement');
  return postgres.unfold(statement, { catalog: after(history), version: 17, origin: { migration: 1, unit: null }, text }).operations;
}

const told = (operations: readonly Operation[]): readonly string[] =>
  operations.map((operation) => `${operation.within?.conditional === true ? 'perhaps ' : ''}${operation.within?.loop === true ? 'often ' : ''}${operation.kind}${'table' in operation && operation.table !== undefined ? ` ${operation.table.name}` : ''}`);

describe('a program is followed on the catalog', () => {
  test('operations stand where the file has them', () => {
    const text = "DO $$ BEGIN IF EXISTS (SELECT FROM information_schema.tables WHERE table_name = 'users') THEN ALTER TABLE users ADD COLUMN a int; EXECUTE format('DROP TABLE %I', 'or' || 'ders'); END IF; END $$";
    const places = unfolded(text).map(({ kind, span }) => `${kind}: ${text.slice(span.start, span.end)}`);
    expect(places).toContain('addColumn: ADD COLUMN a int');
    expect(places).toContain("dropTable: EXECUTE format('DROP TABLE %I', 'or' || 'ders')");
  });

  test('a join reads what it needs, however many tables there are', () => {
    const others = Array.from({ length: 1000 }, (_, i) => `CREATE TABLE t${String(i)} (a int, b int, c int, d int, e int, PRIMARY KEY (a, b, c, d, e));`).join(' ');
    const key = "SELECT k.column_name || ' ' || c.udt_name FROM information_schema.key_column_usage k LEFT JOIN information_schema.columns c ON k.table_name = c.table_name AND k.column_name = c.column_name WHERE c.table_name = 'orders' AND k.constraint_name LIKE '%_pkey'";
    expect(told(unfolded(`DO $$ BEGIN EXECUTE format('CREATE TABLE %s_versions (%s)', 'orders', (${key})); END $$`, `${TABLES} ${others}`))).toEqual(['createTable orders_versions']);
  });

  test('the catalog is as it was', () => {
    const catalog = after(TABLES);
    const text = "DO $$ DECLARE r record; BEGIN FOR r IN SELECT tablename FROM pg_tables LOOP EXECUTE 'DROP TABLE ' || r.tablename || ' CASCADE'; END LOOP; END $$";
    const [statement] = postgres.parse(text).statements;
    if (statement === undefined) throw new Error('No statement');
    const { operations } = postgres.unfold(statement, { catalog, version: 17, origin: { migration: 1, unit: null }, text });
    expect(told(operations).filter((each) => each.startsWith('dropTable'))).toEqual(['dropTable users', 'dropTable orders']);
    expect(catalog.table({ name: 'users' })).toBeDefined();
  });

  test('a function that gives rows stands for one among the outputs as in FROM', () => {
    const block = (query: string): readonly string[] => told(unfolded(`DO $$ DECLARE r record; BEGIN FOR r IN ${query} LOOP EXECUTE format('ALTER TABLE %I ADD COLUMN %I int', r.t, r.c); END LOOP; END $$`)).filter((each) => each !== 'select');
    expect(block("SELECT unnest(ARRAY['users', 'orders']) AS t, 'a' AS c")).toEqual(['addColumn users', 'addColumn orders']);
    expect(block("SELECT DISTINCT unnest(string_to_array('orders,users', ',')) AS t, 'a' AS c ORDER BY 1 DESC")).toEqual(['addColumn users', 'addColumn orders']);
    expect(block("SELECT 'users' AS t, 'c' || generate_series(1, 3) AS c")).toEqual(['opaque']);
    expect(block("SELECT tablename AS t, unnest(ARRAY['a', 'b']) AS c FROM pg_tables WHERE tablename = 'users'")).toEqual(['addColumn users', 'addColumn users']);
  });

  test('what NULL is compared with is neither, so that nothing of it runs', () => {
    const block = (condition: string): string => `DO $$ DECLARE t text = 'users'; BEGIN IF ${condition} THEN t = 'orders'; END IF; EXECUTE 'ALTER TABLE ' || t || ' ADD COLUMN a int'; END $$`;
    for (const condition of ["array_length('{}'::text[], 1) > 0", 'array_length(ARRAY[]::text[], 1) > 0', 'NULL = 1']) expect(told(unfolded(block(condition))), condition).toEqual(['addColumn users']);
    const audit = "CREATE FUNCTION audit(target regclass, ignored text[]) RETURNS void LANGUAGE plpgsql AS $$ DECLARE more text = ''; BEGIN IF array_length(ignored, 1) > 0 THEN more = ', ' || quote_literal(ignored); END IF; EXECUTE 'CREATE TRIGGER audit AFTER UPDATE ON ' || target || ' EXECUTE FUNCTION log(''true''' || more || ')'; END $$;";
    const short = 'CREATE FUNCTION audit(target regclass) RETURNS void LANGUAGE sql AS $$ SELECT audit($1, ARRAY[]::text[]) $$;';
    expect(told(unfolded("SELECT audit('users')", `${TABLES} ${audit} ${short}`))).toEqual(['select', 'createTrigger users']);
  });

  test('a variable is NULL until something may have given it a value', () => {
    const block = (body: string): readonly string[] => told(unfolded(`DO $$ DECLARE n int; BEGIN ${body} IF n > 0 THEN ALTER TABLE users ADD COLUMN a int; END IF; END $$`)).filter((each) => each.includes('addColumn'));
    expect(block('')).toEqual([]);
    for (const body of ['CALL p(n);', "EXECUTE 'SELECT count(*) FROM users' INTO n;", 'GET DIAGNOSTICS n = ROW_COUNT;', 'SELECT id FROM users INTO n;', 'INSERT INTO users VALUES (1) RETURNING id INTO n;']) expect(block(body), body).toEqual(['perhaps addColumn users']);
  });

  test('what the history does not know may be there all the same', () => {
    const guarded = "DO $$ BEGIN IF EXISTS (SELECT FROM information_schema.tables WHERE table_name = 'legacy') THEN ALTER TABLE users ADD COLUMN a int; END IF; END $$";
    expect(told(unfolded(guarded)).filter((each) => each.includes('addColumn'))).toEqual([]);
    expect(told(unfolded(guarded, `${TABLES} ALTER TABLE older ADD COLUMN b int;`))).toContain('perhaps addColumn users');
    expect(told(unfolded(guarded, ''))).toContain('perhaps addColumn users');
  });

  test('a loop over an incomplete catalog still says that there can be more', () => {
    const text = "DO $$ DECLARE r record; BEGIN FOR r IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP EXECUTE format('ALTER TABLE %I SET (fillfactor = 90)', r.tablename); END LOOP; END $$";
    expect(told(unfolded(text))).not.toContain('often opaque');
    expect(told(unfolded(text, `${TABLES} ALTER TABLE older ADD COLUMN b int;`))).toContain('often opaque');
  });

  test.each([
    ['rows', "IF EXISTS (SELECT 1 FROM users WHERE name = 'x') THEN DROP TABLE orders; END IF;", 'perhaps dropTable orders'],
    ['rights', "IF has_table_privilege('users', 'select') THEN DROP TABLE orders; END IF;", 'perhaps dropTable orders'],
    ['a pattern that is not followed', "IF EXISTS (SELECT FROM pg_class WHERE relname ~ '^(a+)+$') THEN DROP TABLE orders; END IF;", 'perhaps dropTable orders'],
    ['a text of rows', "EXECUTE (SELECT name FROM users LIMIT 1);", 'opaque'],
  ])('what %s decide stays open', (_, body, expected) => {
    expect(told(unfolded(`DO $$ BEGIN ${body} END $$`))).toContain(expected);
  });

  test('templates stay as they were read', () => {
    const text = "DO $$ BEGIN IF NOT EXISTS (SELECT FROM information_schema.columns WHERE table_schema = '{{ .Schema }}' AND column_name = 'a') THEN ALTER TABLE {{ .Schema }}.users ADD COLUMN a int; END IF; END $$";
    const [statement] = postgres.parse(text).statements;
    expect(unfolded(text)).toEqual(statement?.operations);
    expect(told(unfolded(text)).filter((each) => each.includes('opaque'))).toEqual([]);
  });

  test('batches stay loops', () => {
    expect(told(unfolded("DO $$ BEGIN FOR i IN 1..10 LOOP UPDATE users SET name = 'x' WHERE id = i; COMMIT; END LOOP; END $$"))).toEqual(['often update users', 'often transaction']);
  });
});

describe('programs without end are left as they were read', () => {
  const ENDLESS = 'CREATE FUNCTION again(n int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM again(n + 1); PERFORM again(n + 2); EXECUTE \'ANALYZE users\'; END $$;';
  test.each([
    ['a loop', "DO $$ BEGIN LOOP EXECUTE 'ANALYZE users'; END LOOP; END $$"],
    ['loops in loops', "DO $$ BEGIN FOR a IN 1..900 LOOP FOR b IN 1..900 LOOP FOR c IN 1..900 LOOP EXECUTE 'ANALYZE users'; END LOOP; END LOOP; END LOOP; END $$"],
    ['a number', "DO $$ BEGIN FOR a IN 1..999999999999 LOOP EXECUTE 'ANALYZE users'; END LOOP; END $$"],
    ['a series', "DO $$ DECLARE r record; BEGIN FOR r IN SELECT a FROM generate_series(1, 1000) a, generate_series(1, 1000) b, generate_series(1, 1000) c LOOP EXECUTE 'ANALYZE users'; END LOOP; END $$"],
    ['a text', "DO $$ DECLARE t text := 'xxxxxxxxxx'; BEGIN FOR i IN 1..900 LOOP t := t || t; EXECUTE 'ANALYZE users'; END LOOP; END $$"],
    ['a pattern', `DO $$ BEGIN IF '${'a'.repeat(5000)}' LIKE '${'%a'.repeat(2000)}b' THEN EXECUTE 'ANALYZE users'; END IF; END $$`],
    ['a depth', `DO $$ BEGIN IF ${'('.repeat(3000)}true${')'.repeat(3000)} THEN EXECUTE 'ANALYZE users'; END IF; END $$`],
    ['a sum', `DO $$ BEGIN IF 1${' + 1'.repeat(4000)} > 0 THEN EXECUTE 'ANALYZE users'; END IF; END $$`],
    ['a recursion', 'SELECT again(1)'],
  ])('%s', (_, text) => {
    expect(unfolded(text, `${TABLES} ${ENDLESS}`).length).toBeLessThan(2500);
  });
});
