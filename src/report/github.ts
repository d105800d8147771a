import type { Severity } from '../rule.ts';
import { harmless } from './layout.ts';
import type { Report } from './model.ts';
import { placesOf } from './places.ts';

const COMMANDS: { readonly [K in Severity]: string } = { error: 'error', warning: 'warning', info: 'notice' };

/** Workflow commands: GitHub shows them as annotations of the pull request. */
export function github(report: Report): string {
  const places = placesOf(report);
  const lines = report.findings
    .filter((finding) => finding.suppressed === null)
    .map((finding) => {
      const { line, column, endLine, endColumn } = places.at(finding.path, finding.span);
      // Columns are only allowed when the annotation stays on one line.
      const columns = line === endLine ? { col: column, endColumn: Math.max(column, endColumn - 1) } : {};
      const properties = { file: finding.path, line, endLine, ...columns, title: finding.rule };
      const listed = Object.entries(properties).map(([key, value]) => `${key}=${property(String(value))}`);
      return `::${COMMANDS[finding.severity]} ${listed.join(',')}::${data(`${finding.message}\n${finding.advice}`)}\n`;
    });
  return lines.join('');
}

const data = (text: string): string => harmless(text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A'));

const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
