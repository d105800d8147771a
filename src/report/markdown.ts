import type { Finding } from '../check/finding.ts';
import type { Severity } from '../rule.ts';
import { counted } from '../source/words.ts';
import { harmless } from './layout.ts';
import { cellCode, code, escape, fenced } from './markdown-parts.ts';
import type { Report } from './model.ts';
import { RISKS } from './model.ts';
import type { Places } from './places.ts';
import { placesOf } from './places.ts';

const MARKS: { readonly [K in Severity]: string } = { error: '🛑', warning: '⚠️', info: 'ℹ️' };

/** For a comment on a pull request or a job summary. */
export function markdown(report: Report): string {
  const places = placesOf(report);
  const open = report.findings.filter((finding) => finding.suppressed === null);
  const dangers = open.filter((finding) => finding.category !== 'hygiene');
  const hygiene = open.filter((finding) => finding.category === 'hygiene');
  const firstOf = new Map(dangers.toReversed().map((finding) => [finding.rule, finding]));
  const { migrations, statements, opaque, suppressed, risk } = report.summary;
  const counts = [`${String(migrations)} migrations`, `${String(statements)} statements`, ...(opaque > 0 ? [`${String(opaque)} not understood`] : []), ...(suppressed > 0 ? [`${String(suppressed)} suppressed`] : [])];
  const parts = [
    `## Lockkeeper: ${dangers.length === 0 ? 'nothing dangerous' : counted(dangers.length, 'finding')}`,
    `Highest risk: **${risk}** · ${counts.join(' · ')}`,
    risks(report),
    ...dangers.map((finding) => section(finding, places, firstOf.get(finding.rule) === finding)),
    hygiene.length === 0 ? '' : details(`Hygiene (${String(hygiene.length)}), without influence on the risk`, hygiene.map((finding) => `- ${place(finding, places)} ${code(finding.rule)}: ${escape(finding.message)}`).join('\n')),
  ];
  return harmless(`${parts.filter((part) => part !== '').join('\n\n')}\n`);
}

function risks(report: Report): string {
  const risky = report.migrations.filter((migration) => RISKS.indexOf(migration.risk.level) >= RISKS.indexOf('medium'));
  if (risky.length === 0) return '';
  const rows = risky.map(({ path, risk }) => `| ${cellCode(path)} | ${risk.level} | ${cell(risk.reasons.slice(0, 3).join('; '))} |`);
  return ['| file | risk | because it |', '| --- | --- | --- |', ...rows].join('\n');
}

/** What is so for all findings of a rule is said at the first: GitHub takes no comment of more than 65,536 characters. */
function section(finding: Finding, places: Places, isFirst: boolean): string {
  const sql = excerpt(finding, places);
  return [
    `### ${MARKS[finding.severity]} ${code(finding.rule)} in ${place(finding, places)}`,
    escape(finding.message),
    fenced(sql),
    ...(isFirst ? [`**Why:** ${escape(finding.why)}`] : []),
    `**Instead:** ${escape(finding.advice)}`,
  ].join('\n\n');
}

function excerpt(finding: Finding, places: Places): string {
  const lines = places.lines(finding.path);
  const { line, endLine } = places.at(finding.path, finding.span);
  const last = Math.min(endLine, line + 11);
  const end = last < lines.lineCount ? lines.lineStart(last + 1) : undefined;
  const text = places.text(finding.path).slice(lines.lineStart(line), end).trimEnd();
  return text.length > 2000 ? `${text.slice(0, 2000)} …` : text;
}

const place = (finding: Finding, places: Places): string => code(`${finding.path}:${String(places.at(finding.path, finding.span).line)}`);

const cell = (text: string): string => escape(text).replaceAll('\n', ' ');

const details = (title: string, body: string): string => `<details><summary>${title}</summary>\n\n${body}\n\n</details>`;
