import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { userError } from '../config/errors.ts';
import { decode } from '../discovery/decode.ts';

/** A git repository as seen from the root of a project. Everything here only reads. */
export interface Repository {
  readonly root: string;
  /** What stands before the path of a file of the project in git's own paths; empty or ending in a slash. */
  readonly prefix: string;
}

/** Fails with one line where there is no git or no repository. */
export function openRepository(root: string): Repository {
  // Asking git costs more than all the rest of a small run.
  if (existsSync(join(root, '.git'))) return { root, prefix: '' };
  return { root, prefix: git(root, ['rev-parse', '--show-prefix'], 'This is no git repository').replace(/\r?\n$/, '') };
}

/** Files that are new or changed since the branch left `ref`, committed or not; paths relative to `root`. */
export function changedSince(ref: string, root: string): ReadonlySet<string> {
  const repository = openRepository(root);
  return changedFrom(leftAt(ref, repository), repository);
}

/** The commit at which this branch left `ref`. */
export function leftAt(ref: string, { root }: Repository): string {
  const commit = attempt(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`])?.trim();
  if (commit === undefined) throw userError(`git knows no commit "${ref}".${isShallow(root) ? SHALLOW : ` If it is a branch of a remote, fetch it first: git fetch <remote> <branch>.`}`);
  const base = attempt(root, ['merge-base', commit, 'HEAD'])?.trim();
  if (base === undefined) throw userError(`HEAD and ${ref} have no common ancestor${isShallow(root) ? ` here.${SHALLOW}` : '.'}`);
  return base;
}

const SHALLOW = ' This clone is shallow: fetch the history as far as the branch goes back (git fetch --unshallow; with actions/checkout: fetch-depth: 0).';

const isShallow = (root: string): boolean => attempt(root, ['rev-parse', '--is-shallow-repository'])?.trim() === 'true';

export function changedFrom(commit: string, repository: Repository): ReadonlySet<string> {
  const { root } = repository;
  const tracked = git(root, ['diff', '--name-only', '--no-renames', '--no-ext-diff', '--diff-filter=AMT', '--no-relative', '-z', commit, '--'], 'git cannot tell what has changed');
  const untracked = git(root, ['ls-files', '--others', '--exclude-standard', '--full-name', '-z'], 'git cannot tell what is new');
  return new Set(`${tracked}${untracked}`.split('\0').flatMap((path) => inProject(path, repository) ?? []));
}

function inProject(path: string, { prefix }: Repository): string | undefined {
  return path !== '' && path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
}

/** How the disk, the index and the last commit differ; paths relative to the project. */
export interface Status {
  /** In the index as something else than in the last commit: what a commit would record. */
  readonly staged: ReadonlySet<string>;
  /** Not as in the last commit, or unknown to git and not ignored. */
  readonly changed: ReadonlySet<string>;
  /** Of those the ones that the last commit has as well. */
  readonly edited: ReadonlySet<string>;
  /** On the disk other than in the index, with the object that the index has. */
  readonly unstaged: ReadonlyMap<string, string>;
  /** On the disk only: files, and folders with a slash at their end. */
  readonly untracked: ReadonlySet<string>;
}

export function statusOf(repository: Repository): Status {
  const text = git(repository.root, ['status', '--porcelain=v2', '-z', '--untracked-files=all', '--ignored=matching', '--no-renames'], 'git cannot tell what has changed');
  const staged = new Set<string>();
  const changed = new Set<string>();
  const edited = new Set<string>();
  const unstaged = new Map<string, string>();
  const untracked = new Set<string>();
  for (const entry of text.split('\0')) {
    const kind = entry.charAt(0);
    const path = inProject(entry.split(' ').slice(FIELDS[kind]).join(' '), repository);
    if (path === undefined || path === '') continue;
    if (kind === 'u') throw userError(`${path} is in the middle of a merge: resolve that first.`);
    if (kind === '?' || kind === '!') untracked.add(path);
    if (kind === '?') changed.add(path);
    if (kind !== '1') continue;
    const [, state = '..', , , , , , index = ''] = entry.split(' ');
    if (/^[AMT]/.test(state)) staged.add(path);
    if (state !== 'D.' && state.charAt(1) !== 'D') changed.add(path);
    if (!state.startsWith('A')) edited.add(path);
    if (state.charAt(1) !== '.' && !state.startsWith('D')) unstaged.set(path, index);
  }
  return { staged, changed, edited, unstaged, untracked };
}

/** Fields before the path of an entry, by its kind. */
const FIELDS: Readonly<Record<string, number>> = { '1': 8, u: 10, '?': 1, '!': 1 };

/** The text of an object; undefined for what is no text. */
export function textOf(object: string, { root }: Repository): string | undefined {
  return decode(run(root, ['cat-file', 'blob', object]));
}

/** Texts of files as they were in a commit; those that it does not have are left out. */
export function textsAt(commit: string, paths: readonly string[], { root, prefix }: Repository): ReadonlyMap<string, string> {
  const asked = paths.filter((path) => !path.includes('\n'));
  const found = new Map<string, string>();
  if (asked.length === 0) return found;
  const output = run(root, ['cat-file', '--batch'], asked.map((path) => `${commit}:${prefix}${path}\n`).join(''));
  let at = 0;
  for (const path of asked) {
    const end = output.indexOf('\n', at);
    const size = / blob (\d+)$/.exec(output.toString('utf8', at, end))?.[1];
    at = end + 1;
    if (size === undefined) continue;
    const text = decode(output.subarray(at, at + Number(size)));
    if (text !== undefined) found.set(path, text);
    at += Number(size) + 1;
  }
  return found;
}

/** Lines of a file that a diff since the commit shows, as pairs of first and last. */
export function shownLines(commit: string, path: string, { root }: Repository): readonly (readonly [number, number])[] {
  const diff = git(root, ['diff', '--no-color', '--no-ext-diff', '--no-renames', '--unified=3', commit, '--', `:(literal)${path}`], 'git cannot tell what has changed');
  return [...diff.matchAll(/^@@ -\S+ \+(\d+)(?:,(\d+))? @@/gm)].map(([, from = '1', count = '1']) => [Number(from), Number(from) + Number(count) - 1] as const);
}

const MAIN = ['refs/remotes/origin/HEAD', 'refs/remotes/origin/main', 'refs/remotes/origin/master', 'refs/heads/main', 'refs/heads/master'];

/** Where this branch left the main one, as far as that can be told. */
export function mainline({ root }: Repository): { readonly name: string; readonly base: string } | undefined {
  const there = new Set((attempt(root, ['for-each-ref', '--format=%(refname)', ...MAIN]) ?? '').split('\n'));
  for (const ref of MAIN) {
    const base = there.has(ref) ? attempt(root, ['merge-base', ref, 'HEAD'])?.trim() : undefined;
    if (base !== undefined && base !== '') return { name: ref.replace(/^refs\/(?:remotes|heads)\//, '').replace(/\/HEAD$/, ''), base };
  }
  return undefined;
}

function git(cwd: string, args: readonly string[], otherwise: string): string {
  const output = attempt(cwd, args);
  if (output === undefined) throw userError(`${otherwise}.`);
  return output;
}

/** Undefined when git refuses. */
function attempt(cwd: string, args: readonly string[]): string | undefined {
  try {
    return run(cwd, args).toString('utf8');
  } catch (error) {
    if (error instanceof Error && error.name === 'UserError') throw error;
    return undefined;
  }
}

function run(cwd: string, args: readonly string[], input = ''): Buffer {
  try {
    return execFileSync('git', ['--no-optional-locks', ...args], { cwd, env: environment(), input, maxBuffer: 512 * 1024 * 1024, windowsHide: true, stdio: ['pipe', 'pipe', 'ignore'] });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw userError('git was not found, and is needed to tell what is new.');
    throw error;
  }
}

/** What git tells its hooks is relative to where they start. */
function environment(): NodeJS.ProcessEnv {
  const env = { ...process.env };
  for (const name of ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_OBJECT_DIRECTORY']) if (env[name] !== undefined) env[name] = resolve(env[name]);
  return env;
}
