import { readFileSync, statSync } from 'node:fs';
import { userError } from '../config/errors.ts';
import { didYouMean } from '../config/suggest.ts';
import type { Format } from '../report/formats.ts';
import { FORMATS, REPORTERS } from '../report/formats.ts';
import type { Report } from '../report/model.ts';
import { counted } from '../source/words.ts';
import { version } from '../version.ts';
import type { LintOptions, OpenedLint } from './lint-run.ts';
import { openLint, runLint } from './lint-run.ts';
import { namesFromHere } from './project.ts';
import type { Result } from './result-cache.ts';
import type { Terminal } from './terminal.ts';
import { complain, print, save } from './terminal.ts';
import { verdict } from './verdict.ts';

/** Answers with the exit code: 0 clean, 1 findings, 2 something could not be done. */
export async function lintCommand(operands: readonly string[], options: LintOptions, terminal: Terminal): Promise<number> {
  if (options.watch !== true) return lintOnce(operands, options, terminal);
  if (operands.includes('-')) throw userError('--watch looks at files: it cannot wait for standard input.');
  const { watchLint } = await import('./watch.ts');
  return watchLint(operands, options, () => lintOnce(operands, options, terminal));
}

async function lintOnce(operands: readonly string[], options: LintOptions, terminal: Terminal): Promise<number> {
  const outputs = outputsOf(options);
  const opened = await openLint(operands, options, complain);
  if (typeof opened === 'number') return opened;
  const cache = isCachable(operands, options) ? (await import('./result-cache.ts')).resultCache(opened.project.root, keyOf(opened, operands, options, terminal), opened.project.tree) : undefined;
  const known = cache?.recall();
  const result = known ?? (await judged(cache === undefined ? opened : { ...opened, project: { ...opened.project, tree: cache.tree } }, options, outputs, terminal, cache !== undefined));
  for (const line of known?.said ?? []) complain(line);
  for (const [index, { file }] of outputs.entries()) {
    const text = result.outputs[index];
    if (text === undefined) continue;
    if (file === undefined) print(text);
    else save(file, text);
  }
  if (known === undefined && cache !== undefined) cache.remember({ ...result, outputs: result.outputs.map(String) });
  return result.code;
}

/** A result whose outputs may still be in the making. */
type Judged = Omit<Result, 'outputs'> & { readonly outputs: readonly (string | Iterable<string>)[] };

/** `whole`: the outputs are needed twice. */
async function judged(opened: OpenedLint, options: LintOptions, outputs: readonly OutputTarget[], terminal: Terminal, whole: boolean): Promise<Judged> {
  const said: string[] = [];
  const say = (line: string): void => {
    said.push(line);
    complain(line);
  };
  const linted = await runLint(opened, say);
  if (typeof linted === 'number') return { outputs: [], said, code: linted };
  const { project } = opened;
  const { missing, report, stale } = linted;
  const names = namesFromHere(project.root);
  if (stale.length > 0) say(`${counted(stale.length, 'entry', 'entries')} of the baseline stand for nothing any more. Take them out: lockkeeper baseline --prune`);
  const shown = options.quiet === true ? withoutInfos(report) : report;
  const texts: (string | Iterable<string>)[] = [];
  for (const { format, file } of outputs) {
    const render = await REPORTERS[format]();
    const text = render(shown, { color: file === undefined && terminal.colorful, width: terminal.width, ...names });
    texts.push(whole && typeof text !== 'string' ? [...text].join('') : text);
  }
  const { fails, because } = verdict(report, project.config);
  const incomplete = project.missing.length > 0 || missing;
  if (because !== undefined && !incomplete) say(because);
  return { outputs: texts, said, code: incomplete ? 2 : fails ? 1 : 0 };
}

/** What git says of a run, and what comes from standard input, no file shows. */
const isCachable = (operands: readonly string[], options: LintOptions): boolean =>
  options.cache !== false && !operands.includes('-') && options.since === undefined && options.staged !== true && options.changed !== true && options.index !== true;

/** All that a result depends on besides the files of the project: this program, the configuration, the command line, the terminal. */
function keyOf({ project: { config, paths, missing, root }, baseline, together }: OpenedLint, operands: readonly string[], options: LintOptions, { colorful, width }: Terminal): string {
  const program = statSync(process.argv[1] ?? process.execPath);
  return JSON.stringify([version, program.mtimeMs, program.size, process.cwd(), root, operands, options, config, paths, missing, together, baseline === undefined ? null : textOf(baseline), colorful, width], (_, value: unknown) => value ?? null);
}

/** Null for what cannot be read, as will be said when it is. */
function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
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
