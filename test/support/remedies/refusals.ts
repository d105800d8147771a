import type { Pattern } from '../../../src/remedy/step.ts';
import type { PlanOptions } from './plans.ts';

export interface RefusalCase {
  readonly name: string;
  readonly pattern: Pattern;
  readonly setup: string;
  readonly sql: string;
  readonly says: RegExp;
  readonly options?: PlanOptions;
}

const T = 'CREATE TABLE t (id int PRIMARY KEY, a int, b text); CREATE INDEX t_a_idx ON t (a);';
const KEYLESS = 'CREATE TABLE t (a int, b text);';
const PARTED = 'CREATE TABLE p (id int, k int) PARTITION BY RANGE (k); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9);';

/** What has no safe form that could be written says why. */
export const REFUSALS: readonly RefusalCase[] = [
  { name: 'an index in a block', pattern: 'buildIndexConcurrently', setup: T, sql: "DO $$ DECLARE b text := 'a'; BEGIN CREATE INDEX x ON t (b); END $$", says: /block of code/ },
  { name: 'an index that backs a constraint', pattern: 'dropIndexConcurrently', setup: T, sql: 'DROP INDEX t_pkey', says: /backs a constraint/ },
  { name: 'an index of a partitioned table dropped', pattern: 'dropIndexConcurrently', setup: `${PARTED} CREATE INDEX p_k ON p (k);`, sql: 'DROP INDEX p_k', says: /partitioned/ },
  { name: 'an index dropped with CASCADE', pattern: 'dropIndexConcurrently', setup: T, sql: 'DROP INDEX t_a_idx CASCADE', says: /CASCADE/ },
  { name: 'REINDEX before 12', pattern: 'reindexConcurrently', setup: T, sql: 'REINDEX TABLE t', says: /PostgreSQL 12/, options: { version: 11 } },
  { name: 'detaching before 14', pattern: 'detachConcurrently', setup: PARTED, sql: 'ALTER TABLE p DETACH PARTITION p1', says: /PostgreSQL 14/, options: { version: 13 } },
  { name: 'refreshing without a unique index', pattern: 'refreshConcurrently', setup: `${T} CREATE MATERIALIZED VIEW m AS SELECT * FROM t;`, sql: 'REFRESH MATERIALIZED VIEW m', says: /unique index/ },
  { name: 'a foreign key of a partitioned table before 18', pattern: 'validateLater', setup: `${T} ${PARTED}`, sql: 'ALTER TABLE p ADD FOREIGN KEY (id) REFERENCES t', says: /NOT VALID/ },
  { name: 'a primary key of a partitioned table over a column that may be NULL', pattern: 'primaryKeyFromIndex', setup: 'CREATE TABLE p (k int NOT NULL, v int) PARTITION BY LIST (k); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);', sql: 'ALTER TABLE p ADD PRIMARY KEY (k, v)', says: /v of p may be NULL.*require-column p\.v/ },
  { name: 'a key of a partitioned table without partitions', pattern: 'uniqueFromIndex', setup: 'CREATE TABLE p (k int NOT NULL) PARTITION BY LIST (k);', sql: 'ALTER TABLE p ADD UNIQUE (k)', says: /no partition of p/ },
  { name: 'not null before 12', pattern: 'proveNotNull', setup: T, sql: 'ALTER TABLE t ALTER a SET NOT NULL', says: /PostgreSQL 12/, options: { version: 11 } },
  { name: 'what is not null already', pattern: 'proveNotNull', setup: T, sql: 'ALTER TABLE t ALTER id SET NOT NULL', says: /already/ },
  { name: 'an exclusion constraint', pattern: 'exclusionConstraint', setup: KEYLESS, sql: 'ALTER TABLE t ADD EXCLUDE USING gist (a WITH =)', says: /no online form/ },
  { name: 'a swap of a table whose key is deferrable', pattern: 'swapTable', setup: 'CREATE TABLE t (id int PRIMARY KEY DEFERRABLE, a int);', sql: 'ALTER TABLE t SET (fillfactor = 70)', says: /DEFERRABLE/ },
  { name: 'a swap with a materialized view that takes whole rows', pattern: 'swapTable', setup: `${T} CREATE MATERIALIZED VIEW m AS SELECT t FROM t;`, sql: 'ALTER TABLE t SET UNLOGGED', says: /materialized view m reads it, and it takes whole rows of t/ },
  { name: 'a swap of a partitioned table', pattern: 'swapTable', setup: PARTED, sql: 'ALTER TABLE p SET (autovacuum_enabled = false)', says: /partitioned/ },
  { name: 'a swap of a table with a rule', pattern: 'swapTable', setup: `${T} CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;`, sql: 'ALTER TABLE t SET UNLOGGED', says: /rule r/ },
  { name: 'a swap of a table that the history does not know', pattern: 'swapTable', setup: '', sql: 'ALTER TABLE t SET UNLOGGED', says: /does not tell all/ },
  { name: 'VACUUM FULL', pattern: 'noOnlineForm', setup: T, sql: 'VACUUM FULL t', says: /VACUUM FULL has no online form/ },
  { name: 'CLUSTER', pattern: 'noOnlineForm', setup: T, sql: 'CLUSTER t USING t_a_idx', says: /CLUSTER has no online form/ },
  { name: 'SET LOGGED', pattern: 'noOnlineForm', setup: KEYLESS, sql: 'ALTER TABLE t SET UNLOGGED', says: /SET UNLOGGED has no online form/ },
  { name: 'SET TABLESPACE', pattern: 'noOnlineForm', setup: KEYLESS, sql: 'ALTER TABLE t SET TABLESPACE x', says: /SET TABLESPACE has no online form/ },
  { name: 'a condition of a domain', pattern: 'noOnlineForm', setup: 'CREATE DOMAIN d AS int;', sql: 'ALTER DOMAIN d ADD CHECK (VALUE > 0)', says: /SHARE locks/ },
  { name: 'an update of a table without a key that counts', pattern: 'batchUpdate', setup: KEYLESS, sql: 'UPDATE t SET a = a + 1', says: /do not show whether they are done/ },
  { name: 'a delete of what a table without a key has twice', pattern: 'batchDelete', setup: KEYLESS, sql: 'DELETE FROM t USING t AS o WHERE o.ctid < t.ctid AND o.a = t.a', says: /no key by which the rows could be settled/ },
  { name: 'a backfill of a table without a key that others inherit from', pattern: 'requiredColumn', setup: `${KEYLESS} CREATE TABLE c () INHERITS (t);`, sql: 'ALTER TABLE t ADD COLUMN x int NOT NULL', says: /inherit/ },
  { name: 'a copy of a table without a key', pattern: 'batchInsert', setup: `${KEYLESS} CREATE TABLE t2 (a int);`, sql: 'INSERT INTO t2 SELECT a FROM t', says: /primary key/ },
  { name: 'a column that there is already', pattern: 'renameColumn', setup: T, sql: 'ALTER TABLE t RENAME a TO b', says: /has a column b already/ },
  { name: 'a loop over rows found before', pattern: 'commitBatches', setup: T, sql: 'DO $$ DECLARE u record; BEGIN FOR u IN SELECT id FROM t LIMIT 9 LOOP UPDATE t SET a = 1 WHERE id = u.id; END LOOP; END $$', says: /as a single UPDATE or DELETE, of which lockkeeper plan makes batches/ },
  { name: 'a loop that goes from key to key in a variable', pattern: 'commitBatches', setup: T, sql: 'DO $$ DECLARE k int := 0; BEGIN LOOP UPDATE t SET a = a + 1 WHERE id IN (SELECT id FROM t WHERE id > k ORDER BY id LIMIT 7); EXIT WHEN NOT FOUND; k := k + 7; END LOOP; END $$', says: /be started again/ },
  { name: 'a loop whose errors are caught', pattern: 'commitBatches', setup: T, sql: 'DO $$ BEGIN LOOP UPDATE t SET a = 1 WHERE id IN (SELECT id FROM t WHERE a IS NULL LIMIT 7); EXIT WHEN NOT FOUND; END LOOP; EXCEPTION WHEN OTHERS THEN NULL; END $$', says: /EXCEPTION clause/ },
  { name: 'a loop among other things', pattern: 'commitBatches', setup: T, sql: 'DO $$ BEGIN ALTER TABLE t ADD c int; LOOP UPDATE t SET a = 1 WHERE id IN (SELECT id FROM t WHERE a IS NULL LIMIT 7); EXIT WHEN NOT FOUND; END LOOP; END $$', says: /a block of its own/ },
  { name: 'an update of the key', pattern: 'batchUpdate', setup: T, sql: 'UPDATE t SET id = id + 1', says: /told apart/ },
  { name: 'an update of several columns at once that reads its own table', pattern: 'batchUpdate', setup: T, sql: 'UPDATE t SET (a, b) = (SELECT max(a), max(b) FROM t)', says: /cannot be computed beforehand/ },
  { name: 'a merge from a query', pattern: 'batchMerge', setup: T, sql: 'MERGE INTO t USING (SELECT 1 AS id) s ON t.id = s.id WHEN MATCHED THEN DELETE', says: /one row of one table/ },
  { name: 'a merge that changes what it finds rows by', pattern: 'batchMerge', setup: `${T} CREATE TABLE s (id int PRIMARY KEY, a int);`, sql: 'MERGE INTO t USING s ON t.a = s.id WHEN MATCHED THEN UPDATE SET b = 1, a = s.a', says: /It changes a,/ },
  { name: 'a merge that looks at what the source lacks', pattern: 'batchMerge', setup: `${T} CREATE TABLE s (id int PRIMARY KEY, a int);`, sql: 'MERGE INTO t USING s ON t.id = s.id WHEN NOT MATCHED BY SOURCE THEN DELETE', says: /whole source/ },
  { name: 'LOCK TABLE apart from what it guards', pattern: 'ownTransaction', setup: T, sql: 'LOCK TABLE t IN SHARE MODE', says: /guards nothing/ },
  { name: 'LOCK TABLE', pattern: 'noOnlineForm', setup: T, sql: 'LOCK TABLE t IN SHARE MODE', says: /Nothing takes the place of LOCK TABLE/ },
  { name: 'a copy that counts rows', pattern: 'batchInsert', setup: T, sql: 'INSERT INTO t2 SELECT count(*) FROM t', says: /one row of one table/ },
  { name: 'a copy of two queries, one in parentheses', pattern: 'batchInsert', setup: `${T} CREATE TABLE t2 (a int); CREATE TABLE o (id int PRIMARY KEY, a int);`, sql: 'INSERT INTO t2 (SELECT a FROM o) UNION SELECT a FROM t', says: /one row of one table/ },
  { name: 'a copy into the table itself', pattern: 'batchInsert', setup: T, sql: 'INSERT INTO t SELECT id + 100, a, b FROM t', says: /batch to batch/ },
  { name: 'a copy with rows that come from the other side of a join', pattern: 'batchInsert', setup: T, sql: 'INSERT INTO t2 SELECT t.id FROM t RIGHT JOIN o ON o.id = t.id', says: /one row of one table/ },
  { name: 'a type of the partition key', pattern: 'shadowColumn', setup: PARTED, sql: 'ALTER TABLE p ALTER k TYPE bigint', says: /partition key/ },
  { name: 'a type in a partitioned table', pattern: 'shadowColumn', setup: PARTED, sql: 'ALTER TABLE p ALTER id TYPE bigint', says: /partitioned/ },
  { name: 'a type that a view shows with a star', pattern: 'shadowColumn', setup: `${T} CREATE MATERIALIZED VIEW v AS SELECT * FROM t;`, sql: 'ALTER TABLE t ALTER a TYPE bigint', says: /materialized view v reads it, and it takes all columns with a star/ },
  { name: 'a type that a view shows as whole rows', pattern: 'shadowColumn', setup: `${T} CREATE VIEW v AS SELECT to_jsonb(t) AS j, a FROM t;`, sql: 'ALTER TABLE t ALTER a TYPE bigint', says: /view v reads it, and it takes whole rows of t/ },
  { name: 'a type that a view joins by', pattern: 'shadowColumn', setup: `${T} CREATE TABLE o (a int); CREATE VIEW v AS SELECT t.b FROM t JOIN o USING (a);`, sql: 'ALTER TABLE t ALTER a TYPE bigint', says: /joins by the name/ },
  { name: 'a type that a view shows which stands for writes', pattern: 'shadowColumn', setup: `${T} CREATE VIEW v AS SELECT a FROM t; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER w INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f();`, sql: 'ALTER TABLE t ALTER a TYPE bigint', says: /has triggers that stand for writes/ },
  { name: 'a type in an exclusion constraint', pattern: 'shadowColumn', setup: 'CREATE TABLE t (id int PRIMARY KEY, r int4range, EXCLUDE USING gist (r WITH &&));', sql: 'ALTER TABLE t ALTER r TYPE int8range USING NULL', says: /exclusion constraint/ },
  { name: 'a type that a generated column is made from', pattern: 'shadowColumn', setup: 'CREATE TABLE t (id int PRIMARY KEY, a int, g int GENERATED ALWAYS AS (a + 1) STORED);', sql: 'ALTER TABLE t ALTER a TYPE bigint', says: /generated from a/ },
  { name: 'a column made by a query renamed', pattern: 'renameColumn', setup: 'CREATE TABLE s (id int PRIMARY KEY, at timestamptz); CREATE TABLE t AS SELECT id, max(at) AS at FROM s GROUP BY id; ALTER TABLE t ADD PRIMARY KEY (id);', sql: 'ALTER TABLE t RENAME at TO seen_at', says: /does not say what type at of t has/ },
  { name: 'a generated column renamed', pattern: 'renameColumn', setup: 'CREATE TABLE t (id int PRIMARY KEY, a int, g int GENERATED ALWAYS AS (a + 1) STORED);', sql: 'ALTER TABLE t RENAME g TO h', says: /generated/ },
  { name: 'a column of the partition key renamed', pattern: 'renameColumn', setup: PARTED, sql: 'ALTER TABLE p RENAME k TO kk', says: /partition key/ },
  { name: 'a column renamed in a family of tables', pattern: 'renameColumn', setup: `${T} CREATE TABLE c () INHERITS (t);`, sql: 'ALTER TABLE t RENAME a TO aa', says: /inheritance/ },
  { name: 'a table with row security renamed before 15', pattern: 'renameTable', setup: `${T} ALTER TABLE t ENABLE ROW LEVEL SECURITY;`, sql: 'ALTER TABLE t RENAME TO tt', says: /row security/, options: { version: 14 } },
  { name: 'a column dropped with views', pattern: 'dropColumn', setup: `${T} CREATE VIEW v AS SELECT a FROM t;`, sql: 'ALTER TABLE t DROP a CASCADE', says: /CASCADE/ },
  { name: 'a table dropped with views', pattern: 'dropTable', setup: `${T} CREATE VIEW v AS SELECT a FROM t;`, sql: 'DROP TABLE t CASCADE', says: /take along v/ },
  { name: 'a partition by hash', pattern: 'attachPartition', setup: 'CREATE TABLE p (k int) PARTITION BY HASH (k); CREATE TABLE q (k int);', sql: 'ALTER TABLE p ATTACH PARTITION q FOR VALUES WITH (MODULUS 2, REMAINDER 0)', says: /hash/ },
  { name: 'a partition by an expression', pattern: 'attachPartition', setup: 'CREATE TABLE p (k int) PARTITION BY LIST ((k % 3)); CREATE TABLE q (k int);', sql: 'ALTER TABLE p ATTACH PARTITION q FOR VALUES IN (1)', says: /expression/ },
  { name: 'a value of an enum in arrays', pattern: 'replaceEnum', setup: `CREATE TYPE m AS ENUM ('a'); CREATE TABLE t (id int PRIMARY KEY, m m[]);`, sql: `ALTER TYPE m RENAME VALUE 'a' TO 'b'`, says: /arrays/ },
  { name: 'a split that reads other tables', pattern: 'splitColumn', setup: T, sql: 'UPDATE t SET b = (SELECT x FROM o)', says: /same row/ },
];
