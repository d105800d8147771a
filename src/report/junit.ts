import type { Finding } from '../check/finding.ts';
import type { Report } from './model.ts';
import type { Places } from './places.ts';
import { placesOf } from './places.ts';

/**
 * One suite per file, one case per finding; a file without findings is one case that passed. Infos and hygiene pass, with a word in the output.
 * `file` and `line` of a case are for GitLab and for actions that annotate; the schema of Jenkins's xUnit plugin has neither, its JUnit step takes them.
 */
export function junit(report: Report): string {
  const places = placesOf(report);
  const byPath = new Map<string, Finding[]>(report.migrations.flatMap((migration) => [migration.path, ...(migration.downPath === null ? [] : [migration.downPath])]).map((path) => [path, []]));
  for (const finding of report.findings) {
    const list = byPath.get(finding.path);
    if (list === undefined) byPath.set(finding.path, [finding]);
    else list.push(finding);
  }
  const suites = [...byPath].map(([path, findings]) => suite(path, findings, places));
  const failures = report.findings.filter(fails).length;
  const tests = [...byPath.values()].reduce((sum, list) => sum + Math.max(1, list.length), 0);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="lockkeeper" tests="${String(tests)}" failures="${String(failures)}" errors="0">\n${suites.join('')}</testsuites>\n`;
}

function suite(path: string, findings: readonly Finding[], places: Places): string {
  const cases = findings.length === 0 ? [`    <testcase name="no findings" classname=${attribute(path)}/>\n`] : findings.map((finding) => testCase(finding, places));
  const failures = findings.filter(fails).length;
  const skipped = findings.filter((finding) => finding.suppressed !== null).length;
  const counts = `tests="${String(cases.length)}" failures="${String(failures)}" errors="0" skipped="${String(skipped)}"`;
  return `  <testsuite name=${attribute(path)} ${counts}>\n${cases.join('')}  </testsuite>\n`;
}

const fails = (finding: Finding): boolean => finding.suppressed === null && finding.severity !== 'info' && finding.category !== 'hygiene';

function testCase(finding: Finding, places: Places): string {
  const { line, column } = places.at(finding.path, finding.span);
  const place = `${finding.path}:${String(line)}:${String(column)}`;
  const head = `    <testcase name=${attribute(`${finding.rule} ${String(line)}:${String(column)}`)} classname=${attribute(finding.path)} file=${attribute(finding.path)} line="${String(line)}">`;
  const detail = escape(`${place}\n${finding.message}\n${finding.advice}`);
  if (finding.suppressed !== null) return `${head}\n      <skipped message=${attribute(finding.suppressed.reason ?? `suppressed by ${finding.suppressed.by}`)}/>\n    </testcase>\n`;
  if (!fails(finding)) return `${head}\n      <system-out>${detail}</system-out>\n    </testcase>\n`;
  return `${head}\n      <failure type=${attribute(finding.severity)} message=${attribute(finding.message)}>${detail}</failure>\n    </testcase>\n`;
}

const attribute = (text: string): string => `"${escape(text).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`;

const escape = (text: string): string =>
  text
    // Not allowed in XML 1.0 even when escaped; lone surrogates neither.
    .replace(/[\0-\x08\v\f\x0E-\x1F\uFFFE\uFFFF]|\p{Cs}/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
