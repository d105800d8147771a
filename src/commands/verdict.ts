import type { Finding } from '../check/finding.ts';
import type { FailOn, ResolvedConfig } from '../config/config.ts';
import { ruleSettings } from '../config/config.ts';
import type { Report } from '../report/model.ts';
import type { Severity } from '../rule.ts';
import { counted } from '../source/words.ts';

const RANK: { readonly [K in Severity]: number } = { info: 1, warning: 2, error: 3 };
const THRESHOLD: { readonly [K in FailOn]: number } = { info: 1, warning: 2, error: 3, never: Number.POSITIVE_INFINITY };

/** Whether the findings fail the run. */
export const fails = (report: Report, config: ResolvedConfig): boolean => verdict(report, config).fails;

export interface Verdict {
  readonly fails: boolean;
  /** Why, where the findings do not say it themselves. */
  readonly because?: string;
}

export function verdict(report: Report, config: ResolvedConfig): Verdict {
  const rules = new Map(report.rules.map((rule) => [rule.name, rule]));
  const { failOn, maxWarnings } = config;
  const counting = report.findings.filter((finding) => finding.suppressed === null && counts(finding));
  const warnings = counting.filter(({ severity }) => severity === 'warning').length;
  const tooMany = failOn !== 'never' && maxWarnings !== undefined && warnings > maxWarnings;
  // With a limit for warnings it is the limit that judges them.
  const threshold = failOn === 'warning' && maxWarnings !== undefined ? THRESHOLD.error : THRESHOLD[failOn];
  const failing = counting.filter(({ severity }) => RANK[severity] >= threshold);
  if (failing.some(({ severity }) => severity !== 'info')) return { fails: true };
  if (tooMany) return { fails: true, because: `Failed: ${counted(warnings, 'warning')}, where at most ${String(maxWarnings)} may be (--max-warnings).` };
  return failing.length === 0 ? { fails: false } : { fails: true, because: `Failed: ${counted(failing.length, 'finding')} of severity info, and --fail-on is info.` };

  /** Hygiene decides nothing until somebody asks for it: by a preset, for this rule, or by failing on everything. */
  function counts(finding: Finding): boolean {
    if (finding.category !== 'hygiene' || failOn === 'info' || config.presets.some((preset) => preset !== 'recommended')) return true;
    const rule = rules.get(finding.rule);
    return rule !== undefined && ruleSettings(config, finding.path, rule).explicit;
  }
}
