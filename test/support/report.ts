import type { Finding } from '../../src/check/finding.ts';
import type { Effects, LockEffect } from '../../src/effects/vocabulary.ts';
import { NO_EFFECTS } from '../../src/effects/vocabulary.ts';
import type { MigrationReport, Report, StatementReport } from '../../src/report/model.ts';
import type { Rule } from '../../src/rule.ts';
import { defineRule } from '../../src/rule.ts';
import type { Span } from '../../src/source/text.ts';

export const lock = (name: string, mode: string, blocks: LockEffect['blocks'], because?: string): LockEffect => ({
  relation: { schema: 'public', name },
  relationKind: 'table',
  mode,
  blocks,
  ...(because === undefined ? {} : { because }),
});

export const effects = (more: Partial<Effects>): Effects => ({ ...NO_EFFECTS, ...more });

export const someRule = (name: string, more: Partial<Rule> = {}): Rule => ({
  ...defineRule({
    name,
    summary: 'an index is built on a live table while writes wait',
    severity: 'error',
    category: 'lock',
    on: ['createIndex'],
    recommended: true,
    why: 'Reads go on, but every INSERT, UPDATE and DELETE on the table waits, and so does everything queued behind them.',
    references: [{ title: 'PostgreSQL: CREATE INDEX', url: 'https://www.postgresql.org/docs/current/sql-createindex.html' }],
    check: () => undefined,
    message: () => '',
    advice: () => '',
  }),
  ...more,
});

/** Where `part` stands in the text. */
export function spanOf(text: string, part: string): Span {
  const start = text.indexOf(part);
  if (start < 0) throw new Error(`"${part}" is not in the text`);
  return { start, end: start + part.length };
}

export const finding = (more: Partial<Finding> & Pick<Finding, 'path' | 'span'>): Finding => ({
  rule: 'no-blocking-index-build',
  severity: 'error',
  category: 'lock',
  message: 'Building index users_email takes ShareLock on public.users: every write waits until it is built.',
  why: 'Reads go on, but every INSERT, UPDATE and DELETE on the table waits, and so does everything queued behind them.',
  advice: 'Build it without blocking writes:\nCREATE INDEX CONCURRENTLY users_email ON users (email);\nin a migration of its own that runs outside a transaction.',
  direction: 'up',
  relation: 'public.users',
  fingerprint: '0123456789abcdef',
  suppressed: null,
  ...more,
});

export const statement = (more: Partial<StatementReport> & Pick<StatementReport, 'path' | 'span'>): StatementReport => ({
  direction: 'up',
  operations: ['createIndex'],
  transaction: null,
  opaque: false,
  risk: { level: 'none', reasons: [] },
  effects: NO_EFFECTS,
  held: { taken: [], count: 0 },
  ...more,
});

export const migration = (more: Partial<MigrationReport> & Pick<MigrationReport, 'path'>): MigrationReport => ({
  id: more.path,
  downPath: null,
  framework: 'plain',
  dialect: 'postgres',
  version: null,
  name: more.path,
  risk: { level: 'none', reasons: [] },
  statements: [],
  ...more,
});

export function report(more: Partial<Omit<Report, 'sources'>> & { readonly sources?: Readonly<Record<string, string>> }): Report {
  const { sources = {}, ...rest } = more;
  const findings = rest.findings ?? [];
  const migrations = rest.migrations ?? Object.keys(sources).map((path) => migration({ path }));
  const open = findings.filter(({ suppressed }) => suppressed === null);
  const count = (severity: Finding['severity']): number => open.filter((each) => each.severity === severity).length;
  const all = migrations.flatMap(({ statements }) => statements);
  return {
    tool: { name: 'lockkeeper', version: '1.2.3' },
    migrations,
    findings,
    problems: [],
    sources: new Map(Object.entries(sources)),
    rules: [...new Set(findings.map(({ rule }) => rule))].map((name) => someRule(name)),
    summary: {
      migrations: migrations.length,
      files: Object.keys(sources).length,
      statements: all.length,
      opaque: all.filter(({ opaque }) => opaque).length,
      errors: count('error'),
      warnings: count('warning'),
      infos: count('info'),
      suppressed: findings.length - open.length,
      risk: migrations[0]?.risk.level ?? 'none',
    },
    ...rest,
  };
}

const INDEX_SQL = `-- faster login
BEGIN;
ALTER TABLE users
  ADD COLUMN seen timestamptz,
  ALTER COLUMN name TYPE varchar(40);
CREATE INDEX users_email ON users (email);
COMMIT;
`;
const DROP_SQL = '\tDROP TABLE "größe";\nSELECT 1;\n';

/** A report with a bit of everything, small enough to read. */
export function sampleReport(): Report {
  const path = 'db/0002_index.up.sql';
  const drop = 'db/0003_drop.up.sql';
  const alter = spanOf(INDEX_SQL, 'ALTER TABLE users\n  ADD COLUMN seen timestamptz,\n  ALTER COLUMN name TYPE varchar(40)');
  const index = spanOf(INDEX_SQL, 'CREATE INDEX users_email ON users (email)');
  const table = spanOf(DROP_SQL, 'DROP TABLE "größe"');
  const whole = lock('users', 'AccessExclusiveLock', 'readsAndWrites');
  return report({
    sources: { [path]: INDEX_SQL, [drop]: DROP_SQL },
    rules: [
      someRule('no-blocking-index-build'),
      someRule('no-rewrite', { category: 'rewrite', summary: 'a table is rewritten' }),
      someRule('no-drop-table', { category: 'data-loss', severity: 'warning', summary: 'a table is dropped' }),
      someRule('require-lock-timeout', { category: 'hygiene', severity: 'info', summary: 'a lock is awaited without a limit' }),
    ],
    migrations: [
      migration({
        path,
        version: '0002',
        name: 'index',
        risk: { level: 'critical', reasons: ['blocks reads and writes of public.users (AccessExclusiveLock) while the table is rewritten', 'blocks writes of public.users (ShareLock) while an index is built'] },
        statements: [
          statement({ path, span: alter, operations: ['addColumn', 'changeColumnType'], transaction: 'db/0002_index.up.sql#1', risk: { level: 'critical', reasons: ['blocks reads and writes'] }, effects: effects({ locks: [whole], rewrites: [{ schema: 'public', name: 'users' }], scans: [{ schema: 'public', name: 'users' }], work: 'rewrite', workOn: { schema: 'public', name: 'users' } }) }),
          statement({ path, span: index, transaction: 'db/0002_index.up.sql#1', risk: { level: 'high', reasons: ['blocks writes'] }, effects: effects({ locks: [lock('orgs', 'ShareRowExclusiveLock', 'writes', 'referenced by users_org'), lock('users', 'ShareLock', 'writes')], scans: [{ schema: 'public', name: 'users' }], work: 'indexBuild' }), held: { taken: [{ ...whole, statement: 0 }], count: 1 } }),
        ],
      }),
      migration({ path: drop, downPath: 'db/0003_drop.down.sql', version: '0003', name: 'drop', risk: { level: 'low', reasons: ['loses table'] }, statements: [statement({ path: drop, span: table, operations: ['dropTable'], opaque: true })] }),
    ],
    findings: [
      finding({ path, span: alter, rule: 'no-rewrite', category: 'rewrite', message: 'Changing the type of users.name rewrites public.users under AccessExclusiveLock.', fingerprint: 'f1' }),
      finding({ path, span: index, fingerprint: 'f2' }),
      finding({ path, span: { start: index.start, end: index.start + 12 }, fingerprint: 'f3', suppressed: { by: 'comment', reason: 'tiny table' } }),
      finding({ path: drop, span: table, rule: 'no-drop-table', severity: 'warning', category: 'data-loss', message: 'Table "größe" and its rows are gone.', why: 'Nothing brings them back.', advice: 'Stop using it first.', relation: 'public.größe', fingerprint: 'f4' }),
      finding({ path: drop, span: table, rule: 'require-lock-timeout', severity: 'info', category: 'hygiene', message: 'No lock_timeout is set.', why: '', advice: '', relation: null, fingerprint: 'f5' }),
    ],
    problems: [{ problem: 'duplicate-version', path: drop, detail: 'Version 0003 is used twice.' }],
  });
}
