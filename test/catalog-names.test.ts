import { PGlite } from '@electric-sql/pglite';
import { afterAll, expect, test } from 'vitest';
import { expressionName } from '../src/dialects/postgres/expression-name.ts';
import { postgresSemantics } from '../src/dialects/postgres/semantics.ts';
import type { ConstraintDefinition } from '../src/ir/constraints.ts';
import type { IndexKey } from '../src/ir/operations/indexes.ts';

const server = new PGlite();
afterAll(() => server.close());

const SPAN = { start: 0, end: 0 };
const expression = (text: string, columns: readonly string[] = []): NonNullable<IndexKey['expression']> => ({
  text,
  span: SPAN,
  columns,
  calls: [],
  casts: [],
  reads: [],
  terms: [],
  termsComplete: false,
});
const column = (name: string): IndexKey => ({ column: name, descending: false });

async function serverNames(sql: string): Promise<readonly string[]> {
  const names = async (): Promise<readonly string[]> => {
    const { rows } = await server.query<{ name: string }>(
      `SELECT relname::text AS name FROM pg_class WHERE relkind IN ('i', 'S') AND relnamespace = 'public'::regnamespace
       UNION ALL SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f', 'n')`,
    );
    return rows.map((row) => row.name);
  };
  const before = new Set(await names());
  await server.exec(sql);
  return (await names()).filter((name) => !before.has(name));
}

test.each([
  'lower(c)',
  '(a + b)',
  '(c::int)',
  "(c || 'x')",
  "coalesce(c, '')",
  '(lower(c)::varchar(10))',
  '(CASE WHEN a > 1 THEN b ELSE a END)',
  '(CASE WHEN a > 1 THEN b ELSE 1 END)',
  "(CASE WHEN a > 1 THEN b ELSE '1'::int END)",
  '(CASE a WHEN 1 THEN lower(c) ELSE upper(c) END)',
  'nullif(a, b)',
  'greatest(a, b)',
  'pg_catalog.lower(c)',
  '(lower(c) COLLATE "C")',
  '(array[a, b])',
  '((array[a, b])[1])',
  '((a))',
  '(a IS NULL)',
  '(NOT (a > 1))',
  '(- a)',
  '(a BETWEEN 1 AND 2)',
  "(c LIKE 'x')",
  "(ts AT TIME ZONE 'utc')",
  "((ts AT TIME ZONE 'utc') IS NULL)",
  '(a IN (1, 2))',
  '(a = ANY (array[1, 2]))',
  'substring(c from 1 for 2)',
  '(trim(both from c))',
  "(trim(leading 'x' from c))",
  "((('{}'::json) ->> a)::int)",
  "(('1' || c)::int4)",
  "(('1' || c)::double precision)",
  "(('1' || c)::varchar(3))",
  "((a > 1)::text)",
  '(cast(a as double precision))',
  "(cast(('1' || c) as bigint))",
  "((c::jsonb) -> 'x' ->> 'y')",
  "(date '2020-01-01' + a)",
  "(interval '1 day')",
  "(to_tsvector('english', c))",
  '(least(a, b) + 1)',
  '(lower(c)::text::varchar)',
  '"Odd Name"',
  '("Odd Name" + 1)',
  '(lower("c") /* lower */)',
])('index over %s is named as the server names it', async (key) => {
  await server.exec('DROP TABLE IF EXISTS t; CREATE TABLE t (a int, b int, c text, ts timestamp, "Odd Name" int)');
  const [name] = await serverNames(`CREATE INDEX ON t (${key})`);
  const chosen = expressionName(key) ?? 'expr';
  expect(postgresSemantics.indexName('t', [column(chosen)], () => false)).toBe(name);
});

test('columns of one index get different names', async () => {
  await server.exec('DROP TABLE IF EXISTS t; CREATE TABLE t (a int, b int, c text)');
  const [name] = await serverNames('CREATE INDEX ON t ((a + b), (a - b), lower(c), upper(c), a, a)');
  const keys = [{ expression: expression('(a + b)'), descending: false }, { expression: expression('(a - b)'), descending: false }, ...['lower', 'upper', 'a', 'a'].map(column)];
  expect(postgresSemantics.indexName('t', keys, () => false)).toBe(name);
});

test.each([
  ['x'.repeat(60), 'y'.repeat(50)],
  ['x'.repeat(20), 'y'.repeat(60)],
  ['x'.repeat(60), 'y'.repeat(20)],
  ['x'.repeat(31), 'y'.repeat(31)],
  ['é'.repeat(29), 'ü'.repeat(20)],
  ['é'.repeat(31), 'a'.repeat(40)],
  ['日'.repeat(20), 'y'.repeat(33)],
])('long names %s.%s are cut as the server cuts them', async (table, name) => {
  const made = await serverNames(`
    CREATE TABLE "${table}" ("${name}" serial PRIMARY KEY CHECK ("${name}" > 0) NOT NULL, u int UNIQUE);
    CREATE INDEX ON "${table}" ("${name}"); CREATE INDEX ON "${table}" ("${name}");
    ALTER TABLE "${table}" ADD FOREIGN KEY ("${name}") REFERENCES "${table}"`);
  const taken = new Set<string>();
  const keep = (chosen: string): string => {
    taken.add(chosen);
    return chosen;
  };
  const isTaken = (chosen: string): boolean => taken.has(chosen);
  const constraint = (definition: ConstraintDefinition): string => keep(postgresSemantics.constraintName(table, definition, isTaken));
  const ours = [
    keep(postgresSemantics.sequenceName(table, name, isTaken)),
    constraint({ type: 'primaryKey', columns: [name], span: SPAN }),
    constraint({ type: 'unique', columns: ['u'], span: SPAN }),
    constraint({ type: 'check', expression: expression('', [name]), span: SPAN }),
    constraint({ type: 'notNull', column: name, span: SPAN }),
    constraint({ type: 'foreignKey', columns: [name], references: { name: table }, referencedColumns: [], onDelete: 'noAction', onUpdate: 'noAction', match: 'simple', span: SPAN }),
    keep(postgresSemantics.indexName(table, [column(name)], isTaken)),
    keep(postgresSemantics.indexName(table, [column(name)], isTaken)),
  ];
  expect(ours.toSorted()).toEqual(made.toSorted());
  await server.exec(`DROP TABLE "${table}"`);
});

test('keys of many columns are cut as the server cuts them', async () => {
  const columns = Array.from({ length: 9 }, (_, i) => `column_number_${String(i)}`);
  const made = await serverNames(`CREATE TABLE many (${columns.map((name) => `${name} int`).join()}, UNIQUE (${columns.join()})); CREATE INDEX ON many (${columns.join()})`);
  const ours = [
    postgresSemantics.constraintName('many', { type: 'unique', columns, span: SPAN }, () => false),
    postgresSemantics.indexName('many', columns.map(column), () => false),
  ];
  expect(ours.toSorted()).toEqual(made.toSorted());
});
