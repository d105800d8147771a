import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Finding } from '../check/finding.ts';
import { userError } from '../config/errors.ts';
import { relativePath } from '../discovery/paths.ts';
import type { PlanDocument } from '../fix/plan-document.ts';
import { planDocument } from '../fix/plan-document.ts';
import { planJson } from '../fix/plan-json.ts';
import { planMarkdown } from '../fix/plan-markdown.ts';
import { planText } from '../fix/plan-text.ts';
import { planFor } from '../fix/planner.ts';
import { writeAll } from '../fix/write.ts';
import { lineIndex } from '../source/text.ts';
import type { OptionValues } from './arguments.ts';
import { checkDialect, locate } from './histories.ts';
import { openProject, pathFromHere } from './project.ts';
import type { PLAN } from './specs.ts';
import type { Terminal } from './terminal.ts';
import { complain, print } from './terminal.ts';
import { namedRules, workshopFor } from './workshop.ts';

export type PlanOptions = OptionValues<typeof PLAN.options>;

/** Answers with 0 when there is a plan for everything, 1 when there is none for something, 2 when it could not work. */
export async function planCommand(operands: readonly string[], options: PlanOptions, terminal: Terminal): Promise<number> {
  if (operands.length === 0) throw userError('Say what to plan for: lockkeeper plan <path> or <path>:<line>.');
  if (operands.includes('-')) throw userError('plan works on files: it cannot read standard input.');
  checkDialect(options.dialect);
  const rules = namedRules(options.rule);
  const targets = operands.map(targetOf);
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
  if (histories.length === 0) return 2;

  const workshop = await workshopFor(project, histories, { sync: options.sync, batchSize: options['batch-size'] });
  const lines = new Map(targets.flatMap(({ path, line }) => (line === undefined ? [] : [[relativePath(project.root, resolve(path)), line] as const])));
  const paths = selected ?? new Set(histories.flatMap(({ history }) => history.migrations.flatMap(({ up }) => up.path)));
  const wanted = (finding: Finding): boolean => {
    const { direction, path, rule, severity } = finding;
    if (!paths.has(path) || direction !== 'up' || rules?.has(rule) === false) return false;
    const line = lines.get(path);
    return line === undefined ? rules !== undefined || severity !== 'info' : covers(finding, line, project.tree.read(path) ?? '');
  };
  const planned = await planFor(workshop, wanted, paths);

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

/** `path:12` unless there is a file of that very name. */
function targetOf(operand: string): { readonly path: string; readonly line: number | undefined } {
  const match = existsSync(operand) ? null : /^(.+?):(\d+)(?::\d+)?$/.exec(operand);
  return match === null ? { path: operand, line: undefined } : { path: match[1] ?? operand, line: Number(match[2]) };
}

function covers({ span }: Finding, line: number, text: string): boolean {
  const index = lineIndex(text);
  return index.position(span.start).line <= line && index.position(Math.max(span.start, span.end - 1)).line >= line;
}
