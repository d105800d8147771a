import { rules } from '../../rules/index.ts';
import { userError } from '../config/errors.ts';
import { scopeFor } from '../config/config.ts';
import { patch } from '../fix/diff.ts';
import type { FixResult } from '../fix/engine.ts';
import { fix } from '../fix/engine.ts';
import { fixWithRoom } from '../fix/room.ts';
import { components } from '../fix/components.ts';
import type { Outcome } from '../fix/outcome.ts';
import { fixJson, fixText } from '../fix/outcome.ts';
import { prepare, writeAll } from '../fix/write.ts';
import type { LintHistory } from '../replay/history.ts';
import type { Batch } from '../pipeline.ts';
import { lint } from '../pipeline.ts';
import type { Report } from '../report/model.ts';
import type { OptionValues } from './arguments.ts';
import { baselineFile } from './baseline-place.ts';
import { batchSince, editable } from './git-scope.ts';
import { changedSince } from './git.ts';
import { checkDialect, locate } from './histories.ts';
import { asker } from './interactive.ts';
import { knownFindings } from './known-findings.ts';
import type { Project } from './project.ts';
import { openProject, pathFromHere } from './project.ts';
import type { FIX } from './specs.ts';
import type { Terminal } from './terminal.ts';
import { complain, isTerminal, print } from './terminal.ts';
import { unknownStart } from './unknown-start.ts';
import { fails } from './verdict.ts';
import { namedRules, workshopFor } from './workshop.ts';

export type FixOptions = OptionValues<typeof FIX.options>;

/** Answers with the exit code of linting the result. */
export async function fixCommand(operands: readonly string[], options: FixOptions, terminal: Terminal): Promise<number> {
  if (options.all === true && options.since !== undefined) throw userError('--all and --since contradict each other: either everything may be edited, or what is new since a commit.');
  if (operands.includes('-')) throw userError('fix edits files: it cannot work on standard input.');
  if (options.interactive === true && !(isTerminal(1) && process.stdin.isTTY)) throw userError('--interactive needs a terminal.');
  checkDialect(options.dialect);
  const only = namedRules(options.rule);
  const project = await openProject(options.index === true ? [] : operands, {
    configFile: options.config,
    stdinPath: undefined,
    rules: undefined,
    dialect: options.dialect,
    framework: options.framework,
    startAfter: options['start-after'],
    failOn: undefined,
    maxWarnings: undefined,
  });
  for (const line of project.missing) complain(line);
  if (project.missing.length > 0) return 2;
  const { histories, selected: found, notices } = await locate(project);
  for (const notice of notices) complain(notice);
  if (histories.length === 0) {
    if (options.index === true) return 0;
    complain('No migrations found.');
    return 2;
  }
  demandScope(operands, options, project, histories);
  demandStart(project, histories);
  // A hook hands over whatever is staged: what of it are migrations, the project says.
  const selected = options.index === true ? editable(operands, project.root) : found;
  const changed = options.since === undefined ? undefined : changedSince(options.since, project.root);
  const mayEdit = (path: string): boolean => (selected === undefined || selected.has(path)) && (changed === undefined || changed.has(path));

  const known: Batch = options.since === undefined ? () => 'new' : batchSince(options.since, project.root, project.tree, histories);
  const baseline = baselineFile(options, project);
  const workshop = await workshopFor(project, histories, {
    batchSize: options['batch-size'],
    // As lint judges: what it does not report is left alone.
    baseline: baseline === undefined ? undefined : knownFindings(baseline, project, () => wholeReport(project, histories)),
    together: (options.batch ?? options.since !== undefined) ? (source) => (mayEdit(source.up.path) ? known(source) : undefined) : undefined,
  });
  const shownPath = pathFromHere(project.root);
  const ask = options.interactive === true ? asker(workshop, terminal, shownPath) : undefined;
  const run = ask === undefined && options.renumber !== false ? fixWithRoom : fix;
  const result = await run(workshop, { suggestions: options.suggestions === true, rules: only, mayEdit, ...(ask === undefined ? {} : { ask: ask.ask }) });
  ask?.end();

  const outcome: Outcome = { ...result, dryRun: options['dry-run'] === true, failed: options['dry-run'] === true ? [] : write(project.root, result), shownPath };
  if (options.format === 'json') print(fixJson(outcome, patchOf(project.root, result)));
  else if (outcome.dryRun) {
    print(patchOf(project.root, result));
    complain(fixText(outcome, terminal).trimEnd());
  } else print(fixText(outcome, terminal));

  if (outcome.failed.length > 0) return 2;
  const touched = new Set(result.files.map(({ path }) => path));
  const findings = result.after.report.findings.filter(({ path }) => selected === undefined || selected.has(path) || touched.has(path));
  return fails({ ...result.after.report, findings }, project.config) ? 1 : 0;
}

/** Without a word about what is new, everything in sight may have been applied long ago. */
function demandScope(operands: readonly string[], options: FixOptions, { config }: Project, histories: readonly LintHistory[]): void {
  const known = histories.some(({ history }) => scopeFor(config, history.migrations[0]?.up.path ?? history.folder).startAfter !== undefined);
  if (operands.length > 0 || options.since !== undefined || options.all === true || known) return;
  throw userError('Say which migrations may be edited: paths, --since <git ref>, --start-after <version>, or --all. Those that have been applied must stay as they are.');
}

/** A version that nothing is called would leave all that has been applied open to be edited. */
function demandStart({ config }: Project, histories: readonly LintHistory[]): void {
  const unknown = unknownStart(config, histories);
  if (unknown !== undefined) throw userError(`No migration here is called "${unknown.version}", after which migrations may be edited.${unknown.hint}`);
}

const wholeReport = ({ config, tree }: Project, histories: readonly LintHistory[]): Report => lint({ histories, config, rules, read: (path) => tree.read(path) });

/** Change sets that share files are written together or not at all. */
function write(root: string, { files, sets }: FixResult): Outcome['failed'] {
  return components(sets, files).flatMap(({ sets: own, files: together }) => {
    const problem = writeAll(root, together);
    return problem === undefined ? [] : own.map((set) => ({ set, problem }));
  });
}

function patchOf(root: string, { files }: FixResult): string {
  const ready = prepare(root, files);
  return patch(typeof ready === 'string' ? files : ready);
}
