import { accessSync, constants, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { rules } from '../../rules/index.ts';
import type { StaleEntry } from '../check/baseline.ts';
import type { Level, RuleSetting } from '../config/config.ts';
import { userError } from '../config/errors.ts';
import { didYouMean } from '../config/suggest.ts';
import { LEVELS } from '../config/user-config.ts';
import { LARGEST_FILE } from '../discovery/disk.ts';
import { offersFor } from '../fix/offers.ts';
import type { LintHistory } from '../replay/history.ts';
import type { Batch } from '../pipeline.ts';
import { lint, scriptsOf } from '../pipeline.ts';
import { readAhead } from '../reading/ahead.ts';
import { SMALL, withFlags } from '../reading/v8-flags.ts';
import type { Report } from '../report/model.ts';
import { verifyRules } from '../servers/verify/rules.ts';
import type { OptionValues } from './arguments.ts';
import { wholeNumber } from './arguments.ts';
import type { GitScope } from './git-scope.ts';
import type { Located } from './histories.ts';
import { baselineFile } from './baseline-place.ts';
import { checkDialect, locate } from './histories.ts';
import { allRules } from '../names.ts';
import { progressBar } from './progress.ts';
import type { Project } from './project.ts';
import { openProject, pathFromHere } from './project.ts';
import type { LINT } from './specs.ts';
import { COMMANDS } from './specs.ts';
import { unknownStart } from './unknown-start.ts';

export type LintOptions = OptionValues<typeof LINT.options>;

/** What a run of lint works on. */
export interface OpenedLint {
  readonly operands: readonly string[];
  readonly project: Project;
  readonly scope: GitScope | undefined;
  /** The baseline that counts, if there is one. */
  readonly baseline: string | undefined;
  /** What is reported is deployed in one go. */
  readonly together: boolean;
}

export interface Linted {
  readonly histories: readonly LintHistory[];
  /** Something that was asked for is not there. */
  readonly missing: boolean;
  readonly report: Report;
  /** Entries of the baseline that stand for nothing any more. */
  readonly stale: readonly StaleEntry[];
}

type Propose = NonNullable<Parameters<typeof lint>[0]['propose']>;

/** Takes one line for the user. */
export type Say = (line: string) => void;

/** A number is the exit code of a run that ends here. */
export async function openLint(operands: readonly string[], options: LintOptions, say: Say): Promise<OpenedLint | number> {
  checkDialect(options.dialect);
  // A hook hands over whatever is staged: what of it are migrations, the project says.
  const handed = options.index === true ? operands : undefined;
  const project = await openProject(handed === undefined ? operands : [], {
    configFile: options.config,
    stdinPath: options['stdin-path'],
    rules: options.rule === undefined ? undefined : ruleOptions(options.rule),
    dialect: options.dialect,
    framework: options.framework,
    startAfter: options['start-after'],
    statsFile: options.stats,
    failOn: options['fail-on'] as 'error' | undefined,
    maxWarnings: options['max-warnings'] === undefined ? undefined : wholeNumber(options['max-warnings'], 'max-warnings'),
  });
  for (const line of project.missing) say(withHint(line));
  if (operands.length > 0 && project.missing.length === operands.length) return 2;
  const scope = asksGit(options) ? (await import('./git-scope.ts')).gitScope(options, handed, project.root, project.tree) : undefined;
  return { operands, project: scope === undefined ? project : { ...project, tree: scope.tree }, scope, baseline: baselineFile(options, project), together: options.batch ?? options.since !== undefined };
}

/** Discovers and judges. A number is the exit code of a run that ends here. */
export async function runLint({ operands, project, scope, baseline, together }: OpenedLint, say: Say): Promise<Linted | number> {
  const located = await locate(project);
  for (const notice of [...located.notices, ...located.missing]) say(notice);
  if (located.histories.length === 0) return scope === undefined ? nothingFound(operands, located, project.root, say) : 0;
  const start = operands.length > 0 ? undefined : unknownStart(project.config, located.histories);
  if (start !== undefined) say(`No migration here is called "${start.version}", so that those before it are reported, too.${start.hint}`);
  const selected = [scope?.changed, scope?.handed].reduce(both, located.selected);
  const part = { config: project.config, ...(selected !== undefined && { selected }) };
  const { histories, batch: known } = scope?.withEdits(located.histories) ?? { histories: located.histories, batch: (): 'new' => 'new' };
  const ahead = readAhead(histories, (entry) => scriptsOf(entry, part), project.tree);

  const deployed = scope?.changed ?? selected;
  const batch: Batch | undefined = together ? (source) => (deployed?.has(source.up.path) === false ? undefined : known(source)) : undefined;
  const unreadable = new Set<string>();
  // Files that a migration leads to, as its imports, may be there or not.
  const own = new Set(histories.flatMap(({ history }) => history.migrations.flatMap(({ up, down }) => [up.path, down?.path])));
  const progress = progressBar();
  const offers = await offersFor(histories.map(({ dialect }) => dialect));
  const judge = (only: ReadonlySet<string> | undefined, propose: Propose | undefined): Report => lint({
    histories,
    config: project.config,
    // Those that need a server find nothing here, but comments may name them.
    rules: [...rules, ...verifyRules],
    ...(only !== undefined && { selected: only }),
    ...(batch !== undefined && { batch }),
    progress: progress.show,
    ...(ahead !== undefined && { ahead: ahead.take }),
    ...(propose !== undefined && { propose }),
    read(path) {
      const text = project.tree.read(path);
      if (text === undefined && own.has(path)) unreadable.add(path);
      return text;
    },
  });
  const linted = ahead === undefined ? judge(selected, offers?.propose) : withFlags(SMALL, () => judge(selected, offers?.propose));
  progress.end();
  const shownPath = pathFromHere(project.root);
  const report = offers === undefined ? linted : offers.added(linted, shownPath);
  for (const path of unreadable) {
    const why = whyUnreadable(resolve(project.root, path));
    say(`Cannot read ${shownPath(path)}: ${why}, or name it under "ignore" in the configuration.`);
  }
  return { histories, missing: located.missing.length > 0 || unreadable.size > 0, ...(baseline === undefined ? { report, stale: [] } : await against(baseline, report, project, selected, () => (selected === undefined ? report : judge(undefined, undefined)))) };
}

/** A migration that runs, and of which nobody here knows what it does. */
function whyUnreadable(path: string): string {
  try {
    accessSync(path, constants.R_OK);
    return statSync(path).size > LARGEST_FILE ? `it is larger than ${String(LARGEST_FILE / 1024 / 1024)} MB. Split it` : 'it is no text in UTF-8 or UTF-16. Convert it';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return code === 'EACCES' || code === 'EPERM' ? 'permission denied. Make it readable' : 'it is listed, but gone, or a link to a file that is not there. Run again, or put the file back';
  }
}

async function against(file: string, report: Report, project: Project, selected: ReadonlySet<string> | undefined, whole: () => Report): Promise<{ readonly report: Report; readonly stale: readonly StaleEntry[] }> {
  const { knownFindings } = await import('./known-findings.ts');
  const { applyBaseline } = await import('../check/baseline.ts');
  return applyBaseline(report, knownFindings(file, project, whole), (path) => selected === undefined || selected.has(path));
}

const asksGit = ({ since, staged, changed, index }: LintOptions): boolean => since !== undefined || staged === true || changed === true || index === true;

/** What both let through; undefined lets everything through. */
const both = (one: ReadonlySet<string> | undefined, other: ReadonlySet<string> | undefined): ReadonlySet<string> | undefined =>
  one === undefined || other === undefined ? (one ?? other) : new Set([...one].filter((path) => other.has(path)));

function ruleOptions(said: readonly string[]): Readonly<Record<string, RuleSetting>> {
  const names = new Set(allRules.map((rule) => rule.name));
  return Object.fromEntries(
    said.map((text): [string, RuleSetting] => {
      const [name = '', level = ''] = text.split('=');
      if (!names.has(name)) throw userError(`--rule: there is no rule "${name}".${didYouMean(name, names) || ' "lockkeeper rules" lists them.'}`);
      if (!isLevel(level)) throw userError(`--rule must be name=severity with ${LEVELS.join(', ')}, not "${text}".${didYouMean(level, LEVELS)}`);
      return [name, { severity: level, options: {} }];
    }),
  );
}

const isLevel = (text: string): text is Level => (LEVELS as readonly string[]).includes(text);

/** `lockkeeper lnit` is taken for a path. */
function withHint(line: string): string {
  const word = line.split(': ').at(-1) ?? '';
  const hint = /^[a-z]+$/i.test(word) ? didYouMean(word.toLowerCase(), Object.keys(COMMANDS)) : '';
  return hint === '' ? line : `No such command, file or folder: ${word}.${hint}`;
}

/** Asked for by name, a folder without migrations is no mistake; a project without any is. */
function nothingFound(operands: readonly string[], { notices, missing }: Located, root: string, say: Say): number {
  if (operands.length > 0) {
    if (missing.length === 0 && notices.length === 0) say(`Nothing to lint: ${operands.length === 1 ? `${operands[0] ?? ''} is no migration` : 'none of these files is a migration'} of a tool that is recognised. lockkeeper inspect shows what is.`);
    return missing.length > 0 || notices.some((notice) => notice.startsWith('Left out')) ? 2 : 0;
  }
  say(`No migrations found in ${root}. Name a file or a folder: lockkeeper lint <path>`);
  return 2;
}
