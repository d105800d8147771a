import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { ResolvedConfig } from '../config/config.ts';
import { DEFAULT_CONFIG, isIgnored, scopeFor } from '../config/config.ts';
import { findRepository } from '../config/load.ts';
import type { LoadedConfig } from '../config/load.ts';
import { resolveConfig } from '../config/resolve.ts';
import type { UserConfig } from '../config/user-config.ts';
import { postgres } from '../dialects/postgres/index.ts';
import { discover } from '../discovery/discover.ts';
import { diskTree } from '../discovery/disk.ts';
import { overlay } from '../discovery/overlay.ts';
import type { FileTree, History } from '../frameworks/framework.ts';
import type { LintHistory } from '../pipeline.ts';

/** The migrations of a repository as they are on the disk, with the configuration that applies to them. */
export interface Project {
  readonly root: string;
  readonly tree: FileTree;
  readonly config: ResolvedConfig;
  readonly histories: readonly LintHistory[];
  /** The history that a file belongs to, by path. */
  readonly owners: ReadonlyMap<string, LintHistory>;
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

/** A digest of everything that results depend on besides the file itself, for caches. */
export const digestOf = (project: Project): string => createHash('sha256').update(project.stamp).digest('hex').slice(0, 16);

function open(root: string, key: string, loaded: readonly LoadedConfig[], settings: Settings): Project {
  const config = configFor(root, loaded, settings);
  const tree = diskTree(root);
  const { histories } = discover(root, tree, {
    framework: frameworkBy(config),
    ...(config.ignore.length > 0 && { ignore: (path: string) => isIgnored(config, path) }),
  });
  const entries = histories.flatMap((history) => entryOf(history, config));
  const owners = new Map(entries.flatMap((entry) => pathsOf(entry.history).map((path) => [path, entry])));
  const project = { root, tree, config, histories: entries, owners, key, stamp: '' };
  return { ...project, stamp: stampOf(project) };
}

/** The project with one file as it is in the editor, be it saved or not. */
export function withText(project: Project, path: string, text: string, alone: boolean): Project {
  const { config, root } = project;
  const tree = overlay(project.tree, path, text);
  const { histories } = discover(root, tree, { ...(alone && { paths: [path] }), framework: frameworkBy(config) });
  const entries = histories.flatMap((history) => entryOf(history, config));
  return { ...project, tree, histories: entries, owners: new Map(entries.flatMap((entry) => pathsOf(entry.history).map((own) => [own, entry]))) };
}

const frameworkBy = (config: ResolvedConfig) => (folder: string): string | undefined => scopeFor(config, `${folder}/migration`).framework;

export const pathIn = ({ root }: Project, file: string): string => relative(root, file).replaceAll('\\', '/');

function configFor(root: string, loaded: readonly LoadedConfig[], settings: Settings): ResolvedConfig {
  const own = Object.keys(settings).length === 0 ? loaded : [...loaded, { file: loaded.at(-1)?.file ?? join(root, 'eslint.config.js'), config: settings }];
  const file = own.at(-1)?.file;
  const base = file === undefined ? '' : relative(root, dirname(file)).replaceAll('\\', '/');
  return file === undefined ? { ...DEFAULT_CONFIG, base: '' } : resolveConfig(own, base.startsWith('..') ? '' : base);
}

function entryOf(history: History, config: ResolvedConfig): readonly LintHistory[] {
  const said = scopeFor(config, history.migrations[0]?.up.path ?? history.folder).dialect;
  const engine = (said?.name ?? history.dialect ?? postgres.name) === postgres.name ? postgres : undefined;
  const version = said?.version ?? config.measuredVersion;
  return engine === undefined ? [] : [{ history, dialect: engine, version: version ?? engine.defaultVersion, versionAssumed: version === undefined }];
}

const pathsOf = ({ migrations, problems }: History): readonly string[] => [
  ...migrations.flatMap(({ up, down }) => (down === undefined ? [up.path] : [up.path, down.path])),
  ...problems.map(({ path }) => path),
];

/** Times and sizes of the files and of the folders that they stand in. */
function stampOf({ root, owners, config }: Pick<Project, 'root' | 'owners' | 'config'>): string {
  const files = [...owners.keys()];
  const folders = new Set(files.map((path) => dirname(path)));
  return [...files, ...[...folders].flatMap((folder) => [folder, dirname(folder)]), ...(config.file === null ? [] : [relative(root, config.file)])].map((path) => stateOf(join(root, path))).join('\n');
}

function stateOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? `${path} -` : `${path} ${String(stats.mtimeMs)} ${String(stats.size)}`;
}
