import { createCatalog } from './catalog/create.ts';
import type { Catalog } from './catalog/catalog.ts';
import type { Finding } from './check/finding.ts';
import { hasNone } from './check/directives.ts';
import { fingerprinter } from './check/fingerprint.ts';
import { ruleTables } from './check/rule-table.ts';
import type { Found, Judge } from './check/run.ts';
import { replay, run } from './check/run.ts';
import { checkSubject } from './check/subject.ts';
import { applySuppressions, suppressionRules } from './check/suppressions.ts';
import type { ResolvedConfig } from './config/config.ts';
import { scopeFor } from './config/config.ts';
import type { Dialect } from './dialects/dialect.ts';
import type { Deploy } from './check/liveness.ts';
import { worstOf } from './effects/risk.ts';
import { relationKey } from './effects/units.ts';
import { NO_EFFECTS } from './effects/vocabulary.ts';
import type { History, HistoryProblem, MigrationSource, ScriptSource } from './frameworks/framework.ts';
import type { Migration, Script, Statement } from './ir/migration.ts';
import { fileText } from './ir/migration.ts';
import type { Files } from './read.ts';
import { readScript, readWayBack } from './read.ts';
import type { MigrationReport, Report, StatementReport, Summary } from './report/model.ts';
import { RISKS } from './report/model.ts';
import type { Residue, Rule } from './rule.ts';
import { version as toolVersion } from './version.ts';

/** One history with everything that has to be known to judge it. */
export interface LintHistory {
  readonly history: History;
  readonly dialect: Dialect;
  readonly version: number;
  readonly versionAssumed: boolean;
}

export interface LintInput {
  readonly histories: readonly LintHistory[];
  /** Contents of the files that the histories name. */
  readonly read: (path: string) => string | undefined;
  /** See `Files`, as for the next. */
  readonly trees?: ReadonlyMap<string, object>;
  readonly ahead?: NonNullable<Files['ahead']>;
  readonly config: ResolvedConfig;
  readonly rules: readonly Rule[];
  /** Files to report on; absent: all. What comes before them is replayed all the same. */
  readonly selected?: ReadonlySet<string>;
  /** Files of the migrations that are deployed together; absent: each on its own. */
  readonly batch?: ReadonlySet<string>;
  /** Called as work goes on, with the share done of the whole, 0 to 1. */
  readonly progress?: (done: number) => void;
  /** Called for every finding at the moment of its discovery. */
  readonly propose?: (found: Found, at: FoundAt) => void;
  /** Called when a history has been replayed, as far as it had to be. */
  readonly replayed?: (entry: LintHistory, catalog: Catalog) => void;
}

/** Where in its history a finding was made. */
export interface FoundAt {
  readonly entry: LintHistory;
  /** Position in the history. */
  readonly index: number;
}

/** The whole job between discovery and report: synchronous and pure. */
export function lint(input: LintInput): Report {
  const rules = [...input.rules, ...suppressionRules];
  const tables = ruleTables(rules, input.config);
  const fingerprint = fingerprinter();
  const output: Output = { migrations: [], findings: [], problems: [], sources: new Map(), scripts: new Map() };
  const total = input.histories.reduce((sum, { history }) => sum + history.migrations.length, 0);
  let done = 0;
  for (const entry of input.histories) {
    const catalog = createCatalog(entry.dialect.catalog);
    const { start, last } = window(entry.history, input);
    const work: Work = { ...input, tables, fingerprint, deploy: deployOf(entry.history, input.batch) };
    entry.history.migrations.slice(0, last + 1).forEach((source, index) => {
      input.progress?.(done++ / total);
      one(source, index, index >= start && isSelected(source, input.selected), entry, catalog, work, output);
    });
    history(entry, catalog, work, output);
    input.replayed?.(entry, catalog);
  }
  const findings = applySuppressions(output.findings, output.scripts, { rules, config: input.config, tables, fingerprint });
  return {
    tool: { name: 'lockkeeper', version: toolVersion },
    migrations: output.migrations,
    findings,
    problems: output.problems,
    sources: output.sources,
    rules,
    summary: summarise(output, findings),
  };
}

interface Output {
  readonly migrations: MigrationReport[];
  readonly findings: Finding[];
  readonly problems: HistoryProblem[];
  readonly sources: Map<string, string>;
  /** Judged scripts by path: up and down when they share a file. */
  readonly scripts: Map<string, Script[]>;
}

interface Work extends LintInput {
  readonly tables: ReturnType<typeof ruleTables>;
  readonly fingerprint: Judge['fingerprint'];
  readonly deploy: Deploy | undefined;
}

/** Undefined unless several of them go together. */
function deployOf({ migrations }: History, batch: ReadonlySet<string> | undefined): Deploy | undefined {
  const together = migrations.flatMap(({ up }, index) => (batch?.has(up.path) === true ? [2 * index] : []));
  if (together.length < 2) return undefined;
  const wraps = together.map((number) => migrations[number / 2]?.up.transaction.wrap);
  const outside = together[wraps.indexOf('none')];
  const split = outside !== undefined && wraps.includes('batch') ? { splitBy: outside } : {};
  return { together: new Set(together), touched: new Set(), ...(wraps.every((wrap) => wrap === 'batch') && { held: [] }), ...split };
}

const isSelected = (source: MigrationSource, selected: ReadonlySet<string> | undefined): boolean =>
  selected === undefined || selected.has(source.up.path) || (source.down !== undefined && selected.has(source.down.path));

/** What `lint` will read of a history, in its order. */
export function scriptsOf({ history }: LintHistory, input: Pick<LintInput, 'config' | 'selected'>): readonly ScriptSource[] {
  const { start, last } = window(history, input);
  return history.migrations.slice(0, last + 1).flatMap((source, index) => (source.down !== undefined && index >= start && isSelected(source, input.selected) ? [source.up, source.down] : [source.up]));
}

/** First migration that may be reported (startAfter) and last one that has to be replayed at all. */
function window(history: History, { config, selected }: Pick<LintInput, 'config' | 'selected'>): { start: number; last: number } {
  const after = scopeFor(config, history.migrations[0]?.up.path ?? history.folder).startAfter;
  const known = after === undefined ? -1 : history.migrations.findIndex((source) => isNamed(source, after));
  let last = history.migrations.length - 1;
  while (last >= 0 && !isSelected(history.migrations[last] as MigrationSource, selected)) last--;
  return { start: known + 1, last };
}

/** Whether people mean this migration by the name: its version, name, path or file, with or without what the file ends in. */
export function isNamed({ version, name, up: { path } }: MigrationSource, wanted: string): boolean {
  const file = path.split('/').at(-1) ?? '';
  return [version, name, path, file, file.replace(/\.\w+$/, ''), file.replace(/\.up\.\w+$/, '')].includes(wanted);
}

function one(source: MigrationSource, index: number, judged: boolean, entry: LintHistory, catalog: Catalog, work: Work, output: Output): void {
  const { dialect, version, versionAssumed, history: { framework } } = entry;
  const { propose, deploy } = work;
  const up = readScript(source.up, entry, work);
  const down = judged ? readWayBack(source, entry, work) : undefined;
  const irreversible = source.irreversible ?? down?.irreversible;
  const migration: Migration = {
    id: source.version ?? source.name,
    ...(source.version === undefined ? {} : { version: source.version }),
    name: source.name,
    framework,
    up,
    ...(down === undefined ? {} : { down }),
    downExpected: source.downExpected,
    ...(irreversible === undefined ? {} : { irreversible }),
  };
  const judge = (script: Script, number: number): Judge => ({
    catalog,
    dialect,
    version,
    versionAssumed,
    config: work.config,
    migration,
    number,
    ...(deploy !== undefined && deploy.together.has(number) && { deploy }),
    rules: work.tables(script.path, script.direction),
    fingerprint: work.fingerprint,
    ...(propose === undefined ? {} : { propose: (found: Found) => { propose(found, { entry, index }); } }),
  });
  catalog.forget();
  newSession(catalog, work.config, up);
  if (!judged) {
    replay(up, judge(up, 2 * index));
    return;
  }
  const before = catalog.moment();
  const opaqueBefore = catalog.opaqueCount;
  const upJudge = judge(up, 2 * index);
  const late: Found[] = [];
  const verdict = run(up, upJudge);
  const statements: StatementReport[] = [...verdict.statements];
  for (const finding of verdict.findings) output.findings.push(finding);
  if (deploy?.together.has(2 * index) === true) for (const { effects } of verdict.statements) for (const { relation } of effects.locks) deploy.touched.add(relationKey(relation));

  let residue: readonly Residue[] | undefined;
  let uncertain = catalog.opaqueCount > opaqueBefore;
  if (down !== undefined) {
    const after = catalog.moment();
    newSession(catalog, work.config, down);
    const back = run(down, judge(down, 2 * index + 1));
    for (const statement of back.statements) statements.push(statement);
    for (const finding of back.findings) output.findings.push(finding);
    residue = catalog.differencesSince(before);
    uncertain ||= catalog.opaqueCount > opaqueBefore;
    catalog.returnTo(after);
  }
  const span = { start: up.statements[0]?.span.start ?? 0, end: up.statements[0]?.span.end ?? 0 };
  checkSubject(
    {
      kind: 'migration',
      span,
      migration,
      ...(residue === undefined ? {} : { residue }),
      residueUncertain: uncertain,
      operations: flat(up.statements),
      downOperations: flat(down?.statements ?? []),
    },
    { script: up, statement: undefined, effects: NO_EFFECTS, statementEffects: NO_EFFECTS, unit: undefined },
    propose === undefined ? upJudge : { ...upJudge, propose: (found) => { late.push(found); } },
    output.findings,
  );
  if (propose !== undefined && late.length > 0) {
    // A way out for the whole migration starts from the schema before it.
    const done = catalog.returnTo(before);
    for (const found of late) propose(found, { entry, index });
    catalog.redo(done);
  }
  for (const script of down === undefined ? [up] : [up, down]) {
    output.sources.set(script.path, fileText(script));
    // Whole scripts are large, and only suppressions need them again.
    const kept = hasNone(fileText(script), work.config.foreignSuppressions) ? { ...script, statements: [], comments: [] } : script;
    const list = output.scripts.get(script.path);
    if (list === undefined) output.scripts.set(script.path, [kept]);
    else list.push(kept);
  }
  output.migrations.push({
    id: migration.id,
    path: up.path,
    downPath: down?.path ?? null,
    framework,
    dialect: dialect.name,
    version: source.version ?? null,
    name: source.name,
    risk: worstOf(verdict.statements.map((statement) => statement.risk)),
    statements,
  });
}

const flat = (statements: readonly Statement[]): Statement['operations'] => statements.flatMap((statement) => statement.operations);

function newSession(catalog: Catalog, config: ResolvedConfig, script: Script): void {
  catalog.newSession();
  for (const [name, value] of Object.entries(scopeFor(config, script.path).settings)) {
    catalog.apply({ kind: 'setSetting', name, value, local: false, span: { start: 0, end: 0 } }, { migration: -1, unit: null });
  }
}

/** Problems of the whole history, each reported in its own file. */
function history(entry: LintHistory, catalog: Catalog, work: Work, output: Output): void {
  for (const problem of entry.history.problems) {
    if (work.selected !== undefined && !work.selected.has(problem.path)) continue;
    output.problems.push(problem);
    const text = work.read(problem.path) ?? '';
    const script: Script = { path: problem.path, direction: 'up', text, statements: [], comments: [], transaction: { wrap: 'none' } };
    const migration: Migration = { id: problem.path, name: problem.path, framework: entry.history.framework, up: script, downExpected: false };
    output.sources.set(problem.path, text);
    checkSubject(
      { kind: 'history', span: problem.span ?? { start: 0, end: 0 }, problem },
      { script, statement: undefined, effects: NO_EFFECTS, statementEffects: NO_EFFECTS, unit: undefined },
      {
        catalog,
        dialect: entry.dialect,
        version: entry.version,
        versionAssumed: entry.versionAssumed,
        config: work.config,
        migration,
        number: 2 * entry.history.migrations.length,
        rules: work.tables(problem.path, 'up'),
        fingerprint: work.fingerprint,
      },
      output.findings,
    );
  }
}

function summarise(output: Output, findings: readonly Finding[]): Summary {
  const statements = output.migrations.flatMap((migration) => migration.statements);
  const open = findings.filter((finding) => finding.suppressed === null);
  const count = (severity: Finding['severity']): number => open.filter((finding) => finding.severity === severity).length;
  return {
    migrations: output.migrations.length,
    files: output.sources.size,
    statements: statements.length,
    opaque: statements.filter((statement) => statement.opaque).length,
    errors: count('error'),
    warnings: count('warning'),
    infos: count('info'),
    suppressed: findings.length - open.length,
    risk: output.migrations.reduce<Report['summary']['risk']>(
      (worst, { risk }) => (RISKS.indexOf(risk.level) > RISKS.indexOf(worst) ? risk.level : worst),
      'none',
    ),
  };
}
