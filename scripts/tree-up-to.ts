import type { FileTree, MigrationSource } from '../src/frameworks/framework.ts';

/** The project as it was before the migrations after `index`. */
export function treeUpTo(tree: FileTree, migrations: readonly MigrationSource[], index: number): FileTree {
  const pathsOf = ({ up, down }: MigrationSource): readonly string[] => (down === undefined ? [up.path] : [up.path, down.path]);
  const kept = new Set(migrations.slice(0, index + 1).flatMap(pathsOf));
  const hidden = new Set(migrations.slice(index + 1).flatMap(pathsOf).filter((path) => !kept.has(path)));
  // Another engine's script of a later version, or the one for all of them, would take the place of the one that is hidden.
  const versionOf = (path: string): string | undefined => /^(?:.*\/)?\d+(?=[^\d/]*[^/]*$)/.exec(path)?.[0];
  const known = new Set([...kept].map(versionOf));
  const later = new Set([...hidden].map(versionOf).filter((version) => version !== undefined && !known.has(version)));
  const folders = new Set([...hidden].map((path) => path.slice(0, Math.max(0, path.lastIndexOf('/')))).filter((folder) => ![...kept].some((path) => path.startsWith(`${folder}/`))));
  const at = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);
  return {
    list: (folder) => tree.list(folder).filter(({ name }) => !hidden.has(at(folder, name)) && !later.has(versionOf(at(folder, name))) && !folders.has(at(folder, name))),
    read: (path) => (hidden.has(path) ? undefined : tree.read(path)),
  };
}
