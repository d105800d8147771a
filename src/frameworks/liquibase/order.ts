import type { FileTree } from '../framework.ts';
import { ancestors, fileNames, join, parentOf } from '../shared/paths.ts';
import { naturalCompare } from '../shared/order.ts';

/** As the root changelog includes them; files that it does not name one by one come after, in order of their paths. */
export function inChangelogOrder(folder: string, paths: readonly string[], tree: FileTree): readonly string[] {
  const listed = includes(folder, tree);
  const place = (path: string): number => {
    const index = listed.findIndex((included) => path === included || path.endsWith(`/${included}`) || included.endsWith(`/${path}`));
    return index < 0 ? Number.MAX_SAFE_INTEGER : index;
  };
  const places = new Map(paths.map((path) => [path, place(path)]));
  return [...paths].sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0) || naturalCompare(a, b));
}

function includes(folder: string, tree: FileTree): readonly string[] {
  for (const at of [folder, ...ancestors(parentOf(folder) ?? folder).slice(0, 2)]) {
    const roots = fileNames(tree, at).filter((name) => /(?:changelog|master|root)[\w.-]*\.(?:xml|ya?ml|json)$/i.test(name));
    const found = roots.flatMap((name) => named(join(at, name), tree, 4));
    if (found.some((path) => path.endsWith('.sql'))) return found;
  }
  return [];
}

/** Files that a changelog includes, those of included changelogs in their place. */
function named(path: string, tree: FileTree, depth: number): readonly string[] {
  const text = tree.read(path);
  if (text === undefined || depth === 0) return [];
  return [...text.matchAll(/\bfile["']?\s*[:=]\s*["']?([^"'\s,}>]+\.(?:sql|xml|ya?ml|json))/gi)].flatMap((match) => {
    const file = (match[1] ?? '').replace(/^(?:classpath:)?\.?\/?/, '');
    if (file.endsWith('.sql')) return [file];
    const near = join(parentOf(path) ?? '', file);
    const target = [near, ...ancestors(parentOf(path) ?? '').map((at) => join(at, file))].find((candidate) => candidate !== path && tree.read(candidate) !== undefined);
    return target === undefined ? [] : named(target, tree, depth - 1);
  });
}
