import { counted } from '../../source/words.ts';
import { WAITING } from '../headline.ts';
import { code, escape, fenced } from '../markdown-parts.ts';
import type { ChangeDocument, ChangedMigration, PlannedStep, Query } from './model.ts';

/** The same for a ticket or a pull request. */
export function changeMarkdown({ migrations, plan, preflight, verification, checklist, rollback, risk, tool }: ChangeDocument): string {
  const parts = [
    '# Migration report',
    `Highest risk: **${risk}** · ${counted(migrations.length, 'migration')} · ${escape(tool)}`,
    '## Summary',
    ['| migration | risk | first of all, it |', '| --- | --- | --- |', ...migrations.map(({ path, risk: own, reasons }) => `| ${code(path)} | ${own} | ${cell(reasons[0] ?? 'nothing that anybody would notice')} |`)].join('\n'),
    '## What each migration does',
    ...migrations.flatMap(migration),
    '## The plan: the same without blocking anybody',
    ...(plan.length === 0 ? ['Nothing has a safer form that could be written.'] : plan.flatMap(step)),
    '## Deployment checklist',
    checklist.map((item) => `- [ ] ${escape(item)}`).join('\n'),
    '## Before the deploy: preflight queries',
    ...queries(preflight),
    '## After the deploy: verification queries',
    ...queries(verification),
    '## If it has to be taken back',
    rollback.map((item, index) => `${String(index + 1)}. ${escape(item)}`).join('\n'),
  ];
  return `${parts.join('\n\n')}\n`;
}

function migration({ path, risk, reasons, findings, transactions, durations }: ChangedMigration): readonly string[] {
  return [
    `### ${code(path)}: risk ${risk}`,
    reasons.map((reason) => `- ${escape(reason)}`).join('\n') || 'Nothing that anybody would notice.',
    ...(durations.length === 0 ? [] : [`How long it takes:\n\n${durations.map((line) => `- ${escape(line)}`).join('\n')}`]),
    ...transactions.flatMap(({ title, bars, statements }) => [
      `**${escape(title)}**`,
      bars.length === 0
        ? 'No lock that anybody waits for.'
        : ['| lock | on | held | who waits |', '| --- | --- | --- | --- |', ...bars.map(({ relation, lock, from, to }) => `| ${lock.mode} | ${code(relation)} | line ${String(statements[from]?.line ?? 0)}${to > from ? ` to the end of line ${String(statements[to]?.line ?? 0)}` : ''} | ${WAITING[lock.blocks]} |`)].join('\n'),
    ]),
    ...findings.filter(({ severity }) => severity !== 'info').map(({ rule, severity, line, message, advice }) => `- **${severity}** ${code(rule)}, line ${String(line)}: ${escape(message)} ${escape(advice).replaceAll('\n', '<br>')}`),
  ];
}

const step = ({ title, of, deploy, file, sql, facts }: PlannedStep, index: number): readonly string[] => [
  ...(deploy === null ? [] : [`> **Deploy the application first:** ${escape(deploy)}`]),
  `### ${String(index + 1)}. ${escape(title)}`,
  `For ${escape(of)}${file === null ? '' : `, in ${code(file)}`}:`,
  fenced(sql),
  facts.map((fact) => `- ${escape(fact)}`).join('\n'),
];

const queries = (list: readonly Query[]): readonly string[] => ['None of these may return a row.', ...list.flatMap(({ title, sql }) => [`${escape(title)}:`, fenced(sql)])];

const cell = (text: string): string => escape(text).replaceAll('\n', ' ');
