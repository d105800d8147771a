import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve } from 'node:path';
import type { Baseline, StaleEntry } from '../check/baseline.ts';
import { applyBaseline, baselineOf, pruned, relocated } from '../check/baseline.ts';
import { BASELINE_FILE, baselineText, readBaseline } from '../config/baseline-file.ts';
import { reason, userError } from '../config/errors.ts';
import type { Report } from '../report/model.ts';
import { counted } from '../source/words.ts';
import type { OptionValues } from './arguments.ts';
import { openLint, runLint } from './lint-run.ts';
import type { BASELINE } from './team-specs.ts';
import { complain, print } from './terminal.ts';

export type BaselineOptions = OptionValues<typeof BASELINE.options>;

/** Answers with 0; with --check 1 when the baseline holds what is gone; 2 when it could not run. */
export async function baselineCommand(options: BaselineOptions): Promise<number> {
  const opened = await openLint([], { config: options.config, framework: options.framework, dialect: options.dialect, baseline: false } as Parameters<typeof openLint>[1], complain);
  if (typeof opened === 'number') return opened;
  const { project: { config, root } } = opened;
  const file = options.file === undefined ? placeOf(config.file, root) : resolve(options.file);
  const read = existsSync(file) ? within(readBaseline(file), root, file, 'in') : undefined;
  const linted = await runLint(opened, complain);
  if (typeof linted === 'number') return linted;
  const { report } = linted;
  const before = read === undefined ? undefined : relocated(read, report, (path) => existsSync(join(root, path)));
  const stale = before === undefined ? [] : applyBaseline(report, before, () => true).stale;
  if (options.prune === true || options.check === true) return prune(file, before, stale, root, options.check === true);
  const now = baselineOf(report);
  write(file, within(now, root, file, 'out'));
  print(`${told(now, before, stale, report)} Commit ${nameOf(file)}: what it holds is not reported any more.\n`);
  return 0;
}

function prune(file: string, before: Baseline | undefined, stale: readonly StaleEntry[], root: string, check: boolean): number {
  if (before === undefined) throw userError(`There is no ${nameOf(file)}. Make one: lockkeeper baseline`);
  const gone = stale.map((entry) => `  ${entry.path}  ${entry.rule}${entry.gone > 1 ? ` ×${String(entry.gone)}` : ''}\n`).join('');
  if (stale.length === 0) print(`${nameOf(file)} holds nothing that is gone.\n`);
  else if (check) print(`Gone, but still in ${nameOf(file)}:\n${gone}Take it out: lockkeeper baseline --prune\n`);
  else {
    write(file, within(pruned(before, stale), root, file, 'out'));
    print(`Taken out of ${nameOf(file)}, because it is gone:\n${gone}`);
  }
  return check && stale.length > 0 ? 1 : 0;
}

function told(now: Baseline, before: Baseline | undefined, stale: readonly StaleEntry[], report: Report): string {
  const total = sum(now.findings.map(({ count }) => count));
  const files = new Set(now.findings.map(({ path }) => path)).size;
  const recorded = `${counted(total, 'finding')} in ${String(files)} of ${String(report.summary.migrations)} migrations.`;
  if (before === undefined) return recorded;
  const gone = sum(stale.map((entry) => entry.gone));
  return `${recorded} ${String(total - sum(before.findings.map(({ count }) => count)) + gone)} of them are new, ${String(gone)} that were there are gone.`;
}

/** Between paths of the project and paths of the file, which are relative to its own folder. */
function within({ findings }: Baseline, root: string, file: string, direction: 'in' | 'out'): Baseline {
  const folder = relative(root, dirname(file)).replaceAll('\\', '/');
  if (folder === '') return { findings };
  const path = (own: string): string => (direction === 'in' ? posix.join(folder, own) : posix.relative(folder, own));
  return { findings: findings.map((entry) => ({ ...entry, path: path(entry.path) })) };
}

const placeOf = (config: string | null, root: string): string => join(config === null ? root : dirname(resolve(config)), BASELINE_FILE);

const nameOf = (file: string): string => relative(process.cwd(), file) || file;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** In one go, so that whoever reads meanwhile has the old one or the new one. */
function write(file: string, { findings }: Baseline): void {
  const half = `${file}.${String(process.pid)}.tmp`;
  try {
    writeFileSync(half, baselineText(findings));
    renameSync(half, file);
  } catch (error) {
    throw userError(`Cannot write ${nameOf(file)}: ${reason(error)}.`);
  }
}
