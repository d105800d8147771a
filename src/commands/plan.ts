import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Finding } from '../check/finding.ts';
import { userError } from '../config/errors.ts';
import { didYouMean } from '../config/suggest.ts';
import { relativePath } from '../discovery/paths.ts';
import type { PlanDocument } from '../fix/plan-document.ts';
import { planDocument } from '../fix/plan-document.ts';
import { planJson } from '../fix/plan-json.ts';
import { planMarkdown } from '../fix/plan-markdown.ts';
import { planText } from '../fix/plan-text.ts';
import type { Planned } from '../fix/planner.ts';
import { planFor } from '../fix/planner.ts';
import type { Workshop } from '../fix/lint-run.ts';
import { writeAll } from '../fix/write.ts';
import { isPutRight } from '../fix/model.ts';
import type { LintHistory } from '../replay/history.ts';
import { lineIndex } from '../source/text.ts';
import type { OptionValues } from './arguments.ts';
import { CHANGES, isChange } from './change-specs.ts';
import { checkDialect, locate } from './histories.ts';
import { backOf, changeAsked, demandExpressions, plannedChange, strayOption } from './plan-change.ts';
import type { Project } from './project.ts';
import { openProject, pathFromHere } from './project.ts';
import type { PLAN } from './plan-specs.ts';
import type { Terminal } from './terminal.ts';
import { complain, print } from './terminal.ts';
import { namedRules, workshopFor } from './workshop.ts';

export type PlanOptions = OptionValues<typeof PLAN.options>;

/** Answers with 0 when there is a plan for everything, 1 when there is none for something, 2 when it could not work. */
export async function planCommand(operands: readonly string[], options: PlanOptions, terminal: Terminal): Promise<number> {
  if (operands.includes('-')) throw userError('plan works on files: it cannot read standard input.');
  const [word] = operands;
  const isAsked = isChange(word) && !existsSync(word);
  if (operands.length === 0 && options.sql === undefined) throw userError('Say what to plan for: lockkeeper plan <path>, <path>:<line>, or a change, which lockkeeper plan --help lists.');
  if (options.sql !== undefined && operands.length > 0) throw userError('--sql asks for one statement: it takes no path and no change beside it.');
  const asked = options.sql ?? (isAsked ? changeAsked(operands, options) : undefined);
  if (asked === undefined && word !== undefined && !existsSync(word) && /^[a-z-]+$/.test(word)) throw userError(`There is no file and no change "${word}".${didYouMean(word, Object.keys(CHANGES))} lockkeeper plan --help lists the changes.`);
  const stray = strayOption(isAsked ? word : undefined, options);
  if (stray !== undefined) throw userError(stray);
  checkDialect(options.dialect);
  const rules = namedRules(options.rule);
  const targets = asked === undefined ? operands.map(targetOf) : [options.in ?? '.'].map((path) => ({ path, line: undefined }));
  const project = await openProject(targets.map(({ path }) => path), {
    configFile: options.config,
    stdinPath: undefined,
    rules: undefined,
    dialect: options.dialect,
    framework: options.framework,
    startAfter: undefined,
    failOn: undefined,
    maxWarnings: undefined,
  });
  for (const line of project.missing) complain(line);
  if (project.missing.length > 0) return 2;
  const { histories, selected, notices } = await locate(project);
  for (const notice of notices) complain(notice);
  if (histories.length === 0) {
    complain(asked === undefined ? 'No migrations found.' : 'No migrations found here: a change is planned to follow those that there are.');
    return 2;
  }

  demandExpressions(options, histories);
  const workshop = await workshopFor(project, histories, { sync: options.sync, batchSize: options['batch-size'], back: backOf(options.back), value: options.value });
  const planned = asked === undefined ? await plannedFiles({ project, histories, workshop, targets, selected, rules }) : await plannedChange(asked, workshop, histories);

  let written: PlanDocument['written'] = [];
  if (options.write === true && planned.files.length > 0) {
    const problem = writeAll(project.root, planned.files);
    if (problem !== undefined) complain(`Nothing written: ${problem}`);
    else written = planned.files.map(({ path, before }) => ({ path, isNew: before === null }));
  }
  const document = planDocument(planned.sets, planned.refused, written);
  const shownPath = pathFromHere(project.root);
  print(options.format === 'json' ? planJson(document) : options.format === 'markdown' ? planMarkdown(document) : planText(document, { ...terminal, shownPath }));
  if (options.write === true && written.length === 0 && document.items.length > 0) return 2;
  return document.refused.length > 0 ? 1 : 0;
}

interface FilesAsked {
  readonly project: Project;
  readonly histories: readonly LintHistory[];
  readonly workshop: Workshop;
  readonly targets: readonly Target[];
  readonly selected: ReadonlySet<string> | undefined;
  readonly rules: ReadonlySet<string> | undefined;
}

/** Plans for what is found in files, or on lines of them. */
function plannedFiles({ project, histories, workshop, targets, selected, rules }: FilesAsked): Promise<Planned> {
  const lines = new Map(targets.flatMap(({ path, line }) => (line === undefined ? [] : [[relativePath(project.root, resolve(path)), line] as const])));
  for (const [path, line] of lines) {
    const { lineCount } = lineIndex((project.tree.read(path) ?? '').trimEnd());
    if (line < 1 || line > lineCount) throw userError(`${path} has no line ${String(line)}: it has ${String(lineCount)}.`);
  }
  const paths = selected ?? new Set(histories.flatMap(({ history }) => history.migrations.flatMap(({ up }) => up.path)));
  return planFor(
    workshop,
    (finding) => {
      const { path, rule, severity } = finding;
      if (!paths.has(path) || !isPutRight(finding) || rules?.has(rule) === false) return false;
      const line = lines.get(path);
      return line === undefined ? rules !== undefined || severity !== 'info' : covers(finding, line, project.tree.read(path) ?? '');
    },
    paths,
  );
}

interface Target {
  readonly path: string;
  readonly line: number | undefined;
}

/** `path:12` unless there is a file of that very name. */
function targetOf(operand: string): Target {
  const match = existsSync(operand) ? null : /^(.+?):(\d+)(?::\d+)?$/.exec(operand);
  return match === null ? { path: operand, line: undefined } : { path: match[1] ?? operand, line: Number(match[2]) };
}

function covers({ span }: Finding, line: number, text: string): boolean {
  const index = lineIndex(text);
  return index.position(span.start).line <= line && index.position(Math.max(span.start, span.end - 1)).line >= line;
}
