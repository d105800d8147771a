import { beforeAll, describe, expect, test } from 'vitest';
import { load } from '../src/dialects/postgres/parse/parse.ts';
import type { Expected } from './support/parsed.ts';
import { expectOperations, operationsOf } from './support/parsed.ts';

beforeAll(load);

type Cases = readonly (readonly [sql: string, expected: readonly Expected[]])[];

const DATA: Cases = [
  [
    "INSERT INTO s.t (a, b) VALUES (1, 'x'), (2, 'x'), (-3, DEFAULT) ON CONFLICT (a) DO UPDATE SET b = excluded.b RETURNING id",
    [{ kind: 'insert', table: { schema: 's', name: 't' }, columns: ['a', 'b'], source: 'values', rows: 3, literals: ['1', 'x', '2', '-3'], onConflict: 'update', query: { bounded: true, reads: [], outputs: ['id'] } }],
  ],
  ['INSERT INTO t DEFAULT VALUES', [{ kind: 'insert', source: 'default', literals: [] }]],
  ['INSERT INTO t SELECT * FROM o ON CONFLICT DO NOTHING', [{ kind: 'insert', source: 'query', onConflict: 'nothing', query: { bounded: false, reads: [{ relation: { name: 'o' } }] } }]],
  [
    'UPDATE ONLY t AS x SET a = a + 1, (b, c) = (SELECT 1, 2 FROM z), d[1] = now() FROM o WHERE o.id = x.id AND x.done IS NULL RETURNING x.id',
    [
      {
        kind: 'update',
        table: { name: 't' },
        only: true,
        assignments: [{ column: 'a', value: { text: 'a + 1' } }, { column: 'b' }, { column: 'c' }, { column: 'd', value: { text: 'now()' } }],
        where: { text: 'o.id = x.id AND x.done IS NULL', terms: [{ kind: 'isNull', column: 'done' }], termsComplete: false },
        query: { reads: [{ relation: { name: 'o' } }, { relation: { name: 'z' } }], bounded: false, outputs: ['id'] },
      },
    ],
  ],
  ['UPDATE t SET a = 1', [{ kind: 'update', query: { bounded: false } }]],
  ['DELETE FROM t USING o WHERE t.id = o.id', [{ kind: 'delete', table: { name: 't' }, only: false, where: { text: 't.id = o.id' }, query: { reads: [{ relation: { name: 'o' } }] } }]],
  [
    'MERGE INTO t USING o ON t.id = o.id WHEN MATCHED THEN UPDATE SET a = 1 WHEN NOT MATCHED THEN INSERT VALUES (1)',
    [{ kind: 'merge', table: { name: 't' }, actions: ['update', 'insert'], query: { reads: [{ relation: { name: 'o' } }] } }],
  ],
  [
    'WITH gone AS (DELETE FROM a WHERE x RETURNING *), kept AS (SELECT 1) INSERT INTO b SELECT * FROM gone',
    [{ kind: 'insert', table: { name: 'b' }, query: { reads: [], writes: [{ relation: { name: 'a' }, access: 'delete' }] } }],
  ],
  [
    'SELECT a.id, lower(name), count(*) AS n, x::text, 1 FROM a, LATERAL (SELECT * FROM b) AS s WHERE EXISTS (SELECT 1 FROM c) FOR UPDATE OF a SKIP LOCKED',
    [
      {
        kind: 'select',
        query: {
          reads: [
            { relation: { name: 'a' }, access: 'lockRows' },
            { relation: { name: 'b' }, access: 'read' },
            { relation: { name: 'c' }, access: 'read' },
          ],
          outputs: ['id', 'lower', 'n', 'x', undefined],
          columns: [{ qualifier: 'a', name: 'id' }, { name: 'name' }, { name: 'x' }],
        },
      },
    ],
  ],
  ['SELECT current_timestamp, current_user', [{ kind: 'select', query: { bounded: true, calls: [{ name: { name: 'now' } }, { name: { name: 'current_user' } }] } }]],
  ['CALL s.p(1, 2)', [{ kind: 'call', routine: { schema: 's', name: 'p' }, argumentCount: 2 }]],
  ['COPY t (a) FROM stdin;\n1\tx;y\n2\t\'\n\\.\nSELECT 1', [{ kind: 'copy', table: { name: 't' }, direction: 'from', clause: 'COPY t (a) FROM stdin' }, { kind: 'select', clause: 'SELECT 1' }]],
  ["COPY (SELECT * FROM t) TO '/tmp/x'", [{ kind: 'copy', direction: 'to', query: { text: 'SELECT * FROM t', reads: [{ relation: { name: 't' } }] } }]],
];

const SESSION: Cases = [
  ["SET LOCAL lock_timeout = '5s'", [{ kind: 'setSetting', name: 'lock_timeout', value: '5s', local: true }]],
  ['SET search_path TO a, "B"', [{ kind: 'setSetting', name: 'search_path', value: 'a, B', local: false }]],
  ['SET Statement_Timeout = 0', [{ kind: 'setSetting', name: 'statement_timeout', value: '0' }]],
  ['RESET ALL', [{ kind: 'setSetting', name: 'all' }]],
  ['SET x TO DEFAULT', [{ kind: 'setSetting', name: 'x' }]],
  ["SELECT pg_catalog.set_config('search_path', '', false)", [{ kind: 'setSetting', name: 'search_path', value: '', local: false }]],
  ['SET TRANSACTION ISOLATION LEVEL SERIALIZABLE', [{ kind: 'setSetting', name: 'transaction_isolation', value: 'serializable', local: true }]],
  ['START TRANSACTION', [{ kind: 'transaction', action: 'begin' }]],
  ['COMMIT AND CHAIN', [{ kind: 'transaction', action: 'commit' }]],
  ['ROLLBACK TO a', [{ kind: 'transaction', action: 'rollbackTo', savepoint: 'a' }]],
  ['LOCK TABLE a, ONLY b IN SHARE ROW EXCLUSIVE MODE NOWAIT', [{ kind: 'lockTable', table: { name: 'a' }, mode: 'ShareRowExclusiveLock', nowait: true }, { kind: 'lockTable', only: true }]],
  ['LOCK t', [{ kind: 'lockTable', mode: 'AccessExclusiveLock' }]],
  ['VACUUM (FULL, ANALYZE) a, s.b', [{ kind: 'maintenance', action: 'vacuumFull', table: { name: 'a' } }, { kind: 'maintenance', action: 'vacuumFull', table: { schema: 's', name: 'b' } }]],
  ['VACUUM (FULL off) t', [{ kind: 'maintenance', action: 'vacuum' }]],
  ['ANALYZE', [{ kind: 'maintenance', action: 'analyze' }]],
  ['CLUSTER t USING ix', [{ kind: 'maintenance', action: 'cluster', index: 'ix' }]],
  ['EXPLAIN SELECT * FROM t', [{ kind: 'sessionCommand', command: 'explain', query: { text: 'SELECT * FROM t' } }]],
  ['EXPLAIN (ANALYZE, BUFFERS) DELETE FROM t', [{ kind: 'delete', table: { name: 't' }, clause: 'DELETE FROM t' }]],
  ['PREPARE p (int) AS UPDATE t SET a = $1', [{ kind: 'sessionCommand', command: 'prepare', query: { text: 'UPDATE t SET a = $1' } }]],
  ['DECLARE c CURSOR FOR SELECT * FROM t', [{ kind: 'sessionCommand', command: 'declare', query: { text: 'SELECT * FROM t' } }]],
  ['SET CONSTRAINTS ALL DEFERRED', [{ kind: 'sessionCommand', command: 'set constraints' }]],
  ['DISCARD ALL', [{ kind: 'setSetting', name: 'all' }, { kind: 'sessionCommand', command: 'discard all' }]],
  ['\\set x 1\nSELECT 1', [{ kind: 'clientCommand', text: '\\set x 1' }, { kind: 'select' }]],
  ['\\i other.sql', [{ kind: 'opaque', reason: 'include' }]],
  ["SELECT 'DROP TABLE x' \\gexec", [{ kind: 'select' }, { kind: 'opaque', reason: 'dynamic' }]],
  ['\\copy t from stdin\n1;2\n\\.\nSELECT 1;', [{ kind: 'clientCommand' }, { kind: 'select' }]],
];

describe.each([
  ['data', DATA],
  ['session', SESSION],
])('%s', (_, cases) => {
  test.each(cases)('%s', (sql, expected) => {
    expectOperations(sql, expected);
  });
});

const BOUNDED: readonly (readonly [bounded: boolean, sql: string])[] = [
  [true, 'DELETE FROM t WHERE id IN (SELECT id FROM t ORDER BY id LIMIT 100)'],
  [true, 'UPDATE t SET a = 1 WHERE ctid = ANY (ARRAY(SELECT ctid FROM t WHERE a IS NULL LIMIT 1000))'],
  [true, 'WITH batch AS (SELECT id FROM t LIMIT 10 FOR UPDATE SKIP LOCKED) UPDATE t SET a = 1 FROM batch WHERE t.id = batch.id'],
  [true, 'UPDATE t SET a = 1 FROM (VALUES (1), (2)) AS v (id) WHERE t.id = v.id'],
  [false, 'WITH batch AS (SELECT id FROM t LIMIT 10) UPDATE t SET a = 1 FROM batch'],
  [false, 'UPDATE t SET a = 1 WHERE id IN (SELECT id FROM t)'],
  [false, 'UPDATE t SET a = 1 WHERE id IN (SELECT id FROM t LIMIT 5) OR b'],
  [false, 'DELETE FROM t WHERE id NOT IN (SELECT id FROM t LIMIT 5)'],
  [true, 'SELECT 1'],
  [true, 'SELECT * FROM t LIMIT 1'],
  [false, 'SELECT * FROM t LIMIT ALL'],
  [false, 'SELECT * FROM t LIMIT 1 UNION ALL SELECT * FROM u'.replace('LIMIT 1 ', '')],
];

test.each(BOUNDED)('bounded is %s for %s', (bounded, sql) => {
  expect(operationsOf(sql)).toMatchObject([{ query: { bounded } }]);
});

test('of a long INSERT every row and constant counts, and what follows keeps its place', () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => `(${String(i)}, 'name ${String(i % 500)}', NULL, '2020-01-01'::date)`).join(',\n');
  const sql = `INSERT INTO t (a, b, c, d) VALUES ${rows} ON CONFLICT DO NOTHING RETURNING f(a)`;
  const [operation] = operationsOf(sql);
  expect(operation).toMatchObject({ kind: 'insert', rows: 20_000, onConflict: 'nothing', clause: sql, query: { calls: [{ name: { name: 'f' } }] } });
  if (operation?.kind !== 'insert') throw new Error('no insert');
  expect(operation.literals).toEqual(expect.arrayContaining(['0', 'name 0', 'name 499', '2020-01-01']));
});

test('a call in any row of a long INSERT is seen', () => {
  const rows = Array.from({ length: 5_000 }, (_, i) => `(${String(i)}, ${i === 4_000 ? "nextval('s')" : '1'})`).join(', ');
  expect(operationsOf(`INSERT INTO t VALUES ${rows}`)).toMatchObject([{ rows: 5_000, query: { calls: [{ name: { name: 'nextval' } }] } }]);
});
