import { expect, it } from 'vitest';
import { planFor } from '../src/fix/planner.ts';
import type { Files } from './support/fix.ts';
import { fixedFiles, fixFiles, workshopOf } from './support/fix.ts';
import { lintFiles } from './support/lint.ts';

const LOCK = { 'migrations/migration_lock.toml': 'provider = "postgresql"\n' };

const added = (before: Files, after: Files): readonly string[] => Object.keys(after).filter((path) => before[path] === undefined);

it('steps that others count on stay in front of them, and an old key stays until the one that takes its place is there', async () => {
  const before = {
    'migrations/01-base.sql': 'CREATE TABLE a (h text PRIMARY KEY);\nCREATE TABLE b (h text PRIMARY KEY);\n',
    'migrations/02-change.sql': 'ALTER TABLE a ADD COLUMN id bigserial;\nALTER TABLE a DROP CONSTRAINT a_pkey;\nALTER TABLE a ADD PRIMARY KEY (id);\nALTER TABLE b ADD COLUMN a_id bigint;\nALTER TABLE b ADD CONSTRAINT b_a FOREIGN KEY (a_id) REFERENCES a (id);\n',
  };
  const after = fixedFiles(before, await fixFiles(before, { suggestions: true }));
  const text = Object.keys(after).sort().map((path) => after[path]).join('');
  const inOrder = (...parts: readonly string[]): void => {
    const places = parts.map((part) => text.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  };
  inOrder('ADD COLUMN id bigint;', 'UPDATE a SET id', 'ALTER COLUMN id SET NOT NULL', 'DROP CONSTRAINT a_pkey;', 'ADD CONSTRAINT a_pkey PRIMARY KEY USING INDEX a_pkey_new');
  inOrder('CREATE UNIQUE INDEX CONCURRENTLY a_pkey_new', 'REFERENCES a (id) NOT VALID', 'VALIDATE CONSTRAINT b_a');
  expect(text).toContain('BEGIN;\nALTER TABLE a DROP CONSTRAINT a_pkey;\nALTER TABLE a ADD CONSTRAINT a_pkey PRIMARY KEY USING INDEX a_pkey_new;\nCOMMIT;');
});

it('where each statement commits by itself, one file holds all steps', async () => {
  const before = {
    'migrations/01-base.sql': 'CREATE TABLE a (h text PRIMARY KEY, id bigint);\nCREATE TABLE b (h text PRIMARY KEY, a_id bigint);\n',
    'migrations/02-change.sql': 'ALTER TABLE a ADD UNIQUE (id);\nALTER TABLE b ADD CONSTRAINT b_a FOREIGN KEY (a_id) REFERENCES a (id);\n',
  };
  const after = fixedFiles(before, await fixFiles(before, { suggestions: true }));
  const text = after['migrations/02-change.sql'] ?? '';
  const places = ['CREATE UNIQUE INDEX CONCURRENTLY a_id_key', 'UNIQUE USING INDEX a_id_key', 'REFERENCES a (id) NOT VALID', 'VALIDATE CONSTRAINT b_a'].map((part) => text.indexOf(part));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(added(before, after)).toEqual([]);
});

it('what waits for a deploy is not put into one file with what it waits behind', async () => {
  const before = { 'migrations/01-base.sql': 'CREATE TABLE a (id bigint PRIMARY KEY, l text NOT NULL);\n', 'migrations/02-change.sql': 'ALTER TABLE a DROP COLUMN l;\nALTER TABLE a ADD COLUMN m text;\n', 'migrations/03-last.sql': 'CREATE TABLE z (id bigint PRIMARY KEY);\n' };
  const result = await fixFiles(before, { suggestions: true });
  expect([result.files, result.refused.map(({ refused }) => refused)]).toEqual([[], ['There is no room for a new migration between 02 and 03: give 03 a higher number, as long as nobody has applied it.']]);
});

it('tables are told apart although their new columns are of one type', async () => {
  const tables = ['a', 'b', 'c', 'd'];
  const each = (text: (table: string) => string): string => tables.map((table) => `${text(table)};\n`).join('');
  const before = {
    'm/000001_base.up.sql': each((table) => `CREATE TABLE ${table} (id bigint PRIMARY KEY)`),
    'm/000001_base.down.sql': each((table) => `DROP TABLE ${table}`),
    'm/000005_change.up.sql': each((table) => `ALTER TABLE ${table} ADD COLUMN labels jsonb`) + each((table) => `UPDATE ${table} SET labels = '{}'`),
    'm/000005_change.down.sql': each((table) => `ALTER TABLE ${table} DROP COLUMN labels`),
  };
  const { after, refused } = await fixFiles(before, { suggestions: true });
  expect(refused).toEqual([]);
  expect(after.report.findings.filter(({ rule, severity }) => rule === 'no-many-hot-tables-in-one-transaction' && severity !== 'info')).toEqual([]);
});

it('a type that the file makes goes before the columns of it', async () => {
  const before = { ...LOCK, 'migrations/20240101000000_base/migration.sql': 'CREATE TABLE a (id bigint PRIMARY KEY, b text);\n', 'migrations/20240102000000_change/migration.sql': `UPDATE a SET b = 'x';\nCREATE TYPE mood AS ENUM ('sad');\nALTER TABLE a ADD COLUMN m mood;\n` };
  const result = await fixFiles(before, { suggestions: true });
  const after = fixedFiles(before, result);
  const all = Object.keys(after).sort().map((path) => after[path] ?? '').join('\n');
  expect(result.refused).toEqual([]);
  expect(all.indexOf('CREATE TYPE mood')).toBeGreaterThan(-1);
  expect(all.indexOf('CREATE TYPE mood')).toBeLessThan(all.indexOf('ADD COLUMN m mood'));
});

it('Prisma: where the next number is taken, new migrations still come right behind, and the rest has the name of its migration', async () => {
  const before = {
    ...LOCK,
    'migrations/01_init/migration.sql': 'CREATE TABLE a (id bigint PRIMARY KEY, b text, c text);\n',
    'migrations/02_change/migration.sql': `CREATE INDEX a_b ON a (b);\nCREATE INDEX a_c ON a (c);\n`,
    'migrations/03_fill/migration.sql': `CREATE TABLE d (id int PRIMARY KEY);\nUPDATE a SET b = 'x';\nALTER TABLE a ALTER COLUMN c TYPE varchar;\n`,
    'migrations/04_last/migration.sql': 'CREATE TABLE e (id int PRIMARY KEY);\n',
  };
  const result = await fixFiles(before, { suggestions: true });
  const after = fixedFiles(before, result);
  expect(result.refused).toEqual([]);
  expect(added(before, after)).toEqual(['migrations/02_change_01_create_a_c/migration.sql', 'migrations/03_fill_01_update_a/migration.sql', 'migrations/03_fill_02_rest_of_fill/migration.sql']);
  expect((await fixFiles(after, { suggestions: true })).files).toEqual([]);
});

it('a column by which the rows are gone through is dropped behind that', async () => {
  const before = {
    'm/000001_base.up.sql': 'CREATE TABLE a (h text PRIMARY KEY);\n',
    'm/000001_base.down.sql': 'DROP TABLE a;\n',
    'm/000005_change.up.sql': 'ALTER TABLE a ADD COLUMN n text NOT NULL;\nALTER TABLE a DROP COLUMN h;\nALTER TABLE a ADD PRIMARY KEY (n);\n',
    'm/000005_change.down.sql': 'ALTER TABLE a ADD COLUMN h text PRIMARY KEY;\nALTER TABLE a DROP COLUMN n;\n',
  };
  const after = fixedFiles(before, await planFor(await workshopOf(before), ({ category }) => category === 'lock' || category === 'rewrite' || category === 'fails', new Set(Object.keys(before))));
  const all = Object.keys(after).sort().filter((path) => path.endsWith('.up.sql')).map((path) => after[path] ?? '').join('\n');
  expect(all.indexOf('UPDATE a SET n')).toBeGreaterThan(-1);
  expect(all.indexOf('UPDATE a SET n')).toBeLessThan(all.indexOf('DROP COLUMN h'));
});

it('NOT NULL comes back behind what fills the column again', async () => {
  const before = {
    'm/000001_base.up.sql': 'CREATE TABLE a (id bigint PRIMARY KEY, l text NOT NULL);\n',
    'm/000001_base.down.sql': 'DROP TABLE a;\n',
    'm/000002_change.up.sql': 'ALTER TABLE a DROP COLUMN l;\n',
    'm/000002_change.down.sql': `ALTER TABLE a ADD COLUMN l text;\nUPDATE a SET l = '';\nALTER TABLE a ALTER COLUMN l SET NOT NULL;\n`,
  };
  const down = fixedFiles(before, await fixFiles(before, { suggestions: true }))['m/000002_change.down.sql'] ?? '';
  expect(down).toMatch(/^UPDATE a SET l = '';\nDO \$back\$[^]*SET NOT NULL/);
});

it('what speaks against one change is not held against others that were tried with it', async () => {
  const tables = ['a', 'b', 'c'];
  const each = (text: (table: string) => string): string => tables.map((table) => `${text(table)};\n`).join('');
  const index = (table: string, column: string): string => `CREATE INDEX IF NOT EXISTS ${table}_p ON ${table} (p, ${column})`;
  const before = {
    'm/000001_base.up.sql': each((table) => `CREATE TABLE ${table} (id bigint PRIMARY KEY, p int, o int)`) + each((table) => index(table, 'o')),
    'm/000001_base.down.sql': each((table) => `DROP TABLE ${table}`),
    'm/20240101000000_sealed.up.sql': each((table) => `ALTER TABLE ${table} ADD COLUMN s int NOT NULL DEFAULT 0`) + each((table) => `DROP INDEX IF EXISTS ${table}_p`) + each((table) => index(table, 's')),
    'm/20240101000000_sealed.down.sql': each((table) => `ALTER TABLE ${table} DROP COLUMN s`) + each((table) => `DROP INDEX IF EXISTS ${table}_p`) + each((table) => index(table, 'o')),
    'm/20240201000000_more.up.sql': 'ALTER TABLE a ADD CONSTRAINT o_fits CHECK (o > 0);\nUPDATE b SET o = 1;\n',
    'm/20240201000000_more.down.sql': 'ALTER TABLE a DROP CONSTRAINT o_fits;\n',
  };
  const after = fixedFiles(before, await fixFiles(before, { suggestions: true }));
  expect(added(before, after).length).toBeGreaterThan(5);
  expect((await fixFiles(after, { suggestions: true })).files.map(({ path }) => path)).toEqual([]);
});

it('a table that nobody uses gives up its foreign keys before it goes', async () => {
  const before = {
    'm/000001_base.up.sql': 'CREATE TABLE orgs (id bigint PRIMARY KEY);\nCREATE TABLE notes (id bigint PRIMARY KEY, org_id bigint CONSTRAINT notes_org REFERENCES orgs (id));\n',
    'm/000001_base.down.sql': 'DROP TABLE notes;\nDROP TABLE orgs;\n',
    'm/000002_notes.up.sql': 'DROP TABLE notes;\n',
    'm/000002_notes.down.sql': 'CREATE TABLE notes (id bigint PRIMARY KEY, org_id bigint CONSTRAINT notes_org REFERENCES orgs (id));\n',
  };
  const result = await fixFiles(before, { suggestions: true });
  const after = fixedFiles(before, result);
  expect(result.refused).toEqual([]);
  expect(after['m/000002_notes.up.sql']).toMatch(/^-- Deploy first: No code uses notes any more\.\n[^]*DROP CONSTRAINT notes_org;\n$/);
  expect((await fixFiles(after, { suggestions: true })).files.map(({ path }) => path)).toEqual([]);
});

it('what a second run would find to do is done in the first one: migrations may come before those of other findings', async () => {
  const tables = ['codes', 'audits', 'members'];
  const each = (text: (table: string) => string): string => tables.map((table) => `${text(table)};\n`).join('');
  const before = {
    'db/migration/V1__base.sql': 'CREATE TABLE codes (v text);\nCREATE TABLE audits (v text);\nCREATE TABLE members (v text PRIMARY KEY);\n',
    'db/migration/V2__keys.sql': each((table) => `ALTER TABLE ${table} ADD COLUMN id serial`) + each((table) => `ALTER TABLE ${table} ADD UNIQUE (id)`),
  };
  const after = fixedFiles(before, await fixFiles(before, { suggestions: true }));
  expect(added(before, after).some((path) => path.includes('V2.1__'))).toBe(true);
  expect((await fixFiles(after, { suggestions: true })).files).toEqual([]);
});

it('a change that is refused does not keep back another one of which the same words are said', async () => {
  const before = {
    'm/20240101000000_base.up.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, net int NOT NULL);\nCREATE TABLE bills (id bigint PRIMARY KEY, net_twice int);\n',
    'm/20240201000000_twice.up.sql': 'ALTER TABLE orders ADD COLUMN net_twice int GENERATED ALWAYS AS (net * 2) STORED;\n',
    'm/20240301000000_bills.up.sql': 'CREATE INDEX bills_net ON bills (net_twice);\n',
    'm/20240401000000_plain.up.sql': 'ALTER TABLE orders ALTER COLUMN net_twice DROP EXPRESSION;\n',
  };
  const result = await fixFiles(before, { suggestions: true });
  expect(result.refused.map(({ finding }) => finding.rule)).toEqual(['no-rewriting-added-column']);
  expect(fixedFiles(before, result)['m/20240301000000_bills.up.sql']).toBe('CREATE INDEX CONCURRENTLY bills_net ON bills (net_twice);\n');
});

it.each([
  ['the default that it writes goes', 'ALTER TABLE facts ALTER COLUMN u DROP DEFAULT;'],
  ['a trigger fires on what it writes', 'CREATE TRIGGER guard BEFORE UPDATE ON facts FOR EACH ROW EXECUTE FUNCTION guard();'],
  ['a key asks for the values', 'ALTER TABLE facts ADD PRIMARY KEY (u), DROP CONSTRAINT facts_pkey;'],
  ['somebody reads the rows', 'CREATE MATERIALIZED VIEW fact_copies AS SELECT * FROM facts;'],
  ['a copy of the rows is made again', 'REFRESH MATERIALIZED VIEW counts;'],
])('rows get their values before %s', async (_, later) => {
  const before = {
    'm/20240101000000_base.up.sql': 'CREATE TABLE facts (id bigint PRIMARY KEY, n int);\nCREATE MATERIALIZED VIEW counts AS SELECT count(*) FROM facts;\nCREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;\n',
    'm/20240201000000_change.up.sql': `ALTER TABLE facts ADD COLUMN u uuid DEFAULT gen_random_uuid();\n${later}\n`,
  };
  const after = fixedFiles(before, await planFor(await workshopOf(before), ({ rule }) => rule === 'no-volatile-default', new Set(Object.keys(before))));
  const text = Object.keys(after).sort().map((path) => after[path]).join('');
  expect(text.indexOf('UPDATE facts SET u = DEFAULT')).toBeGreaterThan(-1);
  expect(text.lastIndexOf(later)).toBeGreaterThan(text.indexOf('UPDATE facts SET u = DEFAULT'));
});

it('rows to which others refer go behind those', async () => {
  const before = {
    'm/20240101000000_base.up.sql': 'CREATE TABLE states (name text PRIMARY KEY);\nCREATE TABLE runs (id bigint PRIMARY KEY, state text NOT NULL REFERENCES states (name));\n',
    'm/20240201000000_change.up.sql': `DELETE FROM runs WHERE state = 'done';\nDELETE FROM states WHERE name = 'done';\n`,
  };
  const after = fixedFiles(before, await fixFiles(before, { suggestions: true }));
  const text = Object.keys(after).sort().map((path) => after[path]).join('');
  expect(text).toContain(`DELETE FROM runs WHERE (state = 'done') AND runs.id`);
  expect(text.indexOf('DELETE FROM states')).toBeGreaterThan(text.indexOf('DELETE FROM runs'));
});

it.each([
  ['counts', 'UPDATE users SET age = age + 1;\n'],
  ['asks its own table', 'UPDATE users SET age = age + (SELECT count(*) FROM users);\n'],
])('what batches keep of how far they came is nobody else’s: an update that %s is written, and nothing more is found afterwards', async (_, change) => {
  const before = { 'm/20240101000000_base.up.sql': 'CREATE TABLE users (id bigint PRIMARY KEY, age int);\n', 'm/20240201000000_change.up.sql': change };
  const result = await fixFiles(before, { suggestions: true });
  expect(result.refused).toEqual([]);
  const after = fixedFiles(before, result);
  expect(Object.values(after).join('')).toContain('DROP TABLE IF EXISTS users_batches;');
  expect((await fixFiles(after, { suggestions: true })).files).toEqual([]);
});

it('a foreign key that takes the place of another of its name goes back to that one', async () => {
  const replaced = (table: string, action: string): string => `ALTER TABLE ${table} DROP CONSTRAINT ${table}_org, ADD CONSTRAINT ${table}_org FOREIGN KEY (org_id) REFERENCES orgs (id) ON DELETE ${action};`;
  const before = {
    'm/20240101000000_base.up.sql': `CREATE TABLE orgs (id bigint PRIMARY KEY);\n${['users', 'notes'].map((table) => `CREATE TABLE ${table} (id bigint PRIMARY KEY, org_id bigint CONSTRAINT ${table}_org REFERENCES orgs (id));\n`).join('')}`,
    'm/20240101000000_base.down.sql': 'DROP TABLE notes;\nDROP TABLE users;\nDROP TABLE orgs;\n',
    'm/20240201000000_cascade.up.sql': `${replaced('users', 'CASCADE')}\n${replaced('notes', 'CASCADE')}\n`,
    'm/20240201000000_cascade.down.sql': `${replaced('notes', 'NO ACTION')}\n${replaced('users', 'NO ACTION')}\n`,
  };
  const after = fixedFiles(before, await planFor(await workshopOf(before), ({ category }) => category === 'lock', new Set(['m/20240201000000_cascade.up.sql'])));
  expect(added(before, after).filter((path) => path.includes('_add_notes_org'))).toHaveLength(2);
  const downs = Object.keys(after).filter((path) => path.endsWith('.down.sql') && !path.includes('base')).map((path) => after[path]).join('');
  for (const table of ['users', 'notes']) expect(downs).toContain(replaced(table, 'NO ACTION'));
});

it('a block that passes over what fails stays behind what it counts on', async () => {
  const before = {
    'm/20240101000000_base.up.sql': ['a', 'b', 'c'].map((table) => `CREATE TABLE ${table} (id bigint PRIMARY KEY);\n`).join(''),
    'm/20240201000000_change.up.sql': 'BEGIN;\nALTER TABLE a ADD COLUMN c_id bigint;\nALTER TABLE b ADD COLUMN c_id bigint;\nDO $$ BEGIN ALTER TABLE b ADD CONSTRAINT b_c FOREIGN KEY (c_id) REFERENCES c (id); EXCEPTION WHEN duplicate_object THEN NULL; END $$;\nCOMMIT;\n',
  };
  const after = fixedFiles(before, await planFor(await workshopOf(before), ({ rule }) => rule === 'no-many-hot-tables-in-one-transaction', new Set(Object.keys(before))));
  const text = Object.keys(after).sort().map((path) => after[path]).join('');
  expect(text.indexOf('ALTER TABLE b ADD COLUMN c_id')).toBeGreaterThan(-1);
  expect(text.indexOf('ALTER TABLE b ADD CONSTRAINT b_c')).toBeGreaterThan(text.indexOf('ALTER TABLE b ADD COLUMN c_id'));
});

it('what has followed into a migration of its own is the same finding there, though other words are said of it', async () => {
  const before = {
    'm/20240101000000_base.up.sql': 'CREATE TABLE options (id bigint PRIMARY KEY, value text, updated_at timestamp);\n',
    'm/20240201000000_change.up.sql': `ALTER TABLE options ADD COLUMN start timestamp;\nUPDATE options SET start = value::timestamp;\nUPDATE options SET start = start + interval '1 day' WHERE start < '2000-01-01';\nALTER TABLE options DROP COLUMN updated_at;\n`,
  };
  const result = await fixFiles(before, { suggestions: true, rules: new Set(['no-unbounded-update']) });
  expect(result.refused).toEqual([]);
  const after = fixedFiles(before, result);
  expect(added(before, after).filter((path) => path.includes('_update_options'))).toHaveLength(2);
  expect(Object.entries(after).filter(([, text]) => text.includes('DROP COLUMN updated_at')).map(([path]) => path).sort().at(-1)).toBe(Object.keys(after).sort().at(-1));
});

it('of the ways that do not work, the one that would run is told about', async () => {
  const tables = ['comments', 'links', 'options'];
  const each = (text: (table: string) => string): string => tables.map((table) => `${text(table)};\n`).join('');
  const before = {
    'm/20240101000000_base.up.sql': `CREATE TABLE polls (id bigint PRIMARY KEY);\n${each((table) => `CREATE TABLE ${table} (poll_id bigint CONSTRAINT ${table}_poll REFERENCES polls (id))`)}`,
    'm/20240201000000_cascade.up.sql': each((table) => `ALTER TABLE ${table} DROP CONSTRAINT ${table}_poll`) + each((table) => `ALTER TABLE ${table} ADD CONSTRAINT ${table}_poll FOREIGN KEY (poll_id) REFERENCES polls (id) ON DELETE CASCADE`),
  };
  const { refused } = await fixFiles(before, { suggestions: true, rules: new Set(['no-many-hot-tables-in-one-transaction']) });
  expect(refused.map((one) => one.refused)).toEqual([expect.stringMatching(/^Afterwards no-drop-constraint would find: Without foreign key \w+, public\.\w+ accepts orphans\.$/)]);
});

it.each(['UNIQUE NULLS NOT DISTINCT (a, b)', 'UNIQUE (a) INCLUDE (b)'])('a constraint that adopts an index is what the index is: %s', async (constraint) => {
  const before = { 'm/20240101000000_base.up.sql': 'CREATE TABLE t (a int, b int);\n', 'm/20240201000000_change.up.sql': `ALTER TABLE t ADD CONSTRAINT u ${constraint};\n` };
  const result = await fixFiles(before);
  expect(result.refused).toEqual([]);
  expect(result.after.report.findings.filter(({ rule }) => rule === 'no-blocking-unique-constraint')).toEqual([]);
});

const INDEXES = {
  'm/20240101000000_base.up.sql': 'CREATE TABLE t (a int, b int, c int);\nCREATE UNIQUE INDEX t_key ON t (a);\nCREATE INDEX t_b ON t (b);\n',
  'm/20240101000000_base.down.sql': 'DROP TABLE t;\n',
  'm/20240201000000_change.up.sql': 'BEGIN;\nDROP INDEX t_key;\nDROP INDEX t_b;\nCREATE UNIQUE INDEX t_key ON t (a, b);\nCREATE INDEX t_b ON t (b, c);\nCOMMIT;\n',
  'm/20240201000000_change.down.sql': 'DROP INDEX t_b;\nDROP INDEX t_key;\nCREATE UNIQUE INDEX t_key ON t (a);\nCREATE INDEX t_b ON t (b);\n',
};

it.each(['fix', 'plan'] as const)('%s: an index serves until the one that takes its place and name is built', async (how) => {
  const changed = 'm/20240201000000_change.up.sql';
  const result = how === 'fix' ? await fixFiles(INDEXES) : await planFor(await workshopOf(INDEXES), ({ category }) => category === 'lock', new Set([changed]));
  expect(result.refused).toEqual([]);
  const after = fixedFiles(INDEXES, result);
  const text = Object.keys(after).filter((path) => path.endsWith('.up.sql')).sort().map((path) => after[path]).join('');
  const places = ['ALTER INDEX t_key RENAME TO t_key_replaced;', 'CREATE UNIQUE INDEX CONCURRENTLY t_key ON t (a, b);', 'DROP INDEX CONCURRENTLY t_key_replaced;', 'CREATE INDEX CONCURRENTLY t_b ON t (b, c);', 'DROP INDEX CONCURRENTLY t_b_replaced;'].map((part) => text.indexOf(part));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(after['m/20240201000000_change.down.sql']?.match(/ALTER INDEX \w+ RENAME TO \w+/g)).toEqual(['ALTER INDEX t_key_replaced RENAME TO t_key', 'ALTER INDEX t_b_replaced RENAME TO t_b']);
  expect((await fixFiles(after)).files).toEqual([]);
  const drop = result.sets.flatMap(({ proposals }) => proposals).find(({ pattern }) => pattern === 'dropIndexConcurrently')?.plan.steps[1];
  expect(drop?.preconditions.map(({ title }) => title)).toEqual(['t_key is built and valid, which comes first']);
});

it('timeouts are taken off around the concurrent builds of a file, and stay for the rest of it', async () => {
  const before = {
    'migrations/01-base.sql': 'CREATE TABLE t (a int, b int);\n',
    'migrations/02-change.sql': "SET lock_timeout = '2s';\nSET statement_timeout TO '30s';\nCREATE INDEX CONCURRENTLY t_a ON t (a);\nCREATE INDEX CONCURRENTLY t_b ON t (b);\nALTER TABLE t ADD COLUMN c int;\nCREATE INDEX CONCURRENTLY t_c ON t (c);\n",
  };
  const result = await fixFiles(before);
  expect(result.refused).toEqual([]);
  const after = fixedFiles(before, result);
  expect(after['migrations/02-change.sql']).toBe(
    "SET lock_timeout = '2s';\nSET statement_timeout TO '30s';\nSET lock_timeout = 0;\nSET statement_timeout = 0;\nCREATE INDEX CONCURRENTLY t_a ON t (a);\nCREATE INDEX CONCURRENTLY t_b ON t (b);\nSET lock_timeout = '2s';\nSET statement_timeout TO '30s';\nALTER TABLE t ADD COLUMN c int;\nSET lock_timeout = 0;\nSET statement_timeout = 0;\nCREATE INDEX CONCURRENTLY t_c ON t (c);\n",
  );
  expect((await fixFiles(after)).files).toEqual([]);
});

it('a concurrent build that leaves a transaction, or a concurrent drop, has its way back', async () => {
  const before = {
    'm/20240101000000_base.up.sql': 'CREATE TABLE t (a int, b int);\nCREATE INDEX t_b ON t (b);\n',
    'm/20240101000000_base.down.sql': 'DROP TABLE t;\n',
    'm/20240201000000_change.up.sql': 'ALTER TABLE t ADD COLUMN c int;\nCREATE INDEX CONCURRENTLY t_a ON t (a);\nDROP INDEX CONCURRENTLY t_b;\nVACUUM t;\n',
    'm/20240201000000_change.down.sql': 'CREATE INDEX t_b ON t (b);\nDROP INDEX t_a;\nALTER TABLE t DROP COLUMN c;\n',
  };
  const after = fixedFiles(before, await fixFiles(before));
  expect(added(before, after).filter((path) => path.endsWith('.down.sql')).map((path) => [path.replace(/^m\/\d+_/, ''), after[path]])).toEqual([
    ['create_t_a.down.sql', 'DROP INDEX CONCURRENTLY IF EXISTS t_a;\n'],
    ['drop_t_b.down.sql', 'CREATE INDEX CONCURRENTLY t_b ON t (b);\n'],
    ['maintenance.down.sql', expect.not.stringContaining('RAISE')],
  ]);
  expect(after['m/20240201000000_change.down.sql']).toBe('ALTER TABLE t DROP COLUMN c;\n');
});

it('the call of a helper that builds one thing gives way to the safe form of that; of one that does more, or may do nothing, only the plan is shown', async () => {
  const helper = (name: string, body: string): string => `CREATE FUNCTION ${name}(tab text, name text, col text) RETURNS void AS $$ BEGIN ${body} END $$ LANGUAGE plpgsql;\n`;
  const before = {
    'm/20240101000000_base.up.sql': `CREATE TABLE t (a int, b int);\n${helper('create_index', "IF (SELECT count(*) FROM pg_indexes WHERE indexname = name) = 0 THEN EXECUTE 'create index ' || name || ' on \"' || tab || '\"(' || col || ')'; END IF;")}${helper('two', "EXECUTE format('CREATE INDEX %I_1 ON %I (%I)', name, tab, col); EXECUTE format('CREATE INDEX %I_2 ON %I (%I)', name, tab, col);")}`,
    'm/20240201000000_change.up.sql': "ALTER TABLE t ADD COLUMN c int;\nSELECT create_index('t', 't_a', 'a');\nSELECT two('t', 't_b', 'b');\n",
  };
  const paths = new Set(['m/20240201000000_change.up.sql']);
  const { sets, files, refused } = await planFor(await workshopOf(before), ({ rule }) => rule === 'no-blocking-index-build', paths);
  expect(refused).toEqual([]);
  expect(sets.map(({ proposals, set }) => [proposals.length, typeof set])).toEqual([[1, 'object'], [1, 'string'], [1, 'string']]);
  const after = fixedFiles(before, { files });
  expect(after['m/20240201000000_change.up.sql']).toBe("ALTER TABLE t ADD COLUMN c int;\nSELECT two('t', 't_b', 'b');\n");
  expect(added(before, after).map((path) => after[path])).toEqual([expect.stringContaining('create index CONCURRENTLY t_a on "t"(a);')]);
});

it.each([
  ['a comment', "COMMENT ON INDEX users_email IS 'Log in by it';"],
  ['a setting', 'ALTER INDEX users_email SET (fillfactor = 70);'],
  ['a mark', 'ALTER TABLE users CLUSTER ON users_email;'],
])('%s of an index follows it to the migration that makes it', async (_what, said) => {
  const before = { ...LOCK, 'migrations/1_base/migration.sql': 'CREATE TABLE users (id bigint PRIMARY KEY, email text);\n', 'migrations/3_change/migration.sql': `CREATE INDEX users_email ON users (email);\n${said}\nCREATE TABLE notes (id bigint PRIMARY KEY);\n` };
  const after = fixedFiles(before, await fixFiles(before));
  const text = Object.keys(after).sort().map((path) => after[path]).join('');
  expect(text).toContain('CONCURRENTLY users_email');
  expect(text.indexOf(said)).toBeGreaterThan(text.indexOf('CONCURRENTLY users_email'));
});

it('what the way back reads is still there when a part of the migration comes before the rest', async () => {
  const before = {
    'm/000001_base.up.sql': 'CREATE TABLE a (id bigint PRIMARY KEY, note text);\nCREATE TABLE b (id bigint PRIMARY KEY);\n',
    'm/000001_base.down.sql': 'DROP TABLE a, b;\n',
    'm/000005_change.up.sql': 'CREATE TABLE kept (id bigint PRIMARY KEY, note text);\nALTER TABLE b ADD COLUMN n int;\nALTER TABLE a DROP COLUMN note;\n',
    'm/000005_change.down.sql': 'ALTER TABLE a ADD COLUMN note text;\nUPDATE a SET note = kept.note FROM kept WHERE kept.id = a.id;\nALTER TABLE b DROP COLUMN n;\nDROP TABLE kept;\n',
  };
  const after = fixedFiles(before, await fixFiles(before, { suggestions: true }));
  const back = Object.keys(after).filter((path) => path.endsWith('.down.sql')).sort().reverse().map((path) => after[path]).join('');
  expect(back.indexOf('UPDATE a SET note = kept.note')).toBeLessThan(back.indexOf('DROP TABLE kept'));
});

it('NOT NULL comes back behind what the author fills the column with', async () => {
  const before = {
    'm/000001_base.up.sql': 'CREATE TABLE apps (id bigint PRIMARY KEY, ip inet NOT NULL);\n',
    'm/000001_base.down.sql': 'DROP TABLE apps;\n',
    'm/000005_change.up.sql': "ALTER TABLE apps ADD ips inet[] NOT NULL DEFAULT '{}';\nUPDATE apps SET ips = ARRAY[ip];\nALTER TABLE apps DROP ip;\n",
    'm/000005_change.down.sql': 'ALTER TABLE apps ADD ip inet;\nUPDATE apps SET ip = ips[1];\nALTER TABLE apps ALTER ip SET NOT NULL;\nALTER TABLE apps DROP ips;\n',
  };
  const after = fixedFiles(before, await fixFiles(before, { suggestions: true }));
  const back = Object.keys(after).filter((path) => path.endsWith('.down.sql')).sort().reverse().map((path) => after[path]).join('');
  const places = ['ADD COLUMN ip inet', 'UPDATE apps SET ip = ips[1]', 'ALTER TABLE apps ALTER ip SET NOT NULL', 'DROP ips'].map((part) => back.indexOf(part));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

it.each([['-- As it was\n', ''], ['-- +goose StatementBegin\n', '-- +goose StatementEnd\n']])('what the batches leave behind goes in place of what the way back no longer does, with what stands around that: %j', async (above, below) => {
  const before = {
    'migrations/20240101000000_init.sql': '-- +goose Up\nCREATE TABLE envs (id bigint PRIMARY KEY, team bigint);\nCREATE TABLE shots (id bigint PRIMARY KEY, env bigint, team bigint);\n\n-- +goose Down\nDROP TABLE shots;\nDROP TABLE envs;\n',
    'migrations/20240102000000_teams.sql': `-- +goose Up\nUPDATE shots SET team = e.team FROM envs e WHERE e.id = shots.env;\nALTER TABLE shots ALTER COLUMN team SET NOT NULL;\n\n-- +goose Down\n${above}ALTER TABLE shots ALTER COLUMN team DROP NOT NULL;\n${below}`,
  };
  const after = fixedFiles(before, await fixFiles(before, { suggestions: true }));
  expect(after['migrations/20240102000000_teams.sql']?.split('-- +goose Down\n')[1]).toBe('DROP TABLE IF EXISTS shots_batches;\n');
  expect((await lintFiles(after)).findings.filter(({ rule, severity }) => rule === 'no-incomplete-down' && severity !== 'info')).toEqual([]);
});

it('where the way back of changed rows does nothing, that of what leaves the file does nothing, too', async () => {
  const before = {
    'db/migrations/20240101000000_init.sql': '-- migrate:up\nCREATE TABLE venues (id bigint PRIMARY KEY, name text, slug text);\n\n-- migrate:down\nDROP TABLE venues;\n',
    'db/migrations/20240102000000_slugs.sql': "-- migrate:up\nUPDATE venues SET slug = lower(name) WHERE slug IS NULL;\nUPDATE venues SET slug = slug || '-' || id WHERE slug = 'the-hub';\n\n-- migrate:down\n-- Data only\n",
  };
  const { files } = await fixFiles(before, { suggestions: true });
  expect(files.length).toBeGreaterThan(1);
  expect(files.map(({ text }) => text).join('\n')).not.toMatch(/cannot be undone/);
});

it('what a run has taken apart already goes back as far as the author goes', async () => {
  const statements = [
    'ALTER TABLE lines ADD COLUMN place bigint',
    'ALTER TABLE lines ADD COLUMN turn bigint',
    'ALTER TABLE lines ADD COLUMN role text',
    'ALTER TABLE lines ADD COLUMN heard text',
    'ALTER TABLE lines ADD COLUMN body jsonb',
    'UPDATE lines SET place = n.rn FROM (SELECT id, row_number() OVER (ORDER BY id) AS rn FROM lines) n WHERE lines.id = n.id',
    "UPDATE lines SET turn = id WHERE kind = 'User'",
    "UPDATE lines m SET turn = (SELECT u.id FROM lines u WHERE u.chat = m.chat ORDER BY u.id LIMIT 1) WHERE m.kind <> 'User'",
    "UPDATE lines SET role = CASE WHEN kind = 'User' THEN 'User' ELSE 'Other' END",
    "UPDATE lines SET heard = 'Both'",
    "UPDATE lines SET body = CASE WHEN kind = 'Audio' THEN jsonb_build_object('type', kind) ELSE '{}' END",
    'ALTER TABLE lines ALTER COLUMN place SET NOT NULL',
    'CREATE UNIQUE INDEX lines_at ON lines (place)',
    "CREATE UNIQUE INDEX lines_item ON lines (chat, turn, (body->>'type')) WHERE body->>'type' IN ('a', 'b')",
    'CREATE INDEX lines_turn ON lines (chat, turn)',
    'ALTER TABLE chats ADD COLUMN told jsonb',
    'UPDATE chats c SET told = jsonb_build_object(1, m.place) FROM lines m WHERE m.id = c.until',
  ];
  const js = (up: readonly string[], down: readonly string[]): string => `${[['up', up], ['down', down]].map(([name, all]) => `export function ${String(name)}(pgm) {\n${(all as readonly string[]).map((sql) => `  pgm.sql(\`${sql}\`);\n`).join('')}}\n`).join('\n')}`;
  const before = {
    'package.json': '{"type":"module","dependencies":{"node-pg-migrate":"8","pg":"8"}}',
    'migrations/1700000000000_base.js': js(['CREATE TABLE lines (id uuid PRIMARY KEY, chat bigint, kind text)', 'CREATE TABLE chats (id bigint PRIMARY KEY, until uuid)'], ['DROP TABLE lines', 'DROP TABLE chats']),
    'migrations/1700000100000_change.js': js(statements, ['ALTER TABLE chats DROP COLUMN told', 'DROP INDEX lines_turn', 'DROP INDEX lines_item', 'DROP INDEX lines_at', 'ALTER TABLE lines DROP COLUMN body', 'ALTER TABLE lines DROP COLUMN heard', 'ALTER TABLE lines DROP COLUMN role', 'ALTER TABLE lines DROP COLUMN turn', 'ALTER TABLE lines DROP COLUMN place']),
  };
  const after = fixedFiles(before, await fixFiles(before, { suggestions: true }));
  expect(added(before, after).length).toBeGreaterThan(4);
  expect(added(before, after).filter((path) => after[path]?.includes('cannot be undone') === true)).toEqual([]);
});

it('what is done to a renamed table follows the view under its old name, which would keep the way back from undoing it', async () => {
  const before = {
    'm/000001_base.up.sql': 'CREATE TABLE d (id int PRIMARY KEY, x int);\n',
    'm/000001_base.down.sql': 'DROP TABLE d;\n',
    'm/000010_change.up.sql': 'ALTER TABLE d RENAME TO d2;\nALTER TABLE d2 ADD COLUMN w int;\n',
    'm/000010_change.down.sql': 'ALTER TABLE d2 DROP COLUMN w;\nALTER TABLE d2 RENAME TO d;\n',
  };
  const after = fixedFiles(before, await fixFiles(before, { suggestions: true }));
  const back = Object.keys(after).filter((path) => path.endsWith('.down.sql')).sort().reverse().map((path) => after[path]).join('');
  const places = ['DROP COLUMN w', 'CREATE VIEW d', 'DROP VIEW d', 'RENAME TO d;'].map((part) => back.indexOf(part));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

it('what is dropped without the history telling what it was comes back as its author says', async () => {
  const before = {
    'm/000001_change.up.sql': 'DROP INDEX users_email_idx;\nDROP INDEX users_name_idx;\nDROP INDEX users_city_idx;\n',
    'm/000001_change.down.sql': 'CREATE INDEX users_name_idx ON users (name) WHERE active;\nCREATE INDEX users_email_idx ON users (email);\n',
  };
  const after = fixedFiles(before, await fixFiles(before));
  const downs = Object.keys(after).filter((path) => path.endsWith('.down.sql')).map((path) => after[path] ?? '');
  for (const line of ['CREATE INDEX users_name_idx ON users (name) WHERE active;', 'CREATE INDEX users_email_idx ON users (email);']) expect(downs.filter((text) => text.includes(line))).toHaveLength(1);
  // Its author does not say it of this one.
  expect(downs.filter((text) => text.includes('cannot be undone'))).toHaveLength(1);
});

it('a collation of the server comes back by its name', async () => {
  const before = {
    'm/000001_base.up.sql': 'CREATE TABLE t (a text COLLATE pg_catalog."C");\nCREATE INDEX t_a ON t (a COLLATE pg_catalog."default");\n',
    'm/000001_base.down.sql': 'DROP TABLE t;\n',
    'm/000002_change.up.sql': 'ALTER TABLE t ADD COLUMN b int;\nDROP INDEX t_a;\n',
    'm/000002_change.down.sql': 'CREATE INDEX t_a ON t (a COLLATE pg_catalog."default");\nALTER TABLE t DROP COLUMN b;\n',
  };
  const after = fixedFiles(before, await fixFiles(before));
  expect(after['m/000003_drop_t_a.down.sql']).toBe('CREATE INDEX CONCURRENTLY t_a ON t (a COLLATE "default");\n');
});

it('what the code around it may pass over does not go into a migration that would run in any case', async () => {
  const migrations = (guard: string): Files => ({
    'knexfile.js': "module.exports = { client: 'pg' };\n",
    'migrations/20240101000000_users.js': "exports.up = (knex) => knex.schema.createTable('users', (t) => { t.bigIncrements(); t.text('email'); });\nexports.down = (knex) => knex.schema.dropTable('users');\n",
    'migrations/20240102000000_email.js': `exports.up = async (knex) => {\n${guard}  await knex.schema.alterTable('users', (t) => { t.text('nick'); });\n  await knex.schema.alterTable('users', (t) => { t.index(['email']); });\n};\nexports.down = (knex) => knex.schema.alterTable('users', (t) => { t.dropIndex(['email']); t.dropColumn('nick'); });\n`,
  });
  const guarded = await fixFiles(migrations("  if (await knex.schema.hasColumn('users', 'nick')) return;\n"), {});
  expect([guarded.files, guarded.refused.map(({ refused }) => refused)]).toEqual([[], ['The code around it decides whether it runs: in a migration of its own it would run in any case.']]);
  expect((await fixFiles(migrations(''), {})).refused).toEqual([]);
});
