import { expect, it } from 'vitest';
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
  const of = (part: string): number => after.findIndex((text) => text.includes(part));
  expect(of('RENAME COLUMN at_new TO at')).toBeGreaterThan(1);
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
  const after = Object.entries(fixedFiles(files, { files: changes })).filter(([path]) => path.endsWith('.up.sql')).map(([, text]) => text);
  expect(after.length).toBeGreaterThan(3);
  const server = await openPglite();
  try {
    for (const text of after) await server.exec(text);
    expect(await server.query(`SELECT format_type(atttypid, NULL) AS type FROM pg_attribute WHERE attrelid = 'prompts'::regclass AND attname = 'config'`)).toEqual([{ type: 'json' }]);
    expect(await server.query(`SELECT count(*)::int AS views FROM pg_views WHERE viewname = 'shown'`)).toEqual([{ views: 1 }]);
  } finally {
    await server.close();
  }
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
