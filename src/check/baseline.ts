import type { Report } from '../report/model.ts';
import type { Finding } from './finding.ts';

/** Findings that were there when a project began to use the tool. */
export interface Baseline {
  readonly findings: readonly BaselineEntry[];
}

export interface BaselineEntry {
  readonly path: string;
  readonly rule: string;
  /** Without the number that tells equal statements apart: how many there are is `count`. */
  readonly fingerprint: string;
  readonly count: number;
}

/** An entry, with how many of its findings are gone. */
export interface StaleEntry extends BaselineEntry {
  readonly gone: number;
}

export interface Against {
  readonly report: Report;
  readonly stale: readonly StaleEntry[];
}

/** What a baseline of the report holds: every finding that nothing else silences, in the order of the paths. */
export function baselineOf({ findings }: Report): Baseline {
  const open = findings.filter(({ suppressed }) => suppressed === null || suppressed.by === 'baseline');
  return { findings: sorted(open.map(({ path, rule, fingerprint }) => ({ path, rule, fingerprint: bare(fingerprint), count: 1 }))) };
}

/**
 * The baseline with the entries of files that are gone moved to files that have the same statement and no entry of it: renamed ones.
 * The report must be one of the whole project, or a file that nobody has looked at could be taken for another.
 */
export function relocated({ findings: entries }: Baseline, report: Report, exists: (path: string) => boolean): Baseline {
  const [lost, kept] = [entries.filter(({ path }) => !exists(path)), entries.filter(({ path }) => exists(path))];
  if (lost.length === 0) return { findings: entries };
  const { report: open } = applyBaseline(report, { findings: kept }, () => false);
  const left = lost.flatMap((entry) => Array.from({ length: entry.count }, () => entry));
  const moved = open.findings.flatMap(({ fingerprint, path, rule, suppressed }): BaselineEntry[] => {
    const index = suppressed === null ? left.findIndex((entry) => entry.rule === rule && entry.fingerprint === bare(fingerprint)) : -1;
    const [entry] = index < 0 ? [] : left.splice(index, 1);
    return entry === undefined ? [] : [{ ...entry, path, count: 1 }];
  });
  return { findings: sorted([...kept, ...moved, ...left.map((entry) => ({ ...entry, count: 1 }))]) };
}

/** Silences what the baseline knows. `judged`: whether the run has looked at a file, so that what it did not find is really gone. */
export function applyBaseline(report: Report, { findings: entries }: Baseline, judged: (path: string) => boolean): Against {
  const left = new Map(entries.map((entry) => [keyOf(entry), entry.count]));
  const findings = report.findings.map((finding): Finding => {
    const key = keyOf(finding);
    const count = finding.suppressed === null ? (left.get(key) ?? 0) : 0;
    if (count === 0) return finding;
    left.set(key, count - 1);
    return { ...finding, suppressed: { by: 'baseline', reason: null } };
  });
  const open = findings.filter(({ suppressed }) => suppressed === null);
  const count = (severity: Finding['severity']): number => open.filter((finding) => finding.severity === severity).length;
  const summary = { ...report.summary, errors: count('error'), warnings: count('warning'), infos: count('info'), suppressed: findings.length - open.length };
  const stale = entries.flatMap((entry): StaleEntry[] => {
    const gone = left.get(keyOf(entry)) ?? 0;
    return gone > 0 && judged(entry.path) ? [{ ...entry, gone }] : [];
  });
  return { report: { ...report, findings, summary }, stale };
}

/** The baseline without what is gone. */
export function pruned({ findings }: Baseline, stale: readonly StaleEntry[]): Baseline {
  const gone = new Map(stale.map((entry) => [keyOf(entry), entry.gone]));
  return {
    findings: findings.flatMap((entry) => {
      const count = entry.count - (gone.get(keyOf(entry)) ?? 0);
      return count > 0 ? [{ ...entry, count }] : [];
    }),
  };
}

const bare = (fingerprint: string): string => fingerprint.replace(/-\d+$/, '');

const keyOf = ({ path, rule, fingerprint }: { readonly path: string; readonly rule: string; readonly fingerprint: string }): string => `${path}\0${rule}\0${bare(fingerprint)}`;

/** By path, rule and statement; each once. */
function sorted(entries: readonly BaselineEntry[]): readonly BaselineEntry[] {
  const merged = new Map<string, BaselineEntry>();
  for (const entry of entries) {
    const known = merged.get(keyOf(entry));
    merged.set(keyOf(entry), known === undefined ? entry : { ...known, count: known.count + entry.count });
  }
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}
