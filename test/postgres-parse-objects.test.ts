import { beforeAll, describe, test } from 'vitest';
import { load } from '../src/dialects/postgres/parse/parse.ts';
import type { Expected } from './support/parsed.ts';
import { expectOperations, type } from './support/parsed.ts';

beforeAll(load);

type Cases = readonly (readonly [sql: string, expected: readonly Expected[]])[];

const INDEXES: Cases = [
  [
    'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ix ON ONLY s.t USING gin (lower(a) COLLATE "C" text_ops DESC NULLS LAST, b, (c + 1)) INCLUDE (d) NULLS NOT DISTINCT WITH (fillfactor = 70) TABLESPACE fast WHERE a IS NOT NULL AND state IN (\'x\', \'y\') AND NOT gone',
    [
      {
        kind: 'createIndex',
        name: 'ix',
        table: { schema: 's', name: 't' },
        only: true,
        unique: true,
        concurrently: true,
        ifNotExists: true,
        method: 'gin',
        keys: [
          { expression: { text: 'lower(a)' }, collation: 'C', operatorClass: 'text_ops', descending: true, nulls: 'last' },
          { column: 'b', descending: false },
          { expression: { text: 'c + 1' }, descending: false },
        ],
        include: ['d'],
        nullsNotDistinct: true,
        options: { fillfactor: '70' },
        tablespace: 'fast',
        where: {
          text: "a IS NOT NULL AND state IN ('x', 'y') AND NOT gone",
          termsComplete: true,
          terms: [
            { kind: 'notNull', column: 'a' },
            { kind: 'in', column: 'state', values: ['x', 'y'] },
            { kind: 'compare', column: 'gone', operator: '=', value: false },
          ],
        },
      },
    ],
  ],
  ['CREATE INDEX ON t (a)', [{ kind: 'createIndex', method: 'btree', concurrently: false, keys: [{ column: 'a' }] }]],
  [
    'DROP INDEX CONCURRENTLY IF EXISTS a, s.b',
    [
      { kind: 'dropIndex', index: { name: 'a' }, concurrently: true, ifExists: true, listLength: 2, clause: 'a' },
      { kind: 'dropIndex', index: { schema: 's', name: 'b' }, clause: 's.b' },
    ],
  ],
  ['ALTER INDEX ix ATTACH PARTITION p', [{ kind: 'alterIndex', change: { type: 'attachPartition', partition: { name: 'p' } } }]],
  ['ALTER INDEX IF EXISTS ix SET TABLESPACE x', [{ kind: 'alterIndex', ifExists: true, change: { type: 'setTablespace', tablespace: 'x' } }]],
  ['ALTER INDEX ix RENAME TO iy', [{ kind: 'renameObject', objectType: 'index', object: { name: 'ix' }, newName: 'iy' }]],
  ['REINDEX (CONCURRENTLY, VERBOSE) TABLE t', [{ kind: 'reindex', target: 'table', name: { name: 't' }, concurrently: true }]],
  ['REINDEX SCHEMA s', [{ kind: 'reindex', target: 'schema', name: { name: 's' }, concurrently: false }]],
];

const VIEWS: Cases = [
  [
    'CREATE OR REPLACE TEMP VIEW v (a, b) WITH (security_invoker = true) AS SELECT u.id, o.* FROM app.users u JOIN orders o ON o.user_id = u.id WHERE f(u.x) WITH LOCAL CHECK OPTION',
    [
      {
        kind: 'createView',
        view: { name: 'v' },
        replace: true,
        temporary: true,
        columns: ['a', 'b'],
        options: { security_invoker: 'true' },
        query: {
          text: 'SELECT u.id, o.* FROM app.users u JOIN orders o ON o.user_id = u.id WHERE f(u.x)',
          reads: [
            { relation: { schema: 'app', name: 'users' }, access: 'read', only: false },
            { relation: { name: 'orders' }, access: 'read' },
          ],
          calls: [{ name: { name: 'f' }, argumentCount: 1 }],
          outputs: ['id', undefined],
          hasStar: true,
          bounded: false,
        },
      },
    ],
  ],
  [
    'CREATE RECURSIVE VIEW v (n) AS SELECT 1 UNION ALL SELECT n + 1 FROM v',
    [{ kind: 'createView', recursive: true, query: { text: 'SELECT 1 UNION ALL SELECT n + 1 FROM v', reads: [] } }],
  ],
  [
    'CREATE VIEW v AS WITH a AS (SELECT id FROM t), b AS (SELECT * FROM a) SELECT * FROM b, ONLY c',
    [{ kind: 'createView', query: { reads: [{ relation: { name: 't' } }, { relation: { name: 'c' }, only: true }], outputs: ['id', undefined] } }],
  ],
  ['DROP VIEW IF EXISTS v CASCADE', [{ kind: 'dropView', view: { name: 'v' }, ifExists: true, behavior: 'cascade' }]],
  ['ALTER VIEW v ALTER COLUMN a SET DEFAULT 1', [{ kind: 'alterView', materialized: false, change: { type: 'setDefault', column: 'a', default: { literal: 1 } } }]],
  ['ALTER VIEW v SET (security_barrier)', [{ kind: 'alterView', change: { type: 'setOptions', options: { security_barrier: 'true' } } }]],
  [
    'CREATE MATERIALIZED VIEW IF NOT EXISTS m AS SELECT count(*) AS n FROM t WITH NO DATA',
    [{ kind: 'createMaterializedView', view: { name: 'm' }, ifNotExists: true, withData: false, query: { text: 'SELECT count(*) AS n FROM t', outputs: ['n'] } }],
  ],
  ['REFRESH MATERIALIZED VIEW CONCURRENTLY m', [{ kind: 'refreshMaterializedView', concurrently: true, withData: true }]],
  ['DROP MATERIALIZED VIEW m', [{ kind: 'dropMaterializedView', view: { name: 'm' }, behavior: 'restrict' }]],
  ['ALTER MATERIALIZED VIEW m RENAME TO n', [{ kind: 'renameObject', objectType: 'materializedView', newName: 'n' }]],
  ['ALTER MATERIALIZED VIEW m SET TABLESPACE x', [{ kind: 'alterView', materialized: true, change: { type: 'setTablespace' } }]],
];

const USER_TYPES: Cases = [
  ["CREATE TYPE s.mood AS ENUM ('sad', 'ok')", [{ kind: 'createEnum', type: { schema: 's', name: 'mood' }, values: ['sad', 'ok'] }]],
  ["ALTER TYPE mood ADD VALUE IF NOT EXISTS 'good' AFTER 'ok'", [{ kind: 'addEnumValue', value: 'good', ifNotExists: true, position: { place: 'after', neighbour: 'ok' } }]],
  ["ALTER TYPE mood RENAME VALUE 'a' TO 'b'", [{ kind: 'renameEnumValue', value: 'a', newValue: 'b' }]],
  ['ALTER TYPE mood RENAME TO m', [{ kind: 'renameObject', objectType: 'type', object: { name: 'mood' }, newName: 'm' }]],
  ['CREATE TYPE pair AS (a int, b text[])', [{ kind: 'createCompositeType', attributes: [{ name: 'a', type: type('integer') }, { name: 'b', type: type('text', [], 1) }] }]],
  [
    'ALTER TYPE pair ADD ATTRIBUTE c int CASCADE, DROP ATTRIBUTE IF EXISTS a, ALTER ATTRIBUTE b TYPE text',
    [
      { kind: 'alterCompositeType', behavior: 'cascade', change: { type: 'addAttribute', name: 'c', dataType: type('integer') }, clause: 'ADD ATTRIBUTE c int CASCADE' },
      { kind: 'alterCompositeType', change: { type: 'dropAttribute', name: 'a', ifExists: true } },
      { kind: 'alterCompositeType', change: { type: 'changeAttributeType', name: 'b' } },
    ],
  ],
  ['ALTER TYPE pair RENAME ATTRIBUTE a TO z', [{ kind: 'alterCompositeType', change: { type: 'renameAttribute', name: 'a', newName: 'z' } }]],
  ['CREATE TYPE r AS RANGE (subtype = int)', [{ kind: 'createType', variety: 'range' }]],
  ['CREATE TYPE shell', [{ kind: 'createType', variety: 'shell' }]],
  [
    "CREATE DOMAIN email AS text COLLATE \"C\" DEFAULT 'x' NOT NULL CONSTRAINT at_sign CHECK (VALUE LIKE '%@%')",
    [{ kind: 'createDomain', type: type('text'), notNull: true, default: { text: "'x'" }, checks: [{ name: 'at_sign', expression: { text: "VALUE LIKE '%@%'" } }] }],
  ],
  ['ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0) NOT VALID', [{ kind: 'alterDomain', change: { type: 'addConstraint', constraint: { type: 'check', name: 'c', notValid: true, expression: { text: 'VALUE > 0' } } } }]],
  ['ALTER DOMAIN d SET NOT NULL', [{ kind: 'alterDomain', change: { type: 'setNotNull' } }]],
  ['ALTER DOMAIN d SET DEFAULT 1', [{ kind: 'alterDomain', change: { type: 'setDefault', default: { text: '1' } } }]],
  ['ALTER DOMAIN d DROP DEFAULT', [{ kind: 'alterDomain', change: { type: 'dropDefault' } }]],
  ['ALTER DOMAIN d VALIDATE CONSTRAINT c', [{ kind: 'alterDomain', change: { type: 'validateConstraint', name: 'c' } }]],
  ['DROP TYPE IF EXISTS a, b', [{ kind: 'dropType', type: { name: 'a' }, domain: false, ifExists: true, clause: 'a' }, { kind: 'dropType', type: { name: 'b' } }]],
  ['DROP DOMAIN d', [{ kind: 'dropType', domain: true }]],
  ['CREATE SEQUENCE IF NOT EXISTS s AS int OWNED BY a.t.c', [{ kind: 'createSequence', ifNotExists: true, type: type('integer'), ownedBy: { table: { schema: 'a', name: 't' }, column: 'c' } }]],
  ['ALTER SEQUENCE s RESTART WITH 5 OWNED BY NONE AS bigint', [{ kind: 'alterSequence', options: ['restart', 'owned_by', 'as'], type: type('bigint'), ownedBy: null }]],
  ['DROP SEQUENCE s', [{ kind: 'dropSequence', sequence: { name: 's' } }]],
];

const ROUTINES: Cases = [
  [
    "CREATE OR REPLACE FUNCTION s.f(a int, INOUT b text DEFAULT 'x', OUT c int, VARIADIC d text[]) RETURNS record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT 1 $$",
    [
      {
        kind: 'createRoutine',
        routine: { schema: 's', name: 'f' },
        variety: 'function',
        replace: true,
        language: 'sql',
        parameters: [type('integer'), type('text'), type('text', [], 1)],
        parameterNames: ['a', 'b', 'd'],
        volatility: 'stable',
        securityDefiner: true,
        settings: ['search_path'],
        sqlBody: false,
        bodyText: ' SELECT 1 ',
        returnsTrigger: false,
      },
    ],
  ],
  ['CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$', [{ kind: 'createRoutine', returnsTrigger: true, body: [] }]],
  ["CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'lib', 'sym'", [{ kind: 'createRoutine', language: 'c', body: [] }]],
  ['ALTER FUNCTION f(int) IMMUTABLE SECURITY DEFINER', [{ kind: 'alterRoutine', parameters: [type('integer')], changes: ['volatility', 'security'] }]],
  ['ALTER FUNCTION f(int) RENAME TO g', [{ kind: 'renameObject', objectType: 'function', object: { name: 'f' }, newName: 'g' }]],
  [
    'DROP FUNCTION IF EXISTS f(int, text), g',
    [
      { kind: 'dropRoutine', variety: 'function', parameters: [type('integer'), type('text')], clause: 'f(int, text)' },
      { kind: 'dropRoutine', routine: { name: 'g' }, clause: 'g' },
    ],
  ],
  ['DROP PROCEDURE p()', [{ kind: 'dropRoutine', variety: 'procedure', parameters: [] }]],
  [
    'CREATE TRIGGER tr BEFORE INSERT OR UPDATE OF a, b ON s.t FOR EACH ROW WHEN (OLD.a IS DISTINCT FROM NEW.a) EXECUTE FUNCTION s.f()',
    [
      {
        kind: 'createTrigger',
        trigger: 'tr',
        table: { schema: 's', name: 't' },
        timing: 'before',
        events: ['insert', 'update'],
        columns: ['a', 'b'],
        forEachRow: true,
        when: { text: 'OLD.a IS DISTINCT FROM NEW.a', columns: ['a'] },
        function: { schema: 's', name: 'f' },
      },
    ],
  ],
  ['CREATE CONSTRAINT TRIGGER tr AFTER DELETE ON a FROM b DEFERRABLE FOR EACH ROW EXECUTE PROCEDURE f()', [{ kind: 'createTrigger', constraint: true, timing: 'after', events: ['delete'], from: { name: 'b' } }]],
  ['DROP TRIGGER IF EXISTS tr ON s.t', [{ kind: 'dropTrigger', trigger: 'tr', table: { schema: 's', name: 't' }, ifExists: true }]],
  ['ALTER TRIGGER a ON t RENAME TO b', [{ kind: 'renameObject', objectType: 'trigger', object: { name: 'a' }, table: { name: 't' }, newName: 'b' }]],
  [
    'CREATE RULE r AS ON UPDATE TO t DO INSTEAD (SELECT 1; DELETE FROM o)',
    [{ kind: 'createRule', event: 'update', instead: true, actions: [{ text: 'SELECT 1' }, { text: 'DELETE FROM o', writes: [{ relation: { name: 'o' }, access: 'delete' }] }] }],
  ],
  ['DROP RULE r ON t', [{ kind: 'dropRule', rule: 'r', table: { name: 't' } }]],
  [
    'CREATE POLICY p ON t AS RESTRICTIVE FOR UPDATE TO PUBLIC, app USING (owner = current_user) WITH CHECK (org IN (SELECT id FROM orgs))',
    [
      {
        kind: 'createPolicy',
        policy: 'p',
        permissive: false,
        command: 'update',
        roles: ['public', 'app'],
        using: { text: 'owner = current_user', calls: [{ name: { name: 'current_user' } }] },
        check: { text: 'org IN (SELECT id FROM orgs)', reads: [{ name: 'orgs' }] },
      },
    ],
  ],
  ['ALTER POLICY p ON t USING (true)', [{ kind: 'alterPolicy', using: { text: 'true', literal: true } }]],
  ['DROP POLICY IF EXISTS p ON t', [{ kind: 'dropPolicy', policy: 'p', table: { name: 't' }, ifExists: true }]],
];

const OTHERS: Cases = [
  [
    'CREATE SCHEMA s CREATE TABLE a (b int) CREATE VIEW v AS SELECT 1 GRANT SELECT ON v TO x',
    [
      { kind: 'createSchema', schema: 's' },
      { kind: 'createTable', table: { schema: 's', name: 'a' }, clause: 'CREATE TABLE a (b int)' },
      { kind: 'createView', view: { schema: 's', name: 'v' }, query: { text: 'SELECT 1' } },
      { kind: 'grant', privileges: ['select'] },
    ],
  ],
  ['CREATE SCHEMA IF NOT EXISTS AUTHORIZATION me', [{ kind: 'createSchema', schema: 'me', ifNotExists: true }]],
  ['DROP SCHEMA a, b CASCADE', [{ kind: 'dropSchema', schema: 'a', behavior: 'cascade', clause: 'a' }, { kind: 'dropSchema', schema: 'b' }]],
  ['CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA x', [{ kind: 'createExtension', extension: 'uuid-ossp', schema: 'x', ifNotExists: true }]],
  ['DROP EXTENSION e', [{ kind: 'dropExtension', extension: 'e' }]],
  ["COMMENT ON COLUMN s.t.c IS 'x'", [{ kind: 'comment', objectType: 'column', object: { schema: 's', name: 't' }, part: 'c', text: 'x' }]],
  ['COMMENT ON TABLE t IS NULL', [{ kind: 'comment', objectType: 'table', object: { name: 't' }, text: null }]],
  ["COMMENT ON CONSTRAINT c ON t IS 'x'", [{ kind: 'comment', objectType: 'constraint', object: { name: 't' }, part: 'c' }]],
  ["COMMENT ON FUNCTION f(int) IS 'x'", [{ kind: 'comment', objectType: 'function', object: { name: 'f' } }]],
  ['GRANT SELECT (a), UPDATE ON t, s.u TO PUBLIC, me', [{ kind: 'grant', revoke: false, objectType: 'table', objects: [{ name: 't' }, { schema: 's', name: 'u' }], privileges: ['select', 'update'], ofColumns: [{ privilege: 'select', columns: ['a'] }], grantees: ['public', 'me'] }]],
  ['GRANT SELECT ON t TO me WITH GRANT OPTION', [{ kind: 'grant', revoke: false, privileges: ['select'], grantOption: true }]],
  ['CREATE PUBLICATION p FOR TABLE a, b (x) WHERE (y > 1)', [{ kind: 'createObject', objectType: 'publication', relations: [{ name: 'a' }, { name: 'b' }], partly: true }]],
  ['REVOKE ALL ON ALL TABLES IN SCHEMA s FROM me', [{ kind: 'grant', revoke: true, allInSchemas: ['s'], objects: [], privileges: ['all'] }]],
  ['GRANT a TO b', [{ kind: 'roleChange', change: 'grantRole', roles: ['a', 'b'] }]],
  ['CREATE ROLE r LOGIN', [{ kind: 'roleChange', change: 'createRole', roles: ['r'] }]],
  ['ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO r', [{ kind: 'roleChange', change: 'defaultPrivileges', roles: ['r'] }]],
  ['ALTER SCHEMA a RENAME TO b', [{ kind: 'renameObject', objectType: 'schema', object: { name: 'a' } }]],
  ['ALTER DOMAIN d RENAME CONSTRAINT a TO b', [{ kind: 'renameObject', objectType: 'domainConstraint', object: { name: 'a' }, table: { name: 'd' } }]],
  ['ALTER FUNCTION f() OWNER TO CURRENT_USER', [{ kind: 'setOwner', objectType: 'function', owner: 'current_user' }]],
  ['CREATE PUBLICATION p FOR TABLE a, s.b', [{ kind: 'createObject', objectType: 'publication', object: { name: 'p' }, relations: [{ name: 'a' }, { schema: 's', name: 'b' }] }]],
  ['ALTER PUBLICATION p ADD TABLE c', [{ kind: 'alterObject', objectType: 'publication', change: 'add table', relations: [{ name: 'c' }] }]],
  ['CREATE STATISTICS st ON a, b FROM t', [{ kind: 'createObject', objectType: 'statistics', relations: [{ name: 't' }] }]],
  ['CREATE CAST (int AS text) WITH INOUT', [{ kind: 'createObject', objectType: 'cast', object: { name: 'integer as text' } }]],
  ['CREATE AGGREGATE g(int) (sfunc = f, stype = int)', [{ kind: 'createObject', objectType: 'aggregate' }]],
  ['DROP OPERATOR CLASS s.oc USING btree', [{ kind: 'dropObject', objectType: 'operatorClass', object: { schema: 's', name: 'oc' } }]],
  ['CREATE DATABASE d', [{ kind: 'createObject', objectType: 'database' }]],
  ['DROP DATABASE IF EXISTS d', [{ kind: 'dropObject', objectType: 'database', ifExists: true }]],
  ['CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION f()', [{ kind: 'createObject', objectType: 'eventTrigger' }]],
  ['ALTER EXTENSION e UPDATE', [{ kind: 'alterObject', objectType: 'extension', change: 'update' }]],
  ['ALTER TABLE ALL IN TABLESPACE a SET TABLESPACE b', [{ kind: 'alterObject', objectType: 'tablespace', object: { name: 'a' }, change: 'move all table to b' }]],
];

describe.each([
  ['indexes', INDEXES],
  ['views', VIEWS],
  ['types, domains and sequences', USER_TYPES],
  ['routines, triggers, rules and policies', ROUTINES],
  ['other objects', OTHERS],
])('%s', (_, cases) => {
  test.each(cases)('%s', (sql, expected) => {
    expectOperations(sql, expected);
  });
});
