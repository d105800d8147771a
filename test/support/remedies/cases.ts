import type { OperationKind } from '../../../src/ir/operation.ts';
import type { Pattern, Plan } from '../../../src/remedy/step.ts';

/** A dangerous statement on tables with rows, and the pattern that takes its place. */
export interface Case {
  readonly name: string;
  readonly pattern: Pattern;
  /** Runs as an earlier migration. */
  readonly setup: string;
  readonly sql: string;
  readonly kind?: OperationKind;
  /** Oldest server on which it makes sense. */
  readonly since?: number;
  readonly until?: number;
  /** Facts and rows in which plan and statement may differ, because the plan says so. */
  readonly unlike?: RegExp;
  /** What cannot come back, as the plan says too. */
  readonly lost?: RegExp;
  /** Why there is an `unlike` or a `lost`. */
  readonly because?: string;
  /** The data cannot be compared: it is chance. */
  readonly random?: true;
  /** Numbers that a batch has drawn are not given again when it is killed. */
  readonly numbers?: true;
  /** What the author has to do to a plan before it runs. */
  readonly edit?: (sql: string) => string;
  /** The original statement where the server refuses it on rows: what it is compared with instead. */
  readonly instead?: string;
}

const ORDERS = `
CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL);
INSERT INTO customers SELECT i, 'name ' || i FROM generate_series(1, 9) AS i;
CREATE TABLE orders (id int PRIMARY KEY, customer int REFERENCES customers (id) ON DELETE CASCADE, status text NOT NULL DEFAULT 'new', total int CHECK (total >= 0), note text);
CREATE INDEX orders_status_idx ON orders (status);
INSERT INTO orders SELECT i, 1 + i % 9, CASE WHEN i % 2 = 0 THEN 'new' ELSE 'done' END, i * 10, NULL FROM generate_series(1, 20) AS i;`;

/** Names that have to be quoted, a schema of their own, a key of two columns. */
const QUOTED = `
CREATE SCHEMA app;
CREATE TABLE app."Order" ("user" int, "select" int, "Total Sum" int NOT NULL DEFAULT 0, "group" text NOT NULL, PRIMARY KEY ("user", "select"));
CREATE INDEX "Order group" ON app."Order" ("group");
INSERT INTO app."Order" SELECT i / 4, i, i, 'g' || i FROM generate_series(1, 21) AS i;`;

const LIST = `
CREATE TABLE events (id int NOT NULL, kind text NOT NULL, PRIMARY KEY (id, kind)) PARTITION BY LIST (kind);
CREATE TABLE events_a PARTITION OF events FOR VALUES IN ('a');
CREATE TABLE events_rest PARTITION OF events DEFAULT;
INSERT INTO events SELECT i, CASE WHEN i % 3 = 0 THEN 'a' ELSE 'z' END FROM generate_series(1, 30) AS i;`;

/** Partitions of partitions, named like keywords, in a schema of their own. */
const NESTED = `
CREATE SCHEMA app;
CREATE TABLE app."Ev" ("at" int NOT NULL, "select" int NOT NULL, "group" text) PARTITION BY RANGE ("at");
CREATE TABLE app."Ev 1" PARTITION OF app."Ev" FOR VALUES FROM (0) TO (10);
CREATE TABLE app."order" PARTITION OF app."Ev" FOR VALUES FROM (10) TO (30) PARTITION BY RANGE ("select");
CREATE TABLE app."order 1" PARTITION OF app."order" FOR VALUES FROM (0) TO (100);
INSERT INTO app."Ev" SELECT i, i, 'g' || i FROM generate_series(1, 25) AS i;`;

const RANGE = `
CREATE TABLE logs (at date NOT NULL, line int NOT NULL, text text DEFAULT 'x' CHECK (text <> ''), PRIMARY KEY (at, line)) PARTITION BY RANGE (at);
CREATE INDEX logs_text_idx ON logs (text);
CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
INSERT INTO logs SELECT '2024-01-01', i FROM generate_series(1, 10) AS i;`;

/** Without a key, in pages that hold a few rows each; what is gone has left room in those at the front. */
const KEYLESS = `
CREATE SCHEMA app;
CREATE TABLE app."No Key" ("page" int, "order" text, changed int NOT NULL DEFAULT 0, filler text) WITH (fillfactor = 50);
INSERT INTO app."No Key" SELECT i, 'o' || i, 0, repeat('x', 900) FROM generate_series(1, 60) AS i;
DELETE FROM app."No Key" WHERE "page" < 9;`;

const KEYLESS_PARTS = `
CREATE TABLE parts (k int, v text) PARTITION BY RANGE (k);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (20);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (20) TO (99) PARTITION BY RANGE (k);
CREATE TABLE parts_2_1 PARTITION OF parts_2 DEFAULT;
INSERT INTO parts SELECT i, NULL FROM generate_series(1, 60) AS i;`;

/** With everything that hangs on a table. */
const SWAPPED = `
CREATE TABLE customers (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
INSERT INTO customers (name) SELECT 'name ' || i FROM generate_series(1, 9) AS i;
CREATE TABLE orders (id serial PRIMARY KEY, customer int REFERENCES customers (id) ON DELETE CASCADE, status text NOT NULL DEFAULT 'new', total int CHECK (total >= 0), twice int GENERATED ALWAYS AS (total * 2) STORED);
CREATE INDEX orders_status_idx ON orders (status DESC) WHERE total > 5;
COMMENT ON TABLE orders IS 'all';
COMMENT ON COLUMN orders.status IS 'where it stands';
CREATE TABLE lines (orders int REFERENCES orders ON DELETE CASCADE, n int, PRIMARY KEY (orders, n));
CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER touched BEFORE UPDATE OF status ON orders FOR EACH ROW EXECUTE FUNCTION touched();
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY open ON orders FOR SELECT TO public USING (status = 'new');
INSERT INTO orders (customer, status, total) SELECT 1 + i % 9, CASE WHEN i % 2 = 0 THEN 'new' ELSE 'done' END, i * 10 FROM generate_series(1, 20) AS i;
INSERT INTO lines SELECT i, 1 FROM generate_series(1, 20) AS i;`;

/** With those who may use it, and the replicas that it is sent to. */
const SHARED = `
DO $$ BEGIN CREATE ROLE keeper; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE "Odd Role"; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
GRANT USAGE, CREATE ON SCHEMA public TO keeper;
ALTER TABLE orders OWNER TO keeper;
GRANT SELECT, INSERT ON orders TO "Odd Role" WITH GRANT OPTION;
REVOKE GRANT OPTION FOR INSERT ON orders FROM "Odd Role";
GRANT UPDATE (status, total), REFERENCES (id) ON orders TO "Odd Role";
REVOKE UPDATE (total) ON orders FROM "Odd Role";
GRANT ALL ON orders TO pg_monitor;
REVOKE DELETE, TRUNCATE ON TABLE orders FROM pg_monitor;
GRANT DELETE ON ALL TABLES IN SCHEMA public TO pg_monitor;
GRANT SELECT ON orders TO PUBLIC;
GRANT USAGE ON SEQUENCE orders_id_seq TO "Odd Role";
ALTER TABLE orders REPLICA IDENTITY FULL;
CREATE PUBLICATION everything FOR TABLE customers, orders, lines;
CREATE PUBLICATION orders_only FOR TABLE customers;
ALTER PUBLICATION orders_only SET TABLE orders;
CREATE PUBLICATION others FOR TABLE orders, lines;
ALTER PUBLICATION others DROP TABLE orders;`;

const VIEWS = `
CREATE VIEW spent AS SELECT customer, total, sum(o.total) OVER (PARTITION BY customer) AS of_all FROM orders o WHERE total IS NOT NULL;
CREATE MATERIALIZED VIEW totals AS SELECT c.name, sum(total) AS total, max(o.id) AS latest FROM orders AS o JOIN customers c ON c.id = o.customer WHERE total BETWEEN 0 AND 500 GROUP BY c.name ORDER BY total;
CREATE UNIQUE INDEX ON totals (name);
CREATE INDEX totals_by_total ON totals (total DESC) WHERE total > 10;
CREATE MATERIALIZED VIEW best AS SELECT t.name, t.total, s.of_all FROM totals AS t LEFT JOIN spent s ON s.total = t.total WITH NO DATA;
CREATE VIEW shown AS SELECT totals.*, (SELECT count(total) FROM best) AS n FROM totals;
COMMENT ON MATERIALIZED VIEW totals IS 'it''s all';
COMMENT ON VIEW spent IS 'what was spent';
GRANT SELECT ON totals, shown TO pg_monitor;
GRANT SELECT (total) ON spent TO pg_monitor WITH GRANT OPTION;
GRANT SELECT ON best TO PUBLIC;`;

const VIEWED = `${ORDERS}${VIEWS}`;

/** As somebody does who drops what is over a column and makes it again. */
const againOver = (sql: string): string => `DROP VIEW shown; DROP MATERIALIZED VIEW best; DROP MATERIALIZED VIEW totals; DROP VIEW spent; ${sql}; ${VIEWS}`;

/** A foreign key comes back without a look at the rows, as the plan says. */
const LEFT_BY_SWAP = /_fkey/;

export const CASES: readonly Case[] = [
  { name: 'an index', pattern: 'buildIndexConcurrently', setup: ORDERS, sql: 'CREATE INDEX orders_note ON orders USING btree (note DESC, lower(status)) INCLUDE (total) WHERE note IS NOT NULL' },
  { name: 'a unique index, quoted', pattern: 'buildIndexConcurrently', setup: QUOTED, sql: 'CREATE UNIQUE INDEX "in" ON app."Order" ("select", "user")' },
  { name: 'an index dropped', pattern: 'dropIndexConcurrently', setup: ORDERS, sql: 'DROP INDEX orders_status_idx' },
  { name: 'indexes dropped, quoted', pattern: 'dropIndexConcurrently', setup: `${QUOTED} CREATE INDEX "b" ON app."Order" USING hash ("group");`, sql: 'DROP INDEX IF EXISTS app."Order group", app.b' },
  { name: 'an index rebuilt', pattern: 'reindexConcurrently', setup: ORDERS, sql: 'REINDEX INDEX orders_status_idx', since: 12 },
  { name: 'a partition detached', pattern: 'detachConcurrently', setup: RANGE, sql: 'ALTER TABLE logs DETACH PARTITION logs_1', since: 14 },
  { name: 'a partition of two columns detached, quoted', pattern: 'detachConcurrently', setup: 'CREATE SCHEMA app; CREATE TABLE app."Log" ("order" int, "user" int, x int) PARTITION BY RANGE ("order", "user"); CREATE TABLE app."Log 1" PARTITION OF app."Log" FOR VALUES FROM (1, 1) TO (9, MAXVALUE); INSERT INTO app."Log" SELECT 2, i, i FROM generate_series(1, 9) AS i;', sql: 'ALTER TABLE app."Log" DETACH PARTITION app."Log 1"', since: 14 },
  { name: 'a partition of a partition detached that says its bound itself', pattern: 'detachConcurrently', setup: 'CREATE TABLE n (a int NOT NULL, b int NOT NULL) PARTITION BY LIST (a); CREATE TABLE n1 PARTITION OF n FOR VALUES IN (1) PARTITION BY LIST (b); CREATE TABLE n11 PARTITION OF n1 FOR VALUES IN (1); ALTER TABLE n11 ADD CONSTRAINT own CHECK (a = 1 AND b = 1); INSERT INTO n VALUES (1, 1);', sql: 'ALTER TABLE n1 DETACH PARTITION n11', since: 14 },
  { name: 'a view refreshed', pattern: 'refreshConcurrently', setup: `${ORDERS} CREATE MATERIALIZED VIEW m AS SELECT id, total FROM orders; CREATE UNIQUE INDEX ON m (id); DELETE FROM orders WHERE id > 3;`, sql: 'REFRESH MATERIALIZED VIEW m' },
  { name: 'a check in the place of another', pattern: 'validateLater', kind: 'addConstraint', setup: `${ORDERS} ALTER TABLE orders ADD CONSTRAINT small CHECK (total < 5000);`, sql: 'ALTER TABLE orders DROP CONSTRAINT small, ADD CONSTRAINT small CHECK (total < 9000)', lost: /small/, because: 'The old one comes back NOT VALID, without a look at the rows.' },
  { name: 'a foreign key', pattern: 'validateLater', setup: `${ORDERS} ALTER TABLE orders DROP CONSTRAINT orders_customer_fkey;`, sql: 'ALTER TABLE ONLY orders ADD CONSTRAINT "to" FOREIGN KEY (customer) REFERENCES customers (id) MATCH FULL ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED' },
  { name: 'a foreign key without a name, quoted', pattern: 'validateLater', setup: `${QUOTED} CREATE TABLE app.line (id int PRIMARY KEY, u int, s int); INSERT INTO app.line SELECT i, i / 4, i FROM generate_series(1, 9) AS i;`, sql: 'ALTER TABLE app.line ADD FOREIGN KEY (u, s) REFERENCES app."Order"' },
  { name: 'a check', pattern: 'validateLater', setup: ORDERS, sql: `ALTER TABLE orders ADD CHECK (total < 1000 AND status <> ')')` },
  { name: 'a unique constraint', pattern: 'uniqueFromIndex', setup: ORDERS, sql: 'ALTER TABLE orders ADD CONSTRAINT u UNIQUE (id, status) INCLUDE (note) DEFERRABLE' },
  { name: 'a primary key over columns that may be NULL, quoted', pattern: 'primaryKeyFromIndex', setup: `${QUOTED} ALTER TABLE app."Order" DROP CONSTRAINT "Order_pkey", ALTER "user" DROP NOT NULL, ALTER "select" DROP NOT NULL;`, sql: 'ALTER TABLE app."Order" ADD PRIMARY KEY ("select")', since: 12, unlike: /not_null/, because: 'From 18 on NOT NULL has a name, which is another one when it is set before the key.' },
  { name: 'a unique constraint of a partitioned table', pattern: 'uniqueFromIndex', setup: LIST, sql: 'ALTER TABLE events ADD UNIQUE (kind, id)' },
  { name: 'a primary key of a table with partitions of partitions, quoted', pattern: 'primaryKeyFromIndex', setup: NESTED, sql: 'ALTER TABLE app."Ev" ADD CONSTRAINT "the key" PRIMARY KEY ("at", "select")' },
  { name: 'an index without a name on a partitioned table', pattern: 'buildIndexConcurrently', setup: NESTED, sql: 'CREATE INDEX ON app."Ev" ("group", "at")', lost: /Ev_/, because: 'An index cannot be detached: those of the partitions go with the one of the parent.' },
  { name: 'not null', pattern: 'proveNotNull', setup: ORDERS, sql: 'ALTER TABLE orders ALTER total SET NOT NULL', since: 12 },
  { name: 'not null, quoted', pattern: 'proveNotNull', setup: `${QUOTED} ALTER TABLE app."Order" ALTER "group" DROP NOT NULL;`, sql: 'ALTER TABLE app."Order" ALTER COLUMN "group" SET NOT NULL', since: 12 },
  { name: 'a required column', pattern: 'requiredColumn', setup: ORDERS, sql: 'ALTER TABLE orders ADD COLUMN region text NOT NULL', edit: fillIn(`'north'`), instead: `ALTER TABLE orders ADD COLUMN region text; UPDATE orders SET region = 'north'; ALTER TABLE orders ALTER region SET NOT NULL` },
  { name: 'a required column, quoted, among other clauses', pattern: 'requiredColumn', setup: QUOTED, sql: 'ALTER TABLE app."Order" ADD COLUMN "to" varchar(20) COLLATE "C" NOT NULL', edit: fillIn(`'x'`), instead: `ALTER TABLE app."Order" ADD COLUMN "to" varchar(20) COLLATE "C"; UPDATE app."Order" SET "to" = 'x'; ALTER TABLE app."Order" ALTER "to" SET NOT NULL` },
  { name: 'a volatile default', pattern: 'volatileDefault', setup: ORDERS, sql: 'ALTER TABLE orders ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid()', random: true },
  { name: 'a volatile default with constraints on the column', pattern: 'volatileDefault', setup: ORDERS, sql: 'ALTER TABLE orders ADD COLUMN token double precision DEFAULT random() UNIQUE CHECK (token >= 0)', random: true },
  { name: 'a volatile default, quoted', pattern: 'volatileDefault', setup: QUOTED, sql: 'ALTER TABLE app."Order" ADD COLUMN "when" timestamptz DEFAULT clock_timestamp() NOT NULL', random: true },
  { name: 'bigserial', pattern: 'generatedKeyColumn', setup: ORDERS, sql: 'ALTER TABLE orders ADD COLUMN number bigserial', numbers: true },
  { name: 'serial with a unique constraint, quoted', pattern: 'generatedKeyColumn', setup: QUOTED, sql: 'ALTER TABLE app."Order" ADD COLUMN "Number" serial UNIQUE', numbers: true },
  { name: 'identity', pattern: 'generatedKeyColumn', setup: ORDERS, sql: 'ALTER TABLE orders ADD COLUMN number int GENERATED ALWAYS AS IDENTITY (START 100 INCREMENT 5)', numbers: true },
  { name: 'identity by default, quoted', pattern: 'generatedKeyColumn', setup: QUOTED, sql: 'ALTER TABLE app."Order" ADD "Number" bigint GENERATED BY DEFAULT AS IDENTITY', numbers: true },
  { name: 'a stored column', pattern: 'storedColumn', setup: ORDERS, sql: 'ALTER TABLE orders ADD COLUMN twice int GENERATED ALWAYS AS (total * 2) STORED', since: 12, unlike: /twice|zz_sync/, because: 'A trigger fills a plain column: the plan says that no column becomes generated without being written anew.' },
  { name: 'a constrained domain', pattern: 'constrainedDomainColumn', setup: `${ORDERS} CREATE DOMAIN positive AS int CHECK (VALUE > 0);`, sql: 'ALTER TABLE orders ADD COLUMN pieces positive DEFAULT 1', unlike: /pieces/, because: 'The column has the type under the domain and its condition as a CHECK, as the plan says.' },
  { name: 'int to bigint', pattern: 'shadowColumn', setup: ORDERS, sql: 'ALTER TABLE orders ALTER COLUMN total TYPE bigint' },
  { name: 'int to bigint of a primary key that others refer to', pattern: 'shadowColumn', setup: ORDERS, sql: 'ALTER TABLE customers ALTER COLUMN id TYPE bigint' },
  { name: 'int to bigint of a foreign key', pattern: 'shadowColumn', setup: `${ORDERS} COMMENT ON COLUMN orders.customer IS 'who'; CREATE INDEX ON orders (customer, status) WHERE customer > 2;`, sql: 'ALTER TABLE orders ALTER customer SET DATA TYPE bigint' },
  { name: 'a type that views and materialized views show, over one another', pattern: 'shadowColumn', setup: VIEWED, sql: 'ALTER TABLE orders ALTER COLUMN total TYPE bigint', instead: againOver('ALTER TABLE orders ALTER COLUMN total TYPE bigint') },
  { name: 'a type that a materialized view shows, quoted', pattern: 'shadowColumn', setup: `${QUOTED} CREATE MATERIALIZED VIEW app."Sum of" AS WITH "é" AS (SELECT o."Total Sum", o."group" FROM app."Order" AS o WHERE o."Total Sum" >= 0) SELECT "é"."Total Sum", upper("group") AS "select" FROM "é" ORDER BY "Total Sum";`, sql: 'ALTER TABLE app."Order" ALTER COLUMN "Total Sum" TYPE bigint', instead: `DROP MATERIALIZED VIEW app."Sum of"; ALTER TABLE app."Order" ALTER COLUMN "Total Sum" TYPE bigint; CREATE MATERIALIZED VIEW app."Sum of" AS WITH "é" AS (SELECT o."Total Sum", o."group" FROM app."Order" AS o WHERE o."Total Sum" >= 0) SELECT "é"."Total Sum", upper("group") AS "select" FROM "é" ORDER BY "Total Sum";` },
  { name: 'a type with USING, default, index and NOT NULL', pattern: 'shadowColumn', setup: ORDERS, sql: `ALTER TABLE orders ALTER COLUMN status TYPE varchar(10) USING upper(left(status, 10))`, unlike: /orders\.status default: /, because: 'The server casts the old default text where the plan writes it for the new type.' },
  { name: 'the type of a serial key', pattern: 'shadowColumn', setup: `CREATE TABLE t (id serial PRIMARY KEY, u int UNIQUE, x text); INSERT INTO t (u) SELECT i FROM generate_series(1, 9) AS i; CREATE TABLE c (t int REFERENCES t (u) ON UPDATE CASCADE, self int REFERENCES t); INSERT INTO c SELECT i, i FROM generate_series(1, 9) AS i;`, sql: 'ALTER TABLE t ALTER COLUMN id TYPE bigint' },
  { name: 'the type of a unique column that others refer to', pattern: 'shadowColumn', setup: `CREATE TABLE t (id serial PRIMARY KEY, u int NOT NULL UNIQUE DEFERRABLE INITIALLY DEFERRED, v int UNIQUE); INSERT INTO t (u, v) SELECT i, i FROM generate_series(1, 9) AS i; CREATE TABLE c (t int REFERENCES t (v) ON DELETE SET NULL); INSERT INTO c SELECT i FROM generate_series(1, 9) AS i;`, sql: 'ALTER TABLE t ALTER COLUMN v TYPE bigint' },
  { name: 'the type of an identity key', pattern: 'shadowColumn', setup: `CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, x text); INSERT INTO t (x) SELECT 'x' FROM generate_series(1, 9);`, sql: 'ALTER TABLE t ALTER COLUMN id TYPE bigint' },
  { name: 'the type of a part of a key, quoted', pattern: 'shadowColumn', setup: QUOTED, sql: 'ALTER TABLE app."Order" ALTER COLUMN "select" TYPE bigint' },
  { name: 'a type, quoted, with an index on an expression', pattern: 'shadowColumn', setup: `${QUOTED} CREATE INDEX ON app."Order" (lower("group") text_pattern_ops DESC NULLS LAST, "user") WHERE "group" <> 'select';`, sql: 'ALTER TABLE app."Order" ALTER COLUMN "group" TYPE char(5)', unlike: /^index .*lower_user/, because: 'The index keeps its name, where the server would choose one by the new definition.' },
  { name: 'a column renamed', pattern: 'renameColumn', setup: `${ORDERS} CREATE VIEW open_orders AS SELECT id, status FROM orders WHERE status = 'new';`, sql: 'ALTER TABLE orders RENAME COLUMN status TO state' },
  { name: 'a key column renamed', pattern: 'renameColumn', setup: ORDERS, sql: 'ALTER TABLE customers RENAME id TO "Customer"' },
  { name: 'a column renamed, quoted', pattern: 'renameColumn', setup: QUOTED, sql: 'ALTER TABLE app."Order" RENAME "group" TO "table"' },
  { name: 'a column of a partitioned table renamed', pattern: 'renameColumn', setup: RANGE, sql: 'ALTER TABLE logs RENAME text TO message', since: 13 },
  { name: 'a table renamed', pattern: 'renameTable', setup: `${ORDERS} CREATE VIEW names AS SELECT name FROM customers;`, sql: 'ALTER TABLE customers RENAME TO clients' },
  { name: 'a table renamed, quoted', pattern: 'renameTable', setup: QUOTED, sql: 'ALTER TABLE app."Order" RENAME TO "user"' },
  { name: 'a required column dropped', pattern: 'dropColumn', setup: `${ORDERS} COMMENT ON COLUMN orders.status IS 'where it stands'; ALTER TABLE orders ALTER status DROP DEFAULT;`, sql: 'ALTER TABLE orders DROP COLUMN status', lost: /orders\.status not null/, because: 'NOT NULL comes back only where every row has a value, and the values are gone.' },
  { name: 'a column with a foreign key dropped', pattern: 'dropColumn', setup: ORDERS, sql: 'ALTER TABLE orders DROP COLUMN customer' },
  { name: 'a column dropped, quoted', pattern: 'dropColumn', setup: QUOTED, sql: 'ALTER TABLE app."Order" DROP "group"', lost: /group" not null/, because: 'NOT NULL comes back only where every row has a value, and the values are gone.' },
  { name: 'a table dropped', pattern: 'dropTable', setup: `${ORDERS} CREATE INDEX ON orders (lower(note)) WHERE note IS NOT NULL; COMMENT ON TABLE orders IS 'all'; `, sql: 'DROP TABLE orders', lost: /orders_customer_fkey/, because: 'The foreign key comes back NOT VALID: the rows are gone.' },
  { name: 'a table dropped with what refers to it', pattern: 'dropTable', setup: ORDERS, sql: 'DROP TABLE customers CASCADE', lost: /orders_customer_fkey/, because: 'The foreign key comes back NOT VALID: the rows are gone.' },
  { name: 'a table dropped, quoted', pattern: 'dropTable', setup: QUOTED, sql: 'DROP TABLE app."Order"' },
  { name: 'an enum value renamed', pattern: 'replaceEnum', setup: `CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE people (id int PRIMARY KEY, "Mood" mood DEFAULT 'sad'); INSERT INTO people SELECT i, CASE WHEN i % 2 = 0 THEN 'sad'::mood ELSE 'ok' END FROM generate_series(1, 15) AS i;`, sql: `ALTER TYPE mood RENAME VALUE 'sad' TO 'it''s bad'`, unlike: /^type public\.mood values/, because: 'The old value stays in the type, as nothing can take it out.' },
  { name: 'an enum value added', pattern: 'enumValueApart', setup: `CREATE TYPE mood AS ENUM ('sad', 'ok');`, sql: `ALTER TYPE mood ADD VALUE 'fine' BEFORE 'ok'` },
  { name: 'a partition of a range', pattern: 'createPartition', setup: RANGE, sql: `CREATE TABLE logs_2 PARTITION OF logs FOR VALUES FROM ('2024-02-01') TO ('2024-03-01')` },
  { name: 'a partition beside a default one', pattern: 'createPartition', setup: LIST, sql: `CREATE TABLE events_b PARTITION OF events FOR VALUES IN ('b', 'c')` },
  { name: 'a partition that is partitioned', pattern: 'createPartition', setup: LIST, sql: `CREATE TABLE events_b PARTITION OF events FOR VALUES IN ('b') PARTITION BY RANGE (id)` },
  { name: 'a range attached', pattern: 'attachPartition', setup: `${RANGE} CREATE TABLE logs_2 (LIKE logs INCLUDING ALL); INSERT INTO logs_2 SELECT '2024-02-03', i FROM generate_series(1, 10) AS i;`, sql: `ALTER TABLE logs ATTACH PARTITION logs_2 FOR VALUES FROM ('2024-02-01') TO ('2024-03-01')` },
  { name: 'a type with a default and NOT NULL of its own, of a column named like a keyword', pattern: 'shadowColumn', setup: `CREATE TYPE kind AS ENUM ('a', 'b'); CREATE TABLE t (id int PRIMARY KEY, type text DEFAULT 'old'); INSERT INTO t SELECT i, 'a' FROM generate_series(1, 9) AS i;`, sql: `ALTER TABLE t ALTER type DROP DEFAULT, ALTER COLUMN type TYPE kind USING type::kind, ALTER COLUMN type SET DEFAULT 'b', ALTER type SET NOT NULL`, kind: 'changeColumnType' },
  { name: 'a list attached beside a default partition', pattern: 'attachPartition', setup: `${LIST} CREATE TABLE events_b (LIKE events INCLUDING ALL); INSERT INTO events_b SELECT i, 'b' FROM generate_series(1, 10) AS i;`, sql: `ALTER TABLE events ATTACH PARTITION events_b FOR VALUES IN ('b', 'c')` },
  { name: 'a range of two columns attached beside a default partition', pattern: 'attachPartition', setup: `CREATE TABLE p (a bigint NOT NULL, b int NOT NULL, PRIMARY KEY (a, b)) PARTITION BY RANGE (a, b); CREATE TABLE p_rest PARTITION OF p DEFAULT; INSERT INTO p SELECT 100, i FROM generate_series(1, 9) AS i; CREATE TABLE p1 (LIKE p INCLUDING ALL); INSERT INTO p1 SELECT 2, i FROM generate_series(1, 9) AS i;`, sql: 'ALTER TABLE p ATTACH PARTITION p1 FOR VALUES FROM (1, 5) TO (3, MAXVALUE)' },
  { name: 'an update of all rows', pattern: 'batchUpdate', setup: ORDERS, sql: `UPDATE orders SET note = 'order ' || id, total = 1` },
  { name: 'an update with a condition and a comment', pattern: 'batchUpdate', setup: ORDERS, sql: `UPDATE orders AS o SET note = o.status -- the old\n WHERE o.note IS NULL OR o.total > 50 -- or so` },
  { name: 'an update that counts', pattern: 'batchUpdate', setup: ORDERS, sql: 'UPDATE orders SET total = total + 1 WHERE id > 3' },
  { name: 'an update from another table', pattern: 'batchUpdate', setup: ORDERS, sql: 'UPDATE orders o SET note = c.name FROM customers c WHERE c.id = o.customer' },
  { name: 'an update by a key of domains that forbid NULL', pattern: 'batchUpdate', setup: `CREATE DOMAIN short AS varchar(9); CREATE DOMAIN app_key AS short NOT NULL; CREATE TABLE parts (a app_key, b int, n int, PRIMARY KEY (a, b)); INSERT INTO parts SELECT 'k' || i % 4, i, i FROM generate_series(1, 15) AS i;`, sql: 'UPDATE parts SET n = n + 1' },
  { name: 'an update of rows chosen first, by a key of a domain that forbids NULL', pattern: 'batchUpdate', setup: `CREATE DOMAIN app_key AS varchar(9) NOT NULL CHECK (VALUE <> ''); CREATE TABLE parts (a app_key PRIMARY KEY, n int); INSERT INTO parts SELECT 'k' || i, i FROM generate_series(1, 15) AS i;`, sql: 'UPDATE parts SET n = n + (SELECT count(*) FROM parts)' },
  { name: 'an update, quoted, by a key of two columns', pattern: 'batchUpdate', setup: QUOTED, sql: `UPDATE app."Order" SET "Total Sum" = "user" * 2 WHERE "group" <> 'g3'` },
  { name: 'an update of a table without a key, quoted', pattern: 'batchUpdate', setup: KEYLESS, sql: `UPDATE app."No Key" AS page SET changed = page."page" * 2, "order" = 'new' WHERE page."page" <> 12` },
  { name: 'an update of what is NULL in a partitioned table without a key', pattern: 'batchUpdate', setup: KEYLESS_PARTS, sql: `UPDATE parts SET v = 'x' WHERE v IS NULL` },
  { name: 'a delete from a table without a key', pattern: 'batchDelete', setup: KEYLESS, sql: 'DELETE FROM app."No Key" WHERE "page" % 3 = 0' },
  { name: 'a delete by another table from a partitioned table without a key', pattern: 'batchDelete', setup: `${KEYLESS_PARTS} CREATE TABLE gone AS SELECT i FROM generate_series(10, 30) AS i;`, sql: 'DELETE FROM parts p USING gone WHERE gone.i = p.k' },
  { name: 'a required column of a table without a key', pattern: 'requiredColumn', setup: KEYLESS, sql: 'ALTER TABLE app."No Key" ADD COLUMN region text NOT NULL', edit: fillIn(`'north'`), instead: `ALTER TABLE app."No Key" ADD COLUMN region text; UPDATE app."No Key" SET region = 'north'; ALTER TABLE app."No Key" ALTER region SET NOT NULL` },
  { name: 'serial in a table without a key', pattern: 'generatedKeyColumn', setup: KEYLESS, sql: 'ALTER TABLE app."No Key" ADD COLUMN id serial UNIQUE', numbers: true, random: true },
  { name: 'a type in a table without a key', pattern: 'shadowColumn', setup: KEYLESS, sql: 'ALTER TABLE app."No Key" ALTER "page" TYPE bigint' },
  { name: 'a column of a table without a key renamed', pattern: 'renameColumn', setup: KEYLESS, sql: 'ALTER TABLE app."No Key" RENAME "order" TO "page no."' },
  { name: 'a loop until no row is found', pattern: 'commitBatches', setup: ORDERS, sql: "DO $$\nBEGIN\n  LOOP\n    UPDATE orders SET note = 'x' WHERE id IN (SELECT id FROM orders WHERE note IS NULL LIMIT 4);\n    EXIT WHEN NOT FOUND;\n  END LOOP;\nEND\n$$" },
  { name: 'a loop that counts its rows, with a name', pattern: 'commitBatches', setup: QUOTED, sql: 'DO $do$ DECLARE n int; BEGIN <<turns>> LOOP DELETE FROM app."Order" WHERE ("user", "select") IN (SELECT "user", "select" FROM app."Order" WHERE "Total Sum" < 18 LIMIT 3); GET DIAGNOSTICS n = ROW_COUNT; IF n < 3 THEN EXIT turns; END IF; -- go on\nEND LOOP; END $do$' },
  { name: 'a loop while there are rows', pattern: 'commitBatches', setup: ORDERS, sql: 'DO $$ BEGIN WHILE EXISTS (SELECT 1 FROM orders WHERE id > 2) LOOP DELETE FROM orders WHERE id IN (SELECT id FROM orders WHERE id > 2 LIMIT 4); END LOOP; END $$' },
  { name: 'a delete', pattern: 'batchDelete', setup: ORDERS, sql: `DELETE FROM orders WHERE status = 'new' OR total = 10` },
  { name: 'an update that numbers the rows of its table', pattern: 'batchUpdate', setup: `${ORDERS} ALTER TABLE orders ADD COLUMN data jsonb;`, sql: `UPDATE orders SET total = ranked.number, data = '{}' FROM (SELECT id, row_number() OVER (PARTITION BY status ORDER BY total DESC) AS number FROM orders) AS ranked WHERE ranked.id = orders.id AND orders.total IS DISTINCT FROM 7` },
  { name: 'an update that asks its own table', pattern: 'batchUpdate', setup: ORDERS, sql: `WITH top AS (SELECT max(total) AS total FROM orders) UPDATE orders AS o SET total = (SELECT total FROM top) - o.total, note = upper(o.status) WHERE o.total IS DISTINCT FROM (SELECT min(total) FROM orders) RETURNING 1` },
  { name: 'an update that asks its own table, quoted, by a key of two columns', pattern: 'batchUpdate', setup: QUOTED, sql: `UPDATE app."Order" SET "Total Sum" = "Total Sum" + 1 WHERE "group" > (SELECT min("group") FROM app."Order")` },
  { name: 'a delete of all but the first of each', pattern: 'batchDelete', setup: ORDERS, sql: `DELETE FROM orders o USING orders AS first WHERE o.status = first.status AND o.id > first.id` },
  { name: 'a delete of what there is twice', pattern: 'batchDelete', setup: QUOTED, sql: `DELETE FROM app."Order" WHERE "user" IN (SELECT "user" FROM app."Order" GROUP BY "user" HAVING count(*) > 1) AND "select" > 3 -- the rest
` },
  { name: 'a delete by another table, quoted', pattern: 'batchDelete', setup: `${QUOTED} CREATE TABLE gone (id int); INSERT INTO gone SELECT i FROM generate_series(1, 10) AS i;`, sql: `DELETE FROM app."Order" USING gone AS g WHERE g.id = "Order"."select" RETURNING 1` },
  { name: 'a table swapped under materialized views and views over them', pattern: 'swapTable', setup: VIEWED, sql: 'ALTER TABLE orders SET (fillfactor = 70)' },
  { name: 'a constraint that has no online form, by a swap', pattern: 'swapTable', setup: `${SWAPPED} CREATE VIEW open_orders AS SELECT id, status FROM orders WHERE status = 'new';`, sql: 'ALTER TABLE orders ADD CONSTRAINT apart EXCLUDE USING btree (total WITH =)', lost: LEFT_BY_SWAP, because: 'A foreign key comes back NOT VALID, without a look at the rows.' },
  { name: 'storage of a table with an identity, by a swap', pattern: 'swapTable', setup: SWAPPED, sql: 'ALTER TABLE customers SET (fillfactor = 50), ALTER name SET NOT NULL', lost: LEFT_BY_SWAP, because: 'A foreign key comes back NOT VALID, without a look at the rows.' },
  { name: 'a table with an owner, rights and publications, by a swap', pattern: 'swapTable', setup: `${SWAPPED}${SHARED}`, sql: 'ALTER TABLE orders SET (fillfactor = 50)', lost: LEFT_BY_SWAP, because: 'A foreign key comes back NOT VALID, without a look at the rows.' },
  { name: 'a table written anew, quoted, with a key of two columns', pattern: 'swapTable', setup: QUOTED, sql: 'VACUUM FULL app."Order"', instead: 'SELECT 1' },
  { name: 'a type in a table that refers to itself, by a swap', pattern: 'swapTable', setup: `CREATE TABLE tree (id serial PRIMARY KEY, parent int REFERENCES tree, n int UNIQUE, CHECK (n > 0)) WITH (fillfactor = 70); INSERT INTO tree SELECT i, CASE WHEN i < 9 THEN i + 1 END, i FROM generate_series(1, 9) AS i;`, sql: 'ALTER TABLE tree ALTER n TYPE bigint, ALTER n SET NOT NULL', lost: LEFT_BY_SWAP, because: 'A foreign key comes back NOT VALID, without a look at the rows.' },
  { name: 'a merge', pattern: 'batchMerge', setup: `${ORDERS} CREATE TABLE prices (id int PRIMARY KEY, total int, note text); INSERT INTO prices SELECT i, i, 'p' FROM generate_series(15, 30) AS i;`, sql: `MERGE INTO orders o USING prices ON o.id = prices.id WHEN MATCHED AND o.total > 160 THEN DELETE WHEN MATCHED THEN UPDATE SET total = prices.total, note = prices.note WHEN NOT MATCHED AND prices.id > 25 THEN INSERT (id, customer, total) VALUES (prices.id, 1, prices.total)`, since: 15 },
  { name: 'a merge, quoted, by a key of two columns', pattern: 'batchMerge', setup: `${QUOTED} CREATE TABLE app."From" (LIKE app."Order" INCLUDING ALL); INSERT INTO app."From" SELECT i / 4, i, 7, 'x' FROM generate_series(10, 25) AS i;`, sql: `MERGE INTO app."Order" USING app."From" AS "select" ON "Order"."user" = "select"."user" AND "Order"."select" = "select"."select" WHEN MATCHED THEN UPDATE SET "Total Sum" = "Order"."Total Sum" + 1 WHEN NOT MATCHED THEN INSERT VALUES ("select"."user", "select"."select", 0, 'new')`, since: 15 },
  { name: 'a key in the place of another of the same name', pattern: 'primaryKeyFromIndex', setup: ORDERS, sql: 'ALTER TABLE orders DROP CONSTRAINT orders_pkey, ADD CONSTRAINT orders_pkey PRIMARY KEY (id, customer)', kind: 'addConstraint', lost: /orders_pkey/, because: 'the index of the old key would have to be built again' },
  { name: 'a copy of all rows', pattern: 'batchInsert', setup: `${ORDERS} CREATE TABLE archive (LIKE orders);`, sql: 'INSERT INTO archive SELECT * FROM orders -- all of them' },
  { name: 'a copy of some rows, quoted, with a conflict', pattern: 'batchInsert', setup: `${QUOTED} CREATE TABLE app.totals ("user" int, "select" int, sum int, PRIMARY KEY ("user", "select")); INSERT INTO app.totals VALUES (0, 1, 0);`, sql: `INSERT INTO app.totals ("user", "select", sum) SELECT o."user", o."select", o."Total Sum" + 1 FROM app."Order" AS o WHERE o."group" <> 'g3' OR o."user" = 0 ON CONFLICT ("user", "select") DO UPDATE SET sum = EXCLUDED.sum` },
  { name: 'a copy whose query stands in parentheses', pattern: 'batchInsert', setup: `${ORDERS} CREATE TABLE report (id int PRIMARY KEY, customer int);`, sql: 'INSERT INTO report (id, customer)\n((\n  SELECT o.id, o.customer FROM orders o WHERE o.id > 3 OR o.id = 1\n)) ON CONFLICT (id) DO NOTHING' },
  { name: 'a copy of a join', pattern: 'batchInsert', setup: `${ORDERS} CREATE TABLE report (id int, name text);`, sql: 'INSERT INTO report SELECT o.id, c.name FROM orders o LEFT JOIN customers c ON c.id = o.customer AND c.id > 3' },
  { name: 'a name split in two', pattern: 'splitColumn', setup: `CREATE TABLE people (id int PRIMARY KEY, name text, first text, last text); INSERT INTO people SELECT i, 'a' || i || ' b' || i FROM generate_series(1, 10) AS i;`, sql: `UPDATE people SET first = split_part(people.name, ' ', 1), last = split_part(name, ' ', 2)` },
];


function fillIn(value: string): (sql: string) => string {
  return (sql) => sql.replace(/^ *RAISE EXCEPTION .*\n/m, '').replace('NULL /* the value for rows that exist */', value);
}

export function edited(plan: Plan, { edit }: Case): Plan {
  return edit === undefined ? plan : { ...plan, steps: plan.steps.map((step) => ({ ...step, up: step.up.map(edit) })) };
}
