import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixWithRoom } from '../src/fix/room.ts';
import { cli } from './support/cli.ts';
import type { Files } from './support/fix.ts';
import { workshopOf } from './support/fix.ts';
import { putFiles, scratchFolder } from './support/folders.ts';

/** The files after a fix, under their last names, and what was refused. */
async function fixed(files: Files, mayEdit: (path: string) => boolean = () => true): Promise<{ readonly files: Files; readonly refused: readonly string[] }> {
  const { files: changes, refused } = await fixWithRoom(await workshopOf(files), { suggestions: false, rules: undefined, mayEdit });
  const away = new Set(changes.map(({ path, from }) => from ?? path));
  const left = Object.entries(files).filter(([path]) => !away.has(path));
  return { files: Object.fromEntries([...left, ...changes.map(({ path, text }) => [path, text])].sort(([a = ''], [b = '']) => (a < b ? -1 : 1))) as Files, refused: refused.map((one) => one.refused) };
}

const pair = (name: string, up: string, down: string): Files => ({ [`m/${name}.up.sql`]: `${up}\n`, [`m/${name}.down.sql`]: `${down}\n` });
const TABLES = pair('0001_tables', 'CREATE TABLE users (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, total int);', 'DROP TABLE orders;\nDROP TABLE users;');
const KEY = 'ALTER TABLE orders ADD CONSTRAINT orders_user_fkey FOREIGN KEY (user_id) REFERENCES users (id);';
const NO_KEY = 'ALTER TABLE orders DROP CONSTRAINT orders_user_fkey;';
const NOTE = ['ALTER TABLE orders ADD COLUMN note text;', 'ALTER TABLE orders DROP COLUMN note;'] as const;
const TAG = ['ALTER TABLE users ADD COLUMN tag text;', 'ALTER TABLE users DROP COLUMN tag;'] as const;
const ups = (files: Files): readonly string[] => Object.keys(files).flatMap((path) => /^m\/(.*)\.up\.sql$/.exec(path)?.[1] ?? []);

describe('room for new migrations', () => {
  it('is made behind a migration by giving the others higher numbers, which keep what they say', async () => {
    const { files, refused } = await fixed({ ...TABLES, ...pair('0002_key', KEY, NO_KEY), ...pair('0003_note', ...NOTE), ...pair('0004_tag', ...TAG) });
    expect(refused).toEqual([]);
    expect(ups(files)).toEqual(['0001_tables', '0002_key', '0003_validate_orders_user_fkey', '0004_note', '0005_tag']);
    expect([files['m/0004_note.up.sql'], files['m/0005_tag.down.sql']]).toEqual([`${NOTE[0]}\n`, `${TAG[1]}\n`]);
  });

  it('of Knex follows short numbers, too, where the order of the names lets it', async () => {
    const made = "exports.up = (knex) => knex.schema.createTable('a', (t) => { t.bigIncrements('id'); t.string('x'); });\nexports.down = (knex) => knex.schema.dropTable('a');\n";
    const index = "exports.up = async (knex) => {\n  await knex.raw('ALTER TABLE a ADD COLUMN z int');\n  await knex.raw('CREATE INDEX a_x ON a (x)');\n};\nexports.down = async (knex) => {\n  await knex.raw('DROP INDEX a_x');\n  await knex.raw('ALTER TABLE a DROP COLUMN z');\n};\n";
    const three = await fixed({ 'migrations/001_a.js': made, 'migrations/002_b.js': index });
    expect(Object.keys(three.files)).toEqual(['migrations/001_a.js', 'migrations/002_b.js', 'migrations/003_create_a_x.js']);
    const unlike = await fixed({ 'migrations/8_a.js': made, 'migrations/9_b.js': index });
    expect(unlike.refused).toEqual(['New migrations right after migrations/9_b.js would not run there: the order of this folder leaves no room.']);
  });

  it('takes no more than is needed: gaps are filled, and what stands behind them stays', async () => {
    const { files } = await fixed({ ...TABLES, ...pair('0002_key', KEY, NO_KEY), ...pair('0003_note', ...NOTE), ...pair('0007_tag', ...TAG) });
    expect(ups(files)).toEqual(['0001_tables', '0002_key', '0003_validate_orders_user_fkey', '0004_note', '0007_tag']);
  });

  it('is made at several places at once', async () => {
    const index = 'CREATE INDEX orders_total_idx ON orders (total);\nALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total > 0);';
    const { files, refused } = await fixed({ ...TABLES, ...pair('0002_key', KEY, NO_KEY), ...pair('0003_total', index, 'ALTER TABLE orders DROP CONSTRAINT orders_total_check;\nDROP INDEX orders_total_idx;'), ...pair('0004_tag', ...TAG) });
    expect(refused).toEqual([]);
    const names = ups(files);
    expect(names.map((name) => Number(name.slice(0, 4)))).toEqual(names.map((_, index) => index + 1));
    expect(names.at(-1)).toBe(`000${String(names.length)}_tag`);
    expect(Object.values(files).join('')).toContain('CREATE INDEX CONCURRENTLY orders_total_idx');
  });

  it('is not made where a file behind it may not be edited, or is no migration that is read', async () => {
    const history = { ...TABLES, ...pair('0002_key', KEY, NO_KEY), ...pair('0003_note', ...NOTE) };
    const why = ['There is no room for a new migration between 0002 and 0003: give 0003 a higher number, as long as nobody has applied it.'];
    expect(await fixed(history, (path) => path.includes('0002'))).toEqual({ files: Object.fromEntries(Object.entries(history).sort(([a], [b]) => (a < b ? -1 : 1))), refused: why });
    const goose = { 'm/00001_tables.sql': `-- +goose Up\n${TABLES['m/0001_tables.up.sql'] ?? ''}\n-- +goose Down\nDROP TABLE orders;\n`, 'm/00002_key.sql': `-- +goose Up\n${KEY}\n-- +goose Down\n${NO_KEY}\n`, 'm/00003_fill.go': 'package m\n\nfunc init() { goose.AddMigrationContext(up, down) }\n' };
    expect((await fixed(goose)).files).toEqual(goose);
  });

  it('names that move up by one are not mistaken for each other, on the disk and in a patch', () => {
    const history = { ...TABLES, ...pair('0002_step', KEY, NO_KEY), ...pair('0003_step', ...NOTE), ...pair('0004_step', ...TAG) };
    const [written, patched] = [scratchFolder(), scratchFolder()];
    for (const folder of [written, patched]) putFiles(folder, history);
    const { out } = cli.run(written, ['fix', '--all']);
    expect(out).toContain('m/0003_step.up.sql  →  0004_step.up.sql');
    expect(out).toContain('Fixed 1 finding: 1 file edited, 2 new, 4 renumbered.');
    expect(readFileSync(join(written, 'm/0004_step.up.sql'), 'utf8')).toBe(`${NOTE[0]}\n`);
    expect(readFileSync(join(written, 'm/0005_step.up.sql'), 'utf8')).toBe(`${TAG[0]}\n`);
    execFileSync('git', ['init', '-q'], { cwd: patched });
    execFileSync('git', ['apply'], { cwd: patched, input: cli.run(patched, ['fix', '--all', '--dry-run']).out });
    const content = (folder: string): object => Object.fromEntries(readdirSync(join(folder, 'm')).map((name) => [name, readFileSync(join(folder, 'm', name), 'utf8')]));
    expect(content(patched)).toEqual(content(written));
    expect(cli.run(written, ['fix', '--all']).out).toContain('Nothing to fix.');
    expect(cli.run(patched, ['lint']).code).toBe(0);
  });

  it('is told how to come by where files behind are not to be edited', () => {
    const folder = scratchFolder();
    putFiles(folder, { ...TABLES, ...pair('0002_key', KEY, NO_KEY), ...pair('0003_note', ...NOTE) });
    const { out } = cli.run(folder, ['fix', 'm/0002_key.up.sql']);
    const [, command = ''] = /as long as nobody has applied them,\s+lockkeeper ([^\n]+)\.\n/.exec(out) ?? [];
    expect(command).toMatch(/^fix --start-after \d+$/);
    expect(cli.run(folder, command.split(' ')).out).toContain('m/0003_note.up.sql  →  0004_note.up.sql');
    expect(cli.run(folder, ['fix', '--all']).out).not.toContain('as long as nobody has applied them');
  });

  it('is not made when nobody wants other numbers', () => {
    const folder = scratchFolder();
    putFiles(folder, { ...TABLES, ...pair('0002_key', KEY, NO_KEY), ...pair('0003_note', ...NOTE) });
    expect(cli.run(folder, ['fix', '--all', '--no-renumber']).out).toContain('There is no room for a new migration between 0002 and 0003');
  });
});
