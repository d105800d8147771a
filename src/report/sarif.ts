import type { Finding } from '../check/finding.ts';
import type { Rule, Severity } from '../rule.ts';
import { lineHashes } from './line-hash.ts';
import type { Report } from './model.ts';
import type { Places } from './places.ts';
import { placesOf } from './places.ts';
import { capitalised } from '../source/words.ts';

const LEVELS: { readonly [K in Severity]: string } = { error: 'error', warning: 'warning', info: 'note' };

/** SARIF 2.1.0, with what GitHub's code scanning reads of it; it takes suppressed results for open ones, so that these are left out. */
export function sarif(report: Report): string {
  const places = placesOf(report);
  const findings = report.findings.filter((finding) => finding.suppressed === null);
  const reported = new Set(findings.map((finding) => finding.rule));
  const rules = report.rules.filter((rule) => reported.has(rule.name));
  const indexes = new Map(rules.map((rule, index) => [rule.name, index]));
  const hashes = new Map<string, ReturnType<typeof lineHashes>>();
  const hashOf: LineHash = (path, line) => {
    const known = hashes.get(path) ?? lineHashes(places.text(path));
    hashes.set(path, known);
    return known(line);
  };
  const run = {
    tool: {
      driver: {
        name: 'Lockkeeper',
        version: report.tool.version,
        semanticVersion: report.tool.version,
        rules: rules.map(ruleOf),
      },
    },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { ROOT: { description: { text: 'The root of the repository.' } } },
    results: findings.map((finding) => resultOf(finding, indexes, places, hashOf)),
  };
  return `${JSON.stringify({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

function ruleOf(rule: Rule): object {
  const references = rule.references.map(({ title, url }) => `- [${title}](${url})`);
  const [first] = rule.references;
  return {
    id: rule.name,
    name: pascal(rule.name),
    shortDescription: { text: sentence(rule.summary) },
    fullDescription: { text: rule.why },
    ...(first !== undefined && { helpUri: first.url }),
    help: { text: rule.why, markdown: [`**${sentence(rule.summary)}**`, rule.why, ...(references.length > 0 ? [references.join('\n')] : [])].join('\n\n') },
    defaultConfiguration: { level: LEVELS[rule.severity] },
    properties: {
      category: rule.category,
      tags: ['database', 'migration', rule.category],
      precision: 'high',
      ...(rule.category === 'security' && { 'security-severity': '6.0' }),
      'problem.severity': rule.severity === 'info' ? 'recommendation' : rule.severity,
    },
  };
}

type LineHash = (path: string, line: number) => string | undefined;

function resultOf(finding: Finding, indexes: ReadonlyMap<string, number>, places: Places, hashOf: LineHash): object {
  const { line, column, endLine, endColumn } = places.at(finding.path, finding.span);
  const ruleIndex = indexes.get(finding.rule);
  const hash = hashOf(finding.path, line);
  return {
    ruleId: finding.rule,
    ...(ruleIndex !== undefined && { ruleIndex }),
    level: LEVELS[finding.severity],
    message: { text: `${finding.message}\n${finding.advice}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: location(finding.path),
          region: { startLine: line, startColumn: column, endLine, endColumn, charOffset: finding.span.start, charLength: Math.max(0, finding.span.end - finding.span.start) },
        },
        ...(finding.relation !== null && { logicalLocations: [{ fullyQualifiedName: finding.relation, kind: 'table' }] }),
      },
    ],
    partialFingerprints: { ...(hash !== undefined && { primaryLocationLineHash: hash }), 'lockkeeper/v1': finding.fingerprint },
    properties: { category: finding.category, direction: finding.direction },
  };
}

const location = (path: string): object => ({ uri: path.toWellFormed().split('/').map(encodeURIComponent).join('/'), uriBaseId: 'ROOT' });

const pascal = (name: string): string => name.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

const sentence = (text: string): string => `${capitalised(text)}.`;
