import type { Catalog } from './catalog/catalog.ts';
import type { Finding } from './check/finding.ts';
import type { Fingerprint } from './check/fingerprint.ts';
import { hashed, numberer } from './check/fingerprint.ts';
import type { Deploy } from './check/liveness.ts';
import { ruleTables } from './check/rule-table.ts';
import type { Found } from './check/judge.ts';
import { checkSubject } from './check/subject.ts';
import { applySuppressions, suppressionRules } from './check/suppressions.ts';
import type { ResolvedConfig } from './config/config.ts';
import { scopeFor } from './config/config.ts';
import { NO_EFFECTS } from './effects/vocabulary.ts';
import type { History, HistoryProblem, MigrationSource, ScriptSource } from './frameworks/framework.ts';
import { normalNumber } from './frameworks/shared/order.ts';
import type { Migration, Script } from './ir/migration.ts';
import { fileText } from './ir/migration.ts';
import type { Files } from './read.ts';
import { readScript, readWayBack } from './read.ts';
import type { FoundAt, LintHistory } from './replay/history.ts';
import type { Judged, Work } from './replay/judge.ts';
import type { Memory } from './replay/memory.ts';
import type { Walk } from './replay/walk.ts';
import { walkThrough } from './replay/walk.ts';
import type { MigrationReport, Report, Summary } from './report/model.ts';
import { RISKS } from './report/model.ts';
import type { Rule } from './rule.ts';
import { version as toolVersion } from './version.ts';

/** Part of the deploy as a new one, or `again`: it stood there before and has been changed, so that what it makes may be in use. */
export type Batch = (source: MigrationSource) => 'new' | 'again' | undefined;

export interface LintInput {
  readonly histories: readonly LintHistory[];
  /** Contents of the files that the histories name. */
  readonly read: (path: string) => string | undefined;
  /** See `Files`, as for the next. */
  readonly trees?: ReadonlyMap<string, object>;
  readonly ahead?: NonNullable<Files['ahead']>;
  readonly ran?: NonNullable<Files['ran']>;
  readonly config: ResolvedConfig;
  readonly rules: readonly Rule[];
  /** Files to report on; absent: all. What comes before them is replayed all the same. */
  readonly selected?: ReadonlySet<string>;
  /** Which migrations are deployed together; absent: each on its own. */
  readonly batch?: Batch;
  /** Called as work goes on, with the share done of the whole, 0 to 1. */
  readonly progress?: (done: number) => void;
  /** Called for every finding at the moment of its discovery. */
  readonly propose?: (found: Found, at: FoundAt) => void;
  /** Asked once, when a migration has been judged, with what has been found up to there: whether that is enough. The report is of no use then. */
  readonly glance?: { readonly at: MigrationSource; readonly isEnough: (findings: readonly Finding[]) => boolean };
  /** Called when a history has been replayed, as far as it had to be. */
  readonly replayed?: (entry: LintHistory, end: Walk) => void;
  /** Absent: everything is found out anew. */
  readonly remembering?: Remembering;
}

export interface Remembering {
  readonly memory: Memory;
  /** What `propose` does with the findings of a file, in a word: what was found when it did something else is found anew. '': nothing. */
  readonly asks: (path: string) => string;
  /** Called for every finding, `propose` having been called for `first` in this run or an earlier one. */
  readonly recalled: (first: Finding, now: Finding, at: FoundAt) => void;
}

/** The whole job between discovery and report: synchronous and pure. */
export function lint(input: LintInput): Report {
  const rules = [...input.rules, ...suppressionRules];
  const tables = ruleTables(rules, input.config);
  const numbered = numberer();
  const fingerprint: Fingerprint = (...of) => numbered(hashed(...of));
  const output: Output = { migrations: [], findings: [], problems: [], sources: new Map(), scripts: new Map() };
  const total = input.histories.reduce((sum, { history }) => sum + history.migrations.length, 0);
  const { config, propose, remembering } = input;
  let done = 0;
  for (const entry of input.histories) {
    const { start, last } = window(entry.history, input);
    const deploy = deployOf(entry.history, input.batch);
    const work: Work = {
      config,
      tables,
      // What is remembered has no number: how often the same is said is for each run to count.
      fingerprint: remembering === undefined ? fingerprint : hashed,
      ...(propose === undefined ? {} : { propose }),
      deploy,
      readScript: (source) => (remembering?.memory.readScript ?? readScript)(source, entry, input),
      readWayBack: (source) => (remembering?.memory.readWayBack ?? readWayBack)(source, entry, input),
    };
    // What is deployed together is judged by its place in the deploy.
    const walk = remembering === undefined || deploy !== undefined ? walkThrough(entry, work) : remembering.memory.walk(entry, work, input, remembering.asks);
    for (const [index, source] of entry.history.migrations.slice(0, last + 1).entries()) {
      input.progress?.(done++ / total);
      if (index < start || !isSelected(source, input.selected)) {
        walk.pass();
        continue;
      }
      const judged = walk.judge();
      add(remembering === undefined ? judged : { ...judged, findings: numberedAnew(judged.findings, { entry, index }, numbered, remembering) }, output);
      if (source === input.glance?.at && input.glance.isEnough(applySuppressions(output.findings, output.scripts, { rules, config, tables, fingerprint: hashed }))) return report(output, rules, []);
    }
    history(entry, () => walk.catalog(), { ...input, tables, fingerprint }, output);
    input.replayed?.(entry, walk);
  }
  remembering?.memory.forgetOld();
  return report(output, rules, applySuppressions(output.findings, output.scripts, { rules, config, tables, fingerprint }));
}

function report(output: Output, rules: readonly Rule[], findings: readonly Finding[]): Report {
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

function add({ report, findings, scripts }: Judged, output: Output): void {
  for (const finding of findings) output.findings.push(finding);
  for (const script of scripts) {
    output.sources.set(script.path, fileText(script));
    const list = output.scripts.get(script.path);
    if (list === undefined) output.scripts.set(script.path, [script]);
    else list.push(script);
  }
  output.migrations.push(report);
}

function numberedAnew(findings: readonly Finding[], at: FoundAt, numbered: (hash: string) => string, { recalled }: Remembering): readonly Finding[] {
  return findings.map((finding) => {
    const fingerprint = numbered(finding.fingerprint);
    const now = fingerprint === finding.fingerprint ? finding : { ...finding, fingerprint };
    recalled(finding, now, at);
    return now;
  });
}

/** Undefined unless several of them go together. */
function deployOf({ migrations }: History, batch: Batch | undefined): Deploy | undefined {
  if (batch === undefined) return undefined;
  const parts = migrations.map(batch);
  const numbers = (isMeant: (part: ReturnType<Batch>) => boolean): readonly number[] => parts.flatMap((part, index) => (isMeant(part) ? [2 * index] : []));
  const together = numbers((part) => part !== undefined);
  if (together.length < 2) return undefined;
  const wraps = together.map((number) => migrations[number / 2]?.up.transaction.wrap);
  const outside = together[wraps.indexOf('none')];
  const split = outside !== undefined && wraps.includes('batch') ? { splitBy: outside } : {};
  return { together: new Set(together), again: new Set(numbers((part) => part === 'again')), touched: new Set(), ...(wraps.every((wrap) => wrap === 'batch') && { held: [] }), ...split };
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
  const known = after === undefined ? -1 : indexNamed(history.migrations, after);
  let last = history.migrations.length - 1;
  while (last >= 0 && !isSelected(history.migrations[last] as MigrationSource, selected)) last--;
  return { start: known + 1, last };
}

/** Which migration people mean by the name, -1 for none; `3` and `1.2` as the tool's own table has them are `003` and `1_2`. */
export function indexNamed(migrations: readonly MigrationSource[], wanted: string): number {
  const exact = migrations.findIndex((source) => isNamed(source, wanted));
  const number = numberOf(wanted);
  return exact >= 0 || number === undefined ? exact : migrations.findIndex(({ version = '' }) => numberOf(version) === number);
}

const numberOf = (version: string): string | undefined => (/^\d+(?:[._]\d+)*$/.test(version) ? version.split(/[._]/).map(normalNumber).join('.') : undefined);

/** Its version, name, path or file, with or without what the file ends in. */
function isNamed({ version, name, up: { path } }: MigrationSource, wanted: string): boolean {
  const file = path.split('/').at(-1) ?? '';
  return [version, name, path, file, file.replace(/\.\w+$/, ''), file.replace(/\.up\.\w+$/, '')].includes(wanted);
}

interface HistoryWork extends LintInput {
  readonly tables: Work['tables'];
  readonly fingerprint: Fingerprint;
}

/** Problems of the whole history, each reported in its own file. */
function history(entry: LintHistory, catalog: () => Catalog, work: HistoryWork, output: Output): void {
  const { migrations } = entry.history;
  const { start } = window(entry.history, work);
  const before = new Map(migrations.slice(0, start).flatMap(({ up, down }) => (down === undefined ? [up] : [up, down]).map((source) => [source.path, source] as const)));
  const after = new Set(migrations.slice(start).map(({ up }) => up.path));
  /** In a file that goes on behind startAfter it is the place that tells. */
  const isOld = ({ path, span }: HistoryProblem): boolean => before.has(path) && !(after.has(path) && span !== undefined && span.start >= (before.get(path)?.sections?.at(-1)?.end ?? 0));
  for (const problem of entry.history.problems) {
    if ((work.selected !== undefined && !work.selected.has(problem.path)) || isOld(problem)) continue;
    output.problems.push(problem);
    const text = work.read(problem.path) ?? '';
    const script: Script = { path: problem.path, direction: 'up', text, statements: [], comments: [], transaction: { wrap: 'none' } };
    const migration: Migration = { id: problem.path, name: problem.path, framework: entry.history.framework, up: script, downExpected: false };
    output.sources.set(problem.path, text);
    checkSubject(
      { kind: 'history', span: problem.span ?? { start: 0, end: 0 }, problem },
      { script, statement: undefined, effects: NO_EFFECTS, statementEffects: NO_EFFECTS, unit: undefined },
      {
        catalog: catalog(),
        dialect: entry.dialect,
        version: entry.version,
        versionAssumed: entry.versionAssumed,
        config: work.config,
        migration,
        number: 2 * entry.history.migrations.length,
        rules: work.tables(problem.path, 'up'),
        fingerprint: work.fingerprint,
        told: new Set(),
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
