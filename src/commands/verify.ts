import type { Finding } from '../check/finding.ts';
import { fingerprinter } from '../check/fingerprint.ts';
import { ruleTables } from '../check/rule-table.ts';
import { applySuppressions } from '../check/suppressions.ts';
import type { ResolvedConfig } from '../config/config.ts';
import { ruleSettings } from '../config/config.ts';
import type { Script } from '../ir/migration.ts';
import type { Format, ReportOptions } from '../report/formats.ts';
import { REPORTERS } from '../report/formats.ts';
import { json } from '../report/json.ts';
import type { Report } from '../report/model.ts';
import { verifyText } from '../report/verify-text.ts';
import type { Complaint, Verification } from '../servers/verify/model.ts';
import { verifyRules } from '../servers/verify/rules.ts';
import { verify } from '../servers/verify/verify.ts';
import type { OptionValues } from './arguments.ts';
import { wholeNumber } from './arguments.ts';
import type { PendingHistory } from './pending.ts';
import { lintPending, openPending, touchedTables, withWorkplaces } from './pending.ts';
import { progressBar } from './progress.ts';
import { namesFromHere } from './project.ts';
import type { VERIFY } from './specs.ts';
import type { Terminal } from './terminal.ts';
import { print, save } from './terminal.ts';
import { fails } from './verdict.ts';

/** Answers with the exit code: 0 clean, 1 findings, 2 could not run. */
export async function verifyCommand(operands: readonly string[], options: OptionValues<typeof VERIFY.options>, terminal: Terminal): Promise<number> {
  const rows = options.rows === undefined ? undefined : wholeNumber(options.rows, 'rows');
  const opened = await openPending(operands, options);
  if (opened === undefined) return 2;
  const predicted = lintPending(opened);
  const touched = touchedTables(predicted);
  const progress = progressBar();
  const verifications: Verification[] = [];
  await withWorkplaces(opened, options, async ({ entry, history, pending, setup }, workplace) => {
    verifications.push(
      await verify(workplace, {
        dialect: entry.dialect,
        history,
        pending: pending.map(({ up, down, source }) => ({ up, down: source.irreversible === true ? undefined : down })),
        ...(setup !== undefined && { setup }),
        ...(rows !== undefined && { rows }),
        touched: ({ schema, name }) => touched.has(`${schema}.${name}`),
        progress: progress.show,
      }),
    );
  }).finally(() => {
    progress.end();
  });

  const { config, root } = opened.project;
  const report = reportOf(predicted, verifications.flatMap(({ complaints }) => complaints), opened.histories, config);
  const file = options['output-file'];
  const shown = { color: file === undefined && terminal.colorful, width: terminal.width, ...namesFromHere(root) };
  const format = (options.format ?? 'text') as Format;
  const text = format === 'text' ? verifyText(report, verifications, { ...shown, timings: rows !== undefined }) : format === 'json' ? withVerification(report, verifications, shown) : (await REPORTERS[format]())(report, shown);
  if (file === undefined) print(text);
  else save(file, text);
  return fails(report, config) ? 1 : 0;
}

function reportOf(predicted: Report, complaints: readonly Complaint[], histories: readonly PendingHistory[], config: ResolvedConfig): Report {
  const fingerprint = fingerprinter();
  const scripts = new Map<string, Script[]>();
  for (const { up, down } of histories.flatMap(({ pending }) => pending)) {
    for (const script of down === undefined ? [up] : [up, down]) scripts.set(script.path, [...(scripts.get(script.path) ?? []), script]);
  }
  const own = complaints.flatMap((complaint) => findingOf(complaint, config, fingerprint) ?? []);
  const names = new Set(verifyRules.map(({ name }) => name));
  const context = { rules: verifyRules, config, tables: ruleTables(verifyRules, config), fingerprint };
  // What is wrong with the comments themselves, lint says.
  const findings = applySuppressions(own, scripts, context).filter(({ rule }) => names.has(rule));
  const count = (severity: Finding['severity']): number => findings.filter((finding) => finding.suppressed === null && finding.severity === severity).length;
  return {
    ...predicted,
    findings,
    sources: new Map([...predicted.sources, ...[...scripts].map(([path, [script]]): [string, string] => [path, script?.text ?? ''])]),
    rules: verifyRules,
    summary: { ...predicted.summary, errors: count('error'), warnings: count('warning'), infos: count('info'), suppressed: findings.filter(({ suppressed }) => suppressed !== null).length },
  };
}

function findingOf({ rule, evidence, script, span }: Complaint, config: ResolvedConfig, fingerprint: ReturnType<typeof fingerprinter>): Finding | undefined {
  const { severity, explicit } = ruleSettings(config, script.path, rule);
  if (severity === 'off') return undefined;
  const relation = evidence.relation ?? null;
  return {
    rule: rule.name,
    severity: explicit ? severity : (evidence.severity ?? severity),
    category: rule.category,
    message: rule.message(evidence),
    why: rule.why,
    advice: rule.advice(evidence),
    path: script.path,
    direction: script.direction,
    span,
    relation,
    fingerprint: fingerprint(rule.name, relation, script.text.slice(span.start, Math.min(span.end, span.start + 2000))),
    suppressed: null,
  };
}

/** Lint's document, and what was done. */
function withVerification(report: Report, verifications: readonly Verification[], names: Pick<ReportOptions, 'root'>): string {
  const document = JSON.parse([...json(report, names)].join('')) as object;
  const verification = verifications.map(({ server, before, filled, migrations, notes }) => ({ server, before, filled, migrations, notes }));
  return `${JSON.stringify({ ...document, verification }, null, 2)}\n`;
}
