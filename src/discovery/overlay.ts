import type { Entry, FileTree } from '../frameworks/framework.ts';
import { baseName, join, parentOf } from '../frameworks/shared/paths.ts';

/** The tree with one file added or replaced, and the folders that it needs. */
export const overlay = (tree: FileTree, path: string, text: string): FileTree => overlayFiles(tree, new Map([[path, text]]));

/** The tree with any number of files added or replaced, and the folders that they need. */
export function overlayFiles(tree: FileTree, files: ReadonlyMap<string, string>): FileTree {
  const added = new Map<string, Map<string, Entry>>();
  for (const path of files.keys()) {
    for (let at = path, type: Entry['type'] = 'file'; at !== ''; type = 'folder') {
      const slash = at.lastIndexOf('/');
      const folder = slash < 0 ? '' : at.slice(0, slash);
      const entries = added.get(folder) ?? new Map<string, Entry>();
      added.set(folder, entries.set(at.slice(slash + 1), { name: at.slice(slash + 1), type }));
      at = folder;
    }
  }
  const folders = new Map<string, readonly Entry[]>();
  return {
    list(folder) {
      const own = added.get(folder);
      if (own === undefined) return tree.list(folder);
      let entries = folders.get(folder);
      if (entries === undefined) {
        const others = tree.list(folder).filter(({ name }) => !own.has(name));
        folders.set(folder, (entries = [...others, ...own.values()].sort((a, b) => (a.name < b.name ? -1 : 1))));
      }
      return entries;
    },
    read: (path) => files.get(path) ?? tree.read(path),
  };
}

/** The tree with files under other names: those on the disk by the new ones, each in its old folder. */
export function renamedFiles(tree: FileTree, names: ReadonlyMap<string, string>): FileTree {
  if (names.size === 0) return tree;
  const away = new Set(names.values());
  const byFolder = new Map<string, Entry[]>();
  for (const path of names.keys()) {
    const folder = parentOf(path) ?? '';
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), { name: baseName(path), type: 'file' }]);
  }
  return {
    list(folder) {
      const own = byFolder.get(folder);
      if (own === undefined) return tree.list(folder);
      const others = tree.list(folder).filter(({ name }) => !away.has(join(folder, name)));
      return [...others, ...own].sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    read(path) {
      const from = names.get(path);
      return from === undefined && away.has(path) ? undefined : tree.read(from ?? path);
    },
  };
}
