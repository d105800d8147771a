import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli } from './support/cli.ts';
import { project } from './support/folders.ts';

const INDEX = 'db/migrations/000002_email.up.sql';
const FILES = {
  'db/migrations/000001_users.up.sql': "CREATE TYPE mood AS ENUM ('sad', 'ok');\nCREATE TABLE users (id bigint PRIMARY KEY, email text, m mood, total int);\n",
  'db/migrations/000001_users.down.sql': 'DROP TABLE users;\nDROP TYPE mood;\n',
  [INDEX]: 'CREATE INDEX users_email_idx ON users (email);\n',
  'db/migrations/000002_email.down.sql': 'DROP INDEX users_email_idx;\n',
};

function made(more: Readonly<Record<string, string>> = {}): string {
  return project({ ...FILES, ...more });
}

const SQL = 'ALTER TABLE users ADD COLUMN age int NOT NULL';

/** What is typed, and what the one line says that comes back. */
const MISTAKES: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['nothing', ['plan'], /Say what to plan for: .* lockkeeper plan --help/],
  ['standard input', ['plan', '-'], /cannot read standard input/],
  ['a change misspelt', ['plan', 'renme-column', 'users.email', 'mail'], /no file and no change "renme-column"\. Did you mean "rename-column"\?/],
  ['a file that is not there', ['plan', 'db/nope.sql'], /No such file or folder: db\/nope\.sql/],
  ['a line that is not there', ['plan', `${INDEX}:99`], /000002_email\.up\.sql has no line 99: it has 1\./],
  ['line 0', ['plan', `${INDEX}:0`], /has no line 0/],
  ['a word too few', ['plan', 'rename-column', 'users.email'], /It takes lockkeeper plan rename-column <table\.column> <new name>/],
  ['a word too many', ['plan', 'require-column', 'users.email', 'x'], /It takes lockkeeper plan require-column <table\.column>/],
  ['a table misspelt', ['plan', 'rename-table', 'user', 'people'], /know no table "user"\. Did you mean "users"\?/],
  ['a column misspelt', ['plan', 'drop-column', 'users.emal'], /know no column of users "emal"\. Did you mean "email"\?/],
  ['a column without its table', ['plan', 'drop-column', 'email'], /Name the column with its table, as in users\.email/],
  ['an enum misspelt', ['plan', 'rename-enum-value', 'mod', 'sad', 'blue'], /know no enum "mod"\. Did you mean "mood"\?/],
  ['a value misspelt', ['plan', 'rename-enum-value', 'mood', 'saad', 'blue'], /know no value of mood "saad"\. Did you mean "sad"\?/],
  ['a value that is there', ['plan', 'rename-enum-value', 'mood', 'sad', 'ok'], /ok is a value of mood already: .*remove-enum-value mood sad --replacement ok/],
  ['a table that is there', ['plan', 'rename-table', 'users', 'users'], /There is a users already/],
  ['a replacement that is none', ['plan', 'remove-enum-value', 'mood', 'sad', '--replacement', 'blue'], /blue is no value of mood that stays/],
  ['a type that nobody knows', ['plan', 'change-type', 'users.total', 'nonsense'], /know no type "nonsense"\. If the database has it all the same, .*--sql "ALTER TABLE users ALTER COLUMN total TYPE nonsense"/],
  ['a type misspelt', ['plan', 'change-type', 'users.total', 'bigit'], /know no type "bigit"\. Did you mean "bigint"\?/],
  ['serial, which is no type', ['plan', 'change-type', 'users.total', 'bigserial'], /know no type "bigserial"/],
  ['half a type', ['plan', 'change-type', 'users.total', 'numeric(12,'], /cannot be read as SQL/],
  ['a type of a new column', ['plan', 'split-column', 'users.email', "name varchr(40)=split_part(email, '@', 1)"], /know no type "varchr"\. Did you mean "varchar"\?/],
  ['no new column', ['plan', 'split-column', 'users.email', 'name'], /Say what the new columns are/],
  ['an empty statement', ['plan', '--sql', ' '], /--sql needs a statement/],
  ['half a statement', ['plan', '--sql', 'ALTER TABLE users ADD'], /cannot be read as SQL/],
  ['a statement and a path', ['plan', '--sql', SQL, 'db'], /takes no path and no change beside it/],
  ['no expression', ['plan', '--sql', SQL, '--value', ''], /--value must be an SQL expression/],
  ['more than an expression', ['plan', '--sql', SQL, '--value', '1); DROP TABLE users; --'], /--value must be an SQL expression/],
  ['half an expression', ['plan', 'change-type', 'users.total', 'text', '--using', 'total +'], /--using must be an SQL expression/],
  ['half a way back', ['plan', 'split-column', 'users.email', "name=split_part(email, '@', 1)", '--sync', 'trigger', '--back', 'email'], /--back must be column=expression/],
  ['a way back that no trigger needs', ['plan', 'split-column', 'users.email', "name=split_part(email, '@', 1)", '--back', 'email=name'], /add --sync trigger/],
  ['--using of another change', ['plan', 'rename-column', 'users.email', 'mail', '--using', 'x'], /--using belongs to lockkeeper plan change-type/],
  ['--value of a change that adds nothing', ['plan', 'rename-column', 'users.email', 'mail', '--value', '1'], /rename-column adds none/],
  ['--replacement of a file', ['plan', 'db', '--replacement', 'x'], /--replacement belongs to lockkeeper plan remove-enum-value/],
  ['--back of a file', ['plan', 'db', '--back', 'x=y'], /--back belongs to/],
  ['--in of a file', ['plan', 'db', '--in', 'db'], /name the paths themselves/],
  ['a rule misspelt', ['plan', 'db', '--rule', 'no-blocking-index-bild'], /no rule "no-blocking-index-bild"\. Did you mean "no-blocking-index-build"\?/],
  ['a version that is none', ['plan', 'db', '--dialect', 'postgres@x'], /--dialect must be an engine with or without a version, as in postgres@15/],
  ['a version that is too old', ['plan', 'db', '--dialect', 'postgres@7'], /postgres@7 is not supported: versions 11 to 18 are/],
  ['no rows in a batch', ['plan', 'db', '--batch-size', '0'], /--batch-size must be at least 1/],
  ['a way that is none', ['plan', 'db', '--sync', 'nobody'], /--sync must be one of application, trigger, not "nobody"/],
  ['a configuration that is not there', ['plan', 'db', '--config', 'nope.json'], /No such configuration file: nope\.json/],
  ['fix: nothing said', ['fix'], /Say which migrations may be edited: paths, --since <git ref>/],
  ['fix: standard input', ['fix', '-'], /cannot work on standard input/],
  ['fix: a file that is not there', ['fix', 'db/nope.sql'], /No such file or folder: db\/nope\.sql/],
  ['fix: a rule misspelt', ['fix', 'db', '--rule', 'no-blocking-index-bild'], /Did you mean "no-blocking-index-build"\?/],
  ['fix: --all and --since', ['fix', '--all', '--since', 'main'], /--all and --since contradict each other/],
  ['fix: a version that nothing is called', ['fix', '--start-after', '00000l'], /No migration here is called "00000l", .*Did you mean "000001"\?/],
  ['fix: a baseline that is not there', ['fix', 'db', '--baseline', 'nope.json'], /There is no baseline nope\.json\. To write one: lockkeeper baseline/],
];

describe('what cannot be done', () => {
  it.each(MISTAKES)('%s: one line says what is wrong, the code is 2, and nothing is written', (_, args, says) => {
    const folder = made();
    const { code, out, err } = cli.run(folder, args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(err).toMatch(says);
    expect(err).not.toMatch(/\bat .*\.js:\d/);
    expect(Object.fromEntries(readdirSync(join(folder, 'db/migrations')).map((file) => [`db/migrations/${file}`, readFileSync(join(folder, 'db/migrations', file), 'utf8')]))).toEqual(FILES);
  });

  it('--since asks git, and says so where there is none', () => {
    const folder = made();
    rmSync(join(folder, '.git'), { recursive: true });
    for (const args of [['fix', '--since', 'main'], ['fix', 'db', '--since', 'main']]) expect(cli.run(folder, args)).toMatchObject({ code: 2, out: '', err: expect.stringContaining('This is no git repository.') as string });
  });

  it('a folder without migrations', () => {
    const folder = project({ 'readme.txt': 'x' });
    for (const args of [['plan', '.'], ['fix', '.'], ['fix', '--all']]) expect(cli.run(folder, args)).toMatchObject({ code: 2, out: '', err: 'No migrations found.\n' });
    expect(cli.run(folder, ['plan', 'rename-table', 'users', 'people'])).toMatchObject({ code: 2, err: expect.stringContaining('No migrations found here') as string });
  });

  it('a plan stands at the line of its file, whatever the SQL is that the file sends', () => {
    const folder = project({
      'migrations/20240101000000_users.js': "exports.up = (knex) => knex.schema.createTable('users', (t) => { t.bigIncrements('id'); t.text('email'); });\nexports.down = (knex) => knex.schema.dropTable('users');\n",
      'migrations/20240102000000_email.js': "// Found by its address.\nexports.up = async (knex) => {\n\n  await knex.schema.alterTable('users', (t) => {\n    t.index(['email'], 'users_email_idx');\n  });\n};\nexports.down = (knex) => knex.schema.alterTable('users', (t) => { t.dropIndex(['email'], 'users_email_idx'); });\n",
    });
    const { out } = cli.run(folder, ['plan', 'migrations/20240102000000_email.js:5', '-r', 'no-blocking-index-build']);
    expect(out).toContain('migrations/20240102000000_email.js:5\n');
  });

  it('nothing to do is no mistake', () => {
    const folder = made();
    expect(cli.run(folder, ['plan', 'db/migrations/000001_users.up.sql'])).toMatchObject({ code: 0, out: 'Nothing to plan.\n' });
    expect(cli.run(folder, ['plan', 'db', '--rule', 'no-unbounded-update'])).toMatchObject({ code: 0, out: 'Nothing to plan.\n' });
    expect(cli.run(folder, ['fix', 'db/migrations/000001_users.up.sql'])).toMatchObject({ code: 0, out: expect.stringContaining('Nothing to fix.') as string });
  });

  it('a name that is taken: there is no plan, and the code is 1', () => {
    const { code, out } = cli.run(made(), ['plan', 'rename-column', 'users.email', 'total']);
    expect(code).toBe(1);
    expect(out).toContain('No plan: users has a column total already.');
  });

  it('a file in the way: nothing is written, the line names it', () => {
    const folder = made({ 'db/migrations/000003_rename_users_email.down.sql': '-- mine\n' });
    const { code, err } = cli.run(folder, ['plan', 'rename-column', 'users.email', 'mail', '--write']);
    expect({ code, err }).toEqual({ code: 2, err: 'Nothing written: db/migrations/000003_rename_users_email.down.sql is already there.\n' });
    expect(readFileSync(join(folder, 'db/migrations/000003_rename_users_email.down.sql'), 'utf8')).toBe('-- mine\n');
  });

  // Nothing is forbidden to root.
  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('a folder that nobody may write to: nothing is written, and the line names file and reason', () => {
    const folder = made();
    chmodSync(join(folder, 'db/migrations'), 0o555);
    try {
      const plan = cli.run(folder, ['plan', 'rename-column', 'users.email', 'mail', '--write']);
      expect(plan.code).toBe(2);
      expect(plan.err).toMatch(/^Nothing written: db\/migrations\/000003_\w+\.up\.sql cannot be written: there is no permission to write in its folder \(EACCES\)\.$/m);
      const fix = cli.run(folder, ['fix', 'db', '--start-after', '000001']);
      expect(fix.code).toBe(2);
      expect(fix.out).toMatch(/nothing written: db\/migrations\/000002_email\.up\.sql cannot be written/);
    } finally {
      chmodSync(join(folder, 'db/migrations'), 0o755);
    }
  });

  it('a type that only the server can know is asked for before the first step', () => {
    const folder = made();
    for (const type of ['citext', 'app.money_amount']) {
      const { code, out } = cli.run(folder, ['plan', 'change-type', 'users.total', type]);
      expect(code).toBe(0);
      expect(out).toContain(`SELECT '${type}' WHERE to_regtype('${type}') IS NULL`);
    }
    const known = cli.run(folder, ['plan', 'change-type', 'users.total', 'numeric(12, 2)']);
    expect(known.out).not.toContain('to_regtype');
    writeFileSync(join(folder, 'db/migrations/000003_ext.up.sql'), 'CREATE EXTENSION citext;\nCREATE EXTENSION own_types;\n');
    expect(cli.run(folder, ['plan', 'change-type', 'users.email', 'citext']).out).not.toContain('to_regtype');
    expect(cli.run(folder, ['plan', 'change-type', 'users.email', 'nonsense']).out).toContain("to_regtype('nonsense')");
    expect(cli.run(folder, ['plan', '--sql', 'ALTER TABLE users ADD COLUMN x app.thing NOT NULL', '--value', 'NULL::app.thing']).out).toContain("to_regtype('app.thing')");
  });
});
