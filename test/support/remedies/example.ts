import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pc from 'picocolors';
import type { OptionValues } from '../../../src/commands/arguments.ts';
import { parseArguments } from '../../../src/commands/arguments.ts';
import { isChange } from '../../../src/commands/change-specs.ts';
import { backOf, changeAsked, plannedChange } from '../../../src/commands/plan-change.ts';
import { COMMANDS } from '../../../src/commands/specs.ts';
import { fixText } from '../../../src/fix/outcome.ts';
import type { Workshop } from '../../../src/fix/lint-run.ts';
import type { PlanDocument } from '../../../src/fix/plan-document.ts';
import { planDocument } from '../../../src/fix/plan-document.ts';
import { planText } from '../../../src/fix/plan-text.ts';
import { planFor } from '../../../src/fix/planner.ts';
import { lineIndex } from '../../../src/source/text.ts';
import type { Files, FixFilesOptions } from '../fix.ts';
import { fixedFiles, fixFiles, workshopOf } from '../fix.ts';
import { wordsOf } from '../words.ts';

export interface ExampleCommand {
  readonly words: readonly string[];
  readonly plan: OptionValues<typeof COMMANDS.plan.options>;
  readonly options: FixFilesOptions;
}

export function commandOf(home: string): ExampleCommand {
  const file = join(home, 'command.txt');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : ['lockkeeper fix --all'];
  const version = /^dialect=postgres@(\d+)$/.exec(lines[0] ?? '')?.[1];
  const [name = '', ...rest] = wordsOf(lines.find((line) => line.startsWith('lockkeeper ')) ?? '').slice(1);
  if (name === 'fix') return { words: [name, ...rest], plan: {}, options: { ...(version === undefined ? {} : { version: Number(version) }) } };
  const { operands, options: plan } = parseArguments(rest, COMMANDS.plan, 'plan');
  const back = backOf(plan.back);
  return { words: [name, ...operands], plan, options: { ...(version !== undefined && { version: Number(version) }), ...(plan.sync === 'trigger' && { sync: plan.sync }), ...(back !== undefined && { back }), ...(plan.value !== undefined && { value: plan.value }) } };
}

const shownPath = (path: string): string => path;
const color = pc.createColors(false);

/** What the command makes of a project; a plan without files is an error. */
export async function carriedOut(files: Files, { words, plan, options }: ExampleCommand): Promise<{ readonly after: Files; readonly output: string; readonly document?: PlanDocument }> {
  if (words[0] === 'fix') {
    const result = await fixFiles(files, { ...options, suggestions: words.includes('--suggestions') });
    return { after: fixedFiles(files, result), output: fixText({ ...result, dryRun: false, failed: [], shownPath }, { color }) };
  }
  const workshop = await workshopOf(files, options);
  const planned = plan.sql !== undefined || isChange(words[1]) ? await plannedChange(plan.sql ?? changeAsked(words.slice(1), plan), workshop, await workshop.discover(workshop.tree)) : await plannedFile(files, words[1] ?? '', workshop);
  for (const { set } of planned.sets) if (typeof set === 'string') throw new Error(set);
  const document = planDocument(planned.sets, planned.refused, planned.files.map(({ path: file, before }) => ({ path: file, isNew: before === null })));
  return { after: fixedFiles(files, planned), output: planText(document, { color, width: 100, shownPath }), document };
}

function plannedFile(files: Files, operand: string, workshop: Workshop): ReturnType<typeof planFor> {
  const [path = '', line] = operand.split(':');
  const wanted = ({ path: at, span, direction, severity }: { path: string; span: { start: number }; direction: string; severity: string }): boolean =>
    at === path && direction === 'up' && (line === undefined ? severity !== 'info' : lineIndex(files[path] ?? '').position(span.start).line === Number(line));
  return planFor(workshop, wanted, new Set([path]));
}
