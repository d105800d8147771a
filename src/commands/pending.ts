import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { scopeFor } from '../config/config.ts';
import { reason, userError } from '../config/errors.ts';
import { didYouMean } from '../config/suggest.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { MigrationSource } from '../frameworks/framework.ts';
import type { Script } from '../ir/migration.ts';
import type { LintHistory } from '../replay/history.ts';
import { indexNamed, lint } from '../pipeline.ts';
import { readScript, readWayBack } from '../read.ts';
import type { Report } from '../report/model.ts';
import { extensionsIn } from '../servers/replay.ts';
import type { Workplace } from '../servers/workplace.ts';
import { dropRemaining, openWorkplace } from '../servers/workplace.ts';
import { checkDialect, locate } from './histories.ts';
import type { Project } from './project.ts';
import { openProject } from './project.ts';
import { complain } from './terminal.ts';

/** What the commands that run migrations have in common on the command line. */
export interface ServerOptions {
  readonly 'database-url'?: string;
  readonly 'use-env'?: boolean;
  readonly 'i-know'?: boolean;
  readonly setup?: string;
  readonly all?: boolean;
  readonly 'start-after'?: string;
  readonly framework?: string;
  readonly dialect?: string;
  readonly config?: string | false;
  readonly 'fail-on'?: string;
}

/** A history, cut where the pending migrations begin. */
export interface PendingHistory {
  readonly entry: LintHistory;
  /** Up scripts of what has run. */
  readonly history: readonly Script[];
  readonly pending: readonly PendingMigration[];
  readonly setup: Script | undefined;
}
export interface PendingMigration {
  readonly source: MigrationSource;
  readonly up: Script;
  readonly down: Script | undefined;
}

export interface OpenedPending {
  readonly project: Project;
  readonly histories: readonly PendingHistory[];
}

/** Finds the histories and says which of their migrations are pending. Undefined: there is nothing to run, and it was said why. */
export async function openPending(operands: readonly string[], options: ServerOptions): Promise<OpenedPending | undefined> {
  if (operands.includes('-')) throw userError('Only files can be run: there is no history around standard input.');
  checkDialect(options.dialect);
  const project = await openProject(operands, {
    configFile: options.config,
    stdinPath: undefined,
    dialect: options.dialect,
    framework: options.framework,
    startAfter: options['start-after'],
    failOn: options['fail-on'] as 'error' | undefined,
  });
  for (const line of project.missing) complain(line);
  if (project.missing.length > 0) return undefined;
  const located = await locate(project);
  for (const notice of located.notices) complain(notice);
  const setup = options.setup === undefined ? undefined : readFile(options.setup);
  const selected = operands.length === 0 ? undefined : located.selected;
  const histories = located.histories
    .filter(({ history }) => history.migrations.length > 0)
    .map((entry) => cut(entry, project, selected, options, setup))
    .filter(({ pending }) => pending.length > 0);
  if (histories.length > 0) return { project, histories };
  complain(located.histories.length === 0 ? `No migrations found in ${project.root}.` : 'No migration is pending.');
  return undefined;
}

function readFile(path: string): string {
  try {
    return readFileSync(resolve(path), 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw userError(`--setup: cannot read ${path}: ${reason(error)}.`);
  }
}

function cut(entry: LintHistory, project: Project, selected: ReadonlySet<string> | undefined, options: ServerOptions, setup: string | undefined): PendingHistory {
  const { dialect, history } = entry;
  const { migrations } = history;
  const wanted = pendingIndexes(entry, project, selected, options);
  const first = wanted[0] ?? migrations.length;
  const read = { read: (path: string) => project.tree.read(path) };
  // Between pending ones others may stand: they run with them, as they would.
  const pending = migrations.slice(first, (wanted.at(-1) ?? -1) + 1);
  return {
    entry,
    history: migrations.slice(0, first).map(({ up }) => readScript(up, entry, read)),
    pending: pending.map((source) => ({ source, up: readScript(source.up, entry, read), down: readWayBack(source, entry, read) })),
    setup: setup === undefined ? undefined : setupScript(setup, dialect),
  };
}

/**
 * Files and globs name the pending migrations. A folder that holds the whole history only says which history, and then, as
 * without a path, it is what comes after `startAfter`, or the last one.
 */
function pendingIndexes({ history: { migrations, folder } }: LintHistory, { config }: Project, selected: ReadonlySet<string> | undefined, { all }: ServerOptions): readonly number[] {
  const indexes = migrations.map((_, index) => index);
  if (all === true) return indexes;
  const named = indexes.filter((index) => {
    const source = migrations[index];
    return source !== undefined && selected !== undefined && (selected.has(source.up.path) || (source.down !== undefined && selected.has(source.down.path)));
  });
  if (selected !== undefined && named.length < migrations.length) return named;
  const after = scopeFor(config, migrations[0]?.up.path ?? folder).startAfter;
  if (after === undefined) return indexes.slice(-1);
  const at = indexNamed(migrations, after);
  if (at < 0) throw userError(`There is no migration "${after}" in ${folder === '' ? 'this folder' : folder}.${didYouMean(after, migrations.flatMap(({ version, name }) => [version ?? name, name]))}`);
  return indexes.slice(at + 1);
}

const setupScript = (text: string, dialect: Dialect): Script => ({ path: 'setup', direction: 'up', text, ...dialect.parse(text), transaction: { wrap: 'none' } });

/** The pending migrations as lint sees them, without findings: what they are expected to do. */
export function lintPending({ project, histories }: OpenedPending): Report {
  const selected = new Set(histories.flatMap(({ pending }) => pending.map(({ up }) => up.path)));
  const report = lint({ histories: histories.map(({ entry }) => entry), config: { ...project.config, scope: { ...project.config.scope, startAfter: undefined } }, rules: [], read: (path) => project.tree.read(path), selected });
  return { ...report, findings: [], problems: [] };
}

/** Qualified names of the relations that the migrations lock, scan or rewrite. */
export function touchedTables({ migrations }: Report): ReadonlySet<string> {
  const effects = migrations.flatMap(({ statements }) => statements.map((statement) => statement.effects));
  return new Set(effects.flatMap(({ locks, scans, rewrites }) => [...locks.map(({ relation }) => relation), ...scans, ...rewrites].map(({ schema, name }) => `${schema}.${name}`)));
}

/** Opens a database of our own for each history, and leaves none behind. What goes wrong is told without credentials. */
export async function withWorkplaces(opened: OpenedPending, options: ServerOptions, work: (history: PendingHistory, workplace: Workplace) => Promise<void>): Promise<void> {
  const databaseUrl = databaseUrlOf(options);
  try {
    for (const history of opened.histories) {
      const scripts = [...(history.setup === undefined ? [] : [history.setup]), ...history.history, ...history.pending.map(({ up }) => up)];
      const workplace = await openWorkplace({ databaseUrl, knows: options['i-know'] === true, extensions: extensionsIn(scripts) });
      try {
        await work(history, workplace);
      } finally {
        await workplace.close();
      }
    }
  } catch (error) {
    throw databaseUrl === undefined ? error : withoutSecret(error, databaseUrl);
  } finally {
    await dropRemaining();
  }
}

/** The server that the user named; undefined: none. */
export function databaseUrlOf(options: Pick<ServerOptions, 'database-url' | 'use-env'>): string | undefined {
  if (options['database-url'] !== undefined) return options['database-url'];
  if (options['use-env'] !== true) return undefined;
  const url = process.env['DATABASE_URL'];
  if (url === undefined || url === '') throw userError('--use-env: DATABASE_URL is not set.');
  return url;
}

/** The last line of defence: no error of ours or of the driver quotes the address. */
export function withoutSecret(error: unknown, url: string): unknown {
  if (!(error instanceof Error)) return error;
  const secrets = [url, /:\/\/[^:@/]*:([^@/]+)@/.exec(url)?.[1] ?? ''].filter((secret) => secret.length >= 3);
  const clean = (text: string): string => secrets.reduce((current, secret) => current.replaceAll(secret, '***'), text);
  return Object.assign(error, { message: clean(error.message), ...(error.stack !== undefined && { stack: clean(error.stack) }) });
}
