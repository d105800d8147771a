import { expect, it } from 'vitest';
import { fix } from '../src/fix/engine.ts';
import { planFor } from '../src/fix/planner.ts';
import { openPglite } from '../src/servers/pglite.ts';
import { fixedFiles, workshopOf } from './support/fix.ts';

it('what a file does to a column after its type has changed follows the new column', async () => {
  const tables = ['a', 'b', 'c', 'x', 'd', 'e'];
  const typed = (table: string): string => `ALTER TABLE ${table} ALTER COLUMN at TYPE timestamptz;\n`;
  const files = {
    'm/000001_base.up.sql': tables.map((table, index) => `CREATE TABLE ${table} (id bigint${index < 3 ? '' : ' PRIMARY KEY'}, at timestamp DEFAULT '1970-01-01');\n`).join(''),
    'm/000001_base.down.sql': tables.map((table) => `DROP TABLE ${table};\n`).join(''),
    'm/000002_zone.up.sql': `${tables.slice(0, 4).map(typed).join('')}${typed('d')}ALTER TABLE d ALTER COLUMN at SET DEFAULT '1970-01-01 00:00:00+00';\n${typed('e')}ALTER TABLE e ALTER COLUMN at DROP DEFAULT;\n`,
    'm/000002_zone.down.sql': '',
  };
  const { files: changes } = await planFor(await workshopOf(files, { sync: 'trigger' }), ({ rule }) => rule === 'no-column-type-rewrite', new Set(['m/000002_zone.up.sql']));
  const after = Object.entries(fixedFiles(files, { files: changes })).filter(([path]) => path.endsWith('.up.sql')).map(([, text]) => text);
  const all = after.join('');
  const of = (part: string): number => all.indexOf(part);
  expect(of('RENAME COLUMN at_new TO at')).toBeGreaterThan(after.slice(0, 2).join('').length);
  expect(of("ALTER TABLE d ALTER COLUMN at SET DEFAULT '1970-01-01 00:00:00+00'")).toBeGreaterThan(of('ALTER TABLE d RENAME COLUMN at_new TO at'));
  expect(of('ALTER TABLE e ALTER COLUMN at DROP DEFAULT;\n')).toBeGreaterThan(0);
});

// A star in a subselect takes every column there is, under whatever name it goes later: the server keeps the old column for such a view.
it('a view that reads a column through a star is made once the old column is gone, and the server takes every file', async () => {
  const files = {
    'm/000001_base.up.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY);\nCREATE TABLE prompts (id bigint PRIMARY KEY, config jsonb);\n',
    'm/000001_base.down.sql': 'DROP TABLE prompts, orders;\n',
    'm/000002_view.up.sql': 'CREATE VIEW shown AS SELECT o.id, p.id AS prompt FROM orders o LEFT JOIN LATERAL (SELECT prompts.* FROM prompts WHERE prompts.id = o.id) p ON true;\n',
    'm/000002_view.down.sql': 'DROP VIEW shown;\n',
    'm/000003_type.up.sql':
      'DROP VIEW shown;\nALTER TABLE prompts ALTER COLUMN config TYPE json USING config::json;\nCREATE VIEW shown AS SELECT o.id, p.id AS prompt FROM orders o LEFT JOIN LATERAL (SELECT prompts.* FROM prompts WHERE prompts.id = o.id) p ON true;\n',
    'm/000003_type.down.sql': '',
  };
  const { files: changes } = await planFor(await workshopOf(files, { sync: 'trigger' }), ({ rule }) => rule === 'no-column-type-rewrite', new Set(['m/000003_type.up.sql']));
  const after = fixedFiles(files, { files: changes });
  expect(Object.keys(after).length).toBeGreaterThan(Object.keys(files).length);
  expect(await carriedOut(after, `SELECT format_type(atttypid, NULL) AS type FROM pg_attribute WHERE attrelid = 'prompts'::regclass AND attname = 'config'`)).toEqual([{ type: 'json' }]);
  expect(await carriedOut(after, `SELECT count(*)::int AS views FROM pg_views WHERE viewname = 'shown'`)).toEqual([{ views: 1 }]);
});

it('a view around a column that goes is made again in the transaction that drops the column, in both directions, with its rights', async () => {
  const old = 'CREATE VIEW grown AS SELECT id, age FROM users WHERE age > 17;\n';
  const files = {
    'm/000001_base.up.sql': `CREATE TABLE users (id bigint PRIMARY KEY, age int NOT NULL);\n${old}`,
    'm/000001_base.down.sql': 'DROP VIEW grown;\nDROP TABLE users;\n',
    'm/000002_age.up.sql': `DROP VIEW grown;\nALTER TABLE users DROP COLUMN age;\nCREATE VIEW grown AS SELECT users.* FROM users;\nGRANT SELECT ON grown TO PUBLIC;\nALTER TABLE users ADD COLUMN note text;\n`,
    'm/000002_age.down.sql': `ALTER TABLE users DROP COLUMN note;\nDROP VIEW grown;\nALTER TABLE users ADD COLUMN age int;\n${old}`,
  };
  const { files: changes } = await planFor(await workshopOf(files), ({ rule }) => rule === 'no-drop-column', new Set(['m/000002_age.up.sql']));
  const after: Readonly<Record<string, string>> = fixedFiles(files, { files: changes });
  const drop = Object.keys(after).find((path) => path.endsWith('drop_users_age.up.sql')) ?? '';
  expect(after[drop]).toContain('DROP VIEW grown;\nALTER TABLE users DROP COLUMN age;\nCREATE VIEW grown AS SELECT users.* FROM users;\nGRANT SELECT ON grown TO PUBLIC;\n');
  expect(after[drop.replace('.up.', '.down.')]).toBe(`DROP VIEW grown;\nALTER TABLE users ADD COLUMN age integer;\n${old}`);
  const columns = `SELECT string_agg(attname, ', ') AS columns, has_table_privilege('public', 'grown', 'select') AS open FROM pg_attribute WHERE attrelid = 'grown'::regclass AND attnum > 0`;
  expect(await carriedOut(after, columns)).toEqual([{ columns: 'id', open: true }]);
  const back = Object.fromEntries(Object.keys(after).filter((path) => path.endsWith('.down.sql') && path > 'm/000002').toSorted().reverse().map((path, index) => [`z/${String(index)}.up.sql`, after[path] ?? '']));
  expect(await carriedOut({ ...after, ...back }, columns)).toEqual([{ columns: 'id, age', open: false }]);
});

it('another default in the statement that changes the type is given to the new column, as only that can hold it', async () => {
  const files = {
    'm/000001_base.up.sql': `CREATE TYPE mood AS ENUM ('sad', 'ok');\nCREATE TABLE people (id bigint PRIMARY KEY, mood mood NOT NULL DEFAULT 'ok');\n`,
    'm/000001_base.down.sql': 'DROP TABLE people;\nDROP TYPE mood;\n',
    'm/000002_type.up.sql': `ALTER TYPE mood RENAME TO mood_old;\nCREATE TYPE mood AS ENUM ('paused', 'sad', 'ok');\nALTER TABLE people\n  ALTER COLUMN mood DROP DEFAULT,\n  ALTER COLUMN mood TYPE mood USING mood::text::mood,\n  ALTER COLUMN mood SET DEFAULT 'paused'::mood;\nDROP TYPE mood_old;\n`,
    'm/000002_type.down.sql': '',
  };
  const { files: changes } = await planFor(await workshopOf(files, { sync: 'trigger' }), ({ rule }) => rule === 'no-column-type-rewrite', new Set(['m/000002_type.up.sql']));
  expect(await carriedOut(fixedFiles(files, { files: changes }), `SELECT pg_get_expr(adbin, adrelid) AS given FROM pg_attrdef WHERE adrelid = 'people'::regclass`)).toEqual([{ given: `'paused'::mood` }]);
});

// Each is put right by itself, and nothing but the order of the file gives the default to the column of the new type.
it('a default that follows a change of type, or a column that a view reads, is not overtaken by it', async () => {
  const files = {
    'm/000001_base.up.sql': `CREATE TABLE pipes (id bigint PRIMARY KEY, at timestamp NOT NULL DEFAULT '1970-01-01 00:00:00'::timestamp, note text);\nCREATE TABLE people (id bigint PRIMARY KEY);\n`,
    'm/000001_base.down.sql': 'DROP TABLE people, pipes;\n',
    'm/000002_type.up.sql': `ALTER TABLE pipes ALTER COLUMN at TYPE timestamptz;\nALTER TABLE pipes ALTER COLUMN at SET DEFAULT '1970-01-01 00:00:00'::timestamptz;\n`,
    'm/000002_type.down.sql': `ALTER TABLE pipes ALTER COLUMN at TYPE timestamp;\nALTER TABLE pipes ALTER COLUMN at SET DEFAULT '1970-01-01 00:00:00'::timestamp;\n`,
    'm/000003_view.up.sql': 'ALTER TABLE people ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();\nCREATE VIEW every AS WITH own AS (SELECT p.* FROM people p) SELECT own.*, 1 AS one FROM own;\n',
    'm/000003_view.down.sql': 'DROP VIEW every;\nALTER TABLE people DROP COLUMN token;\n',
  };
  const { files: changes } = await fix(await workshopOf(files, { sync: 'trigger' }), { suggestions: true, rules: undefined, mayEdit: (path) => !path.includes('000001') });
  const after = fixedFiles(files, { files: changes });
  expect(Object.keys(after).length).toBeGreaterThan(Object.keys(files).length);
  expect(await carriedOut(after, `SELECT pg_get_expr(adbin, adrelid) AS given FROM pg_attrdef WHERE adrelid = 'pipes'::regclass`)).toEqual([{ given: `'1970-01-01 00:00:00+00'::timestamp with time zone` }]);
  expect(await carriedOut(after, `SELECT count(*)::int AS columns FROM pg_attribute WHERE attrelid = 'every'::regclass AND attname = 'token'`)).toEqual([{ columns: 1 }]);
});

it('an index goes before the type changes that it could not be built with', async () => {
  const files = {
    'm/000001_base.up.sql': 'CREATE TABLE caches (id bigint PRIMARY KEY, version text NOT NULL);\nCREATE UNIQUE INDEX caches_key ON caches (md5(version));\n',
    'm/000001_base.down.sql': 'DROP TABLE caches;\n',
    'm/000002_type.up.sql': 'DROP INDEX caches_key;\nALTER TABLE caches ALTER COLUMN version TYPE jsonb USING version::jsonb;\nCREATE UNIQUE INDEX caches_uniq ON caches (md5(version::text));\n',
    'm/000002_type.down.sql': 'DROP INDEX caches_uniq;\nALTER TABLE caches ALTER COLUMN version TYPE text USING version::text;\nCREATE UNIQUE INDEX caches_key ON caches (md5(version));\n',
  };
  const { files: changes } = await fix(await workshopOf(files, { sync: 'trigger' }), { suggestions: true, rules: undefined, mayEdit: (path) => !path.includes('000001') });
  expect(await carriedOut(fixedFiles(files, { files: changes }), `SELECT indexrelid::regclass::text AS name FROM pg_index WHERE indrelid = 'caches'::regclass ORDER BY 1`)).toEqual([{ name: 'caches_pkey' }, { name: 'caches_uniq' }]);
});

it('a function whose trigger follows behind a change of rows is dropped after it', async () => {
  const files = {
    'm/000001_base.up.sql': 'CREATE TABLE jobs (id bigint PRIMARY KEY, args text);\nCREATE FUNCTION notify() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;\nCREATE TRIGGER notify_all AFTER INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION notify();\n',
    'm/000001_base.down.sql': 'DROP TABLE jobs;\nDROP FUNCTION notify;\n',
    'm/000002_quiet.up.sql': "UPDATE jobs SET args = '{}' WHERE args IS NULL;\nDROP TRIGGER notify_all ON jobs;\nDROP FUNCTION notify;\nCREATE TABLE queues (name text PRIMARY KEY);\n",
    'm/000002_quiet.down.sql': '',
  };
  const { files: changes, sets } = await planFor(await workshopOf(files), ({ rule }) => rule === 'no-unbounded-update', new Set(['m/000002_quiet.up.sql']));
  expect(sets.map(({ set }) => typeof set)).toEqual(['object']);
  const rest = Object.entries(fixedFiles(files, { files: changes })).filter(([path, text]) => path.endsWith('.up.sql') && text.includes('DROP FUNCTION')).map(([, text]) => text);
  expect(rest).toHaveLength(1);
  expect(rest[0]).toContain('DROP TRIGGER notify_all ON jobs;\nDROP FUNCTION notify;');
});

it('what the author takes back of a change of rows goes with its batches, and nothing else fails over them', async () => {
  const files = {
    'm/000001_base.up.sql': 'CREATE TABLE people (id bigint PRIMARY KEY, state text);\nCREATE TABLE logs (id bigint PRIMARY KEY, person bigint);\n',
    'm/000001_base.down.sql': 'DROP TABLE logs, people;\n',
    'm/000002_states.up.sql': `ALTER TABLE people ADD COLUMN note text;\nUPDATE people SET state = 'new' WHERE state IS NULL;\nUPDATE people SET note = 'x';\nDELETE FROM logs;\n`,
    'm/000002_states.down.sql': `UPDATE people SET state = NULL WHERE state = 'new';\nALTER TABLE people DROP COLUMN note;\n`,
  };
  const { files: changes } = await planFor(await workshopOf(files), ({ rule }) => rule.startsWith('no-unbounded'), new Set(['m/000002_states.up.sql']));
  const after: Readonly<Record<string, string>> = fixedFiles(files, { files: changes });
  const downs = Object.keys(after).filter((path) => path.endsWith('.down.sql') && path > 'm/000002').toSorted().reverse();
  expect(downs).toHaveLength(4);
  expect(downs.map((path) => after[path])).toEqual(['-- Nothing to undo.\n', '-- Nothing to undo.\n', `UPDATE people SET state = NULL WHERE state = 'new';\n`, 'ALTER TABLE people DROP COLUMN note;\n']);
  const back = Object.fromEntries(downs.map((path, index) => [`z/${String(index)}.up.sql`, after[path] ?? '']));
  const rows = { 'm/000001_rows.up.sql': `INSERT INTO people SELECT i, CASE WHEN i > 3 THEN 'old' END FROM generate_series(1, 5) AS i` };
  expect(await carriedOut({ ...after, ...rows, ...back }, `SELECT string_agg(coalesce(state, '-'), '' ORDER BY id) AS states FROM people`)).toEqual([{ states: '---oldold' }]);
});

it('rows are filled in before new NULLs are refused, also where all of a file takes several steps', async () => {
  const files = {
    'm/000001_base.up.sql': 'CREATE TABLE meters (id bigint PRIMARY KEY, key text NOT NULL, name text, at timestamptz, made timestamptz);\n',
    'm/000001_base.down.sql': 'DROP TABLE meters;\n',
    'm/000002_names.up.sql': 'ALTER TABLE meters ADD COLUMN size int;\nUPDATE meters SET at = made;\nUPDATE meters SET name = key;\nALTER TABLE meters ALTER COLUMN name SET NOT NULL;\n',
    'm/000002_names.down.sql': 'ALTER TABLE meters ALTER COLUMN name DROP NOT NULL;\nALTER TABLE meters DROP COLUMN size;\n',
  };
  const { files: changes } = await planFor(await workshopOf(files), () => true, new Set(['m/000002_names.up.sql']));
  const after = Object.entries(fixedFiles(files, { files: changes })).filter(([path]) => path.endsWith('.up.sql')).map(([, text]) => text);
  const of = (part: string): number => after.findIndex((text) => text.includes(part));
  expect(of('SET name = key')).toBeGreaterThan(of('SET at = made'));
  expect(of('CHECK (name IS NOT NULL) NOT VALID')).toBeGreaterThan(of('SET name = key'));
});

/** Every way forward, file by file, on a server, and what a query says afterwards. */
async function carriedOut(files: Readonly<Record<string, string>>, question: string): Promise<readonly unknown[]> {
  const server = await openPglite();
  try {
    await server.exec(`SET TIME ZONE 'UTC'`);
    for (const path of Object.keys(files).filter((one) => one.endsWith('.up.sql')).toSorted()) await server.exec(files[path] ?? '');
    return await server.query(question);
  } finally {
    await server.close();
  }
}

// The lock is given back with the transaction it stands in: what runs in another finds what others have written meanwhile.
it('a LOCK TABLE is never put into a migration of its own, and what leaves its transaction is written only when asked for, with a word about it', async () => {
  const files = {
    'm/000001_base.up.sql': 'CREATE TABLE a (id bigint PRIMARY KEY, v int);\nCREATE TABLE b (id bigint PRIMARY KEY);\nCREATE TABLE c (id bigint PRIMARY KEY);\n',
    'm/000001_base.down.sql': 'DROP TABLE a, b, c;\n',
    'm/000002_guard.up.sql': 'LOCK a, b, c;\nDELETE FROM a WHERE v IS NULL;\nALTER TABLE a ALTER COLUMN v SET NOT NULL;\n',
    'm/000002_guard.down.sql': 'ALTER TABLE a ALTER COLUMN v DROP NOT NULL;\n',
  };
  const path = 'm/000002_guard.up.sql';
  const { files: safe } = await fix(await workshopOf(files), { suggestions: false, rules: undefined, mayEdit: (one) => one === path });
  expect(safe).toEqual([]);
  const { sets, refused } = await planFor(await workshopOf(files), () => true, new Set([path]));
  expect(refused.map(({ finding: { rule }, refused: why }) => [rule, why])).toContainEqual(['no-many-hot-tables-in-one-transaction', expect.stringContaining('given back at once and guards nothing')]);
  const notes = sets.flatMap(({ proposals }) => proposals.map(({ pattern, plan }) => [pattern, plan.steps.flatMap((step) => step.notes.filter((note) => note.startsWith('LOCK TABLE in line 1 ')))] as const));
  expect(notes.map(([pattern, found]) => [pattern, found.length])).toEqual([['batchDelete', 1], ['proveNotNull', 1]]);
});

// What is put before a file is as new as what follows it.
it('a statement is not put before the file that first drops the view in its way', async () => {
  const tables = ['a', 'b', 'c'];
  const path = 'm/20210103000000_drop.up.sql';
  const files = {
    'm/20210101000000_base.up.sql': tables.map((table) => `CREATE TABLE raw_${table} (id int PRIMARY KEY, gone boolean, s int);\nCREATE VIEW ${table} AS SELECT * FROM raw_${table} WHERE NOT gone;\n`).join(''),
    [path]: tables.map((table) => `DROP VIEW ${table};\nALTER TABLE raw_${table} DROP COLUMN s;\nCREATE VIEW ${table} AS SELECT * FROM raw_${table} WHERE NOT gone;\n`).join(''),
  };
  const result = await fix(await workshopOf(files), { suggestions: false, rules: undefined, mayEdit: (one) => one === path });
  expect(result.after.report.findings.filter(({ category }) => category === 'fails').map(({ message }) => message)).toEqual([]);
  expect(await carriedOut(fixedFiles(files, result), `SELECT count(*)::int AS columns FROM pg_attribute WHERE attname = 's' AND attrelid::regclass::text LIKE 'raw%'`)).toEqual([{ columns: 0 }]);
});

it('a constraint that takes the place of another does so in one statement, where each statement commits by itself', async () => {
  const files = {
    'm/000001_base.up.sql': 'CREATE TABLE people (id bigint PRIMARY KEY, age int, CONSTRAINT grown CHECK (age > 0));\n',
    'm/000001_base.down.sql': 'DROP TABLE people;\n',
    'm/000002_age.up.sql': '-- migrate:up transaction:false\nALTER TABLE people DROP CONSTRAINT grown, ADD CONSTRAINT grown CHECK (age > 17), ADD COLUMN note text;\n',
  };
  const { files: changes } = await fix(await workshopOf(files), { suggestions: false, rules: undefined, mayEdit: (path) => path.includes('000002') });
  const after = Object.values(fixedFiles(files, { files: changes })).join('');
  expect(after).toContain('DROP CONSTRAINT grown, ADD CONSTRAINT grown CHECK (age > 17) NOT VALID;');
  expect(after).toContain('ALTER TABLE people VALIDATE CONSTRAINT grown;');
});

// A published table without a primary key refuses UPDATE and DELETE, and nothing would keep duplicates out meanwhile.
it('a key that takes the place of another does so in one transaction: until then the old one stays, in one statement or in two', async () => {
  const files = {
    'm/000001_base.up.sql': 'CREATE TABLE u (id int PRIMARY KEY, a int NOT NULL, b int NOT NULL);\nCREATE TABLE v (id int PRIMARY KEY, a int NOT NULL, CONSTRAINT v_key UNIQUE (a));\nINSERT INTO u VALUES (1, 1, 1);\n',
    'm/000001_base.down.sql': 'DROP TABLE u, v;\n',
    'm/000002_keys.up.sql': 'ALTER TABLE u DROP CONSTRAINT u_pkey, ADD CONSTRAINT u_pkey PRIMARY KEY (id, a);\nALTER TABLE v DROP CONSTRAINT v_key;\nALTER TABLE v ADD CONSTRAINT v_key UNIQUE (a, id);\n',
    'm/000002_keys.down.sql': 'ALTER TABLE v DROP CONSTRAINT v_key;\nALTER TABLE v ADD CONSTRAINT v_key UNIQUE (a);\nALTER TABLE u DROP CONSTRAINT u_pkey, ADD CONSTRAINT u_pkey PRIMARY KEY (id);\n',
  };
  const result = await fix(await workshopOf(files), { suggestions: false, rules: undefined, mayEdit: (path) => path.includes('000002') });
  const after = fixedFiles(files, result);
  const ups = Object.entries(after).filter(([path]) => path.endsWith('.up.sql')).map(([, text]) => text);
  for (const [old, key] of [['DROP CONSTRAINT u_pkey', 'PRIMARY KEY USING INDEX u_pkey_new'], ['DROP CONSTRAINT v_key', 'UNIQUE USING INDEX v_key_new']] as const) {
    expect(ups.findIndex((text) => text.includes(old))).toBe(ups.findIndex((text) => text.includes(key)));
    expect(ups.findIndex((text) => text.includes(key))).toBeGreaterThan(1);
  }
  const KEYS = `SELECT conname AS name, pg_get_constraintdef(oid) AS key FROM pg_constraint WHERE contype IN ('p', 'u') AND connamespace = 'public'::regnamespace ORDER BY 1`;
  const downs = Object.entries(after).filter(([path]) => path.endsWith('.down.sql') && !path.includes('000001')).map(([, text]) => text).toReversed();
  const taken = { ...Object.fromEntries(Object.entries(after).filter(([path]) => path.endsWith('.up.sql'))), ...Object.fromEntries(downs.map((text, index) => [`m/9${String(index)}.up.sql`, text])) };
  expect(await carriedOut(taken, KEYS)).toEqual([{ name: 'u_pkey', key: 'PRIMARY KEY (id)' }, { name: 'v_key', key: 'UNIQUE (a)' }, { name: 'v_pkey', key: 'PRIMARY KEY (id)' }]);
});

it('what changes rows of a table under its new name does not come before the file that gives it that name', async () => {
  const path = 'm/20210103000000_users.up.sql';
  const files = {
    'm/20210101000000_base.up.sql': 'CREATE TABLE people (id int PRIMARY KEY, bio text, name text);\nINSERT INTO people VALUES (1, NULL, NULL);\n',
    [path]: "ALTER TABLE people RENAME TO users;\nUPDATE users SET bio = CASE WHEN bio IS NULL THEN '' ELSE bio END;\nALTER TABLE users ALTER COLUMN bio SET NOT NULL;\n",
  };
  const result = await fix(await workshopOf(files), { suggestions: true, rules: undefined, mayEdit: (one) => one === path });
  expect(await carriedOut(fixedFiles(files, result), 'SELECT bio FROM users')).toEqual([{ bio: '' }]);
});

// DROP INDEX CONCURRENTLY is refused in a transaction, too.
it.each([
  ['sql-migrate', '-- +migrate Up', '-- +migrate Down', ' notransaction'],
  ['dbmate', '-- migrate:up', '-- migrate:down', ' transaction:false'],
  ['sqlx', undefined, undefined, '-- no-transaction\n'],
])('%s: where a file leaves the transaction of the tool, its way back does so as well', async (framework, up, down, outside) => {
  const of = (version: string, ...[forth, back]: readonly [string, string]): Readonly<Record<string, string>> =>
    up === undefined ? { [`m/${version}_x.up.sql`]: forth, [`m/${version}_x.down.sql`]: back } : { [`m/${version}_x.sql`]: `${up}\n${forth}\n${String(down)}\n${back}` };
  const files = { ...of('20200101000000', 'CREATE TABLE t (id int PRIMARY KEY, a int);\n', 'DROP TABLE t;\n'), ...of('20200102000000', 'ALTER TABLE t ADD UNIQUE (a);\n', 'ALTER TABLE t DROP CONSTRAINT t_a_key;\n') };
  const result = await fix(await workshopOf(files, { framework }), { suggestions: false, rules: undefined, mayEdit: (path) => path.includes('20200102') });
  expect(result.refused).toEqual([]);
  const backs = Object.values(fixedFiles(files, result)).map((text) => text.slice(down === undefined ? 0 : text.indexOf(down))).filter((text) => text.includes('DROP INDEX CONCURRENTLY'));
  expect(backs.map((text) => text.split('DROP INDEX')[0])).toEqual([`${down ?? ''}${outside}${down === undefined ? '' : '\n'}`]);
});
