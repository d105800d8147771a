import { beforeAll, describe, expect, it } from 'vitest';
import { postgres } from '../src/dialects/postgres/index.ts';
import { causesOf, effectsOf, locksOf, namesOf } from './support/effects-of.ts';

beforeAll(() => postgres.load());

const USERS = "CREATE TABLE orgs (id int PRIMARY KEY); CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL DEFAULT '', org_id int REFERENCES orgs, age int);";

describe('locks', () => {
  it('names the relations that a statement does not name, and why they are locked', () => {
    const { locks } = effectsOf(`${USERS} DROP TABLE users;`);
    expect(locks.find(({ relation }) => relation.name === 'orgs')).toMatchObject({ mode: 'AccessExclusiveLock', blocks: 'readsAndWrites', because: 'referenced by public.users' });
  });

  it('knows what every mode keeps waiting', () => {
    const blocked = ['AccessShareLock', 'RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareLock', 'ExclusiveLock', 'AccessExclusiveLock'].map((mode) => postgres.blocks(mode));
    expect(blocked).toEqual(['nothing', 'nothing', 'schemaChanges', 'writes', 'writes', 'readsAndWrites']);
  });

  it('takes the strongest of several clauses', () => {
    expect(locksOf(effectsOf(`${USERS} ALTER TABLE users ALTER COLUMN email SET STATISTICS 10, ADD COLUMN x int;`))).toEqual(['users AccessExclusiveLock']);
  });

  it('are let go early by what runs concurrently', () => {
    const { locks } = effectsOf(`${USERS} CREATE INDEX CONCURRENTLY i ON users (age);`, { inTransaction: false });
    expect(locks).toMatchObject([{ mode: 'ShareUpdateExclusiveLock', released: true }]);
  });

  it('go through views to what they read', () => {
    expect(locksOf(effectsOf(`${USERS} CREATE VIEW v AS SELECT * FROM users; CREATE VIEW w AS SELECT * FROM v; SELECT * FROM w;`))).toEqual(['users AccessShareLock', 'v AccessShareLock', 'w AccessShareLock']);
  });

  it('are assumed on a table that the history never made', () => {
    const effects = effectsOf('ALTER TABLE unheard_of ADD COLUMN x int;');
    expect(locksOf(effects)).toEqual(['unheard_of AccessExclusiveLock']);
  });

  it('leave out what the statement itself has made', () => {
    expect(locksOf(effectsOf(`${USERS} DO $$ BEGIN CREATE TABLE fresh (id int); ALTER TABLE fresh ADD COLUMN x int; ALTER TABLE users ADD COLUMN x int; END $$;`))).toEqual(['users AccessExclusiveLock']);
  });

  it('of the body of a routine come with its call', () => {
    const effects = effectsOf(`${USERS} CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE users ADD COLUMN x int; END $$; SELECT f();`);
    expect(locksOf(effects)).toEqual(['users AccessExclusiveLock']);
  });
});

describe('scans and rewrites', () => {
  it('spare SET NOT NULL the scan when a valid check proves it, from 12 on', () => {
    const sql = `${USERS} ALTER TABLE users ADD CONSTRAINT c CHECK (age IS NOT NULL AND age > 0); ALTER TABLE users ALTER COLUMN age SET NOT NULL;`;
    expect(namesOf(effectsOf(sql).scans)).toEqual([]);
    expect(namesOf(effectsOf(sql, { version: 11 }).scans)).toEqual(['users']);
  });

  it('come with a check that proves nothing', () => {
    for (const check of ['CHECK (age > 0)', 'CHECK (age IS NOT NULL) NOT VALID', 'CHECK (age IS NOT NULL OR email IS NOT NULL)']) {
      expect(namesOf(effectsOf(`${USERS} ALTER TABLE users ADD CONSTRAINT c ${check}; ALTER TABLE users ALTER COLUMN age SET NOT NULL;`).scans), check).toEqual(['users']);
    }
  });

  it('reach the default partition when a partition is made beside it, unless its check rules the rows out', () => {
    const table = 'CREATE TABLE p (a int) PARTITION BY RANGE (a); CREATE TABLE other PARTITION OF p DEFAULT;';
    const made = 'CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);';
    expect(namesOf(effectsOf(`${table} ${made}`).scans)).toEqual(['other']);
    expect(namesOf(effectsOf(`${table} ALTER TABLE other ADD CHECK (a IS NOT NULL AND a >= 10); ${made}`).scans)).toEqual([]);
  });

  it('are the work that counts', () => {
    expect(effectsOf(`${USERS} CREATE INDEX i ON users (age);`)).toMatchObject({ work: 'indexBuild', workOn: { name: 'users' } });
    expect(effectsOf(`${USERS} ALTER TABLE users ADD COLUMN x uuid DEFAULT gen_random_uuid();`)).toMatchObject({ work: 'rewrite', workOn: { name: 'users' } });
    expect(effectsOf(`${USERS} ALTER TABLE users ADD COLUMN x int;`)).toMatchObject({ work: 'catalog', scans: [], rewrites: [] });
    expect(effectsOf(`${USERS} UPDATE users SET age = 1;`)).toMatchObject({ work: 'allRows' });
  });
});

describe('losses and breakage', () => {
  it('of a dropped column take its indexes and constraints along', () => {
    const { loss, breaks } = effectsOf(`${USERS} CREATE UNIQUE INDEX one ON users (email, age); ALTER TABLE users DROP COLUMN email;`);
    expect(loss.map(({ what, object }) => `${what} ${object}`)).toEqual(expect.arrayContaining(['column public.users.email', 'uniqueness public.one']));
    expect(breaks).toEqual([{ what: 'reads', object: 'public.users.email' }]);
  });

  it('hit inserts that do not know a required column', () => {
    expect(effectsOf(`${USERS} ALTER TABLE users ADD COLUMN x int NOT NULL;`).breaks).toEqual([{ what: 'inserts', object: 'public.users' }]);
    expect(effectsOf(`${USERS} ALTER TABLE users ALTER COLUMN email DROP DEFAULT;`).breaks).toEqual([{ what: 'inserts', object: 'public.users' }]);
    expect(effectsOf(`${USERS} ALTER TABLE users ADD COLUMN x int NOT NULL DEFAULT 0;`).breaks).toEqual([]);
  });
});

describe('failures', () => {
  const cases: readonly (readonly [cause: string, sql: string])[] = [
    ['not-null-without-default', 'ALTER TABLE users ADD COLUMN x int NOT NULL;'],
    ['nulls-in-column', 'ALTER TABLE users ALTER COLUMN age SET NOT NULL;'],
    ['unique-duplicates', 'CREATE UNIQUE INDEX i ON users (age);'],
    ['check-violations', 'ALTER TABLE users ADD CHECK (age > 0);'],
    ['column-exists', 'ALTER TABLE users ADD COLUMN age int;'],
    ['column-missing', 'ALTER TABLE users DROP COLUMN nope;'],
    ['constraint-missing', 'ALTER TABLE users VALIDATE CONSTRAINT nope;'],
    ['drop-with-dependents', 'DROP TABLE orgs;'],
    ['truncate-referenced', 'TRUNCATE orgs;'],
    ['drop-index-of-constraint', 'DROP INDEX users_pkey;'],
    ['multiple-primary-keys', 'ALTER TABLE users ADD PRIMARY KEY (age);'],
    ['serial-is-no-type', 'ALTER TABLE users ALTER COLUMN age TYPE bigserial;'],
    ['type-needs-using', 'ALTER TABLE users ALTER COLUMN email TYPE uuid;'],
    ['fk-target-not-unique', 'ALTER TABLE users ADD FOREIGN KEY (age) REFERENCES users (age);'],
    ['fk-type-mismatch', 'ALTER TABLE users ADD FOREIGN KEY (email) REFERENCES orgs;'],
    ['index-expression-not-immutable', "CREATE INDEX i ON users (age) WHERE now() > '2020-01-01';"],
    ['drop-not-null-required', 'ALTER TABLE users ALTER COLUMN id DROP NOT NULL;'],
  ];
  it.each(cases)('%s: %s', (cause, sql) => {
    expect(causesOf(effectsOf(`${USERS} ${sql}`))).toContain(cause);
  });

  it('are not claimed where the catalog proves nothing', () => {
    for (const sql of ['ALTER TABLE elsewhere DROP COLUMN a;', 'ALTER TABLE elsewhere DROP CONSTRAINT c;', 'DROP TABLE elsewhere;', 'ALTER TABLE elsewhere ADD FOREIGN KEY (a) REFERENCES further (b) NOT VALID;']) {
      expect(causesOf(effectsOf(sql)), sql).toEqual([]);
    }
  });

  it('that need rows are not claimed of a table made by the same script', () => {
    expect(causesOf(effectsOf(`${USERS} ALTER TABLE users ADD COLUMN x int NOT NULL;`, { together: true }))).toEqual([]);
    expect(causesOf(effectsOf(`${USERS} INSERT INTO users (id) VALUES (1); ALTER TABLE users ADD COLUMN x int NOT NULL;`, { together: true }))).toEqual(['not-null-without-default']);
  });

  it('of a type change come from what uses the column', () => {
    const uses = ['CREATE VIEW v AS SELECT age FROM users;', 'ALTER TABLE users ADD COLUMN twice int GENERATED ALWAYS AS (age * 2) STORED;', 'CREATE POLICY p ON users USING (age > 1);'];
    for (const use of uses) expect(causesOf(effectsOf(`${USERS} ${use} ALTER TABLE users ALTER COLUMN age TYPE bigint;`)), use).toEqual(['type-used-by-dependents']);
  });

  it('of an enum value used too early depend on the transaction', () => {
    const table = "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE t (m mood);";
    const use = "ALTER TYPE mood ADD VALUE 'glad'; INSERT INTO t VALUES ('glad');";
    expect(causesOf(effectsOf(use, { history: table, together: true }))).toEqual(['new-enum-value-in-transaction']);
    expect(causesOf(effectsOf(use, { history: table }))).toEqual([]);
    // A type made in the same transaction is not old enough to matter.
    expect(causesOf(effectsOf(`${table} ${use}`, { together: true }))).toEqual([]);
  });

  it('of checks that wait for the end of the transaction hit the statements that refuse to', () => {
    const history = `${USERS} ALTER TABLE users ADD COLUMN boss int REFERENCES users DEFERRABLE INITIALLY DEFERRED;`;
    const causes = (sql: string): readonly string[] => causesOf(effectsOf(sql, { history, together: true }));
    expect(causes('UPDATE users SET boss = 1; ALTER TABLE users ALTER COLUMN boss SET DEFAULT 1;')).toEqual(['pending-trigger-events']);
    expect(causes('UPDATE users SET age = 1; ALTER TABLE users ALTER COLUMN boss SET DEFAULT 1;')).toEqual([]);
    expect(causes('UPDATE users SET boss = 1; SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE users ALTER COLUMN boss SET DEFAULT 1;')).toEqual([]);
    expect(causes('UPDATE users SET boss = 1; ALTER TABLE users RENAME TO people;')).toEqual([]);
  });

  it('of a new enum value reach every place that a literal can stand in', () => {
    const history = "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE t (m mood, id int);";
    const uses = ["ALTER TABLE t ALTER COLUMN m SET DEFAULT 'glad';", "CREATE INDEX i ON t (id) WHERE m = 'glad';", "ALTER TABLE t ADD CHECK (m <> 'glad');", "CREATE VIEW v AS SELECT * FROM t WHERE m = 'glad';", "CREATE TABLE u (m mood DEFAULT 'glad');"];
    for (const use of uses) expect(causesOf(effectsOf(`ALTER TYPE mood ADD VALUE 'glad'; ${use}`, { history, together: true })), use).toContain('new-enum-value-in-transaction');
    expect(causesOf(effectsOf("ALTER TYPE mood ADD VALUE 'glad'; INSERT INTO t (id, m) VALUES (1, 'sad');", { history, together: true }))).toEqual([]);
  });

  it('behind a condition are what the condition is for', () => {
    const effects = effectsOf(`${USERS} DO $$ BEGIN ALTER TABLE users ADD COLUMN age int; EXCEPTION WHEN duplicate_column THEN NULL; END $$;`);
    expect(effects).toMatchObject({ failures: [], locks: [] });
  });
});

describe('statements that refuse a transaction', () => {
  const refused: readonly (readonly [cause: string, sql: string])[] = [
    ['concurrently-in-transaction', 'CREATE INDEX CONCURRENTLY i ON users (age);'],
    ['concurrently-in-transaction', 'DROP INDEX CONCURRENTLY users_age;'],
    ['concurrently-in-transaction', 'REINDEX TABLE CONCURRENTLY users;'],
    ['statement-in-transaction', 'VACUUM users;'],
    ['statement-in-transaction', "ALTER SYSTEM SET work_mem = '1MB';"],
    ['statement-in-transaction', 'CREATE DATABASE other;'],
  ];
  it.each(refused)('%s: %s', (cause, sql) => {
    expect(causesOf(effectsOf(`${USERS} CREATE INDEX users_age ON users (age); ${sql}`))).toContain(cause);
    expect(causesOf(effectsOf(`${USERS} CREATE INDEX users_age ON users (age); ${sql}`, { inTransaction: false }))).not.toContain(cause);
  });

  it('are refused in a DO block, which is a transaction by itself', () => {
    expect(causesOf(effectsOf(`${USERS} DO $$ BEGIN CREATE INDEX CONCURRENTLY i ON users (age); END $$;`, { inTransaction: false }))).toContain('concurrently-in-transaction');
  });

  it('adds an enum value in a transaction from 12 on', () => {
    const sql = "CREATE TYPE mood AS ENUM ('sad'); ALTER TYPE mood ADD VALUE 'glad';";
    expect(causesOf(effectsOf(sql, { version: 11 }))).toEqual(['add-enum-value-in-transaction']);
    expect(causesOf(effectsOf(sql, { version: 12 }))).toEqual([]);
  });
});

describe('versions', () => {
  it('attach partitions under a weaker lock from 12 on', () => {
    const sql = 'CREATE TABLE p (a int) PARTITION BY RANGE (a); CREATE TABLE c (a int); ALTER TABLE p ATTACH PARTITION c FOR VALUES FROM (0) TO (1);';
    expect([11, 12].map((version) => locksOf(effectsOf(sql, { version })))).toEqual([
      ['c AccessExclusiveLock', 'p AccessExclusiveLock'],
      ['c AccessExclusiveLock', 'p ShareUpdateExclusiveLock'],
    ]);
  });

  it('have their abilities', () => {
    expect([11, 12].map((version) => postgres.can('reindexConcurrently', version))).toEqual([false, true]);
    expect([17, 18].map((version) => postgres.can('notValidForeignKeyOnPartitioned', version))).toEqual([false, true]);
    expect(postgres.versions.every((version) => postgres.can('instantDefault', version))).toBe(true);
  });
});
