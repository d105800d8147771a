import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli } from './support/cli.ts';
import { project } from './support/folders.ts';

const USERS = 'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, name text);\n';
const EMAIL = 'CREATE INDEX users_email_idx ON users (email);\n';
const NAME = 'CREATE INDEX users_name_idx ON users (name);\n';
const FILE = 'lockkeeper.baseline.json';

/** An old project: one dangerous statement, and one that stands there twice. */
function old(): string {
  return project({ 'db/migrations/0001_users.sql': USERS, 'db/migrations/0002_email.sql': EMAIL, 'db/migrations/0003_drop.sql': 'ALTER TABLE users DROP COLUMN name;\n', 'db/migrations/0004_back.sql': 'ALTER TABLE users ADD COLUMN name text;\n', 'db/migrations/0005_drop.sql': 'ALTER TABLE users DROP COLUMN name;\n', 'db/migrations/0006_back.sql': 'ALTER TABLE users ADD COLUMN name text;\n' });
}

const write = (folder: string, path: string, text: string): void => {
  writeFileSync(join(folder, 'db/migrations', path), text);
};

/** `path rule` of what fails. */
function failing(folder: string, ...args: readonly string[]): readonly string[] {
  const { out } = cli.run(folder, ['lint', '--format', 'json', ...args]);
  const { findings } = JSON.parse(out) as { findings: { path: string; rule: string; severity: string; suppressed: unknown }[] };
  return findings.filter(({ severity, suppressed }) => severity !== 'info' && suppressed === null).map(({ path, rule }) => `${path.slice('db/migrations/'.length)} ${rule}`);
}

test('only what is new fails', () => {
  const folder = old();
  expect(cli.run(folder, ['lint']).code).toBe(1);
  const { code, out } = cli.run(folder, ['baseline']);
  expect(code).toBe(0);
  expect(out).toMatch(/^\d+ findings in \d of 6 migrations\. Commit lockkeeper\.baseline\.json/);
  expect(cli.run(folder, ['lint'])).toMatchObject({ code: 0, err: '' });
  expect(cli.run(folder, ['lint', '--no-baseline']).code).toBe(1);
  write(folder, '0007_name.sql', NAME);
  expect(failing(folder)).toEqual(['0007_name.sql no-blocking-index-build']);
  const document = JSON.parse(cli.run(folder, ['lint', '-f', 'json']).out) as { findings: { suppressed: { by: string } | null }[] };
  expect(document.findings.some(({ suppressed }) => suppressed?.by === 'baseline')).toBe(true);
  expect(cli.run(folder, ['baseline']).out).toMatch(/[1-9]\d* of them are new, 0 that were there are gone/);
  expect(cli.run(folder, ['lint']).code).toBe(0);
});

test('survives moved lines, renamed files and other edits; the same statement elsewhere is new', () => {
  const folder = old();
  cli.run(folder, ['baseline']);
  write(folder, '0002_email.sql', `-- by email\n\n${NAME.replace('INDEX', 'INDEX CONCURRENTLY')}\n${EMAIL}`);
  renameSync(join(folder, 'db/migrations/0003_drop.sql'), join(folder, 'db/migrations/0003_drop_name.sql'));
  expect(failing(folder)).toEqual([]);
  expect(cli.run(folder, ['baseline', '--check']).code).toBe(0);
  write(folder, '0007_drop.sql', 'ALTER TABLE users DROP COLUMN name;\n');
  expect(failing(folder)).toEqual(['0007_drop.sql no-drop-column']);
  expect(failing(folder, 'db/migrations/0007_drop.sql')).toEqual(['0007_drop.sql no-drop-column']);
  expect(failing(folder, 'db/migrations/0005_drop.sql')).toEqual([]);
  write(folder, '0005_drop.sql', 'ALTER TABLE users DROP COLUMN name, DROP COLUMN email;\n');
  expect(failing(folder, 'db/migrations/0005_drop.sql')).toContain('0005_drop.sql no-drop-column');
});

test('what is gone is reported and pruned, and nothing new comes in', () => {
  const folder = old();
  cli.run(folder, ['baseline']);
  write(folder, '0002_email.sql', EMAIL.replace('INDEX', 'INDEX CONCURRENTLY'));
  write(folder, '0007_name.sql', NAME);
  expect(cli.run(folder, ['lint']).err).toMatch(/^\d+ entr(?:y|ies) of the baseline stand for nothing any more\. Take them out: lockkeeper baseline --prune\n$/);
  // A run that has not looked there cannot know.
  expect(cli.run(folder, ['lint', 'db/migrations/0001_users.sql']).err).toBe('');
  const check = cli.run(folder, ['baseline', '--check']);
  expect(check).toMatchObject({ code: 1, out: expect.stringContaining('db/migrations/0002_email.sql  no-blocking-index-build') as string });
  expect(cli.run(folder, ['baseline', '--prune']).code).toBe(0);
  expect(cli.run(folder, ['baseline', '--check']).code).toBe(0);
  expect(failing(folder)).toEqual(['0007_name.sql no-blocking-index-build']);
  write(folder, '0002_email.sql', EMAIL);
  expect(failing(folder)).toEqual(['0002_email.sql no-blocking-index-build', '0007_name.sql no-blocking-index-build']);
});

test('beside a configuration, under another name, and damaged', () => {
  const folder = old();
  writeFileSync(join(folder, 'db/lockkeeper.config.json'), '{}');
  expect(cli.run(join(folder, 'db'), ['baseline']).code).toBe(0);
  expect(existsSync(join(folder, 'db', FILE))).toBe(true);
  expect(readFileSync(join(folder, 'db', FILE), 'utf8')).toContain('{"path":"migrations/0002_email.sql","rule":"no-blocking-index-build","fingerprint":"');
  expect(cli.run(join(folder, 'db/migrations'), ['lint']).code).toBe(0);
  mkdirSync(join(folder, 'ci'));
  expect(cli.run(folder, ['baseline', '--no-config', '--file', 'ci/known.json']).code).toBe(0);
  expect(cli.run(folder, ['lint', '--baseline', 'ci/known.json']).code).toBe(0);
  expect(cli.run(folder, ['lint', '--baseline', 'ci/nowhere.json'])).toEqual({ code: 2, out: '', err: 'lockkeeper: There is no baseline ci/nowhere.json. To write one: lockkeeper baseline --file ci/nowhere.json\n' });
  for (const [text, problem] of [['{', /Cannot read ci\/known\.json/], ['{}', /is not a baseline/], ['{"schemaVersion":9,"findings":[]}', /another version/], ['{"schemaVersion":1,"findings":[1]}', /is damaged/]] as const) {
    writeFileSync(join(folder, 'ci/known.json'), text);
    const { code, out, err } = cli.run(folder, ['lint', '--baseline', 'ci/known.json']);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(problem);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  }
});
