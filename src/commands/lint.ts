import { writeFileSync } from 'node:fs';
import type { Level } from '../config/config.ts';
import { reason, userError } from '../config/errors.ts';
import type { RuleSetting } from '../config/config.ts';
import { didYouMean } from '../config/suggest.ts';
import { LEVELS } from '../config/user-config.ts';
import { rules } from '../../rules/index.ts';
import { offersFor } from '../fix/offers.ts';
import { lint } from '../pipeline.ts';
import type { Format } from '../report/formats.ts';
import { FORMATS, REPORTERS } from '../report/formats.ts';
import type { Report } from '../report/model.ts';
import type { Rule } from '../rule.ts';
import { verifyRules } from '../servers/verify/rules.ts';
import type { OptionValues } from './arguments.ts';
import { wholeNumber } from './arguments.ts';
import type { Located } from './histories.ts';
import { checkDialect, locate } from './histories.ts';
import { allRules } from './names.ts';
import { progressBar } from './progress.ts';
import { openProject, pathFromHere } from './project.ts';
import type { LINT } from './specs.ts';
import { COMMANDS } from './specs.ts';
import type { Terminal } from './terminal.ts';
import { complain, print } from './terminal.ts';
import { fails } from './verdict.ts';

export type LintOptions = OptionValues<typeof LINT.options>;

/** Answers with the exit code: 0 clean, 1 findings, 2 something could not be done. */
export async function lintCommand(operands: readonly string[], options: LintOptions, terminal: Terminal): Promise<number> {
  const outputs = outputsOf(options);
  checkDialect(options.dialect);
  // A hook hands over whatever is staged: what of it are migrations, the project says.
  const handed = options.index === true ? operands : undefined;
  const opened = await openProject(handed === undefined ? operands : [], {
    configFile: options.config,
    stdinPath: options['stdin-path'],
    rules: options.rule === undefined ? undefined : ruleOptions(options.rule, allRules),
    dialect: options.dialect,
    framework: options.framework,
    startAfter: options['start-after'],
    statsFile: options.stats,
    failOn: options['fail-on'] as 'error' | undefined,
    maxWarnings: options['max-warnings'] === undefined ? undefined : wholeNumber(options['max-warnings'], 'max-warnings'),
  });
  for (const line of opened.missing) complain(`${line}${commandHint(line)}`);
  if (operands.length > 0 && opened.missing.length === operands.length) return 2;

  const scope = asksGit(options) ? (await import('./git-scope.ts')).gitScope(options, handed, opened.root, opened.tree) : undefined;
  const project = scope === undefined ? opened : { ...opened, tree: scope.tree };
  const located = await locate(project);
  for (const notice of [...located.notices, ...located.missing]) complain(notice);
  if (located.histories.length === 0) return scope === undefined ? nothingFound(operands, located, project.root) : 0;
  const histories = scope?.withEdits(located.histories) ?? located.histories;
  const selected = [scope?.changed, scope?.handed].reduce(both, located.selected);

  const unreadable = new Set<string>();
  const progress = progressBar();
  const offers = await offersFor(histories.map(({ dialect }) => dialect));
  const linted = lint({
    histories,
    config: project.config,
    // Those that need a server find nothing here, but comments may name them.
    rules: [...rules, ...verifyRules],
    ...(selected !== undefined && { selected }),
    progress: progress.show,
    ...(offers !== undefined && { propose: offers.propose }),
    read(path) {
      const text = project.tree.read(path);
      if (text === undefined) unreadable.add(path);
      return text;
    },
  });
  progress.end();
  const shownPath = pathFromHere(project.root);
  const report = offers === undefined ? linted : offers.added(linted, shownPath);
  for (const path of unreadable) complain(`Skipped ${shownPath(path)}: not a text file that can be read.`);

  const shown = options.quiet === true ? withoutInfos(report) : report;
  for (const { format, file } of outputs) {
    const render = await REPORTERS[format]();
    const text = render(shown, { color: file === undefined && terminal.colorful, width: terminal.width, shownPath });
    if (file === undefined) print(text);
    else save(file, text);
  }
  if (project.missing.length + located.missing.length > 0) return 2;
  return fails(report, project.config) ? 1 : 0;
}

const asksGit = ({ since, staged, changed, index }: LintOptions): boolean => since !== undefined || staged === true || changed === true || index === true;

/** What both let through; undefined lets everything through. */
const both = (one: ReadonlySet<string> | undefined, other: ReadonlySet<string> | undefined): ReadonlySet<string> | undefined =>
  one === undefined || other === undefined ? (one ?? other) : new Set([...one].filter((path) => other.has(path)));

interface OutputTarget {
  readonly format: Format;
  /** Undefined: standard output. */
  readonly file: string | undefined;
}

function outputsOf(options: LintOptions): readonly OutputTarget[] {
  const outputs = (options.format ?? []).map((text): OutputTarget => {
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    const format = FORMATS.find((known) => known === name);
    if (format === undefined) throw userError(`There is no format "${name}".${didYouMean(name, FORMATS) || ` There are ${FORMATS.join(', ')}.`}`);
    return { format, file: equals < 0 ? options['output-file'] : text.slice(equals + 1) };
  });
  const toScreen = outputs.filter(({ file }) => file === undefined);
  const toFile = outputs.filter(({ file }) => file !== undefined && file === options['output-file']);
  if (toScreen.length > 1 || toFile.length > 1) {
    throw userError(`Only one format can go to ${toFile.length > 1 ? String(options['output-file']) : 'standard output'}: give the others a file, as in --format sarif=report.sarif.`);
  }
  if (toScreen.length === 0 && toFile.length === 0) outputs.push({ format: 'text', file: options['output-file'] });
  return outputs;
}

function save(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw userError(`Cannot write ${file}: ${reason(error)}.`);
  }
}

function ruleOptions(said: readonly string[], known: readonly Rule[]): Readonly<Record<string, RuleSetting>> {
  const names = new Set(known.map((rule) => rule.name));
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
function commandHint(line: string): string {
  const word = line.split(': ').at(-1) ?? '';
  return /^[a-z]+$/.test(word) ? didYouMean(word, Object.keys(COMMANDS)) : '';
}

/** Asked for by name, a folder without migrations is no mistake; a project without any is. */
function nothingFound(operands: readonly string[], { notices, missing }: Located, root: string): number {
  if (operands.length > 0) return missing.length > 0 || notices.some((notice) => notice.startsWith('Left out')) ? 2 : 0;
  complain(`No migrations found in ${root}. Name a file or a folder: lockkeeper lint <path>`);
  return 2;
}

function withoutInfos(report: Report): Report {
  return { ...report, findings: report.findings.filter((finding) => finding.severity !== 'info') };
}
