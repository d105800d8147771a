import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { dirname, join, posix, relative, resolve } from 'node:path';
import type { Baseline } from '../check/baseline.ts';
import { BASELINE_FILE, readBaseline } from '../config/baseline-file.ts';
import type { ResolvedConfig } from '../config/config.ts';
import { DEFAULT_CONFIG, isIgnored, scopeFor, STATS_FILE } from '../config/config.ts';
import { findRepository } from '../config/load.ts';
import type { LoadedConfig } from '../config/load.ts';
import { resolveConfig } from '../config/resolve.ts';
import { checkConfig } from '../config/schema.ts';
import { factsOf, majorOf, readStats } from '../config/stats.ts';
import type { UserConfig } from '../config/user-config.ts';
import { postgres } from '../dialects/postgres/index.ts';
import { discover } from '../discovery/discover.ts';
import { diskTree } from '../discovery/disk.ts';
import { overlay } from '../discovery/overlay.ts';
import type { FileTree, History } from '../frameworks/framework.ts';
import { configNames } from '../names.ts';
import { remembering } from './remembering.ts';
import type { LintHistory } from '../replay/history.ts';

/** The migrations of a repository as they are on the disk, with the configuration that applies to them. */
export interface Project {
  readonly root: string;
  readonly tree: FileTree;
  readonly config: ResolvedConfig;
  readonly histories: readonly LintHistory[];
  /** Files, folders and patterns that the configuration limits everything to; none: all there is. */
  readonly wanted: readonly string[];
  /** The files of migrations that are to be judged. */
  readonly judged: ReadonlySet<string>;
  /** All files that results depend on, and the folders that migrations stand in. */
  readonly sources: readonly string[];
  /** Those of the migrations, which were seen in their folders. */
  readonly listed: ReadonlySet<string>;
  readonly folders: readonly string[];
  /** Findings that are known. */
  readonly baseline?: Baseline;
  /** Tells apart whatever is configured otherwise. */
  readonly key: string;
  /** What the files and the configuration looked like from outside. */
  readonly stamp: string;
}

/** What ESLint's own configuration says under `settings.lockkeeper`: as in lockkeeper.config, and over it. */
export type Settings = UserConfig;

/** The nearest configuration file of the folder that ESLint was started in, loaded before anything is linted. */
export interface Started {
  readonly loaded: readonly LoadedConfig[];
}

/** Looking at the disk again more often than this would cost more than it finds: a run over many files asks for each of them. An editor's next key comes later. */
const TRUSTED_MS = 500;
const MANY_FILES = 1000;
const trustedFor = ({ sources: { length } }: Project): number => TRUSTED_MS * Math.min(1, (length / MANY_FILES) ** 2);

interface Known {
  project: Project;
  checkedAt: number;
  /** Files that no listing has, such as those behind links that go in circles. */
  readonly unlisted: Set<string>;
}

const projects = new Map<string, Known>();

/** The project that a file stands in. It is read once, and again when something of it has changed on the disk. */
export function projectOf(file: string, { loaded }: Started, settings: Settings): Project {
  const now = Date.now();
  const root = rootOf(dirname(file), now);
  const key = `${root}\0${JSON.stringify(settings)}`;
  const known = projects.get(key);
  if (known !== undefined && (known.unlisted.has(file) || isListed(known.project, file))) {
    if (now - known.checkedAt < trustedFor(known.project)) return known.project;
    if (known.project.stamp === stampOf(known.project)) {
      known.checkedAt = now;
      return known.project;
    }
  }
  const project = open(root, key, loaded, settings);
  projects.set(key, { project, checkedAt: Date.now(), unlisted: new Set(isListed(project, file) ? [] : [...(known?.unlisted ?? []), file]) });
  return project;
}

let lastRoot: { readonly folder: string; readonly root: string; readonly askedAt: number } | undefined;

/** Files come folder by folder. */
function rootOf(folder: string, now: number): string {
  if (lastRoot?.folder !== folder || now - lastRoot.askedAt >= TRUSTED_MS) lastRoot = { folder, root: findRepository(folder) ?? process.cwd(), askedAt: now };
  return lastRoot.root;
}

/** Whether the folders were seen with the file in them, if there is such a file: else it has been made since, or a folder that it stands in. */
function isListed({ root, tree, listed }: Project, file: string): boolean {
  const path = slashed(relative(root, file));
  if (listed.has(path) || path.startsWith('..')) return true;
  const parts = path.split('/');
  const isSeen = (count: number): boolean => tree.list(parts.slice(0, count).join('/')).some(({ name }) => name === parts[count]);
  return parts.every((_, count) => isSeen(count)) || !existsSync(file);
}

const digests = new WeakMap<Project, string>();

/** A digest of everything that results depend on besides the file itself, for caches: of texts, so that a fresh checkout finds its cache again. */
export function digestOf(project: Project, { loaded }: Started): string {
  const known = digests.get(project);
  if (known !== undefined) return known;
  const hash = createHash('sha256').update(JSON.stringify(loaded));
  for (const path of project.sources) hash.update(`\0${path}\0${project.tree.read(path) ?? ''}`);
  const digest = hash.digest('hex').slice(0, 16);
  digests.set(project, digest);
  return digest;
}

function open(root: string, key: string, loaded: readonly LoadedConfig[], settings: Settings): Project {
  const said = configFor(root, loaded, settings);
  const homes = [...(said.file === null ? [] : [dirname(said.file)]), root];
  const [statsFile, baselineFile] = [STATS_FILE, BASELINE_FILE].map((name) => homes.map((home) => join(home, name)).find((file) => existsSync(file)));
  const stats = statsFile === undefined ? undefined : readStats(statsFile);
  const config = stats === undefined ? said : { ...said, measured: factsOf(stats, said.smallTable), measuredVersion: majorOf(stats) };
  const { tree, seen } = watched(diskTree(root));
  const wanted = config.paths.map((path) => slashed(relative(root, resolve(config.file === null ? root : dirname(config.file), path))));
  const { entries, judged } = found(root, tree, config, wanted);
  const files = entries.flatMap(({ history }) => pathsOf(history));
  const around = [config.file, statsFile, baselineFile].flatMap((file) => (file === null || file === undefined ? [] : [slashed(relative(root, file))]));
  // Of the programs that are looked into while folders are recognised, those count that may set up a tool.
  const beside = [...seen].filter((path) => !/\.(?:sql|[cm]?[jt]sx?)$/i.test(path) || /(?:^|\/)(?:knex|kysely|typeorm|orm-?config|[^/]*data-?source|(?:run-?|build-?|db-?)?migrat|database|db|index|[^/]*\.config)[^/]*\.[cm]?[jt]s$/i.test(path));
  const sources = [...new Set([...withImports([...files, ...entries.flatMap(({ history }) => filesBelow(history.folder, tree))], tree), ...beside, ...around])].sort();
  const project: Project = {
    root,
    tree,
    config,
    histories: entries,
    wanted,
    judged,
    folders: [...new Set(files.map((path) => dirname(path)))],
    key: `${key}\0${stats === undefined ? '' : JSON.stringify(stats)}`,
    sources,
    listed: new Set(files),
    stamp: '',
    ...(baselineFile !== undefined && { baseline: baselineIn(baselineFile, root) }),
  };
  return { ...project, stamp: stampOf(project) };
}

/** The tree, and the files that somebody has asked it for. */
function watched(tree: FileTree): { readonly tree: FileTree; readonly seen: ReadonlySet<string> } {
  const seen = new Set<string>();
  return {
    seen,
    tree: {
      ...tree,
      read(path) {
        seen.add(path);
        return tree.read(path);
      },
    },
  };
}

/** Files that migrations may read. */
function filesBelow(folder: string, tree: FileTree): readonly string[] {
  return tree.list(folder).flatMap(({ name, type }) => {
    const path = folder === '' ? name : `${folder}/${name}`;
    return type === 'file' ? (/\.(?:sql|json|[cm]?[jt]s)$/i.test(name) ? [path] : []) : folder === '' || name.startsWith('.') || name === 'node_modules' ? [] : filesBelow(path, tree);
  });
}

const IMPORTED = /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*(?<quote>['"`])(?<to>\.{1,2}\/[^'"`\n]{1,200})\k<quote>/g;
const ENDINGS = ['', '.ts', '.js', '.mts', '.cts', '.mjs', '.cjs', '/index.ts', '/index.js'];

/** With the files that programs import, and those that these import. */
function withImports(paths: readonly string[], tree: FileTree): readonly string[] {
  const found = new Set(paths);
  for (const path of found) {
    if (!/\.[cm]?[jt]s$/i.test(path)) continue;
    for (const { groups } of (tree.read(path) ?? '').matchAll(IMPORTED)) {
      const to = posix.join(posix.dirname(path), groups?.['to'] ?? '');
      // A TypeScript file is imported under the name that it will have.
      const names = [to, to.replace(/\.([cm]?)js$/, '.$1ts')];
      const file = names.flatMap((name) => ENDINGS.map((ending) => name + ending)).find((name) => !found.has(name) && tree.read(name) !== undefined);
      if (file !== undefined) found.add(file);
    }
  }
  return [...found];
}

function baselineIn(file: string, root: string): Baseline {
  const folder = slashed(relative(root, dirname(file)));
  return { findings: readBaseline(file).findings.map((entry) => (folder === '' ? entry : { ...entry, path: posix.join(folder, entry.path) })) };
}

const slashed = (path: string): string => path.replaceAll('\\', '/');

/** The project with one file as it is in the editor, be it saved or not. */
export function withText(project: Project, path: string, text: string, alone: boolean): Project {
  const { config, root, wanted } = project;
  const tree = overlay(project.tree, path, text);
  const { entries, judged } = found(root, tree, config, alone ? [path] : wanted);
  return { ...project, tree, histories: entries, judged };
}

/** The histories of a project, and the files of theirs that the configuration does not leave out: they are replayed all the same. */
function found(root: string, tree: FileTree, config: ResolvedConfig, paths: readonly string[]): { readonly entries: readonly LintHistory[]; readonly judged: ReadonlySet<string> } {
  const { histories, selected } = discover(root, tree, {
    paths: paths.includes('') ? [] : paths,
    framework: frameworkBy(config),
    ...(config.ignore.length > 0 && { ignore: (path: string) => isIgnored(config, path) }),
  });
  const entries = histories.flatMap((history) => entryOf(history, config));
  return { entries, judged: new Set(entries.flatMap(({ history }) => pathsOf(history)).filter((path) => selected?.has(path) !== false)) };
}

const frameworkBy = (config: ResolvedConfig) => (folder: string): string | undefined => scopeFor(config, `${folder}/migration`).framework;

export const pathIn = ({ root }: Project, file: string): string => slashed(relative(root, file));

function configFor(root: string, loaded: readonly LoadedConfig[], settings: Settings): ResolvedConfig {
  const checked = checkConfig(settings, configNames);
  if ('problems' in checked) throw new Error(checked.problems.map(({ path, message }) => `settings.lockkeeper${path === '' ? '' : `.${path}`} in ESLint's configuration ${message}`).join('\n'));
  const own = Object.keys(settings).length === 0 ? loaded : [...loaded, { file: loaded.at(-1)?.file ?? join(root, 'eslint.config.js'), config: settings }];
  const file = own.at(-1)?.file;
  const base = file === undefined ? '' : slashed(relative(root, dirname(file)));
  return file === undefined ? { ...DEFAULT_CONFIG, base: '' } : resolveConfig(own, base.startsWith('..') ? '' : base);
}

const { dialect: engine, learn } = remembering(postgres);
export { learn };

function entryOf(history: History, config: ResolvedConfig): readonly LintHistory[] {
  const said = scopeFor(config, history.migrations[0]?.up.path ?? history.folder).dialect;
  const own = (said?.name ?? history.dialect ?? postgres.name) === postgres.name ? engine : undefined;
  const version = said?.version ?? config.measuredVersion;
  return own === undefined ? [] : [{ history, dialect: own, version: version ?? own.defaultVersion, versionAssumed: version === undefined }];
}

const pathsOf = ({ migrations, problems }: History): readonly string[] => [
  ...migrations.flatMap(({ up, down }) => (down === undefined ? [up.path] : [up.path, down.path])),
  ...problems.map(({ path }) => path),
];

/** Times and sizes of the files and of the folders that the migrations stand in. */
function stampOf({ root, folders, sources }: Pick<Project, 'root' | 'folders' | 'sources'>): string {
  return [...sources, ...folders.flatMap((folder) => [folder, dirname(folder)])].map((path) => stateOf(join(root, path))).join('\n');
}

/** A file may stand where a folder was looked for: that is no error of the lint. */
function stateOf(path: string): string {
  try {
    const { mtimeMs, size } = statSync(path);
    return `${path} ${String(mtimeMs)} ${String(size)}`;
  } catch {
    return `${path} -`;
  }
}
