import { error, info, notice, warning } from '@actions/core';
import type { Finding } from '../check/finding.ts';
import type { Report } from '../report/model.ts';
import { RISKS } from '../report/model.ts';
import { placesOf } from '../report/places.ts';
import type { Severity } from '../rule.ts';

/** GitHub shows this many of each kind for a step and drops the rest in silence. */
const MOST = 10;

const WRITE: { readonly [K in Severity]: typeof error } = { error, warning, info: notice };

/** Writes one annotation a finding, the most severe first, as many as GitHub shows. */
export function annotate(report: Report, which: 'all' | 'problems', inRepository: (path: string) => string): void {
  const places = placesOf(report);
  const findings = ordered(report).filter(({ severity }) => which === 'all' || severity !== 'info');
  for (const severity of ['error', 'warning', 'info'] as const) {
    const own = findings.filter((finding) => finding.severity === severity);
    for (const finding of own.slice(0, MOST)) {
      const { line, column, endLine, endColumn } = places.at(finding.path, finding.span);
      // Columns are only allowed when the annotation stays on one line.
      const columns = line === endLine ? { startColumn: column, endColumn: Math.max(column, endColumn - 1) } : {};
      WRITE[severity](`${finding.message}\n${finding.advice}`, { title: finding.rule, file: inRepository(finding.path), startLine: line, endLine, ...columns });
    }
    if (own.length > MOST) info(`GitHub shows ${String(MOST)} annotations of a kind: ${String(own.length - MOST)} more findings of severity ${severity} are in the summary.`);
  }
}

/** Open findings by severity, then by the risk of their migration; hygiene last. */
export function ordered({ findings, migrations }: Report): readonly Finding[] {
  const risks = new Map(migrations.map(({ path, risk }) => [path, RISKS.indexOf(risk.level)]));
  const weight = ({ category, path, severity }: Finding): number => RANK[severity] * 20 + (category === 'hygiene' ? 0 : 10) + (risks.get(path) ?? 0);
  return findings.filter(({ suppressed }) => suppressed === null).map((finding, index) => ({ finding, index })).sort((a, b) => weight(b.finding) - weight(a.finding) || a.index - b.index).map(({ finding }) => finding);
}

const RANK: { readonly [K in Severity]: number } = { error: 2, warning: 1, info: 0 };
