import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
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
import type { LintHistory } from '../pipeline.ts';

/** The migrations of a repository as they are on the disk, with the configuration that applies to them. */
export interface Project {
  readonly root: string;
  readonly tree: FileTree;
  readonly config: ResolvedConfig;
  readonly histories: readonly LintHistory[];
  /** The history that a file belongs to, by path. */
  readonly owners: ReadonlyMap<string, LintHistory>;
  /** All files that results depend on. */
  readonly sources: readonly string[];
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

/** Looking at the disk again more often than this would cost more than it finds; an editor's next key comes later. */
const TRUSTED_MS = 500;

interface Known {
  project: Project;
  checkedAt: number;
}

const projects = new Map<string, Known>();

/** The project that a file stands in. It is read once, and again when something of it has changed on the disk. */
export function projectOf(file: string, { loaded }: Started, settings: Settings): Project {
  const root = findRepository(dirname(file)) ?? process.cwd();
  const key = `${root}\0${JSON.stringify(settings)}`;
  const known = projects.get(key);
  const now = Date.now();
  if (known !== undefined && (now - known.checkedAt < TRUSTED_MS || known.project.stamp === stampOf(known.project))) {
    known.checkedAt = now;
    return known.project;
  }
  const project = open(root, key, loaded, settings);
  projects.set(key, { project, checkedAt: Date.now() });
  return project;
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
  const { histories } = discover(root, tree, {
    framework: frameworkBy(config),
    ...(config.ignore.length > 0 && { ignore: (path: string) => isIgnored(config, path) }),
  });
  const entries = histories.flatMap((history) => entryOf(history, config));
  const owners = new Map(entries.flatMap((entry) => pathsOf(entry.history).map((path) => [path, entry])));
  const around = [config.file, statsFile, baselineFile].flatMap((file) => (file === null || file === undefined ? [] : [slashed(relative(root, file))]));
  // Of the programs that are looked into while folders are recognised, those count that configure a tool.
  const beside = [...seen].filter((path) => !/\.(?:sql|[cm]?[jt]sx?)$/i.test(path) || /(?:^|\/)(?:knexfile|[^/]*data-?source|ormconfig|[^/]*\.config)\.[cm]?[jt]s$/i.test(path));
  const sources = [...new Set([...withImports([...owners.keys(), ...entries.flatMap(({ history }) => filesBelow(history.folder, tree))], tree), ...beside, ...around])].sort();
  const project: Project = {
    root,
    tree,
    config,
    histories: entries,
    owners,
    key: `${key}\0${stats === undefined ? '' : JSON.stringify(stats)}`,
    sources,
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
  const { config, root } = project;
  const tree = overlay(project.tree, path, text);
  const { histories } = discover(root, tree, { ...(alone && { paths: [path] }), framework: frameworkBy(config) });
  const entries = histories.flatMap((history) => entryOf(history, config));
  return { ...project, tree, histories: entries, owners: new Map(entries.flatMap((entry) => pathsOf(entry.history).map((own) => [own, entry]))) };
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

const engine = remembering(postgres);

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
function stampOf({ root, owners, sources }: Pick<Project, 'root' | 'owners' | 'sources'>): string {
  const folders = new Set([...owners.keys()].map((path) => dirname(path)));
  return [...sources, ...[...folders].flatMap((folder) => [folder, dirname(folder)])].map((path) => stateOf(join(root, path))).join('\n');
}

function stateOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? `${path} -` : `${path} ${String(stats.mtimeMs)} ${String(stats.size)}`;
}
