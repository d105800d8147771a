import { accessSync, constants, existsSync, readdirSync, readSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import type { ResolvedConfig } from '../config/config.ts';
import { DEFAULT_CONFIG, STATS_FILE } from '../config/config.ts';
import { userError } from '../config/errors.ts';
import { findConfig, findRepository, loadConfig } from '../config/load.ts';
import type { CommandLineConfig } from '../config/resolve.ts';
import { resolveConfig, withCommandLine } from '../config/resolve.ts';
import { decode } from '../discovery/decode.ts';
import { diskTree } from '../discovery/disk.ts';
import { isPattern } from '../discovery/glob.ts';
import { overlay } from '../discovery/overlay.ts';
import type { FileTree } from '../frameworks/framework.ts';
import { configNames } from '../names.ts';
import type { ReportOptions } from '../report/formats.ts';

export interface ProjectOptions extends CommandLineConfig {
  /** A file, false for none, undefined for the nearest. */
  readonly configFile: string | false | undefined;
  readonly stdinPath: string | undefined;
  /** Sizes of tables; false for none, undefined: a file of that name beside the configuration or at the root. */
  readonly statsFile?: string | false | undefined;
}

/** What a command works on. */
export interface Project {
  /** The repository, or what comes closest to one; all paths of a report are relative to it. */
  readonly root: string;
  readonly tree: FileTree;
  readonly config: ResolvedConfig;
  /** What to look at, relative to the root; empty: the whole project. */
  readonly paths: readonly string[];
  /** One line for each path that is not there. */
  readonly missing: readonly string[];
}

/** Finds root and configuration, and checks the paths of the command line. Without `operands` the configuration may name some. */
export async function openProject(operands: readonly string[], options: ProjectOptions): Promise<Project> {
  const cwd = process.cwd();
  const named = operands.map((operand) => (operand === '-' ? stdinName(options.stdinPath) : operand));
  const given = named.map((operand) => resolve(cwd, operand));
  if (options.stdinPath !== undefined && !operands.includes('-')) throw userError('--stdin-path says where the text from standard input would stand. To read that, give - as path, too.');
  const there = given.filter((path, index) => operands[index] === '-' || isPattern(path) || trouble(path, '') === undefined);
  const missing = named.flatMap((operand, index) => (there.includes(given[index] ?? '') ? [] : [trouble(given[index] ?? '', operand) ?? '']));

  const home = findRepository(cwd) ?? cwd;
  const outside = there.filter((path) => !isInside(path, home));
  const start = outside.length > 0 && outside.length === there.length ? folderOf(outside[0] ?? cwd) : cwd;
  const file = options.configFile === false ? undefined : options.configFile === undefined ? findConfig(start) : resolve(cwd, options.configFile);
  const anchors = there.length > 0 ? there : [file === undefined ? cwd : dirname(file), cwd];
  const root = [...new Set(anchors.map(folderOf))].map(homeOf).reduce(common);

  // A configuration that the command line names speaks about the place where the command was typed.
  const base = slashed(relative(root, options.configFile === undefined && file !== undefined ? dirname(file) : cwd));
  const read = file === undefined ? { ...DEFAULT_CONFIG, base: '' } : resolveConfig(await loadConfig(file, configNames), base.startsWith('..') ? '' : base);
  const config = await withStats(withCommandLine(read, options), options, [...(file === undefined ? [] : [dirname(file)]), root]);

  const fromConfig = config.paths.map((path) => resolve(file === undefined ? cwd : dirname(file), path));
  const looked = there.length > 0 ? there : operands.length > 0 ? [] : fromConfig.length > 0 ? fromConfig : cwd === root ? [] : [file === undefined ? cwd : dirname(file)];
  const paths = looked.map((path) => slashed(relative(root, path)));
  const tree = diskTree(root);
  const stdin = operands.indexOf('-');
  return {
    root,
    config,
    paths: paths.length === 1 && paths[0] === '' ? [] : paths,
    missing,
    tree: stdin < 0 ? tree : overlay(tree, slashed(relative(root, given[stdin] ?? '')), readStdin()),
  };
}

/** Why there is nothing to be had at a path. That a file cannot be read is said when it is read. */
function trouble(path: string, named: string): string | undefined {
  try {
    if (statSync(path).isDirectory()) accessSync(path, constants.R_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'EACCES' || code === 'EPERM' ? `Cannot read ${named}: permission denied.` : `No such file or folder: ${named}`;
  }
}

/** Adds what is known of the sizes of tables. Without a configuration by wish nothing is looked for. */
async function withStats(config: ResolvedConfig, { configFile, statsFile }: ProjectOptions, folders: readonly string[]): Promise<ResolvedConfig> {
  if (statsFile === false) return config;
  const found = statsFile ?? (configFile === false ? undefined : folders.map((folder) => join(folder, STATS_FILE)).find((path) => existsSync(path)));
  if (found === undefined) return config;
  const { factsOf, majorOf, readStats } = await import('../config/stats.ts');
  const stats = readStats(resolve(found));
  return { ...config, measured: factsOf(stats, config.smallTable), measuredVersion: majorOf(stats) };
}

/** How a report names files, for somebody who is where the command was typed. */
export const namesFromHere = (root: string): Pick<ReportOptions, 'shownPath' | 'root'> => ({ shownPath: pathFromHere(root), root: slashed(relative(process.cwd(), root)) || '.' });

/** How the user would open a file of the report from where the command was typed. */
export function pathFromHere(root: string): (path: string) => string {
  const cwd = process.cwd();
  const below = relative(cwd, root);
  if (below === '') return (path) => path;
  return (path) => {
    const near = relative(cwd, join(root, path));
    return slashed(near.startsWith(join('..', '..')) ? join(root, path) : near);
  };
}

function stdinName(path: string | undefined): string {
  return path ?? 'stdin.sql';
}

function readStdin(): string {
  const chunks: Buffer[] = [];
  const chunk = Buffer.alloc(65_536);
  for (;;) {
    try {
      const length = readSync(0, chunk);
      if (length === 0) break;
      chunks.push(Buffer.from(chunk.subarray(0, length)));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      // A closed standard input is an empty one.
      if (code === 'EOF') break;
      // Whoever opened the pipe has made it answer at once, with nothing to read yet.
      if (code === 'EAGAIN') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
      else throw userError('Cannot read standard input.');
    }
  }
  const bytes = Buffer.concat(chunks);
  return decode(bytes) ?? bytes.toString('utf8');
}

/** Files that stand at the top of a project, in any language that people write migrations for. */
const PROJECT_MARKS = /^(?:\.git|\.hg|package\.json|go\.mod|Cargo\.toml|pyproject\.toml|Gemfile|composer\.json|pom\.xml|build\.gradle(?:\.kts)?|mix\.exs|diesel\.toml|sqitch\.conf|atlas\.hcl|lockkeeper\.config\.\w+)$/;
/** What only a folder of migrations has, whose tool keeps its schema beside that folder. */
const MIGRATIONS_MARK = 'migration_lock.toml';
const MOST_LEVELS = 4;

/**
 * Repository of a folder; without one the nearest folder that looks like the top of a project. Without that the place where the
 * command was typed, else the folder around the migrations, or the folder itself.
 */
function homeOf(folder: string): string {
  const repository = findRepository(folder);
  if (repository !== undefined) return repository;
  let current = folder;
  let migrations: string | undefined;
  let here: string | undefined;
  const cwd = process.cwd();
  const isBound = cwd !== homedir() && cwd !== dirname(cwd);
  for (let level = 0; level < MOST_LEVELS || (isBound && isInside(current, cwd)); level++) {
    const names = namesIn(current);
    if (names.some((name) => PROJECT_MARKS.test(name))) return current;
    if (names.includes(MIGRATIONS_MARK)) migrations ??= dirname(current);
    if (isBound && current === cwd) here = current;
    current = dirname(current);
  }
  const own = migrations ?? folder;
  return here !== undefined && isInside(own, here) ? here : own;
}

/** The folder itself, the folder of a file, the part of a pattern that is no pattern. */
function folderOf(path: string): string {
  let current = path;
  while (isPattern(current)) current = dirname(current);
  try {
    if (current === path && !statSync(current).isDirectory()) return dirname(current);
  } catch {
    return nearestFolder(dirname(current));
  }
  return current;
}

function nearestFolder(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestFolder(dirname(path));
}

/** The deepest folder that holds both. */
function common(left: string, right: string): string {
  let current = left;
  while (!isInside(right, current)) current = dirname(current);
  return current;
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (!way.startsWith('..') && resolve(folder, way) === path);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

const slashed = (path: string): string => path.replaceAll('\\', '/');
