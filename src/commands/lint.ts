import { userError } from '../config/errors.ts';
import { didYouMean } from '../config/suggest.ts';
import type { Format } from '../report/formats.ts';
import { FORMATS, REPORTERS } from '../report/formats.ts';
import type { Report } from '../report/model.ts';
import type { LintOptions } from './lint-run.ts';
import { openLint, runLint } from './lint-run.ts';
import { pathFromHere } from './project.ts';
import type { Terminal } from './terminal.ts';
import { complain, print, save } from './terminal.ts';
import { fails } from './verdict.ts';

/** Answers with the exit code: 0 clean, 1 findings, 2 something could not be done. */
export async function lintCommand(operands: readonly string[], options: LintOptions, terminal: Terminal): Promise<number> {
  const outputs = outputsOf(options);
  const opened = await openLint(operands, options, complain);
  if (typeof opened === 'number') return opened;
  const linted = await runLint(opened, complain);
  if (typeof linted === 'number') return linted;
  const { project } = opened;
  const { missing, report, stale } = linted;
  const shownPath = pathFromHere(project.root);
  if (stale.length > 0) complain(`${String(stale.length)} ${stale.length === 1 ? 'entry' : 'entries'} of the baseline stand for nothing any more. Take them out: lockkeeper baseline --prune`);

  const shown = options.quiet === true ? withoutInfos(report) : report;
  for (const { format, file } of outputs) {
    const render = await REPORTERS[format]();
    const text = render(shown, { color: file === undefined && terminal.colorful, width: terminal.width, shownPath });
    if (file === undefined) print(text);
    else save(file, text);
  }
  if (project.missing.length > 0 || missing) return 2;
  return fails(report, project.config) ? 1 : 0;
}

interface OutputTarget {
  readonly format: Format;
  /** Undefined: standard output. */
  readonly file: string | undefined;
}

function outputsOf(options: LintOptions): readonly OutputTarget[] {
  const outputs = (options.format ?? []).map((text): OutputTarget => {
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    const format = FORMATS.find((known) => known === name);
    if (format === undefined) throw userError(`There is no format "${name}".${didYouMean(name, FORMATS) || ` There are ${FORMATS.join(', ')}.`}`);
    return { format, file: equals < 0 ? options['output-file'] : text.slice(equals + 1) };
  });
  const toScreen = outputs.filter(({ file }) => file === undefined);
  const toFile = outputs.filter(({ file }) => file !== undefined && file === options['output-file']);
  if (toScreen.length > 1 || toFile.length > 1) {
    throw userError(`Only one format can go to ${toFile.length > 1 ? String(options['output-file']) : 'standard output'}: give the others a file, as in --format sarif=report.sarif.`);
  }
  if (toScreen.length === 0 && toFile.length === 0) outputs.push({ format: 'text', file: options['output-file'] });
  return outputs;
}

function withoutInfos(report: Report): Report {
  return { ...report, findings: report.findings.filter((finding) => finding.severity !== 'info') };
}
