import { wrap } from '../report/layout.ts';
import type { Question } from '../remedy/step.ts';
import type { PlanDocument, PlanItem, PlanStep } from './plan-document.ts';
import { lockLines, PHASES, TRANSACTION, undoLine } from './plan-words.ts';

type Paint = (text: string) => string;

export interface PlanPage {
  readonly color: { readonly bold: Paint; readonly dim: Paint; readonly cyan: Paint; readonly yellow: Paint; readonly green: Paint };
  readonly width: number;
  readonly shownPath: (path: string) => string;
}

const LABEL = 8;

/** For people on a terminal. */
export function planText({ items, refused, notes, written }: PlanDocument, page: PlanPage): string {
  const { color, shownPath, width } = page;
  const lines = [
    ...items.flatMap((item) => itemLines(item, page)),
    ...refused.flatMap((one) => [`${color.yellow('–')} ${color.cyan(one.rule)}  ${color.dim(`${shownPath(one.path)}:${String(one.line)}`)}`, ...indented(one.message, 2, width), ...indented(`No plan: ${one.refused}`, 2, width), '']),
    ...notes.flatMap((note) => [...indented(`! ${note}`, 0, width), '']),
    ...written.map(({ path, isNew }) => `${isNew ? color.green('+') : color.yellow('~')} ${shownPath(path)}`),
  ];
  return lines.length === 0 ? 'Nothing to plan.\n' : `${lines.join('\n').trimEnd()}\n`;
}

function itemLines(item: PlanItem, page: PlanPage): readonly string[] {
  const { color, shownPath, width } = page;
  return [
    `${color.bold(item.title)}  ${color.cyan(item.rule)}  ${color.dim(`${shownPath(item.path)}:${String(item.line)}`)}`,
    ...indented(item.message, 2, width),
    '',
    ...item.steps.flatMap((step, index) => stepLines(step, index, page)),
    ...(item.withoutFiles === null ? [] : [...indented(`No files: ${item.withoutFiles}`, 2, width), '']),
  ];
}

function stepLines(step: PlanStep, index: number, page: PlanPage): readonly string[] {
  const { color, shownPath, width } = page;
  const { up, down } = step;
  const labelled = (label: string, text: string): readonly string[] =>
    wrap(text, width - 4 - LABEL).map((line, at) => `    ${at === 0 ? color.cyan(label.padEnd(LABEL)) : ' '.repeat(LABEL)}${line}`);
  const asked = (label: string, questions: readonly Question[]): readonly string[] => questions.flatMap(({ title, sql }) => [...labelled(label, `${title}; this returns no row:`), ...code(sql)]);
  return [
    ...(step.deploy === null ? [] : [...indented(`${color.yellow('▶ deploy')}  ${step.deploy}`, 2, width), '']),
    `  ${String(index + 1)} ${color.bold(step.title)}  ${color.dim(PHASES[step.phase].toLowerCase())}`,
    ...asked('before', step.preconditions),
    ...labelled('up', `${up.file === null ? '' : `${shownPath(up.file)}, `}${TRANSACTION[step.transaction]}`),
    ...code(up.sql),
    ...lockLines(step).flatMap((line) => labelled('lock', line)),
    ...labelled('undo', `${undoLine(step)}${down.file === null || down.sql === null || down.sql === '' ? '' : ` ${shownPath(down.file)}`}`),
    ...(down.sql === null || down.sql === '' ? [] : code(down.sql)),
    ...asked('after', step.verification),
    ...step.notes.flatMap((note) => labelled('note', note)),
    '',
  ];
}

const code = (sql: string): readonly string[] => sql.trimEnd().split(/\r?\n/).map((line) => `      ${line}`.trimEnd());

const indented = (text: string, by: number, width: number): readonly string[] => wrap(text, width - by).map((line) => ' '.repeat(by) + line);
