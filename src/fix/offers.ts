import type { Finding, FixOffer } from '../check/finding.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { Report } from '../report/model.ts';
import type { CollectOptions, Collector } from './collect.ts';
import { answerTo, loadPatterns } from './collect.ts';
import type { Answer } from './model.ts';
import { isPutRight, isRefusal } from './model.ts';

export interface Offers {
  readonly propose: Collector['propose'];
  /** The report with what can be done about each finding. */
  added(report: Report, shownPath: (path: string) => string): Report;
}

/** Says of each finding whether there is a way out; undefined where no dialect knows any. Nothing is laid out or proven. */
export async function offersFor(dialects: readonly Dialect[]): Promise<Offers | undefined> {
  const patterns = await loadPatterns(dialects);
  if (patterns.size === 0) return undefined;
  const options: CollectOptions = { patterns, sync: 'application', batchSize: 1000 };
  const offers = new Map<Finding, Offer>();
  return {
    propose(found, at) {
      const { finding } = found;
      if (!isPutRight(finding) || finding.severity === 'info') return;
      const answer = answerTo(found, at, options);
      if (answer !== undefined) offers.set(finding, offerOf(answer));
    },
    added: (report, shownPath) => ({ ...report, findings: report.findings.map((finding) => withOffer(finding, offers.get(finding), shownPath)) }),
  };
}

/** The little of an answer that is told: thousands of plans, with the scripts that they belong to, are too much to keep. */
type Offer = Omit<FixOffer, 'command'> | { readonly refused: string };

const offerOf = (answer: Answer): Offer =>
  isRefusal(answer) ? { refused: answer.refused } : { safety: answer.plan.safety, title: answer.plan.title, pattern: answer.pattern };

function withOffer(finding: Finding, offer: Offer | undefined, shownPath: (path: string) => string): Finding {
  if (offer === undefined || finding.suppressed !== null) return { ...finding, fix: null };
  if ('refused' in offer) return { ...finding, fix: null, refusal: offer.refused };
  return { ...finding, fix: { ...offer, command: `lockkeeper ${offer.safety === 'safe' ? 'fix' : 'plan'} ${word(shownPath(finding.path))}` } };
}

/** As a shell takes it for one word. */
export const word = (path: string): string => (/^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);
