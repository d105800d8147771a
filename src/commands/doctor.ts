import { isUserError } from '../config/errors.ts';
import { scopeFor } from '../config/config.ts';
import type { LintHistory } from '../replay/history.ts';
import { indexNamed } from '../pipeline.ts';
import { wrap } from '../report/layout.ts';
import { counted } from '../source/words.ts';
import type { OptionValues } from './arguments.ts';
import { openRepository, mainline } from './git.ts';
import { locate } from './histories.ts';
import type { OpenedLint } from './lint-run.ts';
import { openLint, runLint } from './lint-run.ts';
import { lowestOf, versionHints } from './survey.ts';
import type { DOCTOR } from './team-specs.ts';
import type { Terminal } from './terminal.ts';
import { print } from './terminal.ts';

interface Remark {
  readonly level: 'well' | 'note' | 'wrong';
  readonly text: string;
}

const well = (text: string): Remark => ({ level: 'well', text });
const note = (text: string): Remark => ({ level: 'note', text });
const wrong = (text: string): Remark => ({ level: 'wrong', text });

/** Answers with 1 when something is wrong. */
export async function doctorCommand(options: OptionValues<typeof DOCTOR.options>, { color, width }: Terminal): Promise<number> {
  const remarks = await examined(options);
  const marks = { well: color.green('✔'), note: color.yellow('!'), wrong: color.red('✖') };
  for (const { level, text } of remarks) {
    const [first = '', ...rest] = wrap(text, Math.min(width, 100) - 4);
    print(`${marks[level]} ${first}\n${rest.map((line) => `  ${line}\n`).join('')}`);
  }
  const problems = remarks.filter(({ level }) => level === 'wrong').length;
  print(problems === 0 ? '\nNothing is wrong.\n' : `\n${counted(problems, 'thing is', 'things are')} wrong.\n`);
  return problems === 0 ? 0 : 1;
}

async function examined(options: OptionValues<typeof DOCTOR.options>): Promise<readonly Remark[]> {
  const said: string[] = [];
  try {
    const opened = await openLint([], { ...(options.config === undefined ? {} : { config: options.config }) }, (line) => said.push(line));
    if (typeof opened === 'number') return said.map(wrong);
    const { histories, notices } = await locate(opened.project);
    const found = histories.length === 0 ? [wrong(`There are no migrations in ${opened.project.root} that are recognised. Name their folder: "paths" in the configuration, and "framework" for the tool.`)] : histories.flatMap((entry) => ofHistory(entry, opened));
    return [ofConfig(opened), ...found, ...notices.map(note), ...(histories.length === 0 ? [] : await ofRun(opened)), ofGit(opened)];
  } catch (error) {
    if (!isUserError(error)) throw error;
    return error.lines.map(wrong);
  }
}

const ofConfig = ({ project: { config } }: OpenedLint): Remark => (config.file === null ? note('There is no configuration; none is needed. "lockkeeper init" writes one with the version of your server.') : well(`The configuration is ${config.file}.`));

function ofHistory({ history, dialect, version, versionAssumed }: LintHistory, { project: { config, tree } }: OpenedLint): readonly Remark[] {
  const where = history.folder === '' ? 'this folder' : history.folder;
  const first = history.migrations[0]?.up.path ?? history.folder;
  const { startAfter } = scopeFor(config, first);
  const known = startAfter === undefined || indexNamed(history.migrations, startAfter) >= 0;
  const hint = lowestOf(versionHints(tree), dialect.versions);
  return [
    well(`${counted(history.migrations.length, 'migration')} of ${history.framework} in ${where}.`),
    ...(versionAssumed ? [note(`Nobody says which ${dialect.name} they run on, so ${String(version)} is assumed.${hint === undefined ? ' Say it: "dialect" in the configuration.' : ` ${hint.file} names ${String(hint.version)}: dialect: postgres@${String(hint.version)}`}`)] : [well(`They are judged for ${dialect.name} ${String(version)}.`)]),
    ...(!versionAssumed && hint?.version !== undefined && hint.version < version ? [wrong(`The configuration says ${dialect.name} ${String(version)}, but ${hint.file} names ${String(hint.version)}: what is safe on the one may not be on the other.`)] : []),
    ...(known ? [] : [wrong(`startAfter is "${String(startAfter)}", and no migration in ${where} is called that: everything is reported.`)]),
    ...history.problems.slice(0, 5).map(({ path, detail }) => note(`${path}: ${detail}`)),
  ];
}

/** What only a whole run shows. */
async function ofRun(opened: OpenedLint): Promise<readonly Remark[]> {
  const tables = new Set<string>();
  const said: string[] = [];
  const linted = await runLint(opened, (line) => said.push(line));
  if (typeof linted === 'number') return said.map(wrong);
  const { report, stale } = linted;
  for (const { effects } of report.migrations.flatMap(({ statements }) => statements)) {
    for (const { relation } of effects.locks) tables.add(relation.name).add(`${relation.schema}.${relation.name}`);
  }
  const unknown = Object.keys(opened.project.config.tables).filter((name) => !tables.has(name) && report.summary.migrations > 0);
  const { opaque, statements } = report.summary;
  return [
    ...(opaque === 0 ? [well(`All ${String(statements)} statements are understood.`)] : [note(`${String(opaque)} of ${String(statements)} statements could not be read in full ("lockkeeper inspect" shows which): what they do is unknown.`)]),
    ...(unknown.length === 0 ? [] : [note(`The configuration knows ${unknown.slice(0, 5).join(', ')}, which no migration touches after its creation. Is the name right?`)]),
    ...(stale.length === 0 ? [] : [note(`${String(stale.length)} entries of the baseline stand for nothing any more: lockkeeper baseline --prune`)]),
  ];
}

function ofGit({ project: { root } }: OpenedLint): Remark {
  try {
    const main = mainline(openRepository(root));
    return main === undefined ? note('git knows no main branch here, so migrations that are edited after the merge go unnoticed. Fetch it, or name it with --since.') : well(`What is new, git can tell: --since ${main.name}`);
  } catch (error) {
    return note(`${isUserError(error) ? error.message : 'git does not answer.'} --since, --staged and --changed need a repository.`);
  }
}
