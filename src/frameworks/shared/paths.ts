import type { Entry, FileTree } from '../framework.ts';

/** Paths are relative to the root, `/` as separator; the root itself is the empty string. */
export const join = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Undefined for the root. */
export function parentOf(path: string): string | undefined {
  if (path === '' || path === '..' || path.endsWith('/..')) return undefined;
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** The folder itself first, the root last. */
export function ancestors(folder: string): readonly string[] {
  const chain: string[] = [];
  for (let at: string | undefined = folder; at !== undefined; at = parentOf(at)) chain.push(at);
  return chain;
}

export const fileNames = (tree: FileTree, folder: string): readonly string[] => sorted(tree.list(folder)).files;

export const folderNames = (tree: FileTree, folder: string): readonly string[] => sorted(tree.list(folder)).folders;

export const sqlFiles = (tree: FileTree, folder: string): readonly string[] => sorted(tree.list(folder)).sql;

/** A migration of SeaORM, which is a program in Rust. */
export const SEA_ORM = /^m\d+_\w+\.rs$/;

/** SQL that programs include is their own, in the folder of the program or one below. */
export const isIncluded = (folder: string, tree: FileTree): boolean => [folder, parentOf(folder)].some((at) => at !== undefined && fileNames(tree, at).some((name) => SEA_ORM.test(name)));

export const isSql = (name: string): boolean => /\.(?:p?sql|ddl)$/i.test(name) && !name.startsWith('.');

/** JavaScript or TypeScript that can be a migration: no declarations, no tests, no settings, no list of the others. `20240101_add-config.js` is one. */
export const isCode = (name: string): boolean => /^(?!\.).*\.[cm]?[jt]s$/.test(name) && !/\.d\.[cm]?ts$|(?:^|\.|^\D.*-)(?:test|tests|spec|stories|config)\.\w+$|^(?:index|knexfile|eslint\S*|setup|util|utils|helpers?|types|constants)\.\w+$/.test(name);

/** A compiled file beside its source is the same migration. */
export const codeFiles = (tree: FileTree, folder: string): readonly string[] => sorted(tree.list(folder)).code;

export const hasFile = (tree: FileTree, folder: string, name: string): boolean => fileNames(tree, folder).includes(name);

export const hasFolder = (tree: FileTree, folder: string, name: string): boolean => folderNames(tree, folder).includes(name);

/** All files below a folder as paths relative to it, folder by folder, hidden folders left out. */
export function filesBelow(tree: FileTree, folder: string, depth = 12): readonly string[] {
  const found: string[] = [];
  for (const entry of tree.list(folder)) {
    if (entry.type === 'file') found.push(entry.name);
    else if (depth > 0 && !entry.name.startsWith('.') && entry.name !== 'node_modules') {
      for (const path of filesBelow(tree, join(folder, entry.name), depth - 1)) found.push(`${entry.name}/${path}`);
    }
  }
  return found;
}

/** Whether a file of that name in this folder or one above it matches. */
export const mentions = (tree: FileTree, folder: string, manifest: string | RegExp, pattern: RegExp): boolean =>
  ancestors(folder).some((at) => {
    const found = typeof manifest === 'string' ? (hasFile(tree, at, manifest) ? [manifest] : []) : fileNames(tree, at).filter((name) => manifest.test(name));
    return found.some((name) => pattern.test(tree.read(join(at, name)) ?? ''));
  });

interface Sorted {
  readonly files: readonly string[];
  readonly folders: readonly string[];
  readonly sql: readonly string[];
  readonly code: readonly string[];
}

/** By the list itself: trees hand out the same one for the same folder. */
const known = new WeakMap<readonly Entry[], Sorted>();

function sorted(entries: readonly Entry[]): Sorted {
  let kinds = known.get(entries);
  if (kinds === undefined) {
    const files: string[] = [];
    const folders: string[] = [];
    for (const { name, type } of entries) (type === 'file' ? files : folders).push(name);
    kinds = { files, folders, sql: files.filter(isSql), code: sources(files.filter(isCode)) };
    known.set(entries, kinds);
  }
  return kinds;
}

function sources(code: readonly string[]): readonly string[] {
  const stem = (name: string): string => name.replace(/\.[cm]?[jt]s$/, '');
  const typed = new Set(code.filter((name) => /ts$/.test(name)).map(stem));
  return typed.size === 0 ? code : code.filter((name) => /ts$/.test(name) || !typed.has(stem(name)));
}
