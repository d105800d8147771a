import type { Finding, FixOffer } from '../check/finding.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { Report } from '../report/model.ts';
import type { Collector } from './collect.ts';
import { collector, loadPatterns } from './collect.ts';
import { isRefusal } from './model.ts';

export interface Offers {
  readonly propose: Collector['propose'];
  /** The report with what can be done about each finding. */
  added(report: Report, shownPath: (path: string) => string): Report;
}

/** Says of each finding whether there is a way out; undefined where no dialect knows any. Nothing is laid out or proven. */
export async function offersFor(dialects: readonly Dialect[]): Promise<Offers | undefined> {
  const patterns = await loadPatterns(dialects);
  if (patterns.size === 0) return undefined;
  const { answers, propose } = collector({ patterns, sync: 'application', batchSize: 1000, wanted: ({ direction, severity }) => direction === 'up' && severity !== 'info' });
  return { propose, added: (report, shownPath) => ({ ...report, findings: report.findings.map((finding) => withOffer(finding, answers, shownPath)) }) };
}

function withOffer(finding: Finding, answers: Collector['answers'], shownPath: (path: string) => string): Finding {
  const answer = finding.suppressed === null ? answers.get(finding) : undefined;
  if (answer === undefined) return { ...finding, fix: null };
  if (isRefusal(answer)) return { ...finding, fix: null, refusal: answer.refused };
  const { pattern, plan: { safety, title } } = answer;
  const fix: FixOffer = { safety, title, pattern, command: `lockkeeper ${safety === 'safe' ? 'fix' : 'plan'} ${word(shownPath(finding.path))}` };
  return { ...finding, fix };
}

/** As a shell takes it for one word. */
const word = (path: string): string => (/^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);
