import type { Severity } from '../rule.ts';
import type { Report } from './model.ts';
import { placesOf } from './places.ts';

const SEVERITIES: { readonly [K in Severity]: string } = { error: 'critical', warning: 'major', info: 'info' };

/** GitLab's code quality report. */
export function gitlab(report: Report): string {
  const places = placesOf(report);
  const issues = report.findings
    .filter((finding) => finding.suppressed === null)
    .map((finding) => {
      const { line, endLine } = places.at(finding.path, finding.span);
      return {
        type: 'issue',
        check_name: finding.rule,
        description: finding.message,
        content: { body: `${finding.why}\n\n${finding.advice}` },
        categories: [finding.category === 'security' ? 'Security' : finding.category === 'hygiene' ? 'Style' : 'Bug Risk'],
        // One finding in two files must not collapse into one issue.
        fingerprint: `${finding.fingerprint}-${finding.path}`,
        severity: SEVERITIES[finding.severity],
        location: { path: finding.path, lines: { begin: line, end: endLine } },
      };
    });
  return `${JSON.stringify(issues, null, 2)}\n`;
}
