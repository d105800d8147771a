import type { Finding } from '../check/finding.ts';
import { WAITING, headlineOf, relationOf } from '../report/headline.ts';
import { code, escape, fenced } from '../report/markdown-parts.ts';
import type { MigrationReport, Report } from '../report/model.ts';
import { RISKS } from '../report/model.ts';
import type { Places } from '../report/places.ts';
import { placesOf } from '../report/places.ts';
import type { Severity } from '../rule.ts';
import { ordered } from './annotations.ts';

export interface PageInput {
  readonly report: Report;
  /** Address of a rule's page; undefined where it is not known. */
  readonly ruleUrl: (rule: string) => string | undefined;
  /** The plan as Markdown; undefined: there is none. */
  readonly plan: string | undefined;
  /** Characters that the page may have. */
  readonly most: number;
  /** Where the whole text is, when the page has to be cut. */
  readonly whole?: string | undefined;
}

const MARKS: { readonly [K in Severity]: string } = { error: '🛑 error', warning: '⚠️ warning', info: 'ℹ️ info' };
const MOST_ROWS = 50;

/** For the job summary and the comment on the pull request: what happens to whom, then each finding, then the plan, folded. */
export function page({ report, ruleUrl, plan, most, whole }: PageInput): string {
  const places = placesOf(report);
  const open = ordered(report);
  const problems = open.filter(({ severity }) => severity !== 'info');
  const notes = open.filter(({ severity }) => severity === 'info');
  const rule = (name: string): string => {
    const url = ruleUrl(name);
    return url === undefined ? code(name) : `[${code(name)}](${url})`;
  };
  const parts = [
    `## ${headline(report, problems.length)}`,
    table(report, open, rule),
    ...problems.map((finding) => section(finding, places, rule)),
    notes.length === 0 ? '' : folded(`${String(notes.length)} ${notes.length === 1 ? 'note' : 'notes'} that fail nothing`, notes.map((finding) => `- ${place(finding, places)} ${rule(finding.rule)}: ${escape(finding.message)}`).join('\n')),
    plan === undefined ? '' : folded('The plan: the same without blocking anybody', plan),
  ].filter((part) => part !== '');
  return fit(parts, most, whole);
}

export function headline({ summary: { migrations, risk, opaque, suppressed } }: Report, problems: number): string {
  const judged = `${String(migrations)} ${migrations === 1 ? 'migration' : 'migrations'}`;
  const besides = [...(opaque > 0 ? [`${String(opaque)} ${opaque === 1 ? 'statement' : 'statements'} not understood`] : []), ...(suppressed > 0 ? [`${String(suppressed)} suppressed`] : [])];
  return `Lockkeeper: ${problems === 0 ? 'nothing dangerous' : `${String(problems)} finding${problems === 1 ? '' : 's'}`} in ${judged}, risk ${risk}${besides.length === 0 ? '' : ` (${besides.join(', ')})`}`;
}

function table({ migrations }: Report, open: readonly Finding[], rule: (name: string) => string): string {
  const worst = [...migrations].sort((a, b) => RISKS.indexOf(b.risk.level) - RISKS.indexOf(a.risk.level));
  if (worst.length === 0) return '';
  const rows = worst.slice(0, MOST_ROWS).map((migration) => row(migration, open, rule));
  return [
    '| migration | risk | strongest lock | what waits | rules |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    ...(worst.length > MOST_ROWS ? [`| and ${String(worst.length - MOST_ROWS)} more | | | | |`] : []),
  ].join('\n');
}

function row(migration: MigrationReport, open: readonly Finding[], rule: (name: string) => string): string {
  const { path, downPath, risk } = migration;
  const lock = headlineOf(migration)?.lock;
  const rules = [...new Set(open.filter((finding) => (finding.path === path || finding.path === downPath) && finding.severity !== 'info').map((finding) => finding.rule))];
  return `| ${cell(code(path))} | ${risk.level} | ${lock === undefined ? 'none' : cell(`${escape(lock.mode)} on ${escape(relationOf(lock))}`)} | ${lock === undefined ? 'nobody' : WAITING[lock.blocks]} | ${rules.map(rule).join(', ')} |`;
}

function section(finding: Finding, places: Places, rule: (name: string) => string): string {
  const fix = finding.fix === undefined || finding.fix === null ? '' : `**Way out:** ${escape(finding.fix.title)}: ${code(finding.fix.command)}`;
  return [`### ${MARKS[finding.severity]}: ${place(finding, places)}`, `${rule(finding.rule)} · ${escape(finding.message)}`, fenced(excerpt(finding, places)), `**Instead:** ${escape(finding.advice).replaceAll('\n', '<br>\n')}`, fix, folded('Why', escape(finding.why))]
    .filter((part) => part !== '')
    .join('\n\n');
}

function excerpt(finding: Finding, places: Places): string {
  const lines = places.lines(finding.path);
  const { line, endLine } = places.at(finding.path, finding.span);
  const last = Math.min(endLine, line + 11);
  const text = places.text(finding.path).slice(lines.lineStart(line), last < lines.lineCount ? lines.lineStart(last + 1) : undefined).trimEnd();
  return text.length > 2000 ? `${text.slice(0, 2000)} …` : text;
}

const place = (finding: Finding, places: Places): string => code(`${finding.path}:${String(places.at(finding.path, finding.span).line)}`);

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const folded = (title: string, body: string): string => `<details><summary>${title}</summary>\n\n${body}\n\n</details>`;

/** Whole parts as long as there is room. */
function fit(parts: readonly string[], most: number, whole: string | undefined): string {
  let text = '';
  for (const [index, part] of parts.entries()) {
    const rest = `_${String(parts.length - index)} more parts do not fit here${whole === undefined ? '' : `: [the whole report](${whole})`}._\n`;
    if (text.length + part.length + 2 + rest.length > most) return `${text}${rest}`;
    text += `${part}\n\n`;
  }
  return `${text.trimEnd()}\n`;
}
