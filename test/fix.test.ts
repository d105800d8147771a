import { describe, expect, it } from 'vitest';
import { patterns } from '../src/dialects/postgres/remedies/index.ts';
import type { FixResult } from '../src/fix/engine.ts';
import type { Patterns } from '../src/remedy/step.ts';
import type { Files, FixFilesOptions } from './support/fix.ts';
import { fixedFiles, fixFiles } from './support/fix.ts';

const BASE = 'CREATE TABLE orgs (id bigint PRIMARY KEY);\nCREATE TABLE users (id bigint PRIMARY KEY, email text, org_id bigint, age int);\n';
const BASE_DOWN = 'DROP TABLE users;\nDROP TABLE orgs;\n';

/** A project of golang-migrate with the migration in question as the second one. */
const project = (up: string, down: string | undefined, base = BASE): Files => ({
  'm/000001_base.up.sql': base,
  'm/000001_base.down.sql': BASE_DOWN,
  'm/000002_change.up.sql': up,
  ...(down === undefined ? {} : { 'm/000002_change.down.sql': down }),
});

interface Fixed {
  readonly up: string | undefined;
  readonly down: string | undefined;
  /** Names of new files. */
  readonly added: readonly string[];
  readonly text: (path: string) => string | undefined;
  readonly reasons: readonly string[];
  readonly result: FixResult;
}

async function fixed(files: Files, options: FixFilesOptions = {}): Promise<Fixed> {
  const result = await fixFiles(files, options);
  const after = fixedFiles(files, result);
  return {
    up: after['m/000002_change.up.sql'],
    down: after['m/000002_change.down.sql'],
    added: result.files.filter(({ before }) => before === null).map(({ path }) => path),
    text: (path) => after[path],
    reasons: result.refused.map(({ refused }) => refused),
    result,
  };
}

describe('what stays in the file', () => {
  it('a statement alone in its file is rewritten there', async () => {
    const { up, down, added } = await fixed(project('CREATE INDEX users_email_idx ON users (email);\n', 'DROP INDEX users_email_idx;\n'));
    expect([up, down, added]).toEqual(['CREATE INDEX CONCURRENTLY users_email_idx ON users (email);\n', 'DROP INDEX users_email_idx;\n', []]);
  });

  it('a partition of a table that the history does not tell', async () => {
    const { up, added } = await fixed(project("CREATE TABLE logs_2 PARTITION OF logs FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');\n", 'DROP TABLE logs_2;\n'));
    expect(up).toMatch(/^CREATE TABLE logs_2 \(LIKE logs [^)]+\);\nALTER TABLE logs ATTACH PARTITION logs_2 FOR VALUES FROM \('2024-02-01'\) TO \('2024-03-01'\);\n$/);
    expect(added).toEqual([]);
  });

  it('every byte that is not part of the change', async () => {
    const up = '/* größe */ create   UNIQUE\tindex  "Users__Email" -- why\r\n  ON public."users" ( lower(email) , "id" DESC )\r\n  WHERE email <> \'CREATE INDEX a;\'\r\n  ;\r\n';
    const result = await fixed(project(up, 'DROP INDEX public."Users__Email";\r\n'));
    expect(result.up).toBe(up.replace('index  ', 'index CONCURRENTLY  '));
  });

  it('a constraint as it was written, behind which two words are put', async () => {
    const { up } = await fixed(project('alter table users\n    add  constraint email_length -- short\n    check (length(email) < 9);\n', undefined));
    expect(up).toBe('alter table users\n    add  constraint email_length -- short\n    check (length(email) < 9) NOT VALID;\n');
  });

  it('what the author sets and takes back is set and taken back in the new file, too', async () => {
    const { added, text } = await fixed(project("SET search_path = public, app;\nALTER TABLE users ADD CONSTRAINT age_positive CHECK (age > 0);\nSET search_path TO DEFAULT;\n", undefined));
    expect(text(added[0] ?? '')).toContain('SET search_path = public, app;\nALTER TABLE users VALIDATE CONSTRAINT age_positive;\nSET search_path TO DEFAULT;\n');
  });

  it.each([
    ['as drizzle-kit wrote it', 'DO $$ BEGIN\n ALTER TABLE "users" ADD CONSTRAINT "users_org" FOREIGN KEY ("org_id") REFERENCES "orgs"("id") ON DELETE cascade', ';\nEXCEPTION\n WHEN duplicate_object THEN null;\nEND $$;\n'],
    ['that looks first', "DO $do$\nBEGIN\n  IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'users_org') THEN\n    ALTER TABLE users ADD CONSTRAINT users_org CHECK (age > 0)", ';\n  END IF;\nEND\n$do$;\n'],
  ])('a block %s, in which the constraint is added without a look at the rows', async (_, head, tail) => {
    const { up, added, text } = await fixed(project(`${head}${tail}`, undefined));
    expect(up?.replace(/^LOCK TABLE orgs, users IN SHARE ROW EXCLUSIVE MODE;\n/, '')).toBe(`${head} NOT VALID${tail}`);
    expect(text(added[0] ?? '')).toContain('ALTER TABLE users VALIDATE CONSTRAINT users_org;');
  });

  it.each([
    ['asks for something else', "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'other') THEN ALTER TABLE users ADD CONSTRAINT users_age CHECK (age > 0); END IF; END $$;\n"],
    ['passes over whatever happens', 'DO $$ BEGIN ALTER TABLE users ADD CONSTRAINT users_age CHECK (age > 0); EXCEPTION WHEN others THEN NULL; END $$;\n'],
    ['does more', 'DO $$ BEGIN ALTER TABLE users ADD CONSTRAINT users_age CHECK (age > 0); DROP INDEX IF EXISTS i; END $$;\n'],
  ])('a block that %s, behind which the constraint may be missing', async (_, block) => {
    const { up, reasons } = await fixed(project(block, undefined));
    expect(up).toBe(block);
    expect(reasons.join()).toContain('a block of code');
  });

  it('names that a template fills in, in quotes where they were and bare where they were not', async () => {
    const of = (schema: string): string => `alter table ${schema}.users alter column email set not null;\n`;
    for (const schema of ['{{ index .Options "Namespace" }}', '${schema}', '"${schema}"', '"{{ .Schema }}"']) {
      const { up, added, text } = await fixed(project(of(schema), undefined, BASE.replace('users', `${schema}.users`)));
      expect(up).toMatch(/^ALTER TABLE .* NOT VALID;\n$/);
      const written = [up ?? '', ...added.map((path) => text(path) ?? '')].join('').match(/ALTER TABLE .*/g) ?? [];
      expect(written.length).toBeGreaterThan(3);
      expect(written.filter((line) => !line.startsWith(`ALTER TABLE ${schema}.users `))).toEqual([]);
    }
  });

  it('the other clauses, their order and their comments', async () => {
    const up = 'ALTER TABLE users\n  ADD COLUMN a int, -- a\n  ADD CONSTRAINT users_age_check CHECK (age > 0), -- never\n  -- b\n  ADD COLUMN b int;\n';
    const { up: text, text: of, added } = await fixed(project(up, 'ALTER TABLE users DROP COLUMN b, DROP CONSTRAINT users_age_check, DROP COLUMN a;\n'));
    expect(text).toContain('ALTER TABLE users\n  ADD COLUMN a int, -- a\n  -- b\n  ADD COLUMN b int;\n');
    expect(text).toContain('CHECK (age > 0) NOT VALID;');
    expect(added).toEqual(['m/000003_validate_users_age_check.up.sql', 'm/000003_validate_users_age_check.down.sql']);
    expect(of('m/000003_validate_users_age_check.up.sql')).toContain('VALIDATE CONSTRAINT users_age_check;');
  });

  it('the transaction goes when nothing else needs it, and time-outs with it', async () => {
    const { up } = await fixed(project("BEGIN;\nSET LOCAL lock_timeout = '2s';\nCREATE INDEX users_email_idx ON users (email);\nCOMMIT;\n", 'DROP INDEX users_email_idx;\n'));
    expect(up).toBe('CREATE INDEX CONCURRENTLY users_email_idx ON users (email);\n');
  });

  it('of several builds the first one; each has a file of its own', async () => {
    const { up, added, down } = await fixed(project('CREATE INDEX a ON users (email);\nCREATE INDEX b ON users (org_id);\nCREATE INDEX c ON users (age);\n', 'DROP INDEX c;\nDROP INDEX b;\nDROP INDEX a;\n'));
    expect(up).toBe('CREATE INDEX CONCURRENTLY a ON users (email);\n');
    expect(down).toBe('DROP INDEX a;\n');
    expect(added.filter((path) => path.includes('.up.'))).toEqual(['m/000003_create_b.up.sql', 'm/000004_create_c.up.sql']);
  });
});

describe('what moves', () => {
  it('comments go with their statement', async () => {
    const { up, text } = await fixed(project('ALTER TABLE users ADD COLUMN a int;\n\n-- for the login page\n-- (slow without)\nCREATE INDEX users_email_idx ON users (email); -- 20 min\n', 'DROP INDEX users_email_idx;\nALTER TABLE users DROP COLUMN a;\n'));
    expect(up).toBe('ALTER TABLE users ADD COLUMN a int;\n');
    expect(text('m/000003_create_users_email_idx.up.sql')).toBe('-- Build users_email_idx without blocking writes\n-- for the login page\n-- (slow without)\n-- 20 min\nCREATE INDEX CONCURRENTLY users_email_idx ON users (email);\n');
  });

  it('the way back moves along', async () => {
    const { down, text } = await fixed(project('ALTER TABLE users ADD COLUMN a int;\nCREATE INDEX users_email_idx ON users (email);\n', '-- back\nDROP INDEX users_email_idx;\n\nALTER TABLE users DROP COLUMN a;\n'));
    expect(down).toBe('ALTER TABLE users DROP COLUMN a;\n');
    expect(text('m/000003_create_users_email_idx.down.sql')).toBe('DROP INDEX CONCURRENTLY IF EXISTS users_email_idx;\n');
  });

  it('a value of the old type is made as the author makes it', async () => {
    const base = "CREATE TABLE users (id bigint PRIMARY KEY, email varchar(9) DEFAULT 'none');\n";
    const change = "ALTER TABLE users ALTER COLUMN email DROP DEFAULT, ALTER COLUMN email TYPE int USING substr(email, 2)::int, ALTER COLUMN email SET DEFAULT 0;\n";
    const back = "ALTER TABLE users ALTER COLUMN email DROP DEFAULT, ALTER COLUMN email TYPE varchar(9) USING 'u' || email, ALTER COLUMN email SET DEFAULT 'none';\n";
    const { result } = await fixed({ ...project(change, back, base), 'm/000001_base.down.sql': 'DROP TABLE users;\n' }, { suggestions: true });
    const downs = result.files.filter(({ path }) => path.endsWith('.down.sql')).map(({ text }) => text).join('');
    expect(downs).toContain("UPDATE users SET email_new = ('u' || email);");
    expect(downs).toContain("ALTER TABLE users ALTER COLUMN email SET DEFAULT 'none';");
    expect(downs).not.toContain('cannot be undone');
  });

  it('one of which nothing is left says so', async () => {
    const { down } = await fixed(project('INSERT INTO orgs (id) VALUES (1);\nCREATE INDEX users_email_idx ON users (email);\n', '-- Back.\nDROP INDEX users_email_idx;\n'));
    expect(down).toBe('-- Nothing to undo.\n');
  });

  it('a way back that drops the whole column needs no change', async () => {
    const { down, result } = await fixed(project('ALTER TABLE users ADD COLUMN a int;\nCREATE INDEX users_email_idx ON users (email);\n', 'DROP INDEX IF EXISTS users_email_idx;\nALTER TABLE users DROP COLUMN a;\n'));
    expect(result.sets).toHaveLength(1);
    expect(down).toBe('ALTER TABLE users DROP COLUMN a;\n');
  });

  it('new migrations go in front of those that follow, where there is room', async () => {
    const files = { ...project('ALTER TABLE users ADD COLUMN a int;\nCREATE INDEX users_email_idx ON users (email);\n', 'DROP INDEX users_email_idx;\nALTER TABLE users DROP COLUMN a;\n') };
    const stamped = Object.fromEntries(Object.entries({ ...files, 'm/000003_last.up.sql': 'SELECT 1;\n', 'm/000003_last.down.sql': 'SELECT 1;\n' }).map(([path, text]) => [path.replace('m/00000', 'm/2024010100000'), text]));
    const { reasons } = await fixed(stamped);
    expect(reasons).toEqual(['There is no room for a new migration between 20240101000002 and 20240101000003: give 20240101000003 a higher number, as long as nobody has applied it.']);
    const spaced = Object.fromEntries(Object.entries(stamped).map(([path, text]) => [path.replace('20240101000003', '20240101000004'), text]));
    expect((await fixed(spaced)).added).toContain('m/20240101000003_create_users_email_idx.up.sql');
  });

  it('what leaves the block of the only file, which begins an order', async () => {
    const block = (statements: string): string => `BEGIN;\nALTER TABLE users ADD CONSTRAINT age_known CHECK (age > 0) NOT VALID;\n${statements}COMMIT;\n`;
    const alone = block('ALTER TABLE users VALIDATE CONSTRAINT age_known;\n');
    const numbered = await fixed({ 'sql/01_age.sql': alone });
    expect([numbered.text('sql/01_age.sql'), numbered.added]).toEqual([block(''), ['sql/02_validate_age_known.sql']]);
    expect((await fixed({ 'sql/age.sql': alone })).reasons).toEqual(['age.sql has no number that a new file could follow.']);
  });
});

describe('ways back that are not complete', () => {
  const suggested = (up: string, down: string): ReturnType<typeof fixFiles> => fixFiles(project(up, down), { suggestions: true, rules: new Set(['no-empty-down', 'no-incomplete-down']) });
  const written = ({ files }: Awaited<ReturnType<typeof fixFiles>>): readonly string[] => files.map(({ text }) => text);

  it('what is missing is put in where it belongs', async () => {
    const result = await suggested("ALTER TABLE users ADD COLUMN a int;\nCREATE TABLE notes (id int PRIMARY KEY);\nALTER TABLE users ALTER COLUMN email SET DEFAULT 'x';\n", '-- the table\nDROP TABLE notes;\n');
    expect(written(result)).toEqual(['-- the table\nALTER TABLE users ALTER COLUMN email DROP DEFAULT;\nDROP TABLE notes;\nALTER TABLE users DROP COLUMN a;\n']);
    expect(result.after.report.findings.map(({ rule }) => rule)).not.toContain('no-incomplete-down');
  });

  it('one that puts back something else is not guessed at', async () => {
    const result = await suggested('ALTER TABLE users DROP COLUMN email;\n', 'ALTER TABLE users ADD COLUMN email int;\n');
    expect([written(result), result.refused.map(({ refused }) => refused)]).toEqual([[], [expect.stringContaining('other than it was')]]);
  });
});

describe('what is refused, and why', () => {
  const cases: readonly (readonly [string, string, string | undefined, RegExp])[] = [
    ['a file that sets the search path', "SET search_path = app;\nALTER TABLE users ADD COLUMN a int;\nCREATE INDEX ix ON users (email);\n", 'DROP INDEX ix;\nALTER TABLE users DROP COLUMN a;\n', /sets search_path/],
    ['a block of code', "DO $$ BEGIN\n  CREATE INDEX ix ON users (email);\nEND $$;\n", 'DROP INDEX ix;\n', /block/],
    ['what has no online form', 'CLUSTER users USING users_pkey;\n', 'SELECT 1;\n', /CLUSTER has no online form/],
  ];
  for (const [name, up, down, reason] of cases) {
    it(name, async () => {
      const files = project(up, down);
      const { result, reasons } = await fixed(files);
      expect(reasons.join('\n')).toMatch(reason);
      expect(result.files).toEqual([]);
    });
  }

  it.each([
    ['whose name only running tells', 'SELECT make_partition(now()::date);', 'name events_…_id_idx, which only running tells'],
    ['that the history does not tell', '', 'The history knows no partition of events'],
  ])('an index that would be needed on a partition %s', async (_, call, reason) => {
    const base = `CREATE TABLE events (id bigint, day date) PARTITION BY RANGE (day);
CREATE FUNCTION make_partition(day date) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('CREATE TABLE %I PARTITION OF events FOR VALUES FROM (%L) TO (%L)', 'events_' || to_char(day, 'YYYYMMDD'), day, day + 1); END $$;
${call}\n`;
    const { result, reasons } = await fixed(project('CREATE INDEX events_id_idx ON events (id);\n', 'DROP INDEX events_id_idx;\n', base), { suggestions: true, rules: new Set(['no-blocking-index-build']) });
    expect([result.files, reasons]).toEqual([[], [expect.stringContaining(reason)]]);
  });

  it('a column whose name goes to another one at once', async () => {
    const { reasons, added } = await fixed(project('ALTER TABLE users DROP COLUMN age, ADD COLUMN age text NOT NULL;\n', undefined), { suggestions: true });
    expect(added.filter((path) => path.endsWith('.up.sql'))).toEqual([]);
    expect(reasons.join()).toContain('gives its name to another column at once');
  });
});

describe('a constraint in the definition of a column', () => {
  const cases: readonly (readonly [string, string, string, RegExp])[] = [
    ['a foreign key', 'ALTER TABLE users ADD COLUMN boss bigint DEFAULT 1 /* root */ CONSTRAINT boss_fk REFERENCES "users" (id) ON DELETE SET NULL NOT NULL, ADD b int;', 'ALTER TABLE users ADD COLUMN boss bigint DEFAULT 1 /* root */ NOT NULL, ADD b int;', /ADD CONSTRAINT boss_fk FOREIGN KEY \(boss\) REFERENCES "users" \(id\) ON DELETE SET NULL NOT VALID/],
    ['a condition', 'ALTER TABLE users ADD COLUMN a int DEFAULT 3 CHECK (a > 0);', 'ALTER TABLE users ADD COLUMN a int DEFAULT 3;', /ADD CONSTRAINT users_a_check CHECK \(a > 0\) NOT VALID/],
  ];
  for (const [name, up, stays, added] of cases) {
    it(`${name} is added apart from the column`, async () => {
      const base = `${BASE}ALTER TABLE users DROP COLUMN age;\n`;
      const { up: now, result, reasons, text } = await fixed(project(`${up}\n`, undefined, base));
      expect(reasons).toEqual([]);
      expect(now).toContain(stays);
      expect(now).toMatch(added);
      expect(result.files.map(({ path }) => text(path) ?? '').join('\n')).toContain('VALIDATE CONSTRAINT');
    });
  }

  it('a unique column gets its index first', async () => {
    const { up, added, text } = await fixed(project('ALTER TABLE users ADD COLUMN code text UNIQUE, ADD d int;\n', 'ALTER TABLE users DROP COLUMN code, DROP COLUMN d;\n'));
    expect(up).toBe('ALTER TABLE users ADD COLUMN code text, ADD d int;\n');
    expect(added.filter((path) => path.endsWith('.up.sql')).map((path) => text(path)?.split('\n')[1])).toEqual([
      'CREATE UNIQUE INDEX CONCURRENTLY users_code_key ON users (code);',
      'ALTER TABLE users ADD CONSTRAINT users_code_key UNIQUE USING INDEX users_code_key;',
    ]);
  });
});

describe('what stands behind a statement that leaves', () => {
  it('follows it when it needs it', async () => {
    const { up, down, added, text, result, reasons } = await fixed(project('CREATE UNIQUE INDEX ix ON users (email);\nALTER TABLE users ADD CONSTRAINT k UNIQUE USING INDEX ix;\n', 'ALTER TABLE users DROP CONSTRAINT k;\n'));
    expect(reasons).toEqual([]);
    expect(up).toBe('CREATE UNIQUE INDEX CONCURRENTLY ix ON users (email);\n');
    expect(added).toEqual(['m/000003_rest_of_change.up.sql', 'm/000003_rest_of_change.down.sql']);
    expect(text('m/000003_rest_of_change.up.sql')).toContain('ALTER TABLE users ADD CONSTRAINT k UNIQUE USING INDEX ix;');
    expect(text('m/000003_rest_of_change.down.sql')).toContain('ALTER TABLE users DROP CONSTRAINT k;');
    expect(down).not.toContain('DROP CONSTRAINT');
    expect(result.sets.flatMap(({ notes }) => notes).join()).toMatch(/keeps its place and follows in m\/000003/);
  });

  it('nothing is lost that was made on a column which the steps only lend, where no way back would tell', async () => {
    const change = "DROP INDEX users_age_idx;\nALTER TABLE users RENAME COLUMN email TO mail;\nALTER TABLE users DROP COLUMN age;\nALTER TABLE users ADD CONSTRAINT users_mail_check CHECK (mail <> '') NOT VALID;\n";
    const files = { 'prisma/migrations/1_base/migration.sql': `${BASE}CREATE INDEX users_age_idx ON users (age);\n`, 'prisma/migrations/2_change/migration.sql': change, 'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n' };
    const { reasons, result } = await fixed(files, { suggestions: true, rules: new Set(['no-rename-column']) });
    expect([reasons, result.files]).toEqual([['The schema would end up different: constraint public.users.users_mail_check is missing.'], []]);
  });

  it('no step comes before the one that it follows', async () => {
    const change = "ALTER TABLE users ADD COLUMN left_at timestamptz;\nDELETE FROM orgs WHERE id < 0;\nUPDATE users SET left_at = o.left_at FROM orgs o WHERE o.id = org_id;\n";
    const { added, text, up } = await fixed(project(change, undefined, BASE.replace('PRIMARY KEY)', 'PRIMARY KEY, left_at timestamptz)')), { suggestions: true });
    const files = [up ?? '', ...added.filter((path) => path.endsWith('.up.sql')).map((path) => text(path) ?? '')];
    const of = (part: string): number => files.findIndex((file) => file.includes(part));
    expect([of('ADD COLUMN left_at'), of('FROM users_batches') > 0]).toEqual([0, true]);
  });

  it('rows are never changed before what the change counts on, nor after what counts on it', async () => {
    const { text, added } = await fixed(
      project('CREATE TABLE pins (id bigint PRIMARY KEY, email text);\nINSERT INTO pins SELECT id, email FROM users;\nUPDATE users SET email = lower(email);\nALTER TABLE users ALTER COLUMN email SET NOT NULL;\n', undefined),
      { suggestions: true },
    );
    const written = ['m/000002_change.up.sql', ...added].map((path) => text(path) ?? '');
    const at = (part: string): number => written.findIndex((one) => one.includes(part));
    expect(at('CREATE TABLE pins')).toBe(0);
    expect(at('INSERT INTO pins')).toBeLessThanOrEqual(at('UPDATE users SET email = lower(email)'));
    expect(at('UPDATE users SET email = lower(email)')).toBeLessThan(at('SET NOT NULL'));
  });

  it('no LOCK TABLE is left behind by what it is taken for', async () => {
    const { up, reasons } = await fixed(project("LOCK TABLE users IN EXCLUSIVE MODE;\nUPDATE users SET email = 'x' WHERE email IS NULL;\n", undefined), { suggestions: true });
    expect(up).toContain('UPDATE users');
    expect(reasons.join()).toContain('LOCK TABLE users IN EXCLUSIVE MODE would be left alone');
  });

  it('no temporary table is made in one session and used in another', async () => {
    const up = 'ALTER TABLE users DROP COLUMN age;\nCREATE TEMPORARY TABLE kept AS SELECT id, email FROM users WHERE email IS NOT NULL;\nINSERT INTO orgs SELECT id FROM kept;\nDROP TABLE kept;\n';
    const { text, added, reasons } = await fixed(project(up, undefined), { suggestions: true });
    const using = ['m/000002_change.up.sql', ...added].map((path) => text(path) ?? '').filter((one) => one.includes('kept'));
    expect(using.join('')).toContain('INSERT INTO orgs SELECT id FROM kept');
    expect(using).toHaveLength(1);
    expect(reasons.join()).toContain('temporary table kept');
  });

  it('what is in pg_temp is not used in another session than the one that makes it', async () => {
    const up = 'ALTER TABLE users DROP COLUMN age;\nCREATE FUNCTION pg_temp.one() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;\nINSERT INTO orgs SELECT pg_temp.one();\nALTER TABLE users ADD COLUMN extra int DEFAULT pg_temp.one();\n';
    const { text, added } = await fixed(project(up, undefined), { suggestions: true });
    expect(['m/000002_change.up.sql', ...added].filter((path) => path.endsWith('.up.sql') && text(path)?.includes('pg_temp') === true)).toEqual(['m/000002_change.up.sql']);
  });

  it('an index without a name goes with the way back that drops it by the name that the server gives it', async () => {
    const { up, down, added, text } = await fixed(project("ALTER TABLE users ADD COLUMN code text;\nCREATE INDEX ON users (email, lower(email));\n", 'DROP INDEX users_email_lower_idx;\nALTER TABLE users DROP COLUMN code;\n'));
    expect([up, down]).toEqual(['ALTER TABLE users ADD COLUMN code text;\n', 'ALTER TABLE users DROP COLUMN code;\n']);
    expect(added.map((path) => text(path)?.split('\n').find((line) => !line.startsWith('--')))).toEqual(['CREATE INDEX CONCURRENTLY ON users (email, lower(email));', 'DROP INDEX CONCURRENTLY IF EXISTS users_email_lower_idx;']);
  });

  it('one migration for the tables that one transaction would lock together', async () => {
    const tables = ['a', 'b', 'c'].map((name) => `CREATE TABLE ${name} (id int PRIMARY KEY, x int);\n`).join('');
    const { up, added, text } = await fixed(project('ALTER TABLE a DROP COLUMN x;\nALTER TABLE b ALTER COLUMN x SET DEFAULT 1;\nALTER TABLE c ALTER COLUMN x SET DEFAULT 1;\n', undefined, BASE + tables), { rules: new Set(['no-many-hot-tables-in-one-transaction']) });
    expect([up, ...added.filter((path) => path.endsWith('.up.sql')).map(text)].map((one) => /TABLE (\w)/.exec(one ?? '')?.[1])).toEqual(['a', 'c', 'b']);
  });
});

describe('a transaction that is taken apart', () => {
  const tables = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `CREATE TABLE ${name} (id int PRIMARY KEY, x int);\n`).join('');
  const alter = (name: string): string => `ALTER TABLE ${name} ALTER COLUMN x SET DEFAULT 1`;
  const files = project(['a', 'b', 'c'].map((name) => `${alter(name)};\n`).join(''), undefined, BASE + tables);
  const rules = new Set(['no-many-hot-tables-in-one-transaction']);
  const apart = (up: readonly string[]): Patterns => ({
    ...patterns,
    ownTransaction: (input) => ({ title: 'Apart', safety: 'safe', covers: input.statement.operations, steps: [{ phase: 'expand', title: 'Apart', slug: 'apart', up, down: null, transaction: 'inside', apart: true, preconditions: [], verification: [], notes: [] }] }),
  });

  it('may be said to do too much still, but nothing else may', async () => {
    expect((await fixed(files, { rules, patterns: apart([alter('c')]) })).added).not.toEqual([]);
    const { reasons, result } = await fixed(files, { rules, patterns: apart(['d', 'e', 'f'].map(alter)) });
    expect([reasons, result.files]).toEqual([[expect.stringContaining('Afterwards no-many-hot-tables-in-one-transaction would find')], []]);
  });
});

describe('what is left alone', () => {
  const index = project('CREATE INDEX ix ON users (email);\n', 'DROP INDEX ix;\n');

  it('what a comment silences', async () => {
    const files = project('-- lockkeeper-disable-next-line no-blocking-index-build -- empty in production\nCREATE INDEX ix ON users (email);\n', 'DROP INDEX ix;\n');
    expect((await fixFiles(files)).files).toEqual([]);
  });

  it('tables that are known to be small', async () => {
    expect((await fixFiles(index, { config: { tables: { users: { rows: 10, hot: undefined } } } })).files).toEqual([]);
  });

  it('files that must not be edited; they are counted', async () => {
    const { files, kept } = await fixFiles(index, { mayEdit: () => false });
    expect([files, kept.length]).toEqual([[], 0]);
    const other = await fixFiles({ ...index, 'm/000003_more.up.sql': 'CREATE INDEX iy ON users (age);\n', 'm/000003_more.down.sql': 'DROP INDEX iy;\n' }, { mayEdit: (path) => path.includes('000001') || path.includes('000003') });
    expect(other.files.map(({ path }) => path)).toEqual(['m/000003_more.up.sql']);
    expect(other.kept).toHaveLength(1);
  });

  it('what needs a deploy or touches data, unless asked', async () => {
    const files = project('ALTER TABLE users ALTER COLUMN age TYPE bigint;\n', 'ALTER TABLE users ALTER COLUMN age TYPE int;\n');
    const { files: changed, offered } = await fixFiles(files);
    expect([changed, offered.map(({ plan }) => plan.safety)]).toEqual([[], ['review']]);
  });

  it('a statement that only waits for a deploy, which nobody but a person can tell', async () => {
    const { files: changed, offered } = await fixFiles(project('DROP TABLE legacy;\n', 'SELECT 1;\n'), { suggestions: true });
    expect([changed.filter(({ text }) => /Deploy first/.test(text)), offered.map(({ finding }) => finding.rule)]).toEqual([[], ['no-drop-table']]);
  });

  it('a column whose value in the rows that exist only a person can say', async () => {
    const { files: changed, offered } = await fixFiles(project('ALTER TABLE users ADD COLUMN country text NOT NULL;\n', 'ALTER TABLE users DROP COLUMN country;\n'), { suggestions: true });
    expect([changed, offered.map(({ finding }) => finding.rule)]).toEqual([[], ['no-required-column-without-default']]);
  });

  it('everything after no, and the rest after stop', async () => {
    const files = { ...index, 'm/000003_more.up.sql': 'CREATE INDEX iy ON users (age);\n', 'm/000003_more.down.sql': 'DROP INDEX iy;\n' };
    const said: ('yes' | 'no' | 'stop')[] = ['no', 'yes'];
    expect((await fixFiles(files, { ask: () => Promise.resolve(said.shift() ?? 'stop') })).files.map(({ path }) => path)).toEqual(['m/000003_more.up.sql']);
    expect((await fixFiles(files, { ask: () => Promise.resolve('stop' as const) })).files).toEqual([]);
  });
});
