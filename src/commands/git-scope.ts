import { resolve } from 'node:path';
import { userError } from '../config/errors.ts';
import { overlayFiles } from '../discovery/overlay.ts';
import { relativePath } from '../discovery/paths.ts';
import type { FileTree, History, HistoryProblem, MigrationSource, ScriptSource } from '../frameworks/framework.ts';
import { frameworkNamed } from '../frameworks/registry.ts';
import type { Batch } from '../pipeline.ts';
import type { LintHistory } from '../replay/history.ts';
import type { Repository, Status } from './git.ts';
import { changedFrom, leftAt, mainline, openRepository, statusOf, textOf, textsAt } from './git.ts';

export interface GitOptions {
  readonly since?: string | undefined;
  readonly staged?: boolean | undefined;
  readonly changed?: boolean | undefined;
  readonly index?: boolean | undefined;
}

/** What git says about a run. */
export interface GitScope {
  /** Files to report on; undefined: git has no say in that. */
  readonly changed: ReadonlySet<string> | undefined;
  /** Files that a hook has named; undefined: none. */
  readonly handed: ReadonlySet<string> | undefined;
  /** Where the files are read from. */
  readonly tree: FileTree;
  /** The histories with what has been edited after it had been merged. */
  withEdits(histories: readonly LintHistory[]): Edits;
}

export interface Edits {
  readonly histories: readonly LintHistory[];
  /** What of a deploy is new, as far as git knows. */
  readonly batch: Batch;
}

/** Undefined when nothing was asked of git. */
export function gitScope(options: GitOptions, handed: readonly string[] | undefined, root: string, disk: FileTree): GitScope | undefined {
  const ways = [options.since !== undefined && '--since', options.staged === true && '--staged', options.changed === true && '--changed'].filter((way) => way !== false);
  if (ways.length > 1) throw userError(`${ways.join(' and ')} say different things about what is new: give one of them.`);
  if (ways.length === 0 && options.index !== true) return undefined;
  const repository = openRepository(root);
  const fromIndex = options.staged === true || options.index === true;
  const status = fromIndex || options.changed === true ? statusOf(repository) : undefined;
  const tree = fromIndex && status !== undefined ? indexTree(disk, status, repository) : disk;
  const base = options.since === undefined ? undefined : { name: options.since, base: leftAt(options.since, repository) };
  const changed = base !== undefined ? changedFrom(base.base, repository) : options.staged === true ? status?.staged : options.changed === true ? status?.changed : undefined;
  return { changed, tree, handed: handed === undefined || handed.length === 0 ? undefined : named(handed, root), withEdits: (histories) => withEdits(histories, { tree, repository, changed: status?.edited ?? changed ?? new Set(), base: () => base ?? mainline(repository) }) };
}

const named = (operands: readonly string[], root: string): ReadonlySet<string> => new Set(operands.map((operand) => relativePath(root, resolve(operand))));

/** What a branch brings that is new, as `lint` has it with --since. */
export const batchSince = (ref: string, root: string, tree: FileTree, histories: readonly LintHistory[]): Batch => (gitScope({ since: ref }, undefined, root, tree)?.withEdits(histories).batch ?? ((): 'new' => 'new'));

/** Of the files that a hook names those that are on the disk as they are staged, so that an edit of the one is an edit of the other. */
export function editable(operands: readonly string[], root: string): ReadonlySet<string> {
  const { unstaged } = statusOf(openRepository(root));
  return new Set([...named(operands, root)].filter((path) => !unstaged.has(path)));
}

/** The project as a commit would record it now: what the index has, in its own text. */
function indexTree(disk: FileTree, { unstaged, untracked }: Status, repository: Repository): FileTree {
  const texts = new Map<string, string | undefined>();
  const gone = [...unstaged.keys()].filter((path) => disk.read(path) === undefined);
  const known = overlayFiles(disk, new Map(gone.map((path) => [path, ''])));
  return {
    list: (folder) => known.list(folder).filter(({ name, type }) => {
      const path = folder === '' ? name : `${folder}/${name}`;
      return !untracked.has(type === 'folder' ? `${path}/` : path);
    }),
    read(path) {
      if (untracked.has(path)) return undefined;
      const object = unstaged.get(path);
      if (object === undefined) return disk.read(path);
      if (!texts.has(path)) texts.set(path, textOf(object, repository));
      return texts.get(path);
    },
  };
}

interface EditContext {
  readonly tree: FileTree;
  readonly repository: Repository;
  readonly changed: ReadonlySet<string>;
  readonly base: () => { readonly name: string; readonly base: string } | undefined;
}

function withEdits(histories: readonly LintHistory[], { tree, repository, changed, base }: EditContext): Edits {
  const suspects = histories.flatMap(({ history }) => history.migrations.map(({ up }) => up.path)).filter((path) => changed.has(path));
  const main = suspects.length === 0 ? undefined : base();
  const before = main === undefined ? undefined : textsAt(main.base, suspects, repository);
  if (main === undefined || before === undefined || before.size === 0) return { histories, batch: () => 'new' };
  const known = new Map<string, 'same' | 'edited'>();
  const told = histories.map((entry) => {
    const now = knownOf(entry.history, before, tree);
    for (const [key, state] of now) known.set(key, state);
    const problems = editsOf(entry.history, now, tree, main.name);
    return problems.length === 0 ? entry : { ...entry, history: { ...entry.history, problems: [...entry.history.problems, ...problems] } };
  });
  return {
    histories: told,
    batch(source) {
      const state = known.get(keyOf(source));
      return state === undefined ? 'new' : state === 'edited' ? 'again' : undefined;
    },
  };
}

/** The migrations that the merged files held, one file perhaps several: whether each still says the same. */
function knownOf({ framework: name, folder, migrations }: History, before: ReadonlyMap<string, string>, tree: FileTree): ReadonlyMap<string, 'same' | 'edited'> {
  const framework = frameworkNamed(name);
  const own = migrations.filter(({ up }) => before.has(up.path));
  if (framework === undefined || own.length === 0) return new Map();
  const old = overlayFiles(tree, before);
  const then = new Map(framework.read(folder, old).migrations.map((source) => [keyOf(source), source]));
  return new Map(
    own.flatMap((source) => {
      const { path } = source.up;
      const was = then.get(keyOf(source));
      if (was === undefined) return [];
      const edited = framework.checksums === true ? before.get(path) !== tree.read(path) : runs(was.up, old) !== runs(source.up, tree);
      return [[keyOf(source), edited ? 'edited' : 'same'] as const];
    }),
  );
}

function editsOf({ framework: name, migrations }: History, known: ReadonlyMap<string, 'same' | 'edited'>, tree: FileTree, main: string): readonly HistoryProblem[] {
  const framework = frameworkNamed(name);
  // Where others have versions, one without is meant to be changed and run again.
  const versioned = migrations.some(({ version }) => version !== undefined);
  const edited = migrations.filter((source) => known.get(keyOf(source)) === 'edited' && (!versioned || source.version !== undefined) && !runsAgain(source.up, tree));
  const who = `This migration is already on ${main}: databases that have applied it will never see the change`;
  return [...new Set(edited.map(({ up }) => up.path))].map((path) => ({ problem: 'edited', path, detail: `${who}${framework?.checksums === true ? `, and ${framework.title} refuses a file whose checksum has changed` : ', and new ones end in another schema'}.` }));
}

/** A Liquibase changeset that says so itself. */
const runsAgain = ({ path, sections }: ScriptSource, tree: FileTree): boolean => /\brun(?:OnChange|Always):"?true/i.test(tree.read(path)?.slice(0, sections?.[0]?.start ?? 0).trimEnd().split('\n').at(-1) ?? '');

const keyOf = ({ up, version, name }: MigrationSource): string => `${up.path}\0${version ?? name}`;

/** What of a script a tool without checksums would notice: all but the suppression comments that somebody added later. */
function runs({ path, sections }: ScriptSource, tree: FileTree): string {
  const text = tree.read(path) ?? '';
  const own = sections === undefined ? text : sections.map(({ start, end }) => text.slice(start, end)).join('\n');
  return own
    .split('\n')
    .map((line) => line.replace(/(?:--|#|\/\/)[ \t]*lockkeeper-.*$/, '').trim())
    .filter((line) => line !== '')
    .join('\n');
}
