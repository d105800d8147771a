import type { PlanDocument, PlanItem, PlanStep } from './plan-document.ts';
import { lockLines, PHASES, TRANSACTION, undoLine } from './plan-words.ts';
import type { Question } from '../remedy/step.ts';
import { counted } from '../source/words.ts';

/** For reviews and tickets. */
export function planMarkdown({ items, refused, notes, written }: PlanDocument): string {
  const parts = [
    ...items.map(itemPart),
    ...refused.map((one) => `## ${code(one.path)}, line ${String(one.line)}: no plan\n\n${one.message}\n\n${one.refused}\n`),
    ...(notes.length === 0 ? [] : [`## Besides\n\n${notes.map((note) => `- ${note}\n`).join('')}`]),
    ...(written.length === 0 ? [] : [`## Files\n\n${written.map(({ path, isNew }) => `- ${isNew ? 'new' : 'edited'}: ${code(path)}\n`).join('')}`]),
  ];
  return parts.length === 0 ? 'Nothing to plan.\n' : parts.join('\n');
}

function itemPart({ title, path, line, rule, message, safety, steps, withoutFiles }: PlanItem): string {
  const deploys = steps.filter(({ deploy }) => deploy !== null).length;
  const shape = `${counted(steps.length, 'step')}, ${deploys === 0 ? 'no deploy of the application in between' : `${counted(deploys, 'deploy')} of the application in between`}`;
  return [
    `## ${title}\n`,
    `${code(`${path}:${String(line)}`)} · ${code(rule)} · ${safety === 'safe' ? 'same schema in the end, no data touched' : 'needs a look'} · ${shape}\n`,
    `${message}\n`,
    ...steps.map(stepPart),
    ...(withoutFiles === null ? [] : [`The files cannot be written by Lockkeeper: ${withoutFiles}\n`]),
  ].join('\n');
}

function stepPart(step: PlanStep, index: number): string {
  const { phase, title, deploy, up, down, transaction, preconditions, verification, notes } = step;
  const facts = [
    `- Transaction: ${TRANSACTION[transaction]}`,
    ...lockLines(step).map((line) => `- Lock: ${line}`),
    `- ${undoLine(step)}`,
    ...notes.map((note) => `- ${note}`),
  ];
  return [
    ...(deploy === null ? [] : [`> **Deploy first:** ${deploy}\n`]),
    `### ${String(index + 1)}. ${PHASES[phase]}: ${title}\n`,
    ...preconditions.map((one) => question('Before', one)),
    `${up.file === null ? 'Up' : code(up.file)}\n\n${sql(up.sql)}`,
    ...(down.sql === null || down.sql === '' ? [] : [`Down${down.file === null ? '' : `, ${code(down.file)}`}\n\n${sql(down.sql)}`]),
    `${facts.join('\n')}\n`,
    ...verification.map((one) => question('Afterwards', one)),
  ].join('\n');
}

const question = (when: string, { title, sql: text }: Question): string => `${when}: ${title}. This must return no row:\n\n${sql(text)}`;

const sql = (text: string): string => `\`\`\`sql\n${text.trimEnd()}${text.trimEnd().endsWith(';') ? '' : ';'}\n\`\`\`\n`;

const code = (text: string): string => `\`${text}\``;
