import { userError } from '../config/errors.ts';
import { planDocument } from '../fix/plan-document.ts';
import { planFor } from '../fix/planner.ts';
import type { OptionValues } from './arguments.ts';
import { changeDocument } from './change-document.ts';
import { openLint, runLint } from './lint-run.ts';
import type { REPORT } from './team-specs.ts';
import { complain, print, save } from './terminal.ts';
import { workshopFor } from './workshop.ts';

const FILE = 'migration-report.html';

/** Answers with 0 when there is a report, whatever it says; 2 when there is none. */
export async function reportCommand(operands: readonly string[], options: OptionValues<typeof REPORT.options>): Promise<number> {
  if (operands.includes('-')) throw userError('report works on files: it cannot read standard input.');
  const { 'output-file': file, format, config, since, changed, stats, framework, dialect, 'start-after': startAfter } = options;
  const said = { config, since, changed, stats, framework, dialect, 'start-after': startAfter };
  const opened = await openLint(operands, Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)), complain);
  if (typeof opened === 'number') return opened;
  const linted = await runLint(opened, complain);
  if (typeof linted === 'number') return linted;
  const { histories, report } = linted;
  if (report.migrations.length === 0) {
    complain('There are no migrations to report on.');
    return 2;
  }
  const open = new Set(report.findings.filter(({ suppressed, severity, direction }) => suppressed === null && severity !== 'info' && direction === 'up').map(({ path, rule, fingerprint }) => `${path}\0${rule}\0${fingerprint}`));
  const paths = new Set(report.migrations.map(({ path }) => path));
  const workshop = await workshopFor(opened.project, histories, {});
  const planned = open.size === 0 ? { sets: [], refused: [] } : await planFor(workshop, ({ path, rule, fingerprint }) => open.has(`${path}\0${rule}\0${fingerprint}`), paths);
  const change = changeDocument(report, planDocument(planned.sets, planned.refused, []), opened.project.config);
  const text = format === 'markdown' ? (await import('../report/change/markdown.ts')).changeMarkdown(change) : (await import('../report/change/html.ts')).changeHtml(change);
  const target = file ?? (format === 'markdown' ? '-' : FILE);
  if (target === '-') print(text);
  else {
    save(target, text);
    complain(`Wrote ${target}.`);
  }
  return 0;
}
